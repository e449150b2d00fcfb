"""Exports with rows of several kinds, of which only some are read."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.xlsx import workbook

from tallyclerk.cli.sources import accounts
from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import open_export
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.vocabulary import folded

HEAD = "type,id,status,time"
H, T = "H,ACME,2026-03-01", "T,5"
ROWS = ["D,P1,ACCEPTED,2026-03-01 10:00", "D,P1,DELIVERED,2026-03-02 10:00"]
STOP = "S,P1,DELIVERED,2026-03-01 09:00"
ONLY_D = {"where": {"Type": "d "}}
BARE = {"header": HEAD.split(","), **ONLY_D}
READ = [("P1", "ACCEPTED", "2026-03-01T10:00"), ("P1", "DELIVERED", "2026-03-02T10:00")]


def account(report):
    (source,) = report.sources
    return source.rows, source.accepted, source.rejected, source.left_out


def said(report, kind):
    return [finding.what for finding in report.findings if finding.kind == kind]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_of_other_kinds_are_left_out_and_counted_whatever_their_width(workshop, end):
    report, events = workshop.events(end.join([H, *ROWS, STOP, H, T]), **BARE)
    assert events == READ
    assert account(report) == (6, 2, 0, 4)
    (what,) = said(report, "left_out")
    assert what == "rows of other kinds, left out by `where`: 4, Type H (2), Type S (1), Type T (1)"
    (finding,) = (f for f in report.findings if f.kind == "left_out")
    assert (finding.where, finding.count) == ("a.csv:1", 4)


def test_rows_to_read_that_are_broken_are_refused_as_ever(workshop):
    lines = [H, "D,P2,ACCEPTED", "D,P2,ACCEPTED,2026-03-01 10:00,,", *ROWS, '"D,P3', T]
    report, events = workshop.events("\n".join(lines), **BARE)
    assert events == READ
    assert account(report) == (7, 2, 3, 2)


def test_what_other_rows_hold_does_not_matter(workshop):
    """Neither ids, times in another order, statuses nor totals of theirs are looked at."""
    others = ["H,1E+22,nonsense,13/25/2026", "X,,,31.12.2026 10:00", "T,Total,2,03/04/2026"]
    rows = [row.replace("2026-03-0", "0").replace(" ", "/03/2026 ") for row in ROWS]
    late = "D,P2,ACCEPTED,25/03/2026 10:00"
    report, events = workshop.events("\n".join([HEAD, *others, *rows, late]), **ONLY_D)
    assert events == [*READ, ("P2", "ACCEPTED", "2026-03-25T10:00")]
    assert account(report) == (6, 3, 0, 3)
    assert not said(report, "unmapped")


def test_rows_that_one_column_alone_does_not_tell_apart(workshop):
    head = "kind,stop,id,status,time"
    lines = [f"D,PICKUP{row[1:]}" for row in ROWS]
    lines += ["D,DEPOT,P1,ACCEPTED,2026-03-01 11:00", "E,PICKUP,P1,ACCEPTED,2026-03-01 12:00"]
    lines += ["D,,P1,ACCEPTED,2026-03-01 13:00"]
    text = "\n".join([head, *lines])
    where = {"kind": ["D"], "stop": ["pickup", "Delivery"]}
    report, events = workshop.events(text, where=where)
    assert events == READ
    assert account(report) == (5, 2, 0, 3)
    (what,) = said(report, "left_out")
    assert what.endswith("3, kind E (1), stop (empty) (1), stop DEPOT (1)")
    (what,) = said(report, "no_kind")
    assert what.startswith(
        "no row has 'Delivery' in 'stop'; there are: kind D, stop pickup, kind E (1)"
    )
    _, events = workshop.events(text, where={"stop": ""})
    assert events == [("P1", "ACCEPTED", "2026-03-01T13:00")]


def test_a_word_of_any_of_several_files_is_one_that_is_there(workshop):
    workshop.write("b.csv", "\n".join([HEAD, STOP.replace("S,", "E,"), T + ",,"]))
    where = {"type": ["D", "E"]}
    report, _ = workshop.events("\n".join([HEAD, *ROWS, STOP]), path="*.csv", where=where)
    assert account(report) == (5, 3, 0, 2)
    assert not said(report, "no_kind")


def test_kinds_may_be_numbers(workshop):
    lines = [f"2{row[1:]}" for row in ROWS]
    for where in ({"type": 2}, {"type": [2, 3]}, {"type": "2"}):
        report, events = workshop.events("\n".join([HEAD, *lines, "1,,,", "9,,,"]), where=where)
        assert (events, account(report)) == (READ, (4, 2, 0, 2))


def test_a_column_that_is_not_there_is_named_with_those_that_are(workshop):
    with pytest.raises(InputError, match="there is no column 'typ'") as error:
        workshop.events("\n".join([HEAD, *ROWS]), where={"typ": "D"})
    assert "correct where; the file has: type, id, status, time" in str(error.value)


@pytest.mark.parametrize("form", ["json", "jsonl", "xlsx", "xml"])
def test_it_goes_for_every_format(workshop, form):
    rows = [dict(zip(HEAD.split(","), row.split(","), strict=False)) for row in (*ROWS, STOP, T)]
    name = f"b.{form}"
    if form == "json":
        workshop.write(name, json.dumps(rows))
    elif form == "jsonl":
        workshop.write(name, "\n".join(map(json.dumps, rows)))
    elif form == "xml":
        parts = ("".join(f"<{k}>{v}</{k}>" for k, v in row.items()) for row in rows)
        workshop.write(name, f"<all>{''.join(f'<row>{part}</row>' for part in parts)}</all>")
    else:
        table = [HEAD.split(","), *([row.get(key, "") for key in HEAD.split(",")] for row in rows)]
        workbook(workshop.base / name, {"S": table})
    told = {"format": "excel" if form == "xlsx" else form, "path": name, **ONLY_D}
    report, events = workshop.events("", **told, records="row" if form == "xml" else None)
    assert (events, account(report)) == (READ, (4, 2, 0, 2))


def test_what_is_left_out_may_have_held_the_number_of_the_rows_below(workshop):
    rows = ["D,P1,ACCEPTED,2026-03-01 10:00", "H,P2,", "D,,DELIVERED,2026-03-02 10:00"]
    report, events = workshop.events("\n".join(rows), fill_down=["id"], **BARE)
    assert events == READ[:1]
    assert account(report) == (3, 1, 1, 1)
    rows[1] = "H,P2,,"
    _, events = workshop.events("\n".join(rows), fill_down=["id"], **BARE)
    assert events == [READ[0], ("P2", "DELIVERED", "2026-03-02T10:00")]


def test_the_account_shows_rows_that_are_left_out_where_there_are_any(workshop):
    report, _ = workshop.events("\n".join([H, *ROWS, T]), **BARE)
    head, row = (line.split("  ") for line in accounts(report.sources).splitlines()[:2])
    assert "left out" in map(str.strip, head)
    assert row[0] == "a"
    report, _ = workshop.events("\n".join([HEAD, *ROWS]))
    assert "left out" not in accounts(report.sources)


PARTS = ("cells", "bad", "left_out")
WORDS = st.sampled_from(["D", "d", " D", "H", "", "S"])


@given(kinds=st.lists(st.tuples(WORDS, WORDS, st.booleans()), max_size=12))
def test_every_row_is_read_left_out_or_bad(tmp_path_factory, kinds):
    """Against the plainest way to say it, one row after the other."""
    path = tmp_path_factory.getbasetemp() / "kinds.csv"
    rows = [("D", "S", False), *kinds]
    lines = [f"{a},{n},{b}{',extra' if is_wide else ''}" for n, (a, b, is_wide) in enumerate(rows)]
    path.write_text("\n".join(["type,id,stop", *lines]))
    where = {"type": "D", "stop": ["S", ""]}
    reader = open_export(path, Source.model_validate({"path": str(path), "where": where}))
    batches = list(reader.batches([1]))
    parts = {name: pl.concat(getattr(b, name) for b in batches) for name in PARTS}
    is_asked = [folded(a) == "d" and folded(b) in {"s", ""} for a, b, _ in rows]
    wide = [is_wide for _, _, is_wide in rows]
    each = list(zip(range(len(rows)), is_asked, wide, strict=True))
    assert parts["cells"]["1"].to_list() == [
        str(n) for n, asked, wide in each if asked and not wide
    ]
    assert parts["bad"][ROW].sort().to_list() == [
        n + 2 for n, asked, wide in each if asked and wide
    ]
    assert parts["left_out"][ROW].sort().to_list() == [n + 2 for n, asked, _ in each if not asked]
    assert sum(batch.rows for batch in batches) == len(rows)

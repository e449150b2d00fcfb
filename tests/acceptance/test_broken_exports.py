"""A broken export for every trap: the message names file, row, column and the mend; the rest is read."""

import gzip
import io
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest
from tests.support.command import ACCOUNT, accounts, ask, check_accounts, ingest
from tests.support.dialects import PACKERS
from tests.support.settings_file import write_tree

HEAD = "id,status,time,who\n"
GOOD = [f"A{day},ACCEPTED,2026-03-{day} 10:00,acme\n" for day in range(10, 30)]
TEXT = HEAD + "".join(GOOD)
NEXT = 22
"""Row of the first broken line: a header and twenty good ones stand above it."""
COLUMNS = {"shipment_id": "id", "status": "status", "occurred_at": "time", "partner_id": "who"}
KEYED_BY_TWO = {"shipment_id": ["order", "seller"], "status": "status", "occurred_at": "time"}
KEYED_BY_ORDER = {"order_id": "id", "status": "status", "occurred_at": "time"}


@dataclass(frozen=True)
class Trap:
    """A broken export and what must be said of it.

    Attributes:
        name: What is wrong.
        content: The file.
        said: Parts of the message: place, column and mend.
        became: Rows by account: accepted, rejected, duplicates, pending.
        ending: Of the file's name.
        keys: More keys of the source.
    """

    name: str
    content: str | bytes
    said: tuple[str, ...]
    became: tuple[int, int, int, int] | None = None
    ending: str = ".csv"
    keys: dict[str, Any] = field(default_factory=dict)


def at(row, column=None):
    return f"first at broken.csv:{row}" + (f", column {column}:" if column else ":")


ROWS = [
    Trap(
        "an impossible date",
        TEXT + "B1,ACCEPTED,2026-02-30 10:00,acme\n",
        (at(NEXT, "time"), "'2026-02-30 10:00'", "declare datetime_format"),
        (21, 0, 0, 0),
    ),
    Trap(
        "no date at all",
        TEXT + "B1,ACCEPTED,soon,acme\n",
        (at(NEXT, "time"), "'soon'", "declare datetime_format"),
        (21, 0, 0, 0),
    ),
    Trap(
        "a date against the declared order of day and month",
        HEAD + "A1,ACCEPTED,13/04/2026 10:00,acme\nA2,ACCEPTED,04/13/2026 10:00,acme\n",
        (at(3, "time"), "'04/13/2026 10:00'", "declare datetime_format"),
        (2, 0, 0, 0),
        keys={"datetime_format": "%d/%m/%Y %H:%M"},
    ),
    Trap(
        "too few and too many fields",
        TEXT + "B1,ACCEPTED\nB2,ACCEPTED,2026-03-01 10:00,acme,x,y\n",
        (at(NEXT), "2 rows by rule fields", "check for delimiters and quotes"),
        (20, 2, 0, 0),
    ),
    Trap(
        "a quote that is not closed",
        TEXT + 'B1,"ACCEPTED,2026-03-01 10:00,acme\n' + GOOD[0].replace("A10", "B2"),
        (at(NEXT), "a quote is opened and not closed", "write it twice"),
        (21, 1, 0, 0),
    ),
    Trap(
        "ids that a spreadsheet damaged",
        TEXT + "9.4E+21,ACCEPTED,2026-03-01 10:00,acme\n123456.0,ACCEPTED,2026-03-01 10:00,acme\n",
        (at(NEXT, "id"), "'9.4E+21'", "2 rows", "format the column as text, export again"),
        (20, 2, 0, 0),
    ),
    Trap(
        "a row without its key",
        TEXT + ",ACCEPTED,2026-03-01 10:00,acme\n",
        (at(NEXT, "id"), "fill in the column, or map another key"),
        (20, 1, 0, 0),
    ),
    Trap(
        "half of a composite key",
        "order,seller,status,time\nO1,S1,ACCEPTED,2026-03-01 10:00\nO2,,ACCEPTED,2026-03-01 10:00\n",
        (at(3, "order + seller"), "fill in the column, or map another key"),
        (1, 1, 0, 0),
        keys={"columns": KEYED_BY_TWO},
    ),
    Trap(
        "files pasted together",
        TEXT + HEAD + GOOD[0].replace("A10", "B1"),
        (at(NEXT, "id"), "the header is repeated", "pasted together"),
        (21, 1, 0, 0),
    ),
    Trap(
        "a status that nobody mapped",
        TEXT + "B1,Abgeholt,2026-03-01 10:00,acme\n",
        (f"broken.csv:{NEXT}: status 'Abgeholt' is not mapped", "[sources.broken.statuses]"),
        (21, 0, 0, 0),
    ),
    Trap(
        "a partner that is nearly known",
        TEXT + "B1,ACCEPTED,2026-03-01 10:00,acmee\n",
        (f"broken.csv:{NEXT}: partner 'acmee' is not listed", "add it to partners.acme.aliases"),
        (21, 0, 0, 0),
    ),
    Trap(
        "lines that are no JSON",
        '{"id":"B1","status":"ACCEPTED","time":"2026-03-01 10:00"}\n{"id":\n[1]\n',
        ("first at broken.jsonl:2", "the line is not a JSON object", "export it again"),
        (1, 2, 0, 0),
        ".jsonl",
        {"format": "jsonl", "columns": {k: v for k, v in COLUMNS.items() if v != "who"}},
    ),
]
COUNTED = [
    Trap(
        "local times that a clock change gives twice or never",
        TEXT + "B1,ACCEPTED,2026-03-29 02:30,acme\nB2,ACCEPTED,2025-10-26 02:30,acme\n",
        (f"broken.csv:{NEXT}, column 'time'", "ask for times with an offset"),
        (22, 0, 0, 0),
        keys={"timezone": "Europe/Berlin"},
    ),
    Trap(
        "orders that no shipment is known of",
        TEXT,
        ("broken.csv:2, the order", "rows wait", ": 20", "map shipment_id here"),
        (0, 0, 0, 20),
        keys={"columns": KEYED_BY_ORDER},
    ),
]
FILES = [
    Trap(
        "nothing proves the order of day and month",
        HEAD + "A1,ACCEPTED,03/04/2026 10:00,acme\n",
        ("column 'time'", "the day or the month comes first", 'datetime_format = "%d/%m/%Y"'),
    ),
    Trap(
        "day first and month first in one column",
        HEAD + "A1,ACCEPTED,13/04/2026 10:00,acme\nA2,ACCEPTED,04/13/2026 10:00,acme\n",
        ("column 'time'", "with the day first and dates with the month first", "declare it"),
    ),
    Trap(
        "times without an offset or a zone",
        TEXT,
        ("column 'time'", "the source has no zone", 'add timezone = "Area/City"'),
        keys={"timezone": None},
    ),
    Trap(
        "another encoding than declared",
        TEXT.replace("acme", "ácme").encode("latin-1"),
        ("the file is not utf-8 (byte 0xe1)", "declare the right encoding"),
        keys={"encoding": "utf-8"},
    ),
    Trap(
        "two delimiters that explain it equally well",
        "id,status;time\nA,ACCEPTED;2026-03-01 10:00\n",
        ("two delimiters explain this file equally well", "declare delimiter = "),
    ),
    Trap(
        "another delimiter than declared",
        TEXT,
        ("no column 'id'", "the file has: id,status,time,who"),
        keys={"delimiter": ";"},
    ),
    Trap(
        "a column that is not there",
        TEXT.replace("status", "stat"),
        ("no column 'status'", "'stat'"),
    ),
    Trap(
        "a column twice", TEXT.replace("who", "time"), ("column 'time'", "'time #1' or 'time #2'")
    ),
    Trap("an empty file", "", ("the file is empty", "export it again")),
    Trap("a web page", "<!DOCTYPE html><html></html>", ("a web page", "export it again as CSV")),
    Trap(
        "half an archive",
        b"PK\x03\x04" + bytes(40),
        ("a zip archive, and damaged", "copy it again"),
    ),
    Trap(
        "half a .gz",
        gzip.compress(TEXT.encode())[:-20],
        ("damaged", "copy it again"),
        None,
        ".csv.gz",
    ),
    Trap("no .gz at all", TEXT, ("named .gz but is not gzip", "rename it"), None, ".csv.gz"),
    Trap("a .gz by another name", gzip.compress(TEXT.encode()), ("gzip", "name it broken.csv.gz")),
    Trap(
        "half a .zst",
        PACKERS[".zst"](TEXT.encode())[:-20],
        ("damaged", "copy it again"),
        None,
        ".csv.zst",
    ),
    Trap(
        "half a JSON",
        '{"data":[',
        ("not JSON", "line 1", "it was cut off"),
        None,
        ".json",
        {"format": "json"},
    ),
    Trap(
        "a JSON whose list is elsewhere",
        '{"data":[{"id":1}]}',
        ("no list of records", "declare records = one of ['data']"),
        None,
        ".json",
        {"format": "json"},
    ),
    Trap(
        "no Parquet",
        b"PAR1" + bytes(9),
        ("not Parquet", "check"),
        None,
        ".parquet",
        {"format": "parquet"},
    ),
]


def named(traps):
    return [pytest.param(trap, id=trap.name) for trap in traps]


def configured(folder, trap):
    """The broken export beside a good one."""
    content = trap.content if isinstance(trap.content, bytes) else trap.content.encode()
    (folder / f"broken{trap.ending}").write_bytes(content)
    (folder / "good.csv").write_text(TEXT.replace("A", "G").replace("GCC", "ACC"), encoding="utf-8")
    good = {"path": "good.csv", "timezone": "UTC", "columns": COLUMNS}
    broken = {**good, "path": f"broken{trap.ending}", **trap.keys}
    sources = {"broken": {k: v for k, v in broken.items() if v is not None}, "good": good}
    tree = {"sources": sources, "partners": {"acme": {"role": "forwarder"}}}
    return write_tree(tree, folder / "config.toml")


def one_line(text):
    return " ".join(text.split())


def check_message(config, trap):
    """What `ingest` prints has it all; wrapped lines are one."""
    said = one_line(ask(config, "ingest").text)
    assert f"broken{trap.ending}" in said
    assert [part for part in trap.said if one_line(part) not in said] == [], said


@pytest.mark.parametrize("trap", named(ROWS))
def test_a_broken_row_costs_itself_only(tmp_path, trap):
    config = configured(tmp_path, trap)
    check_message(config, trap)
    found = accounts(ingest(config))
    assert tuple(found["broken"][name] for name in ACCOUNT) == trap.became
    assert found["good"]["accepted"] == len(GOOD)


@pytest.mark.parametrize("trap", named(COUNTED))
def test_what_cannot_be_taken_as_it_stands_is_counted(tmp_path, trap):
    found = accounts(ingest(configured(tmp_path, trap)))
    assert tuple(found["broken"][name] for name in ACCOUNT) == trap.became
    assert found["good"]["accepted"] == len(GOOD)


@pytest.mark.parametrize("trap", named(COUNTED))
def test_what_is_counted_is_named_with_its_place(tmp_path, trap):
    check_message(configured(tmp_path, trap), trap)


@pytest.mark.parametrize("trap", named(FILES))
def test_a_broken_file_costs_itself_only(tmp_path, trap):
    config = configured(tmp_path, trap)
    check_message(config, trap)
    told = ingest(config)
    assert accounts(told)["good"]["accepted"] == told["events"] == len(GOOD)


def test_repeated_rows_and_overlapping_files_are_duplicates(tmp_path):
    config = configured(tmp_path, Trap("", TEXT + GOOD[0] + GOOD[0], ()))
    (tmp_path / "good.csv").write_text(TEXT, encoding="utf-8")
    told = ingest(config)
    assert told["events"] == len(GOOD)
    assert sum(source["duplicates"] for source in told["sources"]) == len(GOOD) + 2


def test_a_mended_export_takes_the_place_of_the_broken_one(tmp_path):
    config = configured(tmp_path, Trap("", HEAD + "A1,ACCEPTED,03/04/2026 10:00,acme\n", ()))
    ingest(config)
    (tmp_path / "broken.csv").write_text(TEXT, encoding="utf-8")
    told = ingest(config)
    check_accounts(told)
    assert told["events"] == 2 * len(GOOD)
    assert [finding for finding in told["findings"] if finding["kind"] == "file"] == []


def test_cells_of_a_typed_file_are_refused_by_place_too(tmp_path):
    out = io.BytesIO()
    times = ["2026-03-01 10:00", "never"]
    pl.DataFrame({"id": ["B1", "B2"], "status": ["ACCEPTED"] * 2, "time": times}).write_parquet(out)
    columns = {k: v for k, v in COLUMNS.items() if v != "who"}
    keys = {"format": "parquet", "columns": columns}
    said = ("first at broken.parquet:2, column time:", "'never'")
    trap = Trap("", out.getvalue(), said, (2, 0, 0, 0), ".parquet", keys)
    check_message(configured(tmp_path, trap), trap)

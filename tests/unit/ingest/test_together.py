"""Small files of a source are read together, and each is what it would be if it were read alone."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.ingest import packing, segment
from tallyclerk.ingest.together import SPAN, Apart, apart, counted, heads

SOURCE = {
    "path": "*.csv",
    "timezone": "Europe/Berlin",
    "columns": {
        "shipment_id": "id",
        "status": "status",
        "occurred_at": "time",
        "partner_id": "by",
        "order_id": "order",
    },
    "statuses": {"taken": "ACCEPTED", "there": "DELIVERED"},
}
HEADER = "id,status,time,by,order\n"
WRITTEN = (
    *("2026-02-{:02}T10:00:00+01:00", "2026-02-{:02} 10:00", "{:02}.02.2026 10:00"),
    *("02/{:02}/2026 10:00", "{:02}.02.2026", "2026-03-29 02:{:02}", "2026-10-25 02:{:02}", "soon"),
)
"""Times as files write them: two of them at the change of the clocks, the last one none."""


def export(ids, time="2026-02-05 10:00", status="taken"):
    return HEADER + "".join(f"{i},{status},{time},acme,O-1\n" for i in ids)


@pytest.fixture
def batches(monkeypatch):
    """How many rows each batch has that is made into rows of tables."""
    seen = []
    cells = segment.Cells

    def seeing(batch, *rest):
        seen.append(batch.rows)
        return cells(batch, *rest)

    monkeypatch.setattr(segment, "Cells", seeing)
    return seen


def held(ledger):
    """What a ledger holds, wherever it lies."""
    tables = [
        ledger.read_events(0).sort(pl.all()).to_dicts(),
        ledger.rejects().collect().sort(pl.all()).to_dicts(),
    ]
    files = [replace(each, files=()) for each in ledger.manifest.segments]
    return files, ledger.manifest.failures, tables, ledger.inputs_digest()


LINES = st.builds(
    "{},{},{},{},{}".format,
    st.sampled_from(["1", "2", "2", "3", "9.4E+21", "", "Total", "id"]),
    st.sampled_from(["taken", "taken", "there", "where?"]),
    st.builds(str.format, st.sampled_from(WRITTEN), st.integers(1, 28)),
    st.sampled_from(["acme", "ACME Ltd", ""]),
    st.sampled_from(["O-1", "o 1", "O-2", "a@b.de"]),
)
BODIES = st.one_of(
    st.lists(LINES, max_size=6),
    st.lists(LINES.map(lambda line: line.rsplit(",", 1)[0]), max_size=2),
    st.sampled_from(WRITTEN).flatmap(
        lambda time: st.lists(
            st.builds(
                lambda i, day: f"{i},taken,{time.format(day)},acme,O-{i}", *[st.integers(1, 28)] * 2
            ),
            min_size=1,
            max_size=4,
        )
    ),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(BODIES, st.sampled_from(["utf-8", "utf-16"])), min_size=2, max_size=5))
def test_files_hold_together_what_they_hold_alone(workshop_at, files):
    found = []
    for lot_bytes in (packing.LOT_BYTES, 0):
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(packing, "LOT_BYTES", lot_bytes)
            workshop = workshop_at(Path(folder))
            workshop.write("0.csv", export("12"))
            for number, (lines, encoding) in enumerate(files, 1):
                text = HEADER + "".join(f"{line}\n" for line in lines)
                workshop.write(f"{number}.csv", text.encode(encoding))
            found.append(held(workshop.ingest(s=SOURCE)[1]))
    assert found[0] == found[1]


def test_small_files_of_a_source_are_read_in_one_piece(workshop, batches):
    for name, ids in (("a", "12"), ("b", "345"), ("c", "6")):
        workshop.write(f"{name}.csv", export(ids))
    workshop.write("d.csv", export("7").replace("\n", ",\n"))
    workshop.write("e.csv", export("89"))
    _, ledger = workshop.ingest(s=SOURCE)
    assert sorted(batches) == [1, 8]
    assert [(s.file, s.rows) for s in ledger.manifest.active] == [
        *(("a.csv", 2), ("b.csv", 3), ("c.csv", 1), ("d.csv", 1), ("e.csv", 2))
    ]
    places = ledger.read_events(0, ["shipment_id", "source_file", "source_row"]).sort("shipment_id")
    assert places.rows()[3:6] == [("4", "b.csv", 3), ("5", "b.csv", 4), ("6", "c.csv", 2)]


def test_a_file_that_cannot_be_used_spoils_none_of_the_others(workshop):
    workshop.write("a.csv", export("12"))
    workshop.write("b.csv", export("3", time="03/04/2026 10:00"))
    workshop.write("c.csv", b"%PDF-1.4")
    workshop.write("d.csv", export("4"))
    report, ledger = workshop.ingest(s=SOURCE)
    assert [s.file for s in ledger.manifest.active] == ["a.csv", "d.csv"]
    assert [f.file for f in ledger.manifest.failures] == ["b.csv", "c.csv"]
    assert (report.files_read, report.events) == (2, 3)


def test_the_others_stay_together_where_one_breaks_off(workshop, batches):
    for name in "abcdefgh":
        country = "FR" if name == "c" else "DE"
        workshop.write(f"{name}.csv", export("1").replace("acme", country))
    columns = {**SOURCE["columns"], "country": "by"}
    del columns["partner_id"]
    zones = {"timezone": None, "timezones": {"DE": "Europe/Berlin"}}
    source = {**SOURCE, "columns": columns, **zones}
    _, ledger = workshop.ingest(s=source)
    assert [s.file for s in ledger.manifest.active] == [f"{name}.csv" for name in "abdefgh"]
    assert batches == [8, 4, 2, 2, 1, 1, 4]
    (failure,) = ledger.manifest.failures
    assert (failure.file, "at FR have no offset" in failure.reason) == ("c.csv", True)


def test_what_one_file_proves_goes_for_no_other_one(workshop, batches):
    workshop.write("a.csv", export("1", time="03/14/2026 10:00"))
    workshop.write("b.csv", export("2", time="14/03/2026 10:00"))
    workshop.write("c.csv", export("3", time="03/15/2026 10:00"))
    workshop.write("d.csv", export("4", time="03/04/2026 10:00"))
    _, ledger = workshop.ingest(s=SOURCE)
    assert sorted(batches) == [1, 2]
    assert [s.formats[0][1] for s in ledger.manifest.active] == [
        *("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")
    ]
    assert [f.file for f in ledger.manifest.failures] == ["d.csv"]


def test_the_numbers_of_rows_tell_their_files():
    rows = pl.Series("row", [2, 3, SPAN + 2, 3 * SPAN + 7, 3 * SPAN + 7])
    assert list(counted(rows)) == [(0, 2), (1, 1), (3, 2)]
    assert list(counted(rows[:2])) == [(0, 2)]
    assert list(counted(rows[:0])) == []
    found = [(number, part["row"].to_list()) for number, part in apart(rows.to_frame(), "row")]
    assert found == [(0, [2, 3]), (1, [2]), (3, [7, 7])]
    assert [number for number, _ in apart(rows[2:3].to_frame(), "row")] == [1]
    assert heads(rows.to_frame(), "row", "row", 1)["row"].to_list() == [2, SPAN + 2, 3 * SPAN + 7]
    assert heads(rows[3:].to_frame(), "row", "row", 1).height == 1


def test_files_of_one_kind_stay_together():
    assert Apart({0: "x", 2: "y", 3: "x"}).lots("abcd") == [["a", "b", "d"], ["c"]]

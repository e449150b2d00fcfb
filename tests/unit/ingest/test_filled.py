"""Numbers that stand once, above the rows that they go for."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.inspected import blocks_of, inspected, tree_of
from tests.support.xlsx import workbook

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.filled import FilledReader
from tallyclerk.ingest.formats.reader import BAD_ROWS, ROW, Batch, Traits

HEAD = "id,status,time"
ROWS = ["P1,", ",ACCEPTED,2026-03-01 10:00", ",DELIVERED,2026-03-02 10:00"]
FILLED = {"fill_down": ["ID"]}


def test_rows_below_a_header_row_have_its_number(workshop):
    lines = ["P1,,", *ROWS[1:], "P2,,", ROWS[1]]
    report, events = workshop.events("\n".join([HEAD, *lines]), **FILLED)
    assert [event[:2] for event in events] == [
        ("P1", "ACCEPTED"),
        ("P1", "DELIVERED"),
        ("P2", "ACCEPTED"),
    ]
    assert report.sources[0].rejected == 0


def test_a_row_that_cannot_be_read_may_have_had_the_next_number(workshop):
    lines = ["P1,,", ROWS[1], "P2,,,,", ROWS[1], ROWS[2], "P3,,", ROWS[2]]
    report, events = workshop.events("\n".join([HEAD, *lines]), **FILLED)
    assert [event[:2] for event in events] == [("P1", "ACCEPTED"), ("P3", "DELIVERED")]
    assert report.sources[0].rejected == 3


def test_nothing_is_filled_where_nothing_stands_above_or_is_declared(workshop):
    report, events = workshop.events("\n".join([HEAD, *ROWS[1:]]), **FILLED)
    assert (report.sources[0].rejected, events) == (2, [])
    report, events = workshop.events("\n".join([HEAD, "P1,,", *ROWS[1:]]))
    assert (report.sources[0].rejected, events) == (2, [])


def test_a_column_that_is_not_there_is_named(workshop):
    with pytest.raises(InputError, match="there is no column 'Sendung'"):
        workshop.events(f"{HEAD}\nP1,,", fill_down=["Sendung"])


CELLS = st.lists(st.sampled_from(["", "A", "B", "C", None, "bad"]), max_size=30)


@given(cells=CELLS, cuts=st.sets(st.integers(0, 30)))
def test_it_does_not_matter_where_batches_end(cells, cuts):
    """Against the plainest way to say it, one row after the other."""
    expected, above = {}, None
    for row, cell in enumerate(cells, 1):
        above = None if cell == "bad" else cell or above
        if cell != "bad":
            expected[row] = above
    ends = [*sorted(cut for cut in cuts if cut < len(cells)), len(cells)]
    parts = [range(a, b) for a, b in zip([0, *ends], ends, strict=False)]
    reader = FilledReader(_Fixed([_batch(cells, part) for part in parts]), ["id"])
    found = [batch.cells.select(ROW, "0").rows() for batch in reader.batches([0])]
    assert dict(row for rows in found for row in rows) == expected


def _batch(cells, rows):
    good = [row for row in rows if cells[row] != "bad"]
    bad = [(row + 1, "fields", "") for row in rows if cells[row] == "bad"]
    numbers = pl.Series(ROW, [row + 1 for row in good], dtype=pl.Int64)
    texts = pl.Series("0", [cells[row] for row in good], dtype=pl.String)
    return Batch(pl.DataFrame([numbers, texts]), pl.DataFrame(bad, schema=BAD_ROWS, orient="row"))


class _Fixed:
    header = ("id",)
    traits = Traits()

    def __init__(self, batches):
        self._batches = batches

    def batches(self, columns):
        assert list(columns) == [0]
        yield from self._batches


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_inspect_asks_whether_the_row_above_goes_for_them(tmp_path, ending):
    table = [["Shipment", "Status", "Time"]]
    for n in range(9):
        for shown, status in ((f"SO{n}00", "Picked up"), ("", "Delivered")):
            table.append([shown, status, f"2026-03-{n + 1:02d} 1{n % 2}:00"])
    if ending == "csv":
        (tmp_path / "a.csv").write_text("\n".join(map(",".join, table)))
    else:
        workbook(tmp_path / "a.xlsx", {"S": table})
    [block] = blocks_of(inspected([tmp_path], tmp_path)).values()
    [question] = [q for q in block.questions if "fill_down" in q.answer]
    assert question.answer == 'fill_down = ["Shipment"]'
    assert "fill_down" not in tree_of(block)


def test_inspect_asks_nothing_where_some_rows_lack_a_number(tmp_path):
    lines = [f"SO{n}00,Delivered,2026-03-{n + 1:02d} 10:00" for n in range(9)]
    lines += [",Delivered,2026-03-12 10:00", "SO100,Returned,2026-03-13 10:00"] * 4
    (tmp_path / "a.csv").write_text("\n".join(["Shipment,Status,Time", *lines]))
    [block] = blocks_of(inspected([tmp_path], tmp_path)).values()
    assert not any("fill_down" in question.answer for question in block.questions)

"""Exports with rows of several kinds, as `inspect` finds them."""

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

HEAD = "Record Type;Order;Tracking No;Event;Event Time;Amount"


def lines(days, kinds):
    for day in days:
        for kind, event, at, amount in kinds:
            when = f"2026-03-{day:02d} {at}" if at else ""
            yield f"{kind};O{day:05d};TRK{day:07d};{event};{when};{amount}"


PLAIN = [
    ("ORDER", "", "", "20.90"),
    ("EVENT", "Handed to carrier", "08:00", ""),
    ("EVENT", "Delivered", "17:30", ""),
    ("INVOICE", "Issued", "18:00", "20.90"),
]


def block_of(folder, rows, head=HEAD):
    (folder / "a.csv").write_text("\n".join([head, *rows]))
    [block] = blocks_of(inspected([folder], folder)).values()
    return block


def test_kinds_of_which_no_row_has_an_event_are_not_read(tmp_path):
    block = block_of(tmp_path, lines(range(1, 29), PLAIN))
    assert tree_of(block)["where"] == {"Record Type": ["EVENT", "INVOICE"]}
    assert "# 28 other rows have no event: ORDER" in block.toml


@pytest.mark.parametrize(
    ("kinds", "head"),
    [
        ([*PLAIN, ("ORDER", "Packed", "09:00", "")], HEAD),  # some orders do tell of an event
        ([*PLAIN, ("", "", "", "1.00")], HEAD),  # some rows are of no kind
        (PLAIN, HEAD.replace("Record Type", "Market")),  # not what says of which kind a row is
        (PLAIN[1:3], HEAD),
    ],
)
def test_without_proof_all_rows_are_read(tmp_path, kinds, head):
    assert "where" not in tree_of(block_of(tmp_path, lines(range(1, 29), kinds), head))


def test_a_kind_that_is_not_among_the_first_rows_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("tallyclerk.ingest.inspect.profile._HEAD_ROWS", 40)
    rows = [*lines(range(1, 29), PLAIN), "RETURN;O00001;TRK0000001;;;"]
    tree = tree_of(block_of(tmp_path, rows))
    assert tree["where"] == {"Record Type": ["EVENT", "INVOICE", "RETURN"]}


def test_rows_of_different_widths_are_told_by_their_types(tmp_path):
    rows = ["H|ACME|2026-03-01"]
    rows += [f"D|P{n:05d}|Delivered|2026-03-0{n} 10:00|Hamburg" for n in range(1, 9)]
    (tmp_path / "a.txt").write_text("\n".join([*rows, "T|8"]))
    [group] = inspected([tmp_path], tmp_path).groups
    told = next(note for note in group.notes if "begin with their type" in note)
    assert "D (8 rows of 5 fields), T (1 row of 2 fields)" in told
    assert "where = { record_type" in told

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


@pytest.mark.parametrize(
    ("others", "where"),
    [
        (["NTE;TRK0000001;gate closed", "TRL;56"], {"Record Type": "EVENT"}),
        (["EVENT;TRK0000001", "TRL;56"], None),  # of a kind that is read: to be refused
        (["so it was not delivered;", "TRL;56"], None),  # what is no kind
    ],
)
def test_kinds_of_other_widths_are_left_out_where_all_of_them_say_theirs(tmp_path, others, where):
    rows = [*lines(range(1, 29), PLAIN[1:3]), *others]
    assert tree_of(block_of(tmp_path, rows)).get("where") == where


def test_rows_of_different_widths_are_told_by_their_types(tmp_path):
    rows = ["H|ACME|2026-03-01"]
    rows += [f"D|P{n:05d}|Delivered|2026-03-0{n} 10:00|Hamburg" for n in range(1, 9)]
    (tmp_path / "a.txt").write_text("\n".join([*rows, "T|8"]))
    [group] = inspected([tmp_path], tmp_path).groups
    told = next(note for note in group.notes if "begin with their type" in note)
    assert "D (8 rows of 5 fields), T (1 row of 2 fields)" in told
    assert "where = { record_type" in told


@pytest.mark.parametrize("status", ["Status", "Remark"])
def test_of_stops_it_is_said_how_a_block_reads_each_kind(tmp_path, status):
    """Whether there is a status beside the times, which makes a block of them, or none."""
    rows = [f"Shipment ID,Stop Type,Arrived At,Departed At,{status}"]
    for n in range(1, 25):
        day = f"2026-03-{n:02d}"
        rows.append(f"TL{n:05d},PU,{day} 08:00,{day} 09:15,Completed")
        rows.append(f"TL{n:05d},SO,{day} 15:00,,Completed")
    (tmp_path / "stops.csv").write_text("\n".join(rows))
    found = inspected([tmp_path], tmp_path)
    told = " ".join(note for group in found.groups for note in group.notes)
    assert 'layout = "wide", where = { "Stop Type" = "PU" }' in told


def test_the_blocks_of_stops_read_what_happened_at_each_kind(workshop_at, tmp_path):
    rows = ["TL1,PU,2026-03-01 08:00,2026-03-01 09:15", "TL1,SO,2026-03-02 15:00,"]
    workshop = workshop_at(tmp_path)
    workshop.write("stops.csv", "\n".join(["Shipment,Stop Type,Arrived At,Departed At", *rows]))
    both = {"path": "stops.csv", "layout": "wide", "columns": {"shipment_id": "Shipment"}}
    report, ledger = workshop.ingest(
        up={**both, "where": {"Stop Type": "PU"}, "milestones": {"ACCEPTED": "Departed At"}},
        down={**both, "where": {"Stop Type": "SO"}, "milestones": {"DELIVERED": "Arrived At"}},
    )
    told = ledger.read_events(0, ["milestone", "occurred_at"]).sort("occurred_at").rows()
    assert [(name, f"{at:%d %H:%M}") for name, at in told] == [
        ("ACCEPTED", "01 09:15"),
        ("DELIVERED", "02 15:00"),
    ]
    assert [(s.rows, s.accepted, s.left_out) for s in report.sources] == [(2, 1, 1)] * 2

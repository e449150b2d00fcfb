"""Lists of deliveries as ERPs write them: dates as agreed and as they were, and receipts in parts."""

import zipfile

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of


@pytest.fixture
def found(tmp_path):
    """What is found in a file of these lines."""

    def make(head, rows):
        (tmp_path / "list.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
        return inspected([tmp_path], tmp_path)

    return make


def days(n):
    return f"{n + 3:02d}.08.2026;{n + 4:02d}.08.2026"


def test_dates_as_agreed_and_as_they_were_are_told_apart(found):
    rows = [f"80{n};Nordspur;{days(n)}" for n in range(20)]
    blocks = blocks_of(found("Lieferschein;Spediteur;Soll-Lieferdatum;Ist-Lieferdatum", rows))
    assert tree_of(blocks["list"])["columns"]["promised_date"] == "Soll-Lieferdatum"
    assert tree_of(blocks["list_events"])["milestones"] == {"DELIVERED": "Ist-Lieferdatum"}


@pytest.mark.parametrize("name", ["Wareneingangsdatum", "Goods receipt date", "Receipt Date"])
def test_whose_receipt_it_is_is_asked(found, name):
    rows = [f"80{n};Lief {n % 3};{days(n)}" for n in range(20)]
    blocks = blocks_of(found(f"PO;Lieferant;Liefertermin;{name}", rows))
    [question] = [q for q in blocks["list_events"].questions if "the receipt by" in q.text]
    assert question.answer == f'DELIVERED = "{name}" or ACCEPTED = "{name}"'


def test_receipts_of_lines_and_parts_are_not_passed_over(found):
    rows = [f"80{n // 2};{n % 2};V{n % 3};{days(n)};10;{n}" for n in range(20)]
    [group] = found("PO;Line;Vendor;Due Date;Receipt Date;Qty ordered;Qty received", rows).groups
    assert [block.table for block in group.blocks] == ["shipments"]
    notes = " ".join(group.notes)
    assert "'Receipt Date': when something happened, which is not read" in notes
    assert "quantities ('Qty ordered', 'Qty received') are not compared" in notes


def test_times_without_words_in_a_cell_are_said_not_to_be_read(found):
    rows = [f"80{n}|N|2026-08-03 10:00, 2026-08-04 11:00" for n in range(3)]
    [group] = found("Parcel|Carrier|Scans", rows).groups
    assert any("'Scans' holds several times in one cell" in note for note in group.notes)


def test_times_of_day_without_a_date_are_said_to_lack_it(found):
    [group] = found("parcel;time;scan", [f"P{n};{8 + n}:05;OUT" for n in range(9)]).groups
    assert any("'time' (8:05) have no date beside them" in note for note in group.notes)


def test_pieces_of_a_part_are_said_not_to_be_read(found):
    rows = [f"P{n};Delivered;2026-08-{n + 10} 10:00;{5 - n % 2}/5" for n in range(9)]
    [group] = found("parcel;status;time;pieces", rows).groups
    assert any("'pieces' says parts (4/5), which are not read" in note for note in group.notes)


@pytest.mark.parametrize("place", ["nordspur/export.csv", "in/Nordspur 2026.zip/export.csv"])
def test_the_folder_or_archive_tells_whose_export_it_is(tmp_path, place):
    orders = [f"80{n};{'Nordspur' if n % 2 else 'Elbkurier'};{days(n)}" for n in range(20)]
    scans = [f"80{n},2026-08-{n + 3:02d} 10:00,delivered" for n in range(1, 20, 2)]
    (tmp_path / "orders.csv").write_text(
        "\n".join(["Lieferschein;Spediteur;Liefertermin;Warenausgang", *orders])
    )
    path = tmp_path / place
    text = "\n".join(["parcel,time,status", *scans])
    if path.parent.suffix == ".zip":
        path.parent.parent.mkdir()
        with zipfile.ZipFile(path.parent, "w") as archive:
            archive.writestr(path.name, text)
    else:
        path.parent.mkdir()
        path.write_text(text)
    blocks = blocks_of(inspected([tmp_path], tmp_path))
    assert tree_of(blocks["export"])["partner"] == "Nordspur"


def test_what_no_block_reads_of_zones_and_voids_is_said(found):
    rows = [f"P{n};In transit;2026-08-{n + 10} 10:00;{-300 - n % 2}" for n in range(9)]
    [group] = found("parcel;status;time;utc offset", rows).groups
    assert any(
        "'utc offset' says where times are in a way that is not read" in n for n in group.notes
    )
    rows = [f"P{n};Nordspur;2026-08-{n + 10};{'YN'[n % 2]}" for n in range(9)]
    [group] = found("parcel;carrier;promised date;Voided", rows).groups
    assert any("'Voided' says which rows are void" in note for note in group.notes)

"""Excel workbooks: ids stay ids, times stay exact, and a bomb is refused before it is read."""

from __future__ import annotations

import contextlib
import datetime as dt
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.xlsx import damaged, letters, parts, sheet, workbook

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import READERS, sniff

COLUMNS = {"shipment_id": "Parcel", "status": "Status", "occurred_at": "Scanned"}
HEADER = ["Parcel", "Status", "Scanned", "Weight kg"]
AT = dt.datetime(2026, 3, 4, 5, 6, 7)  # noqa: DTZ001 - a sheet knows no zone
ROWS = [
    ["Scans of March", None],
    [None],
    HEADER,
    ["00123", "ACCEPTED", AT, 1.5],
    [4711, "DELIVERED", dt.datetime(2026, 3, 5), 2.0],  # noqa: DTZ001 - a sheet knows no zone
    [None, None, None, None],
    [1234567890123456789, "ACCEPTED", AT, 0],
    ["#N/A", True, "n/a", None],
]


def opened(path, **source):
    return READERS["excel"].open(path, Source.model_validate({"path": "x", **source}))


def cells(reader):
    columns = range(len(reader.header))
    frames = [batch.cells for batch in reader.batches(columns)]
    return [row for frame in frames for row in frame.rows()]


def test_cells_are_as_exact_as_the_sheet_has_them(tmp_path):
    reader = opened(workbook(tmp_path / "a.xlsx", {"S": ROWS}))
    assert reader.header == HEADER
    assert cells(reader) == [
        (4, "00123", "ACCEPTED", "2026-03-04 05:06:07", "1.5"),
        (5, "4711", "DELIVERED", "2026-03-05 00:00:00", "2"),
        (7, "1.234568E+18", "ACCEPTED", "2026-03-04 05:06:07", "0"),
        (8, "#N/A", "true", "n/a", None),
    ]


def test_a_workbook_is_ingested_with_its_damaged_ids_refused(workshop):
    workbook(workshop.base / "a.xlsx", {"S": ROWS})
    report, ledger = workshop.ingest(a={"path": "a.xlsx", "format": "excel", "columns": COLUMNS})
    assert ledger.read_events(0, ["shipment_id", "milestone"]).rows() == [
        ("00123", "ACCEPTED"),
        ("4711", "DELIVERED"),
    ]
    assert (report.sources[0].rows, report.sources[0].rejected) == (4, 2)


def test_the_sheet_is_declared_or_the_only_one_or_the_one_that_fits(tmp_path):
    other = [["Name", "Town"], ["a", "b"]]
    path = workbook(tmp_path / "a.xlsx", {"Notes": other, "Scans": ROWS, "Old": ROWS}, ["Old"])
    with pytest.raises(InputError, match="several sheets") as error:
        opened(path)
    assert "'Notes', 'Scans'" in str(error.value.how)
    assert opened(path, columns=COLUMNS).header == HEADER
    assert opened(path, sheet=1).header == ["Name", "Town"]
    assert opened(path, sheet="Old").header == HEADER
    with pytest.raises(InputError, match="no sheet 'Nowhere'"):
        opened(path, sheet="Nowhere")


def test_the_header_is_the_row_with_the_mapped_names(tmp_path):
    rows = [["Report", "for", "March", "2026"], ["Parcel", "Status", "Scanned", "Kg"], ["1", "x"]]
    path = workbook(tmp_path / "a.xlsx", {"S": rows})
    assert opened(path, columns=COLUMNS).header == ["Parcel", "Status", "Scanned", "Kg"]


def test_a_sheet_of_ten_thousand_columns_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [[f"c{n}" for n in range(10_001)], ["x"]]})
    with pytest.raises(InputError, match="10,001 columns"):
        opened(path)


def test_a_lone_cell_far_away_is_refused_before_it_takes_all_memory(tmp_path):
    content = parts({"S": [["id", "status"], ["a", "b"]]})
    far = f'<row r="1048576"><c r="{letters(16_383)}1048576"><v>1</v></c></row></sheetData>'
    name = "xl/worksheets/sheet1.xml"
    content[name] = content[name].replace("</sheetData>", far)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for part, text in content.items():
            archive.writestr(part, text)
    with pytest.raises(InputError, match="1,048,576 rows"):
        opened(tmp_path / "a.xlsx")


def test_a_zip_bomb_is_refused_whatever_size_it_states(tmp_path, monkeypatch):
    monkeypatch.setattr("tallyclerk.ingest.formats.archives.FREE_BYTES", 1_000_000)
    path = workbook(tmp_path / "a.xlsx", {"S": [["id", "status"], ["a", "b"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.png", b"\0" * 30_000_000)
    honest = path.read_bytes()
    stated = (30_000_000).to_bytes(4, "little")
    path.write_bytes(honest.replace(stated, (1000).to_bytes(4, "little")))
    for content in (honest, path.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(InputError, match="unpacks to more than"):
            opened(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"id,status\n1,2\n", b"\xd0\xcf\x11\xe0x"])
def test_what_is_no_workbook_is_refused_with_a_mend(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        opened(path)
    assert error.value.how


def test_a_workbook_is_told_by_its_parts(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": ROWS})
    assert next(iter(sniff(path))) == "excel"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
    assert not sniff(tmp_path / "b.zip")


@given(data=st.data())
def test_a_damaged_workbook_is_refused_or_read_and_never_crashes(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    path = workbook(folder / "a.xlsx", {"S": ROWS})
    path.write_bytes(damaged(data, path.read_bytes(), 1))
    with contextlib.suppress(InputError):
        cells(opened(path))


@given(junk=st.text(alphabet='<>/="crvst12 ', max_size=80))
def test_a_damaged_sheet_is_refused_or_read_and_never_crashes(tmp_path_factory, junk):
    folder = tmp_path_factory.mktemp("fuzz")
    content = parts({"S": ROWS})
    content["xl/worksheets/sheet1.xml"] = sheet(ROWS).replace("</sheetData>", junk)
    with zipfile.ZipFile(folder / "a.xlsx", "w") as archive:
        for part, text in content.items():
            archive.writestr(part, text)
    with contextlib.suppress(InputError):
        cells(opened(folder / "a.xlsx"))

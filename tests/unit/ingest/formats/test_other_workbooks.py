"""Workbooks that are no .xlsx: the old .xls, OpenDocument, and pages and XML that bear the name .xls."""

import contextlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.xlsx import damaged

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import READERS, sniff

OLD = Path(__file__).with_name("scans.xls")
"""Written by xlwt: the rows below as cells, and a hidden sheet."""
HEADER = ["Parcel", "Status", "Scanned", "Weight kg"]
CELLS = [
    (4, "00123", "ACCEPTED", "2026-03-04 05:06:07", "1.5"),
    (5, "4711", "DELIVERED", "2026-03-05 00:00:00", "2"),
    (7, "1.234568E+18", "ACCEPTED", "2026-03-04 05:06:07", "0"),
    (8, "#N/A", "true", "n/a", None),
]
OPEN = """<office:document-content><table:table table:name="S">
<table:table-row><table:table-cell office:value-type="string"><text:p>Scans of March</text:p>
</table:table-cell><table:table-cell table:number-columns-repeated="16383"/></table:table-row>
<table:table-row><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Parcel</text:p>
<office:annotation><text:p>a remark</text:p></office:annotation></table:table-cell>
<table:table-cell><text:p>Status</text:p></table:table-cell>
<table:table-cell><text:p>Scanned</text:p></table:table-cell>
<table:table-cell><text:p>Weight</text:p><text:p>kg</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>00123</text:p>
</table:table-cell><table:table-cell><text:p>ACCEPTED</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2026-03-04T05:06:07"><text:p>4.3.</text:p>
</table:table-cell><table:table-cell office:value-type="float" office:value="1.5"><text:p>1,50</text:p>
</table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="4711"/>
<table:table-cell><text:p>DELIVERED</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2026-03-05"/>
<table:table-cell office:value-type="float" office:value="2"/></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row></table:table></office:document-content>"""
XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><ss:Worksheet ss:Name="S"><Table>
<Row ss:Index="3"><Cell><Data ss:Type="String">Parcel</Data></Cell><Cell><Data>Status</Data></Cell>
<Cell><Data>Scanned</Data></Cell><Cell><Data>Weight &#107;g</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">00123</Data></Cell><Cell><Data ss:Type="String">ACCEPTED</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-03-04T05:06:07.000</Data></Cell>
<Cell><Data ss:Type="Number">1.5</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">4711</Data></Cell><Cell><Data>DELIVERED</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Number">2</Data></Cell></Row></Table></ss:Worksheet></Workbook>"""
PAGE = """<!DOCTYPE html><html><head><style>td{x:"<table>"}</style></head><body><table><tr><td>menu</td></tr>
</table><!-- <table><tr> --><table border=1><tr><th rowspan="2">Parcel<th rowspan=2>Status</th>
<th colspan="2">Scanned</th></tr><tr><th>Planned</th><th>Actual</th></tr>
<tr><td rowspan=2>00123</td><td>ACCEPTED</td><td></td><td>2026-03-04&nbsp;05:06</td></tr>
<tr><td>DELIVERED</td><td>-</td><td>2026-03-05 09:00</td></tr></table></body></html>"""


def opened(path, **source):
    return READERS["excel"].open(path, Source.model_validate({"path": "x", **source}))


def cells(reader):
    columns = range(len(reader.header))
    return [row for batch in reader.batches(columns) for row in batch.cells.rows()]


def open_document(path, content):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def test_an_old_workbook_has_the_cells_of_a_new_one():
    assert next(iter(sniff(OLD))) == "excel"
    reader = opened(OLD)
    assert reader.header == HEADER
    assert cells(reader) == CELLS


def test_an_open_document_has_them_too(tmp_path):
    path = open_document(tmp_path / "a.ods", OPEN)
    assert next(iter(sniff(path))) == "excel"
    reader = opened(path)
    assert reader.header == HEADER
    assert cells(reader) == CELLS[:2]


def test_the_xml_of_2003_has_them_too(tmp_path):
    path = tmp_path / "a.xls"
    path.write_text(XML, encoding="utf-8")
    assert next(iter(sniff(path))) == "excel"
    reader = opened(path)
    assert reader.header == HEADER
    assert cells(reader) == [CELLS[0], (5, "4711", "DELIVERED", None, "2")]


def test_the_table_of_a_page_is_read_with_its_merged_cells(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(PAGE.encode("utf-16"))
    assert next(iter(sniff(path))) == "excel"
    reader = opened(path)
    assert reader.header == ["Parcel", "Status", "Scanned Planned", "Scanned Actual"]
    assert cells(reader) == [
        (3, "00123", "ACCEPTED", None, "2026-03-04 05:06"),
        (4, "00123", "DELIVERED", "-", "2026-03-05 09:00"),
    ]


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ('<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p>', "16,384"),
        ('<table:table-row table:number-rows-repeated="9999999"><td>x', "rows"),
    ],
)
def test_a_cell_repeated_without_end_is_refused(tmp_path, tag, says):
    path = open_document(tmp_path / "a.ods", OPEN.replace("</table:table>", f"{tag}</table:table>"))
    with pytest.raises(InputError, match=says):
        opened(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html><body>please log in</body></html>", "web page or XML without a table"),
        (b"id,status\n1,2\n", "not a workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "cannot be read"),
    ],
)
def test_what_is_no_workbook_is_said(tmp_path, content, says):
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    assert "excel" not in sniff(path)
    with pytest.raises(InputError, match=says):
        opened(path)


@given(data=st.data())
def test_a_damaged_old_workbook_is_refused_or_read_and_never_crashes(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "a.xls"
    path.write_bytes(damaged(data, OLD.read_bytes(), 512))
    with contextlib.suppress(InputError):
        cells(opened(path))


@given(
    junk=st.lists(
        st.sampled_from(
            [
                "<td",
                "<tr>",
                "<table>",
                ">",
                "<td rowspan=3 colspan=9>",
                "x",
                "<!--",
                "-->",
                "</td>",
                "<script>",
                "</table>",
                '<Cell ss:Index="7">',
                '"',
                "&#0;",
            ]
        ),
        max_size=40,
    )
)
def test_a_damaged_page_is_refused_or_read_and_never_crashes(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("fuzz") / "a.xls"
    path.write_text(PAGE.replace("<tr><td>DELIVERED", "".join(junk)), encoding="utf-8")
    with contextlib.suppress(InputError):
        cells(opened(path))

"""A workbook with several sheets: a block for each that is a table."""

import datetime as dt
import tomllib

import pytest
import xlsxwriter

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats import READERS
from tallyclerk.ingest.inspect import inspect

SCANNED = dt.datetime(2026, 10, 1, 10)  # noqa: DTZ001 - a sheet knows no zones
FILED = dt.datetime(2026, 10, 20)  # noqa: DTZ001

SHEETS = {
    "Events": [
        ["ACME status report"],
        [],
        ["Tracking No", "Status", "Event Time (UTC)"],
        *(["P1", word, SCANNED] for word in ("Picked up", "Delivered")),
    ],
    "Claims": [
        ["Claim No", "Tracking No", "Type", "Filed on"],
        ["C1", "P1", "Loss", FILED],
    ],
    "Notes": [["please read"], ["thank you"]],
}


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "acme 2026-10.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"})
    for name, rows in SHEETS.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return path


def test_each_sheet_that_is_a_table_gets_a_block(workbook):
    found = inspect([workbook], None, workbook.parent)
    blocks = {block.name: block for group in found.groups for block in group.blocks}
    assert {name: block.table for name, block in blocks.items()} == {
        "acme_events": "events",
        "acme_claims": "claims",
    }
    assert blocks["acme_events"].partner == "acme"
    for name, block in blocks.items():
        source = Source.model_validate(tomllib.loads(block.toml)["sources"][name])
        reader = READERS["excel"].open(workbook, source)
        theirs = {c for named in source.columns.values() for c in [named] if isinstance(c, str)}
        assert theirs <= set(reader.header)

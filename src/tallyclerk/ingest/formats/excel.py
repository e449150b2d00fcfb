"""Excel workbooks (.xlsx): one sheet, its header found, its cells as exact as the sheet has them.

Row numbers are those of the sheet. A date cell is the date and time it shows, with no zone. A whole
number is written without a point, so that an id stays one; a number of sixteen digits or more has
lost its last ones in the sheet and is written as the damaged id that it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.header import (
    HEADER_ROWS,
    Heading,
    find_heading,
    found_names,
    mapped_names,
)
from tallyclerk.ingest.formats.reader import ROW, Batch, Traits
from tallyclerk.ingest.formats.workbook import check_parts, check_reach, is_workbook

BATCH_ROWS = 50_000
EXACT = 10**15
Row = Sequence[Any]


class ExcelReader:
    """One sheet of a workbook."""

    def __init__(
        self, sheet: python_calamine.CalamineSheet, heading: Heading, decimal: str
    ) -> None:
        """The rows below the header are read."""
        self._sheet = sheet
        self._heading = heading
        self._decimal = decimal
        self.traits = Traits()
        self.traits.note(f"sheet read: {sheet.name}; header in row {heading.last + 1}")
        self.header = heading.names

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the rows below the header with the given columns; rows without a cell are none."""
        wanted = sorted(set(columns))
        numbers: list[int] = []
        rows: list[Row] = []
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            if number <= self._heading.last + 1 or not any(cell != "" for cell in row):
                continue
            numbers.append(number)
            rows.append([row[column] for column in wanted])
            if len(rows) == BATCH_ROWS:
                yield self._batch(numbers, rows, wanted)
                numbers, rows = [], []
        yield self._batch(numbers, rows, wanted)

    def _batch(self, numbers: list[int], rows: list[Row], columns: Sequence[int]) -> Batch:
        turned: Sequence[Row] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        cells = {ROW: pl.Series(numbers, dtype=pl.Int64)}
        for column, values in zip(columns, turned, strict=True):
            texts = _texts(values, self._decimal)
            cells[str(column)] = pl.Series(texts, dtype=pl.String)
        return Batch(pl.DataFrame(cells))


def open_excel(path: Path, source: Source) -> ExcelReader:
    """Open a workbook.

    Raises:
        InputError: If it is none, is too large unpacked, or does not say which sheet is meant.
    """
    with _readable(path) as book:
        sheet = _chosen(book, path, source)
        return ExcelReader(sheet, _heading(sheet, source), source.decimal)


def sheets_of(path: Path) -> list[str]:
    """The visible sheets of a workbook that hold more than one row.

    Raises:
        InputError: If it cannot be read, or is too large unpacked.
    """
    with _readable(path) as book:
        return [sheet.name for sheet in _filled(book, path)]


@contextmanager
def _readable(path: Path) -> Iterator[python_calamine.CalamineWorkbook]:
    """A workbook that is safe to read; what the library cannot make of it is said in our words."""
    check_container(path, binary=True, is_workbook=True)
    check_parts(path)
    try:
        yield python_calamine.load_workbook(path)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        what = f"the workbook cannot be read ({str(error) or type(error).__name__})"
        how = "open it in Excel and save it again, without a password"
        raise InputError(what, how=how) from error


def _filled(
    book: python_calamine.CalamineWorkbook, path: Path
) -> list[python_calamine.CalamineSheet]:
    shown = python_calamine.SheetVisibleEnum.Visible
    visible = [meta.name for meta in book.sheets_metadata if meta.visible == shown]
    return [sheet for name in visible if (sheet := _sheet(book, path, name)).height > 1]


def _sheet(
    book: python_calamine.CalamineWorkbook, path: Path, name: str
) -> python_calamine.CalamineSheet:
    check_reach(path, name)
    return book.get_sheet_by_name(name)


def _chosen(
    book: python_calamine.CalamineWorkbook, path: Path, source: Source
) -> python_calamine.CalamineSheet:
    """The sheet that is declared, else the only visible one that holds anything.

    Raises:
        InputError: If there is no such sheet, or more than one.
    """
    if source.sheet is not None:
        return _sheet(book, path, _declared(book, source.sheet))
    filled = _filled(book, path)
    wanted = mapped_names(source)
    if len(filled) > 1 and wanted:
        fits = [sheet for sheet in filled if found_names(_top(sheet), wanted) == len(wanted)]
        filled = fits or filled
    if len(filled) != 1:
        names = [sheet.name for sheet in filled] or book.sheet_names
        how = f"declare sheet = one of {', '.join(map(repr, names))}"
        what = "several sheets hold data" if filled else "no visible sheet holds a table"
        raise InputError(f"{what}, and the source does not say which is meant", how=how)
    return filled[0]


def _declared(book: python_calamine.CalamineWorkbook, wanted: str | int) -> str:
    """The name of the sheet that the source names, or numbers from 1."""
    names = book.sheet_names
    if isinstance(wanted, int) and wanted <= len(names):
        return names[wanted - 1]
    if wanted not in names:
        how = f"its sheets are: {', '.join(names)}"
        raise InputError(f"the workbook has no sheet {wanted!r}", how=how)
    return str(wanted)


def _top(sheet: python_calamine.CalamineSheet) -> list[Row]:
    """The rows among which the header is looked for."""
    return [row for row, _ in zip(sheet.iter_rows(), range(HEADER_ROWS), strict=False)]


def _heading(sheet: python_calamine.CalamineSheet, source: Source) -> Heading:
    """The names of the columns.

    Raises:
        InputError: If no row has any.
    """
    heading = find_heading(_top(sheet), mapped_names(source))
    if heading is None:
        how = "name the columns in a first row"
        raise InputError("no row of the sheet looks like a header", how=how)
    return heading


def _texts(values: Row, decimal: str) -> list[str | None]:
    """Cells as text; a date in a column of times is its midnight."""
    has_times = any(isinstance(value, dt.datetime) for value in values)
    return [_text(value, decimal, has_times=has_times) for value in values]


def _text(value: Any, decimal: str, *, has_times: bool) -> str | None:
    if isinstance(value, str):
        return value or None
    if isinstance(value, float | int) and not isinstance(value, bool):
        if float(value).is_integer():
            return str(int(value)) if abs(value) < EXACT else f"{value:E}"
        return repr(value).replace(".", decimal)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date):
        return f"{value.isoformat()} 00:00:00" if has_times else value.isoformat()
    return str(value).lower() if value is not None else None


EXCEL = Format(
    open_excel,
    lambda head: (
        "an archive with the parts of an Excel workbook"
        if head.start.startswith(b"PK") and is_workbook(head.path)
        else None
    ),
)

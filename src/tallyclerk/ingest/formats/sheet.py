"""One sheet of a workbook as a reader: its header found, its cells as exact as the sheet has them.

Row numbers are those of the sheet. A date cell is the date and time it shows, with no zone. A whole
number is written without a point, so that an id stays one; a number of sixteen digits or more has
lost its last ones in the sheet and is written as the damaged id that it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import polars as pl

from tallyclerk.ingest.formats.header import HEADER_ROWS, Heading
from tallyclerk.ingest.formats.reader import ROW, Batch, Traits
from tallyclerk.ingest.formats.text import visible

BATCH_ROWS = 50_000
EXACT = 10**15
Row = Sequence[Any]


class Sheet(Protocol):
    """Rows of cells, all of the same width; "" is an empty cell."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def height(self) -> int:
        """How many rows it has."""
        ...

    def iter_rows(self) -> Iterator[Row]:
        """Its rows."""
        ...


class SheetReader:
    """One sheet of a workbook."""

    def __init__(self, sheet: Sheet, heading: Heading, decimal: str) -> None:
        """The rows below the header are read."""
        self._sheet = sheet
        self._heading = heading
        self._decimal = decimal
        self.traits = Traits()
        where = f"header in row {heading.last + 1}" if heading.last >= 0 else "no header"
        self.traits.told = f"sheet {sheet.name!r}, {where}"
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
            rows.append([row[column] if column < len(row) else "" for column in wanted])
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


def top_of(sheet: Sheet) -> list[Row]:
    """The rows among which the header is looked for."""
    return [row for row, _ in zip(sheet.iter_rows(), range(HEADER_ROWS), strict=False)]


def _texts(values: Row, decimal: str) -> list[str | None]:
    """Cells as text; a date in a column of times is its midnight."""
    has_times = any(isinstance(value, dt.datetime) for value in values)
    return [_text(value, decimal, has_times=has_times) for value in values]


def _text(value: Any, decimal: str, *, has_times: bool) -> str | None:
    if isinstance(value, str):
        return visible(value) or None
    if isinstance(value, float | int) and not isinstance(value, bool):
        if float(value).is_integer():
            return str(int(value)) if abs(value) < EXACT else f"{value:E}"
        return repr(value).replace(".", decimal)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date):
        return f"{value.isoformat()} 00:00:00" if has_times else value.isoformat()
    return str(value).lower() if value is not None else None

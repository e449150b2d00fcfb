"""Tables in which a number stands once, above the rows that it goes for: merged cells, header rows.

`fill_down = ["Shipment"]` names the columns. A row that could not be read, or has other columns, may have
held the next number: what is empty behind it stays empty, up to the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from tallyclerk.ingest.formats.header import places_of
from tallyclerk.ingest.formats.reader import ROW, Batch, Reader


class FilledReader:
    """A table whose empty cells in some columns hold what stands above them."""

    def __init__(self, reader: Reader, names: Sequence[str]) -> None:
        """Find the columns.

        Raises:
            InputError: If one of them is not there.
        """
        self._reader = reader
        self.header = reader.header
        self.traits = reader.traits
        self._places = frozenset(places_of(names, reader.header, "fill_down"))

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the file with the given columns."""
        above = {str(place): _Above() for place in sorted(self._places.intersection(columns))}
        for batch in self._reader.batches(columns):
            filled = [above[name].fill(batch, name) for name in above]
            yield replace(batch, cells=batch.cells.with_columns(filled))


class _Above:
    """What stands above the rows of a batch in one column."""

    def __init__(self) -> None:
        self._value: str | None = None
        self._row = 0
        self._unread = 0

    def fill(self, batch: Batch, name: str) -> pl.Series:
        """The cells of a column, the empty ones filled; remember the last for the next batch."""
        texts, rows = batch.cells[name].str.strip_chars(), batch.cells[ROW]
        is_told = (texts != "").fill_null(value=False)
        values = texts.set(~is_told, None).forward_fill()
        values = values.set(values.is_null(), self._value)
        told_at = rows.set(~is_told, None).forward_fill().fill_null(self._row)
        others = pl.concat([batch.bad[ROW], batch.left_out[ROW]]).sort()
        unread = pl.concat([pl.Series([self._unread], dtype=pl.Int64), others])
        before = unread.gather(unread.search_sorted(rows, side="left") - 1)
        if len(rows):
            self._value, self._row = values[-1], told_at[-1]
        self._unread = int(unread[-1])
        return values.set(before > told_at, None).alias(name)

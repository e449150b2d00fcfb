"""The texts of one batch, column by column: trimmed, and nothing where a cell says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.ids import unmarked
from tallyclerk.ingest.plan import Binding

NULLS = (
    *("", "-", "--", "null", "NULL", "Null", "none", "None", "NONE", "n/a", "N/A", "#N/A"),
    *("nan", "NaN", "NAN", "nil", "NIL", r"\N", "NaT", "#REF!", "#VALUE!"),
)
"""Texts that say "no value". "NA" is not among them: it is Namibia."""


class Texts:
    """One batch of a file, or of several that are read together, seen through their binding.

    Every method returns one value per row.
    """

    def __init__(self, frame: pl.DataFrame, binding: Binding, null_values: Sequence[str]) -> None:
        """Serve the rows of a frame; `null_values` say "no value" beside the usual ones."""
        self.binding = binding
        self.frame = frame
        self._nulls = [*NULLS, *null_values]
        self._longest_null = max(len(text.encode()) for text in self._nulls)

    @property
    def rows(self) -> pl.Series:
        """Row numbers."""
        return self.frame[ROW]

    def has(self, ours: str) -> bool:
        """Whether the file has a column of ours."""
        return ours in self.binding.columns

    def text(self, ours: str, separator: str = " ") -> pl.Series:
        """Trimmed texts; null where the cell says nothing or the column is not there."""
        return self._joined(self.parts(ours), separator)

    def at(self, place: int | None) -> pl.Series:
        """Trimmed texts of the column at a position of the header."""
        if place is None:
            return self.empty()
        values = self.frame[str(place)].str.strip_chars()
        shortest = values.str.len_bytes().min()
        if isinstance(shortest, int) and shortest > self._longest_null:
            return values
        return values.set(values.is_in(self._nulls), None)

    def joined(self, date: int, clock: int | None) -> pl.Series:
        """Dates with the times of day in another column; nothing where there is no date."""
        dates = self.at(date)
        if clock is None:
            return dates
        both = self._joined([dates, self.at(clock)], " ")
        return both.set(dates.is_null(), None)

    def empty(self, dtype: pl.DataType | type[pl.DataType] = pl.String) -> pl.Series:
        """A column without values."""
        return pl.Series("", dtype=dtype).clear(len(self.frame))

    def parts(self, ours: str) -> list[pl.Series]:
        """Trimmed texts of each column that a column of ours is made of."""
        return [unmarked(self.at(place)) for place in self.binding.columns.get(ours, ())]

    def joined_id(self, parts: Sequence[pl.Series]) -> pl.Series:
        """An id; one that is made of several columns needs them all."""
        if len(parts) < 2:  # noqa: PLR2004 - nothing to join
            return parts[0] if parts else self.empty()
        frame = pl.DataFrame({str(n): part for n, part in enumerate(parts)})
        return frame.select(pl.concat_str(pl.all(), separator="/")).to_series()

    def _joined(self, parts: Sequence[pl.Series], separator: str) -> pl.Series:
        if len(parts) < 2:  # noqa: PLR2004 - nothing to join
            return parts[0] if parts else self.empty()
        frame = pl.DataFrame({str(n): part for n, part in enumerate(parts)})
        joined = pl.concat_str(pl.all(), separator=separator, ignore_nulls=True)
        return frame.select(pl.when(joined != "").then(joined)).to_series()


def first_told(cells: pl.DataFrame) -> pl.Series:
    """What each row begins with: the first of its cells that says something."""
    told = pl.col(pl.String).exclude(ROW).str.strip_chars()
    first = pl.coalesce(pl.when(~told.is_in(NULLS)).then(told))
    return cells.select(first.alias("")).to_series()

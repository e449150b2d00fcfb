"""What every format offers: the names of a file's columns, and batches of its cells as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

ROW = "__row"
BAD_ROWS = pl.Schema({ROW: pl.Int64, "rule": pl.String, "raw": pl.String})
LEFT_OUT = pl.Schema({ROW: pl.Int64, "column": pl.String, "word": pl.String})
_NO_BAD_ROWS = pl.DataFrame(schema=BAD_ROWS)
_NONE_LEFT_OUT = pl.DataFrame(schema=LEFT_OUT)


def outside(column: int) -> str:
    """The name of the column that tells for which rows together another one is told."""
    return f"{column}@"


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    Attributes:
        cells: One row per record: `__row` (its number in the file) and the wanted columns as text,
            named by their position in the header ("0", "7"). Of a column that is told once for several
            records, `outside` names another one, in which these have the same number.
        bad: One row per record that has no cells: number, rule, and what can be shown of it.
        left_out: One row per record of a kind that is not read: number, and what a column of `where` says.
    """

    cells: pl.DataFrame
    bad: pl.DataFrame = field(default_factory=lambda: _NO_BAD_ROWS)
    left_out: pl.DataFrame = field(default_factory=lambda: _NONE_LEFT_OUT)

    @property
    def rows(self) -> int:
        """Data rows in this batch, good and bad, and those that are not read."""
        return self.cells.height + self.bad.height + self.left_out.height


@dataclass
class Traits:
    """What was found out about a file while reading it."""

    encoding: str | None = None
    delimiter: str | None = None
    line_end: str | None = None
    tells_offsets: bool = False
    """Whether every time of such a file should carry its offset."""
    told: str | None = None
    """Where in the file the table was found, where that is not plain to see."""
    notes: dict[str, int] = field(default_factory=dict)
    met: set[tuple[str, str]] = field(default_factory=set)
    """The words of `where` that rows have, with their columns."""

    def note(self, text: str, count: int = 1) -> None:
        """Count a remark."""
        self.notes[text] = self.notes.get(text, 0) + count


class Reader(Protocol):
    """An opened file; `batches` may be called more than once."""

    @property
    def header(self) -> Sequence[str]:
        """Names of the columns."""
        ...

    @property
    def traits(self) -> Traits:
        """What was found out about the file."""
        ...

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the file with the given columns (positions in the header)."""
        ...

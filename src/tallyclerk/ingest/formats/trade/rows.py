"""Rows of messages → a `Reader`: our column names as the header, batches of text cells."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.reader import BAD_ROWS, ROW, Batch, Traits

BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Row:
    """One observation: its place in the file, and its cells by our column.

    Attributes:
        number: Line, segment or record it stands at.
        cells: Texts by our column; a column that is not there says nothing.
        problem: Why it is no row, or "".
    """

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""


Parse = Callable[[Path, Source, Traits], Iterable[Row]]


class MessageReader:
    """A file of messages, seen as a table with our own column names."""

    def __init__(self, path: Path, source: Source, parse: Parse, columns: Sequence[str]) -> None:
        """`columns` are those `parse` may fill."""
        self._path = path
        self._source = source
        self._parse = parse
        self.header = columns_of(source, columns)
        self.traits = Traits()

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the file with the given columns."""
        self.traits.notes.clear()
        names = {place: self.header[place] for place in sorted(set(columns))}
        rows = iter(self._parse(self._path, self._source, self.traits))
        while part := list(itertools.islice(rows, BATCH_ROWS)):
            yield _batch(part, names)


def columns_of(source: Source, columns: Sequence[str]) -> list[str]:
    """The columns of a format, but for those that the source says once for all rows."""
    said = {"partner_id": source.partner, "role": source.role}
    return [name for name in columns if said.get(name) is None]


def _batch(rows: Sequence[Row], names: dict[int, str]) -> Batch:
    good = [row for row in rows if not row.problem]
    cells = {ROW: pl.Series([row.number for row in good], dtype=pl.Int64)}
    for place, name in names.items():
        cells[str(place)] = pl.Series([row.cells.get(name) for row in good], dtype=pl.String)
    bad = [(row.number, "message", row.problem) for row in rows if row.problem]
    return Batch(pl.DataFrame(cells), pl.DataFrame(bad, schema=BAD_ROWS, orient="row"))


def grams(text: str, unit: float) -> str:
    """A weight in whole grams; as it stands where it is no number, so that the cell is refused.

    Args:
        text: The weight, with a point or a comma.
        unit: Grams of one unit.
    """
    try:
        weight = float(text.replace(",", ".")) * unit
    except ValueError:
        return text
    return str(round(weight)) if math.isfinite(weight) else text

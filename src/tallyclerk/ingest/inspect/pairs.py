"""Codes with the texts beside them, read a second time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.inspect.again import batches_of
from tallyclerk.ingest.inspect.column import MAX_WORDS
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.profile import MAX_LENGTH
from tallyclerk.ingest.texts import NULLS
from tallyclerk.ingest.times.candidates import Place


@dataclass(frozen=True)
class Pair:
    """A code with the text beside it, how many rows have them, and the first."""

    code: str
    text: str | None
    rows: int
    first: Place


def pairs_of(group: Group, code: str, text: str) -> list[Pair] | None:
    """Codes with the texts beside them, in order of appearance; None where there are too many."""
    found: dict[tuple[str, str | None], tuple[int, Place]] = {}
    for number, file in enumerate(group.files):
        for cells, places in batches_of(file, group.sheet, (code, text)):
            for known, said, rows, row in _pairs(cells, *places):
                count, first = found.get((known, said), (0, Place(number, row, known)))
                found[known, said] = count + rows, first
            if len(found) > MAX_WORDS:
                return None
    return [Pair(known, said, *told) for (known, said), told in found.items()]


def _pairs(cells: pl.DataFrame, code: int, text: int) -> Iterator[tuple[str, str | None, int, int]]:
    columns = [
        pl.col(str(place)).str.slice(0, MAX_LENGTH).str.strip_chars().alias(name)
        for name, place in (("code", code), ("text", text))
    ]
    frame = cells.select(*columns, pl.col(ROW)).filter(~pl.col("code").is_in(NULLS))
    frame = frame.with_columns(pl.col("text").replace(dict.fromkeys(NULLS)))
    counted = frame.group_by("code", "text").agg(pl.len(), pl.col(ROW).min())
    yield from counted.sort(ROW).iter_rows()

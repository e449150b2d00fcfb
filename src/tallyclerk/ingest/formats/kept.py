"""Exports with rows of several kinds, of which only some are read.

`where = { record_type = ["D"] }` names columns and what they say in the rows to read. The others are left
out before anything in them is looked at, and each is counted by what the first such column says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from tallyclerk.ingest.formats.header import places_of
from tallyclerk.ingest.formats.reader import LEFT_OUT, ROW, Batch, Reader
from tallyclerk.ingest.vocabulary import by_word, folded


class KeptReader:
    """The rows of a file whose columns say what is asked for."""

    def __init__(self, reader: Reader, where: Mapping[str, Sequence[str]]) -> None:
        """Find the columns.

        Raises:
            InputError: If one of them is not there.
        """
        self._reader = reader
        self.header = reader.header
        self.traits = reader.traits
        places = places_of(where, reader.header, "where")
        self._asked = [
            (place, name, {folded(word): word for word in words})
            for place, (name, words) in zip(places, where.items(), strict=True)
        ]

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the rows with the given columns."""
        places = {place for place, _, _ in self._asked}
        beside = [str(place) for place in sorted(places.difference(columns))]
        for batch in self._reader.batches(sorted(places.union(columns))):
            kept = self._kept(batch)
            yield replace(kept, cells=kept.cells.drop(beside))

    def _kept(self, batch: Batch) -> Batch:
        cells, left_out = batch.cells, [batch.left_out]
        for place, name, words in self._asked:
            said = cells[str(place)].fill_null("")
            found = by_word(said, lambda text: words.get(folded(text)))  # noqa: B023 - called at once
            self.traits.met |= {(name, word) for word in found.unique().drop_nulls()}
            is_other = found.is_null()
            if is_other.any():
                others = cells.filter(is_other).select(
                    ROW, column=pl.lit(name), word=said.filter(is_other).str.strip_chars()
                )
                left_out.append(others.cast(LEFT_OUT))
                cells = cells.filter(~is_other)
        return replace(batch, cells=cells, left_out=pl.concat(left_out))

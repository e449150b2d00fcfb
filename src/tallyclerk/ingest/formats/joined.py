"""Several opened files with the same columns as one, see `tallyclerk.ingest.together`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tallyclerk.ingest.formats.reader import ROW, Batch, Reader, Traits
from tallyclerk.ingest.together import SPAN


class Joined:
    """Files with the same columns as one."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        """Take opened files, none of which is large unless it is the only one."""
        self._readers = readers
        self._held: list[Batch] | None = None

    @property
    def header(self) -> Sequence[str]:
        """Names of the columns."""
        return self._readers[0].header

    @property
    def traits(self) -> Traits:
        """What was found out about the first file: here counts only what goes for all."""
        return self._readers[0].traits

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the only file, or take several as one batch.

        It is held: whoever asks again asks for columns that it has.
        """
        if len(self._readers) == 1:
            yield from self._readers[0].batches(columns)
            return
        if self._held is None:
            told = [(n, batch) for n, r in enumerate(self._readers) for batch in r.batches(columns)]
            self._held = [_joined(told)] if told else []
        yield from self._held


def _joined(told: Sequence[tuple[int, Batch]]) -> Batch:
    """Batches as one, each with the number of its file."""
    cells = [(number, batch.cells) for number, batch in told]
    others = {
        name: _numbered(parts)
        for name in ("bad", "left_out")
        if (parts := [(n, part) for n, batch in told if len(part := getattr(batch, name))])
    }
    return Batch(_numbered(cells), **others)


def _numbered(parts: Sequence[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
    before = pl.concat(pl.Series([n * SPAN]).new_from_index(0, len(part)) for n, part in parts)
    frames = [part for _, part in parts]
    return pl.concat(frames, how="diagonal").with_columns(pl.col(ROW) + before)

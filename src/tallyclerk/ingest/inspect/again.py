"""Reads some columns of a file that was read before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tallyclerk.ingest.ids import totals
from tallyclerk.ingest.inspect.group import File
from tallyclerk.ingest.inspect.opening import open_any
from tallyclerk.ingest.zipped import on_disk


def batches_of(
    file: File, sheet: str | None, names: Sequence[str]
) -> Iterator[tuple[pl.DataFrame, list[int]]]:
    """Stream the columns of these names, without rows that add up others or repeat the header.

    Yields:
        Cells, and the places of the columns in them.
    """
    with on_disk(file.path) as copy:
        reader = open_any(copy, file.encoding, sheet).reader
        header = list(reader.header)
        if not set(names) <= set(header):
            return  # not all files of a feed have all of its columns
        places = [header.index(name) for name in names]
        for batch in reader.batches([0, *places]):
            first = batch.cells["0"].str.strip_chars()
            is_none = totals(first) | (first == header[0]).fill_null(value=False)
            yield batch.cells.filter(~is_none) if is_none.any() else batch.cells, places

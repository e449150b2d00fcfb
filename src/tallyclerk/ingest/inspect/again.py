"""Reads some columns of a file that was read before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tallyclerk.ingest.formats.reader import Batch
from tallyclerk.ingest.inspect.group import File
from tallyclerk.ingest.inspect.opening import open_any
from tallyclerk.ingest.zipped import on_disk


def batches_of(
    file: File, sheet: str | None, names: Sequence[str]
) -> Iterator[tuple[Batch, list[int]]]:
    """Stream the columns of these names; with each batch, the places of the columns in its cells."""
    with on_disk(file.path) as copy:
        reader = open_any(copy, file.encoding, sheet).reader
        places = [list(reader.header).index(name) for name in names]
        for batch in reader.batches(places):
            yield batch, places

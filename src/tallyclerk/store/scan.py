"""Reading data files: of one that several segments share, only the rows of those that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import polars as pl

from tallyclerk.domain.tables import Schema
from tallyclerk.store.frames import rows_of
from tallyclerk.store.layout import SEGMENT, is_pack, mark_of, path_of, segment_of
from tallyclerk.store.manifest import Segment


def scan(root: Path, told: Iterable[tuple[Segment, str]], schema: Schema) -> pl.LazyFrame:
    """The rows of some segments in data files of one table.

    Args:
        root: The store.
        told: Segments, each with the path of a file that has rows of it.
        schema: The columns asked for, `segment` may be one of them.
    """
    own: set[str] = set()
    packs: set[str] = set()
    marks: set[int] = set()
    for segment, path in told:
        if is_pack(path):
            packs.add(path)
            # All rows of a table that a segment has in a bucket are in one pack, or none is.
            marks.add(mark_of(segment.id))
        else:
            own.add(path)
    frames = []
    if own:
        frames.append(_files(root, own))
    if packs:
        frames.append(_files(root, packs).filter(pl.col(SEGMENT).is_in(sorted(marks))))
    return pl.concat(
        frame.select(schema.keys()) for frame in frames or [pl.LazyFrame(schema=schema)]
    )


def told_in(segments: Iterable[Segment], table: str) -> Iterator[tuple[Segment, str]]:
    """The data files in which exports name shipments themselves, of one table."""
    for segment in segments:
        for path in segment.files:
            if path.startswith(f"{table}/"):
                yield segment, path


def held_in(
    segments: Iterable[Segment], parts: Collection[str] | None
) -> Iterator[tuple[Segment, str]]:
    """The data files of segments, each with its segment; with parts of them, those that are meant."""
    if parts is None:
        for segment in segments:
            for path in (*segment.files, *segment.resolved):
                yield segment, path
    else:
        by_id = {segment.id: segment for segment in segments}
        for part in sorted(parts):
            yield by_id[segment_of(part)], path_of(part)


def _files(root: Path, paths: Iterable[str]) -> pl.LazyFrame:
    # One scan of all files: a plan of hundreds of scans takes longer than their rows.
    return rows_of([root / path for path in sorted(paths)], extra_columns="ignore")

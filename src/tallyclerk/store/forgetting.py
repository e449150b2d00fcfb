"""Rows of segments that are forgotten leave the files that they share with others."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tallyclerk.store.files import sync_files, write_frame
from tallyclerk.store.frames import frame_of
from tallyclerk.store.layout import SEGMENT, is_pack, mark_of
from tallyclerk.store.manifest import Segment
from tallyclerk.store.segments import pack_stem


def without(
    root: Path, segments: Sequence[Segment], gone: Sequence[Segment]
) -> tuple[Segment, ...]:
    """Segments that stay, their packs written anew where segments that go had rows in them.

    The former files stay until no manifest names them.

    Args:
        root: The store.
        segments: Those that stay.
        gone: Those that go.
    """
    left = {path for segment in gone for path in segment.files if is_pack(path)}
    sharing: dict[str, list[str]] = defaultdict(list)
    for segment in segments:
        for path in left.intersection(segment.files):
            sharing[path].append(segment.id)
    anew = {path: _written(root, path, ids) for path, ids in sorted(sharing.items())}
    sync_files([root / path for path in anew.values()])
    return tuple(
        dataclasses.replace(segment, files=tuple(sorted(anew.get(p, p) for p in segment.files)))
        for segment in segments
    )


def _written(root: Path, path: str, segment_ids: Sequence[str]) -> str:
    """A pack with the rows of some segments only; its path."""
    folder, _, name = path.rpartition("/")
    stem, _, number = name.rpartition("-")
    anew = f"{folder}/{pack_stem([stem, *segment_ids])}-{number}"
    marks = [mark_of(segment_id) for segment_id in segment_ids]
    write_frame(root / anew, frame_of(root / path).filter(pl.col(SEGMENT).is_in(marks)))
    return anew

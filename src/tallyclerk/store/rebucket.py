"""A ledger of other hashes or fewer buckets: rows move to their buckets, ids are made anew.

New files stand beside the old ones until a manifest names them, so that a crash leaves the old
ledger or the new one.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tallyclerk.domain.tables import EVENT_IDENTITY
from tallyclerk.store.corrections import TABLE as CORRECTIONS
from tallyclerk.store.frames import frame_of
from tallyclerk.store.hashing import canary, row_hash
from tallyclerk.store.layout import ROW, SEGMENT, is_pack, mark_of
from tallyclerk.store.manifest import Segment
from tallyclerk.store.parts import TABLE as PARTS
from tallyclerk.store.segments import DataFiles, pack_stem

_BUCKET = "/bucket="
_ByMark = Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Moving:
    """Writes the data files of segments anew, of those that share packs together.

    Attributes:
        root: The store.
        is_ours: Whether today's hashes made its buckets and ids.
        groups: Segments that share packs, see `sharing`.
        bucket_count: The buckets that there will be.
    """

    root: Path
    is_ours: bool
    groups: Sequence[Sequence[Segment]]
    bucket_count: int

    def __call__(self, number: int) -> list[Segment]:
        """The segments of a group as they will be; under other hashes, references want resolving again."""
        group = self.groups[number]
        tag = hashlib.sha256(f"{canary()} {self.bucket_count}".encode()).hexdigest()[:8]
        packs = {path for segment in group for path in segment.files if is_pack(path)}
        packed = self._written(packs, pack_stem([tag, *(segment.id for segment in group)]))
        return [
            dataclasses.replace(
                segment,
                files=self._moved(segment, segment.files, tag, packed),
                resolved=self._moved(segment, segment.resolved, f"{tag}-resolved", {}),
                resolved_digest=segment.resolved_digest if self.is_ours else "",
            )
            for segment in group
        ]

    def _moved(
        self, segment: Segment, paths: Sequence[str], name: str, packed: _ByMark
    ) -> tuple[str, ...]:
        """The files of a segment in their buckets; those that belong to none stay."""
        flat = [path for path in paths if _BUCKET not in path]
        own = [path for path in paths if _BUCKET in path and not is_pack(path)]
        moved, mark = self._written(own, f"{segment.id}-{name}"), mark_of(segment.id)
        return tuple(sorted([*flat, *packed.get(mark, ()), *moved.get(mark, ())]))

    def _written(self, paths: Collection[str], stem: str) -> _ByMark:
        """The rows of data files in other ones, which are named by the marks of their segments."""
        batches: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path in sorted(paths):
            table, _, name = path.partition(_BUCKET)
            batches[table, name.rpartition("-")[2]].append(path)
        are_named = any(table in {CORRECTIONS, PARTS} for table, _ in batches)
        files = DataFiles(self.root, stem, self.bucket_count)
        renamed = [pl.DataFrame(schema={"event_id": pl.Int64, "anew": pl.Int64})]
        # Events first: what is said of corrections and parts names them by their ids.
        for (table, _), parts in sorted(
            batches.items(), key=lambda item: (item[0][0] != "events", item)
        ):
            rows = pl.concat([frame_of(self.root / part) for part in parts])
            rows = rows.sort(SEGMENT, ROW, maintain_order=True)
            if table == "events":
                anew = row_hash(rows, EVENT_IDENTITY)
                if are_named:
                    renamed.append(rows.select("event_id", anew.alias("anew")).unique())
                rows = rows.with_columns(anew.alias("event_id"))
            elif table in {CORRECTIONS, PARTS}:
                rows = rows.join(pl.concat(renamed).unique("event_id"), on="event_id", how="left")
                rows = rows.with_columns(event_id="anew").drop("anew")
            files.write_bucketed(table, rows)
        files.flush()
        return files.by_mark


def sharing(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Segments in groups that share packs; most of large ones are alone."""
    groups: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        packs = (path.rpartition("/")[2] for path in segment.files if is_pack(path))
        groups[next((name.rpartition("-")[0] for name in packs), segment.id)].append(segment)
    return list(groups.values())

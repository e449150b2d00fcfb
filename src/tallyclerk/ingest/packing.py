"""Which files are read one after the other, by one process, into data files that they share.

It follows from the files alone, so that the same exports give the same ledger whatever reads them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tallyclerk import workers
from tallyclerk.errors import InputError
from tallyclerk.ingest.lots import read_segments
from tallyclerk.ingest.plan import Plan
from tallyclerk.ingest.room import unpacked_bytes
from tallyclerk.ingest.segment import Job
from tallyclerk.ingest.todo import Unread
from tallyclerk.progress import Progress
from tallyclerk.store import Failure, Segment
from tallyclerk.store.layout import mark_of
from tallyclerk.store.segments import Pack

LEAST_BYTES, MOST_BYTES = 8 * 2**20, 64 * 2**20
"""Size of the files of a pack, unless a single one is larger."""
LOT_BYTES = 2 * 2**20
"""Size of the files that are read together, unless a single one is larger."""
SHARES = 32
"""Packs that are enough for all processes to have work until the end."""


def packs_of(unread: Sequence[Unread]) -> list[list[Unread]]:
    """Files that follow one another, in packs."""
    sizes = [unpacked_bytes([each]) for each in unread]
    most = min(max(sum(sizes) // SHARES, LEAST_BYTES), MOST_BYTES)
    return workers.lots(zip(unread, sizes, strict=True), most)


@dataclass(frozen=True)
class Reading:
    """Reads the files of packs by their number; a process of its own tells no progress."""

    packs: Sequence[Sequence[Unread]]
    plans: Mapping[str, Plan]
    root: Path
    bucket_count: int
    progress: Progress

    def __call__(self, number: int) -> list[Segment | Failure]:
        """What each file of a pack gave."""
        unread = self.packs[number]
        pack = Pack(self.root, [each.segment_id for each in unread], self.bucket_count)
        read = [each for lot in _lots(unread) for each in self._read(lot, pack)]
        return list(_completed(read, pack))

    def _read(self, unread: Sequence[Unread], pack: Pack) -> Iterator[Segment | Failure]:
        found = read_segments([self._job(each) for each in unread], pack)
        for each in unread:
            what = found[each.segment_id]
            yield each.failed(what) if isinstance(what, InputError) else what

    def _job(self, unread: Unread) -> Job:
        export = unread.export
        return Job(
            plan=self.plans[export.source],
            path=export.path,
            file=export.file,
            file_digest=unread.file_digest,
            segment_id=unread.segment_id,
            on_rows=_Rows(self.progress, export.file),
        )


def _lots(unread: Sequence[Unread]) -> Iterator[list[Unread]]:
    """Files of a pack that are small and of one source, together."""
    for _, files in groupby(unread, lambda each: each.export.source):
        yield from workers.lots(((each, unpacked_bytes([each])) for each in files), LOT_BYTES)


def _completed(read: Sequence[Segment | Failure], pack: Pack) -> Iterator[Segment | Failure]:
    """Segments with the files that they share."""
    shared = pack.finish()
    for each in read:
        if isinstance(each, Segment):
            files = sorted([*each.files, *shared.get(mark_of(each.id), ())])
            yield dataclasses.replace(each, files=tuple(files))
        else:
            yield each


class _Rows:
    """Tells how many rows of a file are read."""

    def __init__(self, progress: Progress, file: str) -> None:
        self._progress = progress
        self._file = file
        self._rows = 0

    def __call__(self, rows: int) -> None:
        self._rows += rows
        self._progress(f"rows of {self._file}", self._rows, None)

"""Files of one source → segments: those that are small are read together, as many as are alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import Reader, open_export
from tallyclerk.ingest.formats.text import WrongEncodingError
from tallyclerk.ingest.segment import FilesReader, Job
from tallyclerk.ingest.together import Apart
from tallyclerk.ingest.zipped import on_disk
from tallyclerk.store.manifest import Segment
from tallyclerk.store.segments import Pack


@dataclass(frozen=True)
class _Opened:
    """A file that is ready to be read."""

    job: Job
    path: Path
    reader: Reader

    @property
    def kind(self) -> tuple[object, ...]:
        """What files that are read together have in common."""
        return (*self.reader.header, self.reader.traits.tells_offsets)


Found = dict[str, Segment | InputError]
"""What was made of files, or why they cannot be used as a whole, by the id of their segment."""


def read_segments(jobs: Sequence[Job], pack: Pack) -> Found:
    """Read files of one source and write their rows into the store, or leave them to a pack.

    Args:
        jobs: The files. Several are read together, so none of those may be large.
        pack: Where rows go that are few.

    Returns:
        The segments, with the files that they do not share.
    """
    found: Found = {}
    with ExitStack() as stack:
        kinds: defaultdict[tuple[object, ...], list[_Opened]] = defaultdict(list)
        for job in jobs:
            try:
                path = stack.enter_context(on_disk(job.path))
                opened = _open(job, path, job.plan.source.encoding)
            except InputError as error:
                found[job.segment_id] = error
            else:
                kinds[opened.kind].append(opened)
        for files in kinds.values():
            found |= _together(files, pack)
    return found


def _open(job: Job, path: Path, encoding: str | None) -> _Opened:
    while True:
        source = job.plan.source.model_copy(update={"encoding": encoding})
        try:
            return _Opened(job, path, open_export(path, source))
        except WrongEncodingError as error:
            encoding = error.better


def _together(files: Sequence[_Opened], pack: Pack) -> Found:
    """Read files with the same columns, as many together as can be."""
    if len(files) == 1:
        return {files[0].job.segment_id: _alone(files[0], pack)}
    try:
        return {segment.id: segment for segment in _read(files, pack)}
    except Apart as told:
        lots = told.lots(files)
    except (InputError, WrongEncodingError):  # by halves, until the one that it is about is alone
        half = len(files) // 2
        lots = [[*files[:half]], [*files[half:]]]
    return {key: each for lot in lots for key, each in _together(lot, pack).items()}


def _read(files: Sequence[_Opened], pack: Pack) -> list[Segment]:
    return FilesReader([f.job for f in files], [f.reader for f in files], pack).read()


def _alone(file: _Opened, pack: Pack) -> Segment | InputError:
    try:
        while True:
            try:
                (segment,) = _read([file], pack)
            except WrongEncodingError as error:
                file = _open(file.job, file.path, error.better)
            else:
                return segment
    except InputError as error:
        return error

"""Files under one source block → segments: data files and the counts of their manifest entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tallyclerk.ingest.cells import Cells
from tallyclerk.ingest.events import event_rows
from tallyclerk.ingest.formats import Batch, Reader
from tallyclerk.ingest.formats.joined import Joined
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.ids import KIND_OF_COLUMN, SHIPMENT, by_kind
from tallyclerk.ingest.plan import Plan
from tallyclerk.ingest.statements import links, reference_rows, statement_rows
from tallyclerk.ingest.tallies import FileTally, Tally, Words
from tallyclerk.ingest.times import TimeColumn
from tallyclerk.ingest.times.columns import time_columns
from tallyclerk.ingest.times.order import in_proved_order
from tallyclerk.ingest.together import apart, counted, file_of
from tallyclerk.store.layout import KEY, LINKS, OFFSETS, REJECTS, pending_folder
from tallyclerk.store.manifest import Segment, Status
from tallyclerk.store.rows import write_known
from tallyclerk.store.segments import Pack, SegmentWriter

OnRows = Callable[[int], None]
_FILE = "__file"
_HELD = 500_000
"""References that are held of files, to tell which of them are told again; up to twice as many."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A file to read, the identity its segment will have, and who is told of its rows."""

    plan: Plan
    path: Path
    file: str
    file_digest: str
    segment_id: str
    on_rows: OnRows


@dataclass
class _Span:
    """Earliest and latest occurred_at so far."""

    first: dt.datetime | None = None
    last: dt.datetime | None = None

    def add(self, times: pl.Series) -> None:
        low, high = times.min(), times.max()
        if isinstance(low, dt.datetime) and isinstance(high, dt.datetime):
            self.first = min(low, self.first or low)
            self.last = max(high, self.last or high)


@dataclass
class _References:
    """References seen, each once in a file; of a large one, once among as many as are held."""

    frames: list[pl.DataFrame] = field(default_factory=list)

    def add(self, frame: pl.DataFrame) -> None:
        if not frame.is_empty():
            marked = frame.with_columns(file_of(pl.col("source_row")).alias(_FILE))
            self.frames.append(self._once(marked))

    def too_many(self) -> pl.DataFrame | None:
        """All that are held, where these are too many: they are held no longer."""
        if sum(map(len, self.frames)) < 2 * _HELD:
            return None
        told = self.taken()
        if told is None or len(told) > _HELD:
            return told
        self.frames = [told]
        return None

    def taken(self) -> pl.DataFrame | None:
        """All that are held: they are held no longer."""
        frames, self.frames = self.frames, []
        return self._once(pl.concat(frames).sort("source_row")) if frames else None

    def _once(self, frame: pl.DataFrame) -> pl.DataFrame:
        key = [name for name in frame.columns if name != "source_row"]
        return frame.unique(key, keep="first", maintain_order=True)


@dataclass(frozen=True)
class _Writers:
    """Writers of the segments of files that are read together, each for the rows of its own."""

    of: Sequence[SegmentWriter]

    def write_bucketed(self, table: str, frame: pl.DataFrame) -> None:
        for number, part in apart(frame, "source_row"):
            self.of[number].write_bucketed(table, part)

    def write_flat(self, folder: str, frame: pl.DataFrame, rows: str = "source_row") -> None:
        for number, part in apart(frame, rows):
            self.of[number].write_flat(folder, part)


class FilesReader:
    """The state of reading some files with the same columns together, or one alone."""

    def __init__(self, jobs: Sequence[Job], readers: Sequence[Reader], pack: Pack) -> None:
        """Take the files with the reader of each.

        Raises:
            InputError: If they have not the columns that their source says.
        """
        self._jobs = jobs
        self._readers = readers
        self._plan = jobs[0].plan
        self._reader = Joined(readers)
        self._binding = self._plan.bind(self._reader.header)
        self._tally = Tally(self._plan.name, [job.file for job in jobs])
        self._writers = _Writers(
            [SegmentWriter(pack.root, job.segment_id, pack.bucket_count, pack=pack) for job in jobs]
        )
        self._references = _References()
        self._spans = [_Span() for _ in jobs]

    def read(self) -> list[Segment]:
        """Read the files and write their rows into the store, or leave them to the pack.

        Returns:
            The segment of each, with the files that it does not share.

        Raises:
            InputError: If one of them as a whole cannot be used.
            WrongEncodingError: If one of them is not in the encoding assumed.
            Apart: If they cannot be read together.
        """
        tells_offsets = self._reader.traits.tells_offsets
        times = dict(time_columns(self._plan, self._binding, tells_offsets=tells_offsets))
        for batch in in_proved_order(self._reader, self._binding, times):
            self._take(Cells(batch, self._binding, self._plan, self._tally), times)
            for number, rejects in self._tally.take_rejects():
                self._writers.of[number].write_flat(REJECTS, rejects)
            self._count(batch)
            self._write_references(self._references.too_many())
        self._write_references(self._references.taken())
        self._writers.write_flat(OFFSETS, self._tally.offsets.summed(), "first_row")
        return [self._segment(number, times.values()) for number in range(len(self._jobs))]

    def _take(self, cells: Cells, times: dict[str, TimeColumn]) -> None:
        table = self._plan.source.table
        references = reference_rows(cells, self._plan, self._binding, times)
        if table != "references":
            self._references.add(references)
        if table == "events":
            rows = event_rows(cells, self._plan, self._binding, self._tally, times)
            for number, part in apart(rows.select("source_row", "occurred_at"), "source_row"):
                self._spans[number].add(part["occurred_at"])
        elif table == "references":
            rows = references
            silent = cells.rows.to_frame("source_row").join(rows, on="source_row", how="anti")
            self._tally.meet_silent(silent["source_row"])
        else:
            rows = statement_rows(cells, self._plan, self._tally, times)
        self._write(table, rows)

    def _count(self, batch: Batch) -> None:
        self._tally.meet_left_out(batch.left_out)
        for rows in (batch.cells[ROW], batch.bad[ROW], batch.left_out[ROW]):
            for number, count in counted(rows):
                self._tally.of[number].rows += count
                self._jobs[number].on_rows(count)

    def _write(self, table: str, rows: pl.DataFrame) -> None:
        for kind, part in self._by_kind(rows):
            self._write_part(table, kind, part)

    def _write_part(self, table: str, kind: str, rows: pl.DataFrame) -> None:
        if kind == SHIPMENT:
            write_known(self._writers, table, rows, inherited=False)
        else:
            self._writers.write_flat(pending_folder(table, kind), rows)

    def _write_references(self, references: pl.DataFrame | None) -> None:
        for kind, told in () if references is None else self._by_kind(references.drop(_FILE)):
            part = told.filter(pl.col("kind") != kind)
            if kind == SHIPMENT:
                self._write_part("references", kind, part)
            else:
                for number, own in apart(part, "source_row"):
                    self._writers.of[number].write_flat(LINKS, links(own, kind))

    def _by_kind(self, rows: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
        """Rows apart by what keys them."""
        kind = self._binding.kind
        return [(kind, rows)] if kind else by_kind(rows, KEY)

    def _segment(self, number: int, columns: Iterable[TimeColumn]) -> Segment:
        job, tally, span = self._jobs[number], self._tally.of[number], self._spans[number]
        traits = self._readers[number].traits
        counts = [(column.name, column.counts[number]) for column in columns]
        formats = {(name, text) for name, count in counts for text in count.formats}
        return Segment(
            id=job.segment_id,
            source=self._plan.name,
            file=job.file,
            table=self._plan.source.table,
            key=KIND_OF_COLUMN[self._binding.keys[0]],
            mode=self._plan.source.mode,
            file_digest=job.file_digest,
            source_digest=self._plan.digest,
            rows=tally.rows,
            rejected=tally.rejected,
            bad_cells=tally.bad_cells,
            silent=tally.silent,
            left_out=sum(tally.left_out.rows.values()),
            ambiguous=sum(count.ambiguous for _, count in counts),
            nonexistent=sum(count.nonexistent for _, count in counts),
            clock_change=tally.clock_change and _place(job.file, *tally.clock_change),
            first_at=span.first.isoformat() if span.first else None,
            last_at=span.last.isoformat() if span.last else None,
            encoding=traits.encoding,
            delimiter=traits.delimiter,
            line_end=traits.line_end,
            formats=tuple(sorted(formats)),
            left_words=tuple(_statuses(tally, tally.left_out, tally.left_out.maybe.get)),
            met=tuple(sorted(traits.met)),
            unmapped=tuple(_statuses(tally, tally.unmapped, tally.unmapped.maybe.get)),
            unlisted=tuple(_statuses(tally, tally.unlisted, self._plan.partners.nearest)),
            notes=tuple(f"{count} {text}" for text, count in sorted(traits.notes.items())),
            files=self._writers.of[number].finish(),
        )


def _place(file: str, row: int, column: str) -> str:
    return f"{file}:{row}, column {column!r}"


def _statuses(
    tally: FileTally, words: Words, nearest: Callable[[str], str | None]
) -> Iterable[Status]:
    for word, rows, row in words.top():
        yield Status(word=word, rows=rows, example=f"{tally.file}:{row}", nearest=nearest(word))

"""One file under one source block → one segment: data files and the counts of its manifest entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from tallyclerk.config.models import MilestoneColumn
from tallyclerk.domain.tables import TABLES, UTC
from tallyclerk.ingest.cells import Cells
from tallyclerk.ingest.events import event_rows
from tallyclerk.ingest.formats import READERS, Reader
from tallyclerk.ingest.formats.text import WrongEncodingError
from tallyclerk.ingest.ids import KIND_OF_COLUMN, SHIPMENT, by_kind
from tallyclerk.ingest.plan import Binding, Plan
from tallyclerk.ingest.statements import links, reference_rows, statement_rows
from tallyclerk.ingest.tallies import FileTally, Words
from tallyclerk.ingest.times import Clock, TimeColumn
from tallyclerk.ingest.times.order import in_proved_order
from tallyclerk.ingest.zipped import on_disk
from tallyclerk.store.layout import KEY, LINKS, OFFSETS, REJECTS, pending_folder
from tallyclerk.store.manifest import Segment, Status
from tallyclerk.store.rows import write_known
from tallyclerk.store.segments import Pack, SegmentWriter

OnRows = Callable[[int], None]


@dataclass(frozen=True)
class Job:
    """A file to read, and the identity its segment will have."""

    plan: Plan
    path: Path
    file: str
    file_digest: str
    segment_id: str


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
    """References seen, each once."""

    frames: list[pl.DataFrame] = field(default_factory=list)

    def add(self, frame: pl.DataFrame) -> None:
        if not frame.is_empty():
            key = [name for name in frame.columns if name != "source_row"]
            self.frames.append(frame.unique(key, keep="first", maintain_order=True))

    def unique(self) -> pl.DataFrame | None:
        if not self.frames:
            return None
        frame = pl.concat(self.frames)
        key = [name for name in frame.columns if name != "source_row"]
        return frame.sort("source_row").unique(key, keep="first", maintain_order=True)


def read_segment(job: Job, pack: Pack, on_rows: OnRows) -> Segment:
    """Read one file and write its rows into the store, or leave them to a pack.

    Returns:
        The segment, with the files that it does not share.

    Raises:
        InputError: If the file as a whole cannot be used.
    """
    encoding = job.plan.source.encoding
    with on_disk(job.path) as path:
        while True:
            source = job.plan.source.model_copy(update={"encoding": encoding})
            try:
                reader = READERS[source.format].open(path, source)
                return _SegmentReader(job, reader, pack).read(on_rows)
            except WrongEncodingError as error:
                encoding = error.better


class _SegmentReader:
    """The state of reading one file."""

    def __init__(self, job: Job, reader: Reader, pack: Pack) -> None:
        self._job = job
        self._plan = job.plan
        self._reader = reader
        self._binding = self._plan.bind(reader.header)
        self._tally = FileTally(self._plan.name, job.file)
        self._writer = SegmentWriter(pack.root, job.segment_id, pack.bucket_count, pack=pack)
        self._references = _References()
        self._span = _Span()

    def read(self, on_rows: OnRows) -> Segment:
        clock = replace(self._plan.clock, tells_offsets=self._reader.traits.tells_offsets)
        times = dict(_time_columns(self._plan, self._binding, clock))
        for batch in in_proved_order(self._reader, self._binding, times):
            cells = Cells(batch, self._binding, self._plan, self._tally)
            self._take(cells, times)
            self._writer.write_flat(REJECTS, self._tally.take_rejects())
            on_rows(batch.rows)
        references = self._references.unique()
        if references is not None:
            self._write_references(references)
        self._writer.write_flat(OFFSETS, self._tally.offsets.summed())
        return self._segment(times.values())

    def _take(self, cells: Cells, times: dict[str, TimeColumn]) -> None:
        table = self._plan.source.table
        references = reference_rows(cells, self._plan, self._binding, times)
        if table != "references":
            self._references.add(references)
        if table == "events":
            rows = event_rows(cells, self._plan, self._binding, self._tally, times)
            self._span.add(rows["occurred_at"])
        elif table == "references":
            rows = references
            self._tally.silent += len(cells.rows) - rows["source_row"].n_unique()
        else:
            rows = statement_rows(cells, self._plan, self._tally, times)
        self._write(table, rows)

    def _write(self, table: str, rows: pl.DataFrame) -> None:
        for kind, part in self._by_kind(rows):
            self._write_part(table, kind, part)

    def _write_part(self, table: str, kind: str, rows: pl.DataFrame) -> None:
        if kind == SHIPMENT:
            write_known(self._writer, table, rows, inherited=False)
        else:
            self._writer.write_flat(pending_folder(table, kind), rows)

    def _write_references(self, references: pl.DataFrame) -> None:
        for kind, told in self._by_kind(references):
            part = told.filter(pl.col("kind") != kind)
            if kind == SHIPMENT:
                self._write_part("references", kind, part)
            else:
                self._writer.write_flat(LINKS, links(part, kind))

    def _by_kind(self, rows: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
        """Rows apart by what keys them."""
        kind = self._binding.kind
        return [(kind, rows)] if kind else by_kind(rows, KEY)

    def _segment(self, times: Iterable[TimeColumn]) -> Segment:
        columns = list(times)
        tally, traits, job = self._tally, self._reader.traits, self._job
        formats = {(c.name, text) for c in columns for text in c.counts.formats}
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
            ambiguous=sum(c.counts.ambiguous for c in columns),
            nonexistent=sum(c.counts.nonexistent for c in columns),
            clock_change=tally.clock_change and _place(job.file, *tally.clock_change),
            first_at=self._span.first.isoformat() if self._span.first else None,
            last_at=self._span.last.isoformat() if self._span.last else None,
            encoding=traits.encoding,
            delimiter=traits.delimiter,
            line_end=traits.line_end,
            formats=tuple(sorted(formats)),
            unmapped=tuple(_statuses(tally.unmapped, job.file, tally.unmapped.maybe.get)),
            unlisted=tuple(_statuses(tally.unlisted, job.file, self._plan.partners.nearest)),
            notes=tuple(f"{count} {text}" for text, count in sorted(traits.notes.items())),
            files=self._writer.finish(),
        )


def _time_columns(plan: Plan, binding: Binding, clock: Clock) -> Iterator[tuple[str, TimeColumn]]:
    """A parser for each column of times: by our name, in a wide layout by theirs."""
    source = plan.source
    clock = replace(clock, states_zones="timezone" in binding.columns)
    given = source.datetime_format or ()
    formats = (given,) if isinstance(given, str) else given
    for name, dtype in TABLES[source.table].items():
        if dtype in {UTC, pl.Date} and name in binding.columns:
            is_date = dtype == pl.Date
            theirs = binding.theirs(name)
            yield (
                name,
                TimeColumn(theirs, source.timezone, formats, is_date=is_date, clock=clock),
            )
    for column in binding.wide:
        spec: MilestoneColumn = column.spec
        for theirs in filter(None, (spec.column, spec.recorded_column)):
            zone = spec.timezone or source.timezone
            own = clock if spec.timezone is None else replace(clock, zones={}, states_zones=False)
            yield theirs, TimeColumn(theirs, zone, formats, clock=own)


def _place(file: str, row: int, column: str) -> str:
    return f"{file}:{row}, column {column!r}"


def _statuses(
    words: Words, file: str, nearest: Callable[[str], str | None] = lambda _: None
) -> Iterator[Status]:
    for word, rows, row in words.top():
        yield Status(word=word, rows=rows, example=f"{file}:{row}", nearest=nearest(word))

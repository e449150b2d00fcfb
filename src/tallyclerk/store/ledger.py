"""Reading the ledger: everything is a pure function of the manifest's segments."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.tables import EVENTS, REJECTS, TABLES
from tallyclerk.errors import InputError
from tallyclerk.store import layout
from tallyclerk.store.corrections import SAID, standing
from tallyclerk.store.corrections import TABLE as CORRECTIONS
from tallyclerk.store.dedupe import (
    FOR_DEDUPE,
    unique_events,
    unique_statements,
    without_superseded,
)
from tallyclerk.store.frames import rows_of
from tallyclerk.store.latest import LatestTime
from tallyclerk.store.layout import SEGMENT, mark_of, part_of
from tallyclerk.store.manifest import Manifest, Segment
from tallyclerk.store.parts import COLUMNS as OF_PARTS
from tallyclerk.store.parts import TABLE as PARTS
from tallyclerk.store.parts import completed
from tallyclerk.store.scan import held_in, scan
from tallyclerk.store.shipments import merge_shipments
from tallyclerk.store.summary import SourceSummary, Summary, load_summary

_PLACE_IN_TIME = {milestone: place for place, milestone in enumerate(Milestone)}

_PLACE = ("source", "source_file")


class Ledger:
    """A ledger opened for reading, as its manifest stood at that moment."""

    def __init__(
        self,
        root: Path,
        manifest: Manifest,
        shipment_ids: pl.Series | None = None,
        parts: Collection[str] | None = None,
    ) -> None:
        """Sort the data files of the segments that count by table and bucket.

        With `shipment_ids`, the ledger is read as if it told of these shipments only; with `parts`
        (see `parts`), just these are there, in its first bucket.
        """
        self.root = root
        self.manifest = manifest
        self._shipment_ids = shipment_ids
        self._parts = parts
        self._files: dict[tuple[str, int], list[tuple[Segment, str]]] = defaultdict(list)
        self._once: dict[int, bool] = {}
        for segment, path in held_in(manifest.active, parts):
            table, _, rest = path.partition("/bucket=")
            if rest:
                bucket = int(rest.partition("/")[0]) if parts is None else 0
                self._files[table, bucket].append((segment, path))

    @staticmethod
    def open(path: Path) -> Ledger:
        """Open the ledger in a folder.

        Raises:
            InputError: If there is none, or it cannot be used.
        """
        manifest = Manifest.load(path)
        if manifest is None:
            how = "run `tallyclerk ingest` first"
            raise InputError("there is no ledger here", where=str(path), how=how)
        return Ledger(path, manifest)

    def about(self, shipment_ids: pl.Series) -> Ledger:
        """The same ledger, read as if it told of some shipments only."""
        return Ledger(self.root, self.manifest, shipment_ids, self._parts)

    def section(self, parts: Collection[str], shipment_ids: pl.Series | None = None) -> Ledger:
        """Some parts as one bucket, read as if they told of some shipments only (None = of all)."""
        return Ledger(self.root, self.manifest, shipment_ids, parts)

    @property
    def bucket_count(self) -> int:
        """Number of buckets; results never depend on it."""
        return self.manifest.bucket_count

    def parts(self, bucket: int) -> list[str]:
        """What segments have in a bucket, sorted: as long as it is the same, so are its rows."""
        return sorted(
            part_of(path, segment.id)
            for (_, number), told in self._files.items()
            if number == bucket
            for segment, path in told
        )

    @property
    def tables(self) -> list[str]:
        """The tables that have rows, sorted."""
        return sorted({table for table, _ in self._files})

    def rows_told(self, table: str, bucket: int) -> int:
        """How many rows of a table are told in a bucket, repetitions included."""
        return int(self.scan(table, bucket, ["shipment_id"]).select(pl.len()).collect().item())

    def read_events(self, bucket: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The observations of one bucket.

        Args:
            bucket: 0 … bucket_count-1.
            columns: Columns of EVENTS; None = all.

        Returns:
            One row per observation, each once, sorted by shipment, time, milestone and id.
        """
        wanted = list(EVENTS) if columns is None else list(columns)
        order = ("shipment_id", "occurred_at", "milestone", "event_id")
        rows = self.unsorted_events(bucket, list(dict.fromkeys([*wanted, *order])))
        place = pl.col("milestone").replace_strict(_PLACE_IN_TIME, return_dtype=pl.Int8)
        return rows.sort(place if name == "milestone" else name for name in order).select(wanted)

    def unsorted_events(self, bucket: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """As `read_events`, in no particular order."""
        wanted = list(EVENTS) if columns is None else list(columns)
        rows = self._each_once(bucket, set(wanted))
        if "corrects_event_id" not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.Int64).alias("corrects_event_id"))
        return rows.select(wanted)

    def _each_once(self, bucket: int, names: set[str]) -> pl.DataFrame:
        """The observations of a bucket as told, repetitions left out; with at least some columns."""
        wanted = names if self._once.get(bucket) else {*names, *FOR_DEDUPE}
        return self.kept(self.told("events", bucket, wanted), bucket)

    def kept(self, told: pl.DataFrame, bucket: int) -> pl.DataFrame:
        """Of all events told in a bucket those that count, each once.

        Args:
            told: From `told`, with the columns of `FOR_DEDUPE`.
            bucket: The bucket.
        """
        if self._once.get(bucket):
            return told
        kept = self.kept_of(told, bucket)
        self._once[bucket] = len(kept) == len(told) and not self._is_amended(bucket)
        return kept

    def kept_of(self, told: pl.DataFrame, bucket: int) -> pl.DataFrame:
        """As `kept`, of all that is told of some of the shipments in a bucket."""
        return unique_events(self.current(told, bucket) if self._is_amended(bucket) else told)

    def _is_amended(self, bucket: int) -> bool:
        """Whether a later snapshot, a correction or the rest of a whole may change what was told."""
        told = any(self._files.get((table, bucket)) for table in (CORRECTIONS, PARTS))
        return told or bool(self.snapshot_sources)

    def current(self, rows: pl.DataFrame, bucket: int) -> pl.DataFrame:
        """Told events that no later snapshot and no correction replaced, as they mean together."""
        rows = without_superseded(rows, self.snapshot_sources)
        corrections = self.corrections(bucket)
        rows = rows if corrections.is_empty() else standing(rows, corrections)
        parts = self.told(PARTS, bucket)
        return rows if parts.is_empty() else completed(rows, parts)

    def corrections(self, bucket: int) -> pl.DataFrame:
        """What the rows of a bucket say of events replaced or taken back, see `store.corrections`."""
        return without_superseded(self.told(CORRECTIONS, bucket), self.snapshot_sources)

    def read_table(self, name: str, bucket: int | None = None) -> pl.DataFrame:
        """The rows of any table but events, resolved to shipments.

        Args:
            name: shipments, references, tickets, reviews, claims or notices.
            bucket: One bucket; None = all of them.

        Returns:
            One row per shipment for shipments, per different statement for the others, sorted.
        """
        buckets = range(self.bucket_count) if bucket is None else [bucket]
        parts = [self._table_part(name, number) for number in buckets]
        return pl.concat(parts).sort(list(TABLES[name]), nulls_last=True)

    def rejects(self) -> pl.LazyFrame:
        """Refused rows and cells, one row of REJECTS each, sorted by source, file and row."""
        paths = [
            self.root / path
            for segment in self.manifest.active
            for path in segment.files
            if path.startswith(f"{layout.REJECTS}/")
        ]
        if not paths:
            return pl.LazyFrame(schema=REJECTS)
        frames = [rows_of(path) for path in paths]
        return pl.concat(frames).sort("source", "source_file", "source_row", "column", "rule")

    def sources(self) -> tuple[SourceSummary, ...]:
        """Counts and findings of each source, sorted by name."""
        return self.summary.sources

    def latest_time(self) -> dt.datetime | None:
        """The latest time at which anything actual occurred or was recorded; None without events."""
        return self.summary.latest.at

    def latest(self) -> LatestTime:
        """The latest time, and whether it stands alone long after all others."""
        return self.summary.latest

    def inputs_digest(self) -> str:
        """sha256 over the sorted identities of all observations, shipments and other statements."""
        return self.summary.inputs_digest

    def partner_milestones(self) -> pl.DataFrame:
        """How often each partner reported each milestone: partner_id, milestone, count, sorted.

        An event that names no partner counts for the shipment's supplier, forwarder or courier,
        whoever reports such a milestone.
        """
        return self.summary.partner_milestones

    @cached_property
    def summary(self) -> Summary:
        """Everything that needs a pass over all buckets; cached beside the manifest."""
        return load_summary(self)

    @cached_property
    def snapshot_sources(self) -> tuple[str, ...]:
        """Sources whose later files replace the same shipments of earlier ones."""
        return tuple(sorted({s.source for s in self.manifest.active if s.mode == "snapshot"}))

    def told(self, table: str, bucket: int, columns: set[str] | None = None) -> pl.DataFrame:
        """Every row of a bucket as it was told, repetitions included.

        Returns:
            The stored columns of the table, and the source and file they come from.
        """
        schema = _told_schema(table)
        names = [name for name in schema if columns is None or name in columns]
        if not self._files.get((table, bucket)):
            return pl.DataFrame(schema={name: schema[name] for name in names})
        place = [name for name in names if name in _PLACE]
        stored = [name for name in names if name not in _PLACE]
        if not place:
            return self.scan(table, bucket, stored).collect()
        rows = self.scan(table, bucket, [*stored, SEGMENT]).collect()
        segments = {mark_of(segment.id): segment for segment, _ in self._files[table, bucket]}
        words = {
            "source": {mark: segment.source for mark, segment in segments.items()},
            "source_file": {mark: segment.file for mark, segment in segments.items()},
        }
        by_mark = (_by_mark(rows[SEGMENT], words[name]).alias(name) for name in place)
        return rows.with_columns(by_mark).select(names)

    def scan(self, table: str, bucket: int, columns: Sequence[str]) -> pl.LazyFrame:
        """The rows of a bucket as they are stored, in columns of the table or `segment`."""
        schema = {**_told_schema(table), SEGMENT: pl.Int64}
        asked = (
            columns
            if self._shipment_ids is None
            else {"shipment_id": None, **dict.fromkeys(columns)}
        )
        rows = scan(self.root, self._files.get((table, bucket), ()), {n: schema[n] for n in asked})
        if self._shipment_ids is None:
            return rows
        is_meant = pl.col("shipment_id").is_in(self._shipment_ids.implode())
        return rows.filter(is_meant).select(columns)

    def _table_part(self, name: str, bucket: int) -> pl.DataFrame:
        rows = without_superseded(self.told(name, bucket), self.snapshot_sources)
        if name == "shipments":
            references = self.told("references", bucket)
            return merge_shipments(rows, references)
        content = layout.content_columns(name)
        return unique_statements(rows, content).select(content)


def _by_mark(marks: pl.Series, words: Mapping[int, str]) -> pl.Series:
    """The word for each mark; rows of a segment lie together, so that it is looked up once for them."""
    each = marks.rle().struct.field("value")
    return each.replace_strict(words, return_dtype=pl.String).gather(marks.rle_id())


def _told_schema(table: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Columns of a row as told: those stored, and where it was told."""
    place = {"source": pl.String, "source_file": pl.String, "source_row": pl.Int64}
    if table in {CORRECTIONS, PARTS}:
        own = SAID if table == CORRECTIONS else OF_PARTS
        return {"event_id": pl.Int64, "shipment_id": pl.String, **own, **place}
    told = {name: kind for name, kind in TABLES[table].items() if name != "corrects_event_id"}
    return {**told, **place}

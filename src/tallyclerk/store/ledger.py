"""Reading the ledger: what counts of all that is told, a pure function of the manifest's segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.tables import EVENTS, REJECTS, TABLES
from tallyclerk.errors import InputError
from tallyclerk.store import layout
from tallyclerk.store.corrections import TABLE as CORRECTIONS
from tallyclerk.store.corrections import standing
from tallyclerk.store.dedupe import (
    FOR_DEDUPE,
    unique_events,
    unique_statements,
    without_superseded,
)
from tallyclerk.store.frames import rows_of
from tallyclerk.store.latest import LatestTime
from tallyclerk.store.manifest import Manifest
from tallyclerk.store.parts import TABLE as PARTS
from tallyclerk.store.parts import completed
from tallyclerk.store.shipments import merge_shipments
from tallyclerk.store.sources import SourceSummary
from tallyclerk.store.summary import Summary, load_summary
from tallyclerk.store.told import Told

_PLACE_IN_TIME = {milestone: place for place, milestone in enumerate(Milestone)}


class Ledger(Told):
    """A ledger opened for reading, as its manifest stood at that moment."""

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
        told = any(self.has(table, bucket) for table in (CORRECTIONS, PARTS))
        return told or bool(self.snapshot_sources)

    def current(self, rows: pl.DataFrame, bucket: int) -> pl.DataFrame:
        """Told events that no later snapshot and no correction replaced, as they mean together."""
        rows = without_superseded(rows, self.snapshot_sources)
        corrections = self.corrections(bucket)
        rows = rows if corrections.is_empty() else standing(rows, corrections)
        parts = self.told(PARTS, bucket)
        return rows if parts.is_empty() else completed(rows, parts)

    @cached_property
    def _once(self) -> dict[int, bool]:
        """Whether all that is told in a bucket counts, each once; of buckets that were read."""
        return {}

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

    def _table_part(self, name: str, bucket: int) -> pl.DataFrame:
        rows = without_superseded(self.told(name, bucket), self.snapshot_sources)
        if name == "shipments":
            references = self.told("references", bucket)
            return merge_shipments(rows, references)
        content = layout.content_columns(name)
        return unique_statements(rows, content).select(content)

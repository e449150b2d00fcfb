"""What a run leaves to later ones: the counts of shipments of which no fact changes any more.

A new file then costs what it touches: shipments that it tells of, and those that were still open.
Beside the tallies of settled shipments (see `tallyclerk.kpis.settled`), which lie apart from those of
the others, lie for each bucket which shipments are settled, and what the KPIs that follow plans need
of them. A later run takes these tallies, takes off what was counted of settled shipments that are
told of again, and adds what has settled since; all others are counted. It does so only where all else
is the same (definitions, settings, what partners owe, …) and nothing is in doubt; else all is counted.
"""

from __future__ import annotations

import datetime as dt
import json
import pickle
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from tallyclerk.journey.choose import of_shipments
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.settled import LATEST, are_still_settled
from tallyclerk.kpis.whole import Glimpse
from tallyclerk.store.cache import apart_in, is_whole, part_path
from tallyclerk.store.frames import frame_of
from tallyclerk.store.hashing import row_hash
from tallyclerk.store.layout import path_of, segment_of
from tallyclerk.store.ledger import Ledger

STATE, GLIMPSE, TALLIES = "state.json", "settled.pickle", "tallies"
_NAMES = {"shipment_id"}
_MARKS = {"shipment_id": pl.String, "rows": pl.Int64, "mark": pl.Int64}
KNOWN = ("shipment_id", "last_at")


@dataclass(frozen=True)
class Archive:
    """What an earlier run has left, in a folder of its own."""

    folder: Path

    @cached_property
    def state(self) -> dict[str, Any]:
        """What it was made of."""
        found: dict[str, Any] = json.loads((self.folder / STATE).read_text(encoding="utf-8"))
        return found

    @property
    def is_there(self) -> bool:
        """Whether it can be read what it was made of."""
        with suppress(OSError, ValueError):
            return "as_of" in self.state
        return False

    def is_whole(self) -> bool:
        """Whether its files are as they were written: else nothing is gone on from."""
        return is_whole(self.folder)

    @property
    def as_of(self) -> dt.datetime:
        """The moment at which it was made."""
        return dt.datetime.fromisoformat(self.state["as_of"])

    @property
    def horizon(self) -> dt.datetime | None:
        """No settled shipment is told of later."""
        found = self.state["horizon"]
        return dt.datetime.fromisoformat(found) if found else None

    def is_before(self, time: dt.datetime) -> bool:
        """Whether every settled shipment was over before a time."""
        return self.horizon is None or self.horizon < time

    @cached_property
    def seen(self) -> Glimpse:
        """What settled shipments contribute to the whole."""
        found: Glimpse = pickle.loads((self.folder / GLIMPSE).read_bytes())  # noqa: S301 - our own
        return found

    def known(self, bucket: int) -> pl.DataFrame:
        """Every shipment of a bucket: shipment_id, last_at (null while it is open)."""
        return frame_of(part_path(self.folder, "known", bucket))

    def kept(self, bucket: int, but: pl.Series) -> Journeys:
        """What KPIs that follow plans need of its settled shipments, but for some of these."""
        path = self.folder / f"kept-{bucket:05d}.pickle"
        found: Journeys = pickle.loads(path.read_bytes())  # noqa: S301 - our own
        is_kept = ~pl.col("shipment_id").is_in(but.implode())
        return of_shipments(found, found.shipments.filter(is_kept)["sid"])

    def settled(self, kpi: str) -> dict[str, list[Path]]:
        """Files of tallies of settled shipments by month; those of a month add up."""
        found: dict[str, list[Path]] = {}
        for path in sorted(apart_in(self.folder / TALLIES, kpi).glob("*")):
            found.setdefault(path.stem.partition("-")[0], []).append(path)
        return found

    def touched(self, ledger: Ledger, bucket: int) -> pl.Series:
        """Shipments of a bucket of which other rows are told now, or in another order."""
        before, now = {*self.state["told"][bucket]}, {*ledger.parts(bucket)}
        tables = sorted({part.partition("/")[0] for part in before ^ now})
        gone, come = (_of_parts(ledger, parts) for parts in (before - now, now - before))
        parts = [pl.DataFrame(schema=_MARKS)]
        for table in tables:
            if table in gone.tables and table in come.tables:
                parts += [_marks(come.told(table, bucket)), _marks(gone.told(table, bucket), -1)]
            else:
                parts += [_named(some.told(table, bucket, _NAMES)) for some in (come, gone)]
        sums = pl.concat(parts).group_by("shipment_id").agg(pl.col("rows", "mark").sum())
        is_other = (pl.col("rows") != 0) | (pl.col("mark") != 0)
        return sums.filter(is_other).get_column("shipment_id")

    def ledger(self, ledger: Ledger) -> Ledger:
        """The ledger as it was: the parts that counted then."""
        return _of_parts(ledger, {part for told in self.state["told"] for part in told})

    def is_usable(self, ledger: Ledger, context: Context) -> bool:
        """Whether settled shipments still are what they were, but for those that are touched.

        Args:
            ledger: The ledger as it is.
            context: Of the run, without what passes over the buckets tell.
        """
        counted = {part for parts in parts_of(ledger) for part in parts}
        told = {part for parts in self.state["told"] for part in parts}
        known = {segment.id for segment in ledger.manifest.segments}
        return (
            self.as_of <= context.as_of
            and self.state["about"] == about(ledger, context, self.horizon)
            and (context.are_outcomes_known or not self.state["has_undated"])
            and all((ledger.root / path_of(part)).is_file() for part in told - counted)
            and all(segment_of(part) in known for part in told)
        )

    @property
    def latest(self) -> pl.DataFrame:
        """See `tallyclerk.kpis.settled.latest_unpromised`, of all settled shipments."""
        rows = [(lane, dt.datetime.fromisoformat(at)) for lane, at in self.state["latest"]]
        return pl.DataFrame(rows, schema=LATEST, orient="row")

    def is_settled_under(self, context: Context, wait: dt.timedelta) -> bool:
        """Whether what the whole data tell now leaves settled shipments as they were."""
        is_same = self.state["whole"] == whole(context, set(self.state["partners"]))
        return is_same and are_still_settled(self.latest, wait, context)

    def is_of(self, ledger: Ledger, as_of: dt.datetime) -> bool:
        """Whether it was made of just this ledger."""
        return self.as_of == as_of and self.state["told"] == parts_of(ledger)


def about(ledger: Ledger, context: Context, horizon: dt.datetime | None) -> list[Any]:
    """What must be the same for settled shipments to be, as far as files and surveys tell it."""
    until = horizon or dt.datetime.min.replace(tzinfo=dt.UTC)
    outages = context.outages.filter(pl.col("first") <= until.date())
    outages = outages.with_columns(pl.col("last").clip(upper_bound=until.date()))
    stamps = context.stamps.filter(pl.col("minute") <= until)
    told = [sorted(map(repr, rows.rows())) for rows in (outages, stamps)]
    return [list(ledger.snapshot_sources), *told]


def whole(context: Context, partners: Collection[str]) -> list[Any]:
    """Likewise, as far as the whole data tell it of some partners; plans and P99 of lanes apart."""
    owed = [[who, name] for who, name in context.owed.iter_rows() if who in partners]
    return [
        sorted(owed),
        sorted(context.takers.intersection(partners)),
        sorted(set(context.attempt_tellers).intersection(partners)),
        sorted(context.sent["milestone"].unique()),
        context.has_notices,
        context.has_tickets,
        context.has_reviews,
        context.has_damage,
    ]


def _of_parts(ledger: Ledger, parts: Collection[str]) -> Ledger:
    """A ledger in which just some parts count."""
    by_id: dict[str, list[str]] = {}
    for part in parts:
        by_id.setdefault(segment_of(part), []).append(path_of(part))
    segments = tuple(
        replace(segment, is_superseded=False, files=tuple(sorted(own)), resolved=())
        for segment in ledger.manifest.segments
        if (own := by_id.get(segment.id))
    )
    return Ledger(ledger.root, replace(ledger.manifest, segments=segments))


def _marks(told: pl.DataFrame, sign: int = 1) -> pl.DataFrame:
    """What tells the rows of each shipment: shipment_id, rows (how many), mark (of what they say).

    Rows further down in their file say the same, as long as they stand in the same order.
    """
    ordered = told.sort("shipment_id", "source", "source_file", "source_row")
    place = pl.int_range(pl.len()).over("shipment_id", "source", "source_file")
    said = ordered.drop("source_row").with_columns(place=place)
    marks = said.select("shipment_id", row_hash(said, said.columns).alias("mark"))
    counted = marks.group_by("shipment_id").agg(
        rows=pl.len().cast(pl.Int64), mark=pl.col("mark").sum()
    )
    return counted.select("shipment_id", pl.col("rows", "mark") * sign)


def _named(told: pl.DataFrame) -> pl.DataFrame:
    """As `_marks`, of rows that no others can be equal to: what they say does not matter."""
    marks = {"rows": pl.lit(1, dtype=pl.Int64), "mark": pl.lit(0, dtype=pl.Int64)}
    return told.unique().select("shipment_id", **marks)


def parts_of(ledger: Ledger) -> list[list[str]]:
    """The parts that count, by bucket."""
    return [ledger.parts(bucket) for bucket in range(ledger.bucket_count)]

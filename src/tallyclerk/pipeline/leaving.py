"""What a run leaves to later ones, as it is made; see `tallyclerk.pipeline.archive`."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.digests import code_digest, config_digest, definitions_digest, digest_of
from tallyclerk.journey.choose import of_shipments
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.whole import Glimpse, together
from tallyclerk.pipeline.archive import (
    GLIMPSE,
    KNOWN,
    STATE,
    TALLIES,
    Archive,
    about,
    parts_of,
    whole,
)
from tallyclerk.store.cache import Cache, Draft, lay
from tallyclerk.store.drafts import taking_place
from tallyclerk.store.hashing import bucket_expr
from tallyclerk.store.ledger import Ledger

WORTH_FROM = 200_000
"""Events from which on an archive is worth writing: a smaller ledger is counted as fast as it is read."""


@dataclass(frozen=True, kw_only=True)
class Settling:
    """What a lot of buckets, or several, add to the archive.

    Attributes:
        seen: What newly settled shipments contribute to the whole, without what those contributed
            that were settled and are told of again.
        latest: See `tallyclerk.kpis.settled.latest_unpromised`.
        horizon: The latest time told of a newly settled shipment.
        partners: Whoever is named in the chain of one.
        has_undated: Whether anything is told of one without a time.
    """

    seen: Glimpse
    latest: pl.DataFrame
    horizon: dt.datetime | None
    partners: frozenset[str]
    has_undated: bool

    @staticmethod
    def of(archive: Archive) -> Settling:
        """What an archive has of all that had settled."""
        return Settling(
            seen=archive.seen,
            latest=archive.latest,
            horizon=archive.horizon,
            partners=frozenset(archive.state["partners"]),
            has_undated=archive.state["has_undated"],
        )


def added(parts: Sequence[Settling]) -> Settling:
    """What some lots add to the archive together (at least one)."""
    latest = pl.concat([part.latest for part in parts]).group_by("lane")
    return Settling(
        seen=together([part.seen for part in parts]),
        latest=latest.agg(pl.col("dispatched_at").max()).sort("lane"),
        horizon=max((part.horizon for part in parts if part.horizon), default=None),
        partners=frozenset().union(*(part.partners for part in parts)),
        has_undated=any(part.has_undated for part in parts),
    )


@dataclass(frozen=True)
class Archives:
    """The archives of a store: only the latest is kept.

    Attributes:
        settings: The configuration.
        ledger: The store.
        context: Of the run, without what passes over the buckets tell.
    """

    settings: Settings
    ledger: Ledger
    context: Context

    @cached_property
    def key(self) -> str:
        """Digest of what must be the same for an archive to be used."""
        return digest_of(
            definitions_digest(),
            code_digest("pipeline", "store"),
            config_digest(self.settings, with_targets=False),
            self.ledger.manifest.canary,
            pl.__version__,  # frames are kept as it writes them
            repr(self.ledger.bucket_count),
        )

    @property
    def latest(self) -> Archive | None:
        """The archive of an earlier run, or of this one after it has counted."""
        folder = self._cache.folder(self.key)
        found = Archive(folder) if folder else None
        return found if found and found.is_there else None

    @cached_property
    def former(self) -> Archive | None:
        """The archive of an earlier run, if this one may go on from it, and it is worth it."""
        found = self.latest
        is_linked = self.context.unlinked.is_empty()
        if not (found and is_linked and found.is_usable(self.ledger, self.context)):
            return None
        if not found.is_whole():
            return None
        known = sum(len(found.known(bucket)) for bucket in range(self.ledger.bucket_count))
        return found if 2 * sum(map(len, self.touched)) <= known else None

    @cached_property
    def touched(self) -> tuple[pl.Series, ...]:
        """By bucket, the shipments of which other rows are told than in the latest archive."""
        latest = self.latest
        buckets = range(self.ledger.bucket_count) if latest else ()
        return tuple(latest.touched(self.ledger, bucket) for bucket in buckets if latest)

    @contextmanager
    def writing(self) -> Iterator[Draft | None]:
        """A draft of this run's archive; None where none is worth it, or a later one is there."""
        latest = self.latest
        is_later = latest is not None and latest.as_of > self.context.as_of
        is_large = self.ledger.summary.events >= WORTH_FROM
        if is_later or not is_large or not self.context.unlinked.is_empty():
            yield None
            return
        with self._cache.writing(self.key) as draft:
            yield draft

    @property
    def _cache(self) -> Cache:
        return Cache(self.ledger.root, "settled")


def write(
    draft: Draft,
    ledger: Ledger,
    context: Context,
    new: Settling,
    former: Archive | None,
    tallies: Path,
) -> None:
    """Complete the draft of an archive, after every bucket was counted into it.

    Args:
        draft: Holds what the buckets wrote.
        ledger: What was counted.
        context: Under which it was counted.
        new: What the lots gave.
        former: The archive that was gone on from.
        tallies: Where those of settled shipments lie.
    """
    all_settled = added([new, Settling.of(former)]) if former else new
    (draft.folder / GLIMPSE).write_bytes(pickle.dumps(all_settled.seen))
    horizon = all_settled.horizon
    state = {
        "as_of": context.as_of.isoformat(),
        "horizon": horizon.isoformat() if horizon else None,
        "told": parts_of(ledger),
        "about": about(ledger, context, horizon),
        "partners": sorted(all_settled.partners),
        "has_undated": all_settled.has_undated,
        "whole": whole(context, all_settled.partners),
        "latest": [[lane, at.isoformat()] for lane, at in all_settled.latest.iter_rows()],
    }
    for path in tallies.glob("*/*"):
        lay(path, draft.folder / TALLIES / path.relative_to(tallies))
    (draft.folder / STATE).write_text(json.dumps(state), encoding="utf-8")


def keep(
    draft: Draft, lot: Sequence[int], bucket_count: int, known: pl.DataFrame, kept: Journeys
) -> None:
    """Write what is remembered of the shipments of some buckets, bucket by bucket, see `Archive`."""
    for bucket in lot:
        is_in = bucket_expr(bucket_count) == bucket
        draft.add(known.filter(is_in).select(KNOWN), bucket, "known")
        own = of_shipments(kept, kept.shipments.filter(is_in)["sid"]) if len(lot) > 1 else kept
        with taking_place(draft.folder / f"kept-{bucket:05d}.pickle") as path:
            path.write_bytes(pickle.dumps(own))

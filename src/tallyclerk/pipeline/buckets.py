"""What is done with one bucket of the ledger, wherever it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.domain.tables import TALLIES
from tallyclerk.journey.build import complete
from tallyclerk.journey.choose import of_shipments
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.engine import as_facts, as_rows, coded_facts, summed_up
from tallyclerk.kpis.evidence import FIGURE, PLACED_COLUMNS, REFERENCE_COLUMNS, located
from tallyclerk.kpis.liabilities import liabilities
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.packing import CODED
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.settled import (
    joined,
    kept_for_plans,
    latest_unpromised,
    longest_wait,
    settled,
)
from tallyclerk.kpis.whole import Glimpse, glimpse, together
from tallyclerk.pipeline.archive import KNOWN
from tallyclerk.pipeline.leaving import Settling, keep
from tallyclerk.pipeline.merging import of_settled, signed
from tallyclerk.pipeline.shares import Beginnings, Start, is_marked
from tallyclerk.store.cache import Draft


@dataclass(frozen=True)
class Looking:
    """Looks through a bucket for what only the whole data tell."""

    beginnings: Beginnings

    def __call__(self, number: int) -> Glimpse:
        """What one lot contributes, without what settled shipments did that are told of again."""
        start, bare = self.beginnings.keep(number), self.beginnings.bare
        if self.beginnings.share.former is None:
            return glimpse(start.begun, bare)
        now, then = start.apart()
        return together([glimpse(now, bare)], [glimpse(then, bare)])


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Counts a bucket into drafts.

    Attributes:
        beginnings: Of the journeys.
        context: With what the whole data tell.
        parameters: Of every KPI.
        proofs: Where the evidence of `period` goes; None: nowhere.
        owed: Where the liabilities of all months go; None: nowhere.
        period: The months whose evidence is wanted.
        own_kinds: By partner, the kind of reference that its own exports are keyed by.
        cases: Of the evidence only these figures (`tallyclerk.kpis.evidence.FIGURE` of each): then
            nothing else is counted; None: all.
        counts: Where the tallies go; None: nowhere.
        archive: Where goes what later runs go on from; None: nowhere.
    """

    beginnings: Beginnings
    context: Context
    parameters: Mapping[str, Parameters]
    proofs: Draft | None
    owed: Draft | None
    period: Period | None
    own_kinds: Mapping[str, str]
    cases: pl.DataFrame | None = None
    counts: Draft | None = None
    archive: Draft | None = None

    def __call__(self, number: int) -> Settling | None:
        """Write the part of one lot."""
        start = self.beginnings.take(number)
        journeys = complete(start.begun, self.context)
        if self.owed:
            lost = liabilities(journeys, all_kpis(), self.parameters)
            self.owed.add(self._located(lost, number), number)
        if not (self.counts or self.proofs):
            return None
        months = None if self.counts else self.period
        rows, proofs = [], []
        kpis, with_events = self._kpis(), self.proofs is not None
        for part in coded_facts(journeys, kpis, self.parameters, months, with_events=with_events):
            if self.proofs and self.period:
                within = pl.col("month").is_between(self.period.first, self.period.last)
                proofs.append(self._asked(part.filter(within, ~is_marked())))
            if self.counts:
                rows.append(as_rows(part))
        if self.proofs and self.period:
            stated = self._located(as_facts(pl.concat(proofs)), number)
            # Pages take the cases of one partner after the other.
            self.proofs.add(stated.sort("partner_id", maintain_order=True), number)
        return self._count(number, start, journeys, rows) if self.counts else None

    def _kpis(self) -> list[Kpi]:
        """The KPIs that are counted."""
        asked = None if self.cases is None else {*self.cases["kpi"]}
        return [kpi for name, kpi in all_kpis().items() if asked is None or name in asked]

    def _asked(self, stated: pl.DataFrame) -> pl.DataFrame:
        """Coded facts of the figures whose evidence is wanted."""
        if self.cases is None:
            return stated
        cases = self.cases.with_columns(pl.col(pl.String).cast(CODED))
        return stated.join(cases, on=FIGURE, how="semi")

    def _located(self, stated: pl.DataFrame, number: int) -> pl.DataFrame:
        """Facts with what they can be checked by."""
        share = self.beginnings.share
        ledger, lot = share.ledger.about(stated["shipment_id"].unique()), share.lots[number]
        events = pl.concat([ledger.read_events(bucket, PLACED_COLUMNS) for bucket in lot])
        names = {*REFERENCE_COLUMNS}
        references = pl.concat([ledger.told("references", bucket, names) for bucket in lot])
        return located(stated, events, references, self.own_kinds)

    def _count(
        self, number: int, start: Start, journeys: Journeys, rows: list[pl.DataFrame]
    ) -> Settling | None:
        """Write tallies of the rows of each KPI, which are taken: memory has no room for copies."""
        counts = self.counts
        assert counts is not None  # noqa: S101 the caller has looked
        kept = self.beginnings.share.kept(number, but=start.ids)
        if not (self.archive or kept):
            for part, name in zip(summed_up(rows), all_kpis(), strict=True):
                counts.add(part, number, name)
            return None
        found = settled(journeys, rows, start.last, longest_wait(self.parameters))
        found = found.filter(~is_marked())
        told = dict(self._apart(rows, found["shipment_id"], kept))
        # What an earlier run is gone on from is added up when merged.
        parts = told.values() if kept else summed_up([*told.values()])
        for part, name in zip(parts, told, strict=True):
            counts.add(part, number, name)
        return self._settle(number, start, journeys, found, kept) if self.archive else None

    def _apart(
        self, rows: list[pl.DataFrame], found: pl.Series, kept: Journeys | None
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        """What goes into the parts of each name: of shipments that are open, and of settled ones.

        What was counted of settled ones that are told of again is taken off. The rows are taken.
        """
        by_plans = self._by_plans(kept) if kept else {}
        is_settled = pl.col("shipment_id").is_in(found.implode())
        for kpi in all_kpis().values():
            own = rows.pop(0)
            now = own.filter(~is_marked())
            if kpi.by_plans:
                told = pl.concat([now, by_plans[kpi.name]]) if kept else now
                yield kpi.name, told.select(TALLIES.keys())
                continue
            over = now.select(is_settled).to_series()
            yield kpi.name, now.filter(~over).select(TALLIES.keys())
            settled_now = now.filter(over).lazy(), 1
            taken_off = own.lazy().filter(is_marked()), -1
            both = signed([settled_now, taken_off]).select(TALLIES.keys())
            yield of_settled(kpi.name), both.collect().rechunk()

    def _by_plans(self, kept: Journeys) -> dict[str, pl.DataFrame]:
        """Settled shipments under the KPIs that follow plans."""
        kpis = [kpi for kpi in all_kpis().values() if kpi.by_plans]
        told = replace(kept, context=self.context)
        stated = coded_facts(told, kpis, self.parameters, with_events=False)
        return dict(zip((kpi.name for kpi in kpis), map(as_rows, stated), strict=True))

    def _settle(
        self,
        number: int,
        start: Start,
        journeys: Journeys,
        found: pl.DataFrame,
        kept: Journeys | None,
    ) -> Settling:
        """Write what is left to later runs, of which `found` has settled."""
        archive, share = self.archive, self.beginnings.share
        assert archive is not None  # noqa: S101 the caller has looked
        known = start.last.filter(~is_marked()).select("shipment_id")
        known = known.join(found, on="shipment_id", how="left").select(KNOWN)
        own = kept_for_plans(journeys, found["sid"])
        if kept:
            is_told = pl.col("shipment_id").is_in(start.ids.implode())
            before = share.known(number).filter(~is_told, pl.col("last_at").is_not_null())
            known, own = pl.concat([known, before]), joined([kept, own])
        keep(archive, share.lots[number], share.ledger.bucket_count, known, own)
        is_found = pl.col("sid").is_in(found["sid"].implode())
        bare = self.beginnings.bare
        return Settling(
            seen=together(
                [glimpse(of_shipments(start.begun, found["sid"]), bare)],
                [glimpse(start.apart()[1], bare)] if kept else [],
            ),
            latest=latest_unpromised(journeys, found["sid"]),
            horizon=found["last_at"].max(),  # type: ignore[arg-type]
            partners=frozenset(journeys.members.filter(is_found)["partner"]),
            has_undated=bool(found["is_undated"].any()),
        )

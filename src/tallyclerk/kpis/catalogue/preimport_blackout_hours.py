"""The cross-border visibility gap: from the last scan before departure to the first one abroad."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import IN_DESTINATION, Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.custody import holder_at
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import first_by, last_by
from tallyclerk.kpis.measure import Parameters, duration, journey_fate, takers
from tallyclerk.kpis.worst import HIDDEN, lacking, late_starts, longest_possible


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment that left its origin."""
    last_seen = _last_seen(journeys).collect().lazy()
    rows = (
        last_seen.join(_first_abroad(journeys, last_seen), on="sid", how="left")
        .join(_subject(journeys, last_seen), on="sid")
        .filter(pl.col("partner").is_not_null())
        .with_columns(fate=journey_fate())
    )
    times = duration(journeys.context, "start", "seen_at", "fate", ("start_event", "seen_event"))
    ends = lacking(journeys, Milestone.ARRIVED_DESTINATION, Milestone.DELIVERED)
    worst = longest_possible(
        times,
        earliest=pl.when(pl.col("earliest_at").is_not_null()).then(
            pl.min_horizontal("start", "earliest_at")
        ),
        is_late_start=pl.col("is_late_start") & (pl.col("taken_at") >= pl.col("start")),
        is_end_lost=pl.col("is_lacking"),
    )
    cases = (
        rows.join(_late_starts(journeys), on=["sid", "partner"], how="left")
        .join(ends, on=["sid", "partner"], how="left")
        .select("sid", "partner", **times, **worst)
    )
    untold = _undeparted(journeys).join(cases, on=["sid", "partner"], how="anti")
    return pl.concat([cases, untold], how="diagonal_relaxed")


def _late_starts(journeys: Journeys) -> pl.LazyFrame:
    taken = takers(journeys).select("sid", "partner", "taken_at")
    return late_starts(journeys).join(taken, on=["sid", "partner"])


def _undeparted(journeys: Journeys) -> pl.LazyFrame:
    """Forwarders of parcels abroad that owed the departure, and did not send it."""
    abroad = journeys.shipments.lazy().filter(
        pl.col("origin_country") != pl.col("destination_country")
    )
    since = pl.concat(
        [
            takers(journeys).select("sid", "partner", cohort_at="taken_at"),
            journeys.unseen.lazy().select("sid", "partner", cohort_at="since"),
        ]
    )
    return (
        lacking(journeys, Milestone.DEPARTED_ORIGIN)
        .join(abroad.select("sid"), on="sid", how="semi")
        .join(since, on=["sid", "partner"])
        .select(
            "sid",
            "partner",
            "cohort_at",
            reason=pl.lit(HIDDEN),
            in_doubt=pl.lit(value=True),
        )
    )


def _last_seen(journeys: Journeys) -> pl.LazyFrame:
    """Shipments with the last sign of them in the origin country: `start`, `start_event`."""
    is_domestic = (pl.col("origin_country") == pl.col("destination_country")).fill_null(value=False)
    is_abroad = (pl.col("origin_country") != pl.col("destination_country")).fill_null(value=False)
    shipments = journeys.shipments.lazy().filter(~is_domestic)
    scans = (
        journeys.observations.lazy()
        .filter("is_physical")
        .join(
            shipments.select("sid", "departed_at", "origin_country", is_abroad=is_abroad),
            on="sid",
            maintain_order="left",
        )
    )
    at_home = (
        pl.when(pl.col("departed_at").is_not_null())
        .then(pl.col("occurred_at") < pl.col("departed_at"))
        .otherwise(pl.col("is_abroad") & (pl.col("country") == pl.col("origin_country")))
    )
    last = scans.filter(at_home).pipe(last_by, "sid")
    return (
        shipments.join(
            last.select("sid", seen_home_at="occurred_at", seen_home_event="event_id"),
            on="sid",
            how="left",
        )
        .with_columns(
            start=pl.coalesce("seen_home_at", "departed_at"),
            start_event=pl.coalesce("seen_home_event", "departed_event"),
        )
        .filter(pl.col("start").is_not_null())
    )


def _first_abroad(journeys: Journeys, last_seen: pl.LazyFrame) -> pl.LazyFrame:
    """The first scan in the destination country after it: sid, seen_at, seen_event."""
    by_milestone = pl.col("milestone").is_in(list(IN_DESTINATION))
    is_there = (
        pl.when(pl.col("country").is_null() | pl.col("destination_country").is_null())
        .then(by_milestone)
        .otherwise(pl.col("country") == pl.col("destination_country"))
    )
    return (
        journeys.observations.lazy()
        .filter("is_physical")
        .join(
            last_seen.select("sid", "start", "destination_country"), on="sid", maintain_order="left"
        )
        .filter(pl.col("occurred_at") > pl.col("start"), is_there)
        .pipe(first_by, "sid")
        .select("sid", seen_at="occurred_at", seen_event="event_id")
    )


def _subject(journeys: Journeys, last_seen: pl.LazyFrame) -> pl.LazyFrame:
    """The forwarder that had it then, else the one SHIPMENTS names: sid, partner."""
    held = takers(journeys).join(last_seen.select("sid", "start"), on="sid")
    holder = holder_at(held, "start").select("sid", "partner", "role")
    had_it = pl.when(pl.col("role") == Role.FORWARDER).then("partner")
    return (
        last_seen.select("sid", "forwarder_id")
        .join(holder, on="sid", how="left")
        .select("sid", partner=pl.coalesce(had_it, "forwarder_id"))
    )


KPI = Kpi(
    name="preimport_blackout_hours",
    label="Cross-border visibility gap",
    question="For how long does the customer see nothing between the countries?",
    subject="forwarder",
    roles=(Role.FORWARDER,),
    cohort="last scan before DEPARTED_ORIGIN (else in the origin country)",
    eligible="Shipments that left their origin; domestic ones: out",
    numerator="Hours from the last scan before departure to the first one in the destination country",
    maturity="at once: open ones count as censored",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    goals={Statistic.P90: Goal(target=96.0, limit=168.0)},
    milestones=("DEPARTED_ORIGIN", "ARRIVED_DESTINATION"),
    source="Cross-border visibility gap of marketplace logistics programmes",
    facts=facts,
)

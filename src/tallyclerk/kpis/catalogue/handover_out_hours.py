"""Handover out: the time between tender and acceptance, for the tendering party."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import GIVERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, duration, with_open_fate
from tallyclerk.kpis.worst import untold_releases


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per handover."""
    cases = with_open_fate(
        journeys.handovers.lazy().filter(pl.col("giver").is_not_null()), journeys
    ).select(
        "sid",
        partner="giver",
        counterpart="next_partner",
        **duration(
            journeys.context,
            "released_at",
            "next_at",
            "open_fate",
            ("released_event", "next_event"),
        ),
    )
    return pl.concat([cases, untold_releases(journeys)], how="diagonal_relaxed")


KPI = Kpi(
    name="handover_out_hours",
    label="Handover out",
    question="How long does it take until the next partner has what this one tendered?",
    subject="tendering party",
    roles=GIVERS,
    cohort="the giver's RELEASED",
    eligible="Handovers tendered by the subject; cancelled and still open: out",
    numerator="Hours from the subject's own RELEASED to the next partner's taking of custody",
    maturity="at once: open ones count as censored; negative ones are incidents, not values",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    goals={Statistic.P90: Goal(target=24.0, limit=36.0)},
    milestones=("RELEASED", "ACCEPTED"),
    caveats="Says how long the goods waited between two partners, not whose fault it was.",
    source="Tender-to-acceptance time of freight audits",
    cases="handovers",
    facts=facts,
)

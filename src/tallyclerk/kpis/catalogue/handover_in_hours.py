"""Handover in: the time between tender and acceptance, for the receiving party."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import OUT_OF_N, Parameters, duration, with_open_fate
from tallyclerk.kpis.worst import named_unseen, untaken_tenders


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per handover."""
    times = duration(
        journeys.context, "released_at", "taken_at", "open_fate", ("released_event", "taken_event")
    )
    cases = (
        with_open_fate(journeys.handovers.lazy().filter(pl.col("taker").is_not_null()), journeys)
        .join(named_unseen(journeys), on=["sid", "taker"], how="left")
        .select(
            "sid",
            partner="taker",
            counterpart="giver",
            **times,
            in_doubt=times["reason"].is_in(list(OUT_OF_N)) & pl.col("is_unseen"),
        )
    )
    return pl.concat([cases, untaken_tenders(journeys)], how="diagonal_relaxed")


KPI = Kpi(
    name="handover_in_hours",
    label="Handover in",
    question="How long does a partner take to accept what was tendered to it?",
    subject="receiving party",
    roles=TAKERS,
    cohort="the giver's RELEASED",
    eligible="Handovers tendered to the subject; cancelled and still open: out",
    numerator="Hours from the giver's RELEASED to the subject's own taking of custody",
    maturity="at once: open ones count as censored; negative ones are incidents, not values",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    goals={Statistic.P90: Goal(target=24.0, limit=36.0)},
    milestones=("RELEASED", "ACCEPTED"),
    caveats="Where the gap belongs to the pair rather than to the receiver is told by attribution.",
    source="Tender-to-acceptance time of freight audits",
    cases="handovers",
    facts=facts,
)

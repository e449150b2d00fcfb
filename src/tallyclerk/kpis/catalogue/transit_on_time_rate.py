"""Legs within the time that was agreed for them."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.context import Context
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.legs import BEGUN_BY_TAKING, ENDED_BY_SCAN, legs
from tallyclerk.journey.silences import minutes_between
from tallyclerk.journey.untimed import untimed
from tallyclerk.kpis.measure import Parameters, case, days
from tallyclerk.kpis.retold import PART
from tallyclerk.kpis.shared_commitments import committed, is_within
from tallyclerk.kpis.worst import HIDDEN, is_lacking, lacking, late_starts


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per leg with a commitment (rule null), and the same under the leg's name.

    Of a leg that took too long also, as parts, the minutes it took and those that were agreed.
    """
    each = _each(journeys, pl.lit(days(parameters["mature_days"]))).collect().lazy()
    parts = [
        each.filter(pl.col("reason").is_null(), pl.col("hits") == 0).select(
            pl.exclude("in_doubt", "took", "agreed"),
            rule=pl.lit(f"{PART}{name}"),
            n=pl.lit(0, dtype=pl.Int64),
            minutes=name,
        )
        for name in ("took", "agreed")
    ]
    each = each.drop("took", "agreed")
    total = pl.concat([each, _untimed(journeys)], how="diagonal_relaxed")
    return (
        pl.concat(
            [
                total.with_columns(rule=pl.lit(None, dtype=pl.String)),
                each.with_columns(rule="leg"),
                *parts,
            ],
            how="diagonal_relaxed",
        )
        .with_columns(pl.col("n").fill_null(1))
        .drop("leg")
    )


def _each(journeys: Journeys, wait: pl.Expr) -> pl.LazyFrame:
    """Each leg with a commitment: as a case, and the minutes it took and those that were agreed."""
    context = journeys.context
    end = pl.col("end_at")
    is_open = end.is_null()
    owes = context.owed.lazy().with_columns(is_owed=pl.lit(value=True))
    owner = pl.col("leg").replace_strict(
        {leg: str(name) for leg, name in ENDED_BY_SCAN.items()},
        default=None,
        return_dtype=pl.String,
    )
    shown = case(
        context,
        hit=is_within(context, end),
        cohort="start_at",
        matures_at=pl.when(~is_within(context, context.now - wait)).then(context.now),
        excluded={
            "not_reported": is_open
            & pl.col("milestone").is_not_null()
            & pl.col("is_owed").is_null(),
            "cancelled": is_open & (pl.col("fate") == "cancelled"),
            "negative": pl.col("start_at") - end > TOLERANCE,
        },
        events=("start_event", "end_event"),
    )
    return (
        committed(legs(journeys), journeys)
        .with_columns(milestone=owner)
        .join(owes, on=["partner", "milestone"], how="left")
        .join(late_starts(journeys), on=["sid", "partner"], how="left")
        .join(lacking(journeys, Milestone.DELIVERED), on=["sid", "partner"], how="left")
        .select(
            "sid",
            "partner",
            "leg",
            **shown,
            in_doubt=_in_doubt(shown["reason"], context, wait),
            took=minutes_between(pl.col("start_at"), end.fill_null(context.now)),
            agreed=pl.col("within").dt.total_minutes(),
        )
    )


def _in_doubt(reason: pl.Expr, context: Context, wait: pl.Expr) -> pl.Expr:
    """Whether a leg may have missed its commitment behind a scan that its partner kept back.

    It began with the taking, and that is known from a later scan only; or with the delivery it would
    have ended before it was called off.
    """
    begins = pl.col("leg").is_in(list(BEGUN_BY_TAKING)) & pl.col("is_late_start")
    end = pl.coalesce("end_at", context.now - wait)
    could_be = is_within(context, end, "earliest_at").fill_null(value=False)
    is_judged = reason.is_null() | (reason == "waiting")
    is_lost = is_lacking() & (reason == "cancelled") & pl.col("leg").is_in(["custody", "last_mile"])
    is_hidden = is_judged & begins.fill_null(value=False) & ~could_be
    return is_hidden | is_lost.fill_null(value=False)


def _untimed(journeys: Journeys) -> pl.LazyFrame:
    """Legs that must have begun at a time their partner kept back."""
    begun = untimed(journeys).rename({"shown_at": "start_at"})
    return committed(begun, journeys).select(
        "sid",
        "partner",
        "leg",
        cohort_at="start_at",
        reason=pl.lit(HIDDEN),
        in_doubt=pl.lit(value=True),
    )


KPI = Kpi(
    name="transit_on_time_rate",
    label="Legs within the agreed time",
    question="Does the partner keep the time agreed for its own leg?",
    subject="each partner with a commitment",
    roles=(),
    cohort="start of the leg",
    eligible="Legs with a commitment that was valid when they began; cancelled on the way, or "
    "ended by a milestone that the partner does not owe and did not send: out",
    numerator="Leg over within the agreed time, on the agreed clock",
    maturity="3 days after the agreed time; still open, lost or without an end = late",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="within the agreed time",
    parameters={"mature_days": 3},
    goals={Statistic.RATE: Goal(target=0.95, limit=0.90)},
    needs=("a commitment",),
    caveats="Customs time is part of the import leg: agree on the legs around it to leave it out.",
    source="Carrier transit time agreements; delivery performance of SCOR RL.2",
    cases="legs",
    about_time=True,
    facts=facts,
)

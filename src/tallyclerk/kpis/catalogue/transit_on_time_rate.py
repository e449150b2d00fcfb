"""Legs within the time that was agreed for them."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.legs import ENDED_BY_SCAN
from tallyclerk.kpis.measure import Parameters, case, days
from tallyclerk.kpis.shared_commitments import committed, is_within


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per leg with a commitment (rule null), and the same under the leg's name."""
    context = journeys.context
    end = pl.col("end_at")
    wait = pl.lit(days(parameters["mature_days"]))
    could_be_kept = is_within(context, context.now - wait)
    is_open = end.is_null()
    owner = pl.col("leg").replace_strict(
        {leg: str(name) for leg, name in ENDED_BY_SCAN.items()},
        default=None,
        return_dtype=pl.String,
    )
    owes = context.owed.lazy().with_columns(is_owed=pl.lit(value=True))
    each = (
        committed(journeys)
        .with_columns(milestone=owner)
        .join(owes, on=["partner", "milestone"], how="left")
        .select(
            "sid",
            "partner",
            "leg",
            **case(
                context,
                hit=is_within(context, end),
                cohort="start_at",
                matures_at=pl.when(~could_be_kept).then(context.now),
                excluded={
                    "not_reported": is_open
                    & pl.col("milestone").is_not_null()
                    & pl.col("is_owed").is_null(),
                    "cancelled": is_open & (pl.col("fate") == "cancelled"),
                    "negative": pl.col("start_at") - end > TOLERANCE,
                },
                events=("start_event", "end_event"),
            ),
        )
    )
    total = each.with_columns(rule=pl.lit(None, dtype=pl.String))
    return pl.concat([total, each.with_columns(rule="leg")]).drop("leg")


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
    caveats="Customs time is part of the import leg: agree on the legs around it to leave it out.",
    source="Carrier transit time agreements; delivery performance of SCOR RL.2",
    cases="legs",
    about_time=True,
    facts=facts,
)

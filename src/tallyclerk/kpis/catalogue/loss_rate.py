"""Lost shipments, held against whoever had them at the last physical scan."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.custody import holder_at
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case, days, takers
from tallyclerk.kpis.retold import CHAIN


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner that took custody of it.

    Under the rule "chain" once more each shipment that somebody took, a hit whoever lost it.
    """
    shipments = _with_loss(journeys).with_columns(
        first_in_chain=pl.col("chain").str.split(">").list.get(1, null_on_oob=True)
    )
    matures_at = pl.col("expected_at") + days(parameters["mature_days"])
    held = takers(journeys).join(
        shipments.select(
            "sid", "expected_at", "is_lost", "last_scan_at", "dispatched_at", "lost_event"
        ),
        on="sid",
    )
    holder = holder_at(held, "last_scan_at").select("sid", holder="partner")
    each = held.join(holder, on="sid", how="left").select(
        "sid",
        "partner",
        rule=pl.lit(None, dtype=pl.String),
        **case(
            journeys.context,
            hit=pl.col("is_lost") & (pl.col("partner") == pl.col("holder")),
            cohort="dispatched_at",
            matures_at=matures_at,
            events=("taken_event", "lost_event"),
        ),
    )
    whole = shipments.filter(pl.col("first_taken_at").is_not_null()).select(
        "sid",
        partner="first_in_chain",
        rule=pl.lit(CHAIN),
        **case(
            journeys.context,
            hit=pl.col("is_lost"),
            cohort="dispatched_at",
            matures_at=matures_at,
            events=("first_taken_event", "lost_event"),
        ),
    )
    return pl.concat([each, whole])


def _with_loss(journeys: Journeys) -> pl.LazyFrame:
    """Shipments with `expected_at` (the promise, else dispatch + lane P99) and `is_lost`."""
    context = journeys.context
    paid = (
        journeys.claims.lazy()
        .filter(pl.col("kind") == "loss", pl.col("status") == "paid")
        .select("sid")
        .unique()
        .with_columns(is_paid=pl.lit(value=True))
    )
    usual = pl.duration(minutes=pl.col("minutes"))
    expected = pl.coalesce("due_at", pl.col("dispatched_at") + usual)
    silent_since = pl.coalesce("last_scan_at", "dispatched_at")
    is_presumed = (
        pl.col("ended_at").is_null()
        & pl.col("outcome").is_null()
        & (expected + context.lost_after_promise <= context.now)
        & (silent_since + context.lost_after_silence <= context.now)
    )
    return (
        journeys.shipments.lazy()
        .join(context.lane_p99.lazy(), on="lane", how="left")
        .join(paid, on="sid", how="left")
        .with_columns(
            expected_at=expected,
            is_lost=pl.col("lost_at").is_not_null()
            | (pl.col("outcome") == "lost").fill_null(value=False)
            | pl.col("is_paid").fill_null(value=False)
            | is_presumed.fill_null(value=False),
        )
    )


KPI = Kpi(
    name="loss_rate",
    label="Loss",
    question="How many parcels disappear while the partner has them?",
    subject="custodian at the last physical scan",
    roles=TAKERS,
    cohort="dispatch: first taking of custody",
    eligible="Shipments the partner took custody of",
    numerator="Confirmed lost or destroyed, paid as lost, or presumed lost, last scanned in own "
    "custody",
    maturity="30 days after the promise (without one: after dispatch + the lane's P99)",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="lost",
    parameters={"mature_days": 30},
    goals={Statistic.RATE: Goal(target=0.005, limit=0.015)},
    rare=True,
    caveats="Presumed lost: not ended, 15 days past the promise and 10 days without a scan; a "
    "later scan restates the old cohort. LOST is self-reported.",
    source="Loss rate of carrier liability contracts (CMR art. 20: presumption of loss)",
    self_reported=True,
    facts=facts,
)

"""Whose time a late shipment lost: lateness split over custody, in parts that add up to the minute.

A delay passed on is not the receiver's: each partner answers for its own overrun alone. All times
are cut to whole minutes first, so that the parts of a shipment telescope to its lateness exactly.
"""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.plans import with_plans

ALLOWANCE_MINUTES = 120
"""Time between tender and acceptance that belongs to nobody."""


def spans(journeys: Journeys) -> pl.DataFrame:
    """Custody of the promised shipments up to delivery (else `as_of`), against what was planned.

    Returns:
        One row per shipment and custodian, sorted: sid, partner, role, lane, next_partner,
        own_minutes (to its own RELEASED, else to the end of custody), gap_minutes (from there to
        the next taking), overrun (own minutes beyond the plan, below 0 where it was faster; null
        without a plan), excess (of the gap beyond the allowance), is_proven (the excess is the
        receiver's), from_start (of the first custody to the promise), lateness (from the promise
        to the end, below 0 where it was early).
    """
    rows = _bounded(journeys).with_columns(
        own_minutes=_minutes("release_at") - _minutes("start_at"),
        gap_minutes=_minutes("stop_at") - _minutes("release_at"),
    )
    planned = with_plans(rows, journeys.context)
    return (
        planned.join(_proofs(journeys), on=["sid", "partner"], how="left")
        .with_columns(
            excess=(pl.col("gap_minutes") - ALLOWANCE_MINUTES).clip(lower_bound=0),
            is_proven=pl.col("is_proven").fill_null(value=False),
            from_start=_minutes("due_at") - _minutes("start_at").min().over("sid"),
            lateness=_minutes("over_at") - _minutes("due_at"),
        )
        .select(
            "sid",
            "partner",
            "role",
            "lane",
            "place",
            "next_partner",
            "own_minutes",
            "gap_minutes",
            "overrun",
            "excess",
            "is_proven",
            "from_start",
            "lateness",
        )
        .sort("sid", "place")
        .collect()
    )


def parts(split: pl.DataFrame) -> pl.DataFrame:
    """The parts of each shipment's lateness.

    Args:
        split: From `spans`.

    Returns:
        One row per part, sorted: sid, kind, partner (null: nobody's), other, minutes, low, high.
        The minutes of a shipment add up to its lateness. Kinds: own (overrun of a custodian),
        no_plan (custody without a plan, nobody's), allowance (of a handover, nobody's), received
        (a proven handover: the receiver's), disputed (an unproven one: the pair's, each between
        low and high of it), promise (plans beyond what was promised, nobody's).
    """
    whole = split.lazy()
    has_plan = pl.col("overrun").is_not_null()
    gaps = whole.filter(pl.col("gap_minutes") > 0)
    pair = gaps.filter(pl.col("excess") > 0)
    planned = pl.col("own_minutes") - pl.col("overrun")
    found = [
        _part(whole.filter(has_plan), "own", pl.col("partner"), pl.col("overrun")),
        _part(whole.filter(~has_plan), "no_plan", _nobody(), pl.col("own_minutes")),
        _part(gaps, "allowance", _nobody(), pl.col("gap_minutes") - pl.col("excess")),
        _part(pair.filter("is_proven"), "received", pl.col("next_partner"), pl.col("excess")),
        _part(
            pair.filter(~pl.col("is_proven")),
            "disputed",
            pl.col("partner"),
            pl.col("excess"),
            other=pl.col("next_partner"),
        ),
        _part(
            whole.group_by("sid").agg(minutes=planned.sum() - pl.col("from_start").first()),
            "promise",
            _nobody(),
            pl.col("minutes"),
        ),
    ]
    return pl.concat(found).sort("sid", "kind", "partner", "other", "minutes").collect()


def _nobody() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)


def _part(
    rows: pl.LazyFrame,
    kind: str,
    partner: pl.Expr,
    minutes: pl.Expr,
    other: pl.Expr | None = None,
) -> pl.LazyFrame:
    other = _nobody() if other is None else other
    is_pair = other.is_not_null()
    return rows.select(
        "sid",
        kind=pl.lit(kind),
        partner=partner,
        other=other,
        minutes=minutes.cast(pl.Int64),
        low=pl.when(is_pair).then(0).otherwise(minutes).cast(pl.Int64),
        high=minutes.cast(pl.Int64),
    )


def _minutes(time: str) -> pl.Expr:
    """Whole minutes since 1970."""
    return pl.col(time).dt.epoch("s").floordiv(60)


def _bounded(journeys: Journeys) -> pl.LazyFrame:
    """Custody between bounds in order: start_at <= release_at <= stop_at <= over_at."""
    now = journeys.context.now
    shipments = (
        journeys.shipments.lazy()
        .filter(pl.col("due_at").is_not_null())
        .select(
            "sid", "lane", "due_at", "handover_due_at", over_at=pl.coalesce("delivered_at", now)
        )
    )
    released = journeys.handovers.lazy().select("sid", "released_at", partner="giver")
    over = pl.col("over_at")
    return (
        journeys.custody.lazy()
        .join(shipments, on="sid")
        .join(released, on=["sid", "partner"], how="left")
        .with_columns(stop_at=pl.min_horizontal(pl.coalesce("next_at", over), over))
        .with_columns(start_at=pl.min_horizontal("taken_at", "stop_at"))
        .with_columns(
            release_at=pl.when(
                pl.col("next_at").is_not_null() & pl.col("released_at").is_not_null()
            )
            .then(pl.max_horizontal("start_at", pl.min_horizontal("released_at", "stop_at")))
            .otherwise("stop_at")
        )
    )


def _proofs(journeys: Journeys) -> pl.LazyFrame:
    """Handovers whose wait is the receiver's: sid, partner (the giver), is_proven.

    Proven: somebody other than the giver scanned the goods between the tender and the acceptance.
    A receiver that owes its ACCEPTED and did not send it gains nothing by that: the wait is its own.
    """
    given = journeys.handovers.lazy().filter(pl.col("next_at").is_not_null())
    scans = (
        journeys.observations.lazy()
        .filter("is_physical", pl.col("partner").is_not_null())
        .select("sid", "occurred_at", scanned_by="partner")
    )
    seen = (
        given.join(scans, on="sid")
        .filter(
            pl.col("scanned_by") != pl.col("giver"),
            pl.col("occurred_at") >= pl.col("released_at") - TOLERANCE,
            pl.col("occurred_at") < pl.col("next_at"),
        )
        .select("sid", partner="giver")
    )
    owes = journeys.context.owing(Milestone.ACCEPTED)
    silent = (
        journeys.custody.lazy()
        .filter("is_implied")
        .join(owes, on="partner", how="semi")
        .select("sid", next_partner="partner")
    )
    unsent = given.join(silent, on=["sid", "next_partner"], how="semi").select(
        "sid", partner="giver"
    )
    return pl.concat([seen, unsent]).unique().with_columns(is_proven=pl.lit(value=True))


def own_times(
    custody: pl.DataFrame, handovers: pl.DataFrame, shipments: pl.DataFrame
) -> pl.LazyFrame:
    """How long custodians had the goods until they tendered them, of completed custody only.

    Returns:
        One row per shipment and custodian: role, lane, partner, minutes. What the plans of others
        are taken from.
    """
    released = handovers.lazy().select("sid", "released_at", partner="giver")
    is_next = pl.col("fate") == "next"
    until = pl.when(is_next).then(pl.min_horizontal("released_at", "end_at")).otherwise("end_at")
    spent = until.dt.epoch("s").floordiv(60) - _minutes("taken_at")
    return (
        custody.lazy()
        .filter(pl.col("fate").is_in(["next", "delivered"]), pl.col("end_at").is_not_null())
        .join(shipments.lazy().select("sid", "lane"), on="sid")
        .join(released, on=["sid", "partner"], how="left")
        .select("role", "lane", "partner", minutes=spent.clip(lower_bound=0))
    )

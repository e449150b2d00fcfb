"""Shipments of which no fact changes any more, however late it gets, until they are told of again.

A fact knows the time of a run by three comparisons only: what was known by then, whether a wait is
over, and how long something open has lasted. Of a shipment that was delivered, of which nothing is
told later than the longest wait before `as_of`, and of which no fact waits or is open, all three
are the same for every later `as_of`. What is told without a time is known from the data's end on:
before it, such shipments are not settled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import polars.selectors as cs

from tallyclerk.domain.tables import UTC, Schema
from tallyclerk.journey.choose import of_shipments
from tallyclerk.journey.context import Context
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Bucket, Journeys
from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.kpis.links import UNLINKED
from tallyclerk.kpis.measure import Parameters, days, hours

OTHER_WAITS = dt.timedelta(days=5)
"""More than the waits of incidents, which are no parameters of a KPI."""
DAY_ENDS = dt.timedelta(days=2)
"""More than the time from the start of a date in UTC to its end in any zone."""
LATEST: Schema = {"lane": pl.String, "dispatched_at": UTC}

_BY_PLANS = {
    "shipments": (
        *("sid", "shipment_id", "lane", "service", "chain", "batch_id", "dispatched_at", "due_at"),
        *("handover_due_at", "delivered_at", "delivered_date", "promised_date", "is_due_day"),
        *("promise_at", "promise_month", "delivered_event", "cancelled_at", "undated_fate"),
    ),
    "custody": (
        *("sid", "partner", "role", "place", "taken_at", "is_implied"),
        *("next_partner", "next_at"),
    ),
    "handovers": ("sid", "giver", "released_at", "next_partner", "next_at"),
    "observations": ("sid", "partner", "occurred_at", "is_physical"),
}
"""The columns of JOURNEYS that KPIs with `by_plans` read."""
_MISSING = ("requirements", "unseen_requirements")
_WHOLE = ("members", "unseen")


def last_times(bucket: Bucket) -> pl.DataFrame:
    """The latest time that is told of each shipment, also of what is not known yet.

    Returns:
        One row per shipment that anything is told of: shipment_id, last_at; `is_undated`, whether
        anything is told of it without a time, which is known from the data's end on.
    """
    frames = (
        (bucket.events, pl.lit(value=False)),
        (bucket.shipments, pl.col("outcome").is_not_null()),
        (bucket.claims, pl.col("filed_at").is_null()),
        (bucket.tickets, pl.col("opened_at").is_null()),
        (bucket.reviews, pl.col("given_at").is_null()),
        (bucket.notices, pl.col("sent_at").is_null()),
    )
    parts = [
        frame.lazy().select(
            "shipment_id",
            last_at=pl.max_horizontal(
                cs.datetime(),
                cs.date().cast(UTC) + DAY_ENDS,
            ),
            is_undated=is_undated,
        )
        for frame, is_undated in frames
    ]
    by_shipment = pl.concat(parts).group_by("shipment_id")
    return by_shipment.agg(pl.col("last_at").max(), pl.col("is_undated").any()).collect()


def longest_wait(parameters: Mapping[str, Parameters]) -> dt.timedelta:
    """More than any fact waits after the last time told of its shipment."""

    def of(own: Parameters) -> dt.timedelta:
        spans = [
            days(value) if name.endswith("_days") else hours(value)
            for name, value in own.items()
            if name.endswith(("_days", "_hours"))
        ]
        return sum(spans, dt.timedelta())

    return max(map(of, parameters.values()), default=dt.timedelta()) + OTHER_WAITS


def settled(
    journeys: Journeys,
    stated: Sequence[pl.DataFrame],
    last: pl.DataFrame,
    wait: dt.timedelta,
) -> pl.DataFrame:
    """The shipments that are settled.

    Args:
        journeys: Of some shipments.
        stated: All their facts, or tallies of each.
        last: From `last_times`.
        wait: From `longest_wait`.

    Returns:
        One row per shipment: sid, shipment_id, last_at, is_undated.
    """
    reason = pl.col("reason").cast(pl.String)
    is_open = ((reason == "waiting") | (pl.col("ending").cast(pl.String) == "censored")) | (
        (reason == UNLINKED) | reason.str.starts_with(PREFIX)
    )
    unsettled = [part.filter(is_open).select("shipment_id") for part in stated]
    are_known = journeys.context.are_outcomes_known
    return (
        journeys.shipments.filter(pl.col("delivered_at").is_not_null())
        .select("sid", "shipment_id")
        .join(last, on="shipment_id")
        .filter(pl.col("last_at") + wait <= journeys.context.now)
        .filter(~pl.col("is_undated") | are_known)
        .join(pl.concat(unsettled).unique(), on="shipment_id", how="anti")
        .sort("sid")
    )


def latest_unpromised(journeys: Journeys, sids: pl.Series) -> pl.DataFrame:
    """The latest dispatch, by lane, of those shipments whose loss is told by the lane's P99."""
    rows = journeys.shipments.filter(
        pl.col("sid").is_in(sids.implode()),
        pl.col("due_at").is_null(),
        pl.col("dispatched_at").is_not_null(),
    )
    return rows.group_by("lane").agg(pl.col("dispatched_at").max()).select(LATEST.keys())


def are_still_settled(latest: pl.DataFrame, wait: dt.timedelta, context: Context) -> bool:
    """Whether shipments without a promise are settled by today's P99 of their lanes too."""
    known = latest.join(context.lane_p99, on="lane", how="left")
    until = pl.col("dispatched_at") + pl.duration(minutes=pl.col("minutes")) + wait
    return bool(known.select((until <= context.now).fill_null(value=False).all()).item())


def kept_for_plans(journeys: Journeys, sids: pl.Series) -> Journeys:
    """What KPIs with `by_plans` need of some shipments, so that they can be told of anew."""
    promised = journeys.shipments.filter(
        pl.col("sid").is_in(sids.implode()), pl.col("due_at").is_not_null()
    )["sid"]
    own = of_shipments(journeys, promised)
    frames: dict[str, Any] = {
        name: frame.clear() for name, frame in vars(own).items() if isinstance(frame, pl.DataFrame)
    }
    frames |= {name: getattr(own, name) for name in _WHOLE}
    frames |= {name: getattr(own, name).filter(~pl.col("is_present")) for name in _MISSING}
    frames |= {name: getattr(own, name).select(columns) for name, columns in _BY_PLANS.items()}
    frames["observations"] = _scans_between(frames["observations"], frames["handovers"])
    return replace(own, **frames)


def _scans_between(scans: pl.DataFrame, handovers: pl.DataFrame) -> pl.DataFrame:
    """The scans between a tender and the taking after it, which may prove the handover."""
    given = handovers.lazy().drop_nulls("next_at").select("sid", "released_at", "next_at")
    is_between = (pl.col("occurred_at") >= pl.col("released_at") - TOLERANCE) & (
        pl.col("occurred_at") < pl.col("next_at")
    )
    return (
        scans.lazy()
        .filter("is_physical", pl.col("partner").is_not_null())
        .join(given, on="sid")
        .filter(is_between)
        .select(scans.columns)
        .unique()
        .sort("sid", "occurred_at", "partner")
        .collect()
    )


def joined(parts: Sequence[Journeys]) -> Journeys:
    """Several journeys (at least one) as one, their shipments numbered anew."""
    total = 0
    shifted: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        for name, frame in vars(part).items():
            if isinstance(frame, pl.DataFrame):
                sid = [pl.col("sid") + total] if "sid" in frame.columns else []
                shifted.setdefault(name, []).append(frame.with_columns(sid))
        highest = part.shipments["sid"].max()
        total += 0 if highest is None else int(highest) + 1  # type: ignore[arg-type]
    whole: dict[str, Any] = {name: pl.concat(frames) for name, frames in shifted.items()}
    return replace(parts[0], **whole)

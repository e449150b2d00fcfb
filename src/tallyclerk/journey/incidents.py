"""Miscommunication incidents: messages that are missing, late or contradict each other.

A rule is one entry in `RULES`. Each finds its incidents in the journeys of single shipments and
says whom it holds answerable; an incident of a pair counts for both and names the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.messages import (
    batch_stamped,
    contradictory_terminal,
    customs_hold_documents,
    delay_without_notice,
    event_after_terminal,
    future_event,
    strict_order,
)
from tallyclerk.journey.observations import first_by, preceding

ACKNOWLEDGE_WITHIN = dt.timedelta(hours=24)
RECORDED_WITHIN = dt.timedelta(hours=24)
Finder = Callable[[Journeys], "pl.LazyFrame"]


@dataclass(frozen=True)
class Rule:
    """An incident rule.

    Attributes:
        name: Key in results.
        label: For people.
        is_serious: Counted in miscommunication_rate; else in message_hygiene_rate.
        find: Journeys to incidents: sid, partner, other (of a pair, else null), from_event,
            to_event.
    """

    name: str
    label: str
    is_serious: bool
    find: Finder


def incidents(journeys: Journeys) -> pl.DataFrame:
    """All incidents of a bucket.

    Returns:
        One row per shipment, rule and partner held answerable, sorted: sid, rule, is_serious,
        partner, other, from_event, to_event.
    """
    found = [
        rule.find(journeys)
        .select("sid", "partner", "other", "from_event", "to_event")
        .filter(pl.col("partner").is_not_null())
        .with_columns(rule=pl.lit(rule.name), is_serious=pl.lit(rule.is_serious))
        for rule in RULES
    ]
    return (
        pl.concat(found).sort("sid", "rule", "partner", "other", "from_event", "to_event").collect()
    )


def _of_pair(found: pl.LazyFrame, taker: str, *, to_event: str) -> pl.LazyFrame:
    """An incident of giver and taker, once for each."""
    columns = {"from_event": pl.col("released_event"), "to_event": pl.col(to_event)}
    return pl.concat(
        [
            found.select("sid", partner="giver", other=taker, **columns),
            found.select("sid", partner=taker, other="giver", **columns).filter(
                pl.col("partner").is_not_null()
            ),
        ]
    )


def missing_acknowledgement(journeys: Journeys) -> pl.LazyFrame:
    """Released, and by the end of the waiting time nobody has taken it."""
    deadline = pl.col("released_at") + ACKNOWLEDGE_WITHIN
    ended = journeys.shipments.lazy().select("sid", "over_at", "undated_fate")
    found = (
        journeys.handovers.lazy()
        .join(ended, on="sid")
        .filter(
            pl.col("taker").is_in(sorted(journeys.context.takers)),
            pl.col("taken_at").is_null(),
            pl.col("next_at").is_null(),
            deadline + RECORDED_WITHIN <= journeys.context.now,
            (pl.col("over_at") >= deadline).fill_null(value=True),
            (pl.col("undated_fate") != "cancelled").fill_null(value=True),
        )
    )
    return _of_pair(found, "taker", to_event="taken_event")


def late_acknowledgement(journeys: Journeys) -> pl.LazyFrame:
    """Taken, but later than the agreed time after the release."""
    late = pl.col("taken_at") > pl.col("released_at") + ACKNOWLEDGE_WITHIN
    return _of_pair(journeys.handovers.lazy().filter(late), "taker", to_event="taken_event")


def unannounced_acceptance(journeys: Journeys) -> pl.LazyFrame:
    """Accepted from a partner that never said it handed over, though it owes that message."""
    owes = journeys.context.owing(Milestone.RELEASED)
    previous = pl.coalesce(preceding("partner", "sid"), "supplier_id")
    said = journeys.handovers.lazy().select("sid", partner="giver")
    return (
        journeys.custody.lazy()
        .filter(pl.col("place") > 0)
        .join(journeys.shipments.lazy().select("sid", "supplier_id"), on="sid")
        .sort("sid", "place")
        .with_columns(giver=previous)
        .filter(~pl.col("is_implied"))
        .select(
            "sid",
            partner="giver",
            other="partner",
            from_event=pl.lit(None, dtype=pl.Int64),
            to_event="taken_event",
        )
        .join(owes, on="partner", how="semi")
        .join(said, on=["sid", "partner"], how="anti")
    )


def wrong_receiver(journeys: Journeys) -> pl.LazyFrame:
    """Taken by a partner whom the giver had not named, and not by the one it had."""
    found = journeys.handovers.lazy().filter(
        pl.col("named").is_not_null(),
        pl.col("taken_at").is_null(),
        pl.col("next_partner").is_not_null(),
        pl.col("next_partner") != pl.col("named"),
    )
    return _of_pair(found, "named", to_event="next_event")


def acceptance_before_release(journeys: Journeys) -> pl.LazyFrame:
    """Taken before it was released, by more than clocks may differ."""
    early = pl.col("released_at") - pl.col("next_at") > TOLERANCE
    return _of_pair(journeys.handovers.lazy().filter(early), "next_partner", to_event="next_event")


def _differs(column: str) -> Finder:
    """Giver and taker state different values of a column, for a difference that matters."""

    def find(journeys: Journeys) -> pl.LazyFrame:
        theirs = (
            journeys.observations.lazy()
            .filter(pl.col("milestone") == Milestone.ACCEPTED)
            .pipe(first_by, "sid", "partner")
            .select("sid", next_partner="partner", stated=column, stated_event="event_id")
        )
        both = journeys.handovers.lazy().join(theirs, on=["sid", "next_partner"])
        found = both.filter(_matters(column))
        return _of_pair(found, "next_partner", to_event="stated_event")

    return find


def _matters(column: str) -> pl.Expr:
    given, stated = pl.col(column), pl.col("stated")
    if column != "weight_grams":
        return given != stated
    difference = (given - stated).abs()
    return (difference > 200) & (difference * 100 > given * 5)  # noqa: PLR2004 max(200 g, 5 %)


def milestone_missing(journeys: Journeys) -> pl.LazyFrame:
    """A milestone that must have happened was not reported by the custodian who owes it."""
    return (
        journeys.requirements.lazy()
        .filter(~pl.col("is_present"), pl.col("milestone") != Milestone.RELEASED)
        .select(
            "sid",
            "partner",
            other=pl.lit(None, dtype=pl.String),
            from_event=pl.lit(None, dtype=pl.Int64),
            to_event="shown_by",
        )
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "missing_acknowledgement",
        "Released, never acknowledged",
        is_serious=True,
        find=missing_acknowledgement,
    ),
    Rule(
        "late_acknowledgement",
        "Acknowledged late",
        is_serious=True,
        find=late_acknowledgement,
    ),
    Rule(
        "unannounced_acceptance",
        "Accepted, never announced",
        is_serious=True,
        find=unannounced_acceptance,
    ),
    Rule("wrong_receiver", "Taken by a partner nobody named", is_serious=True, find=wrong_receiver),
    Rule(
        "acceptance_before_release",
        "Accepted before released",
        is_serious=True,
        find=acceptance_before_release,
    ),
    Rule("pieces_differ", "Piece counts differ", is_serious=True, find=_differs("pieces")),
    Rule("weight_differs", "Weights differ", is_serious=True, find=_differs("weight_grams")),
    Rule(
        "destination_differs",
        "Destinations differ",
        is_serious=True,
        find=_differs("destination"),
    ),
    Rule(
        "event_after_terminal",
        "Scanned after its end",
        is_serious=True,
        find=event_after_terminal,
    ),
    Rule(
        "contradictory_terminal",
        "Two different ends",
        is_serious=True,
        find=contradictory_terminal,
    ),
    Rule("strict_order", "Stamped in an impossible order", is_serious=True, find=strict_order),
    Rule(
        "customs_hold_documents",
        "Held by customs for documents",
        is_serious=True,
        find=customs_hold_documents,
    ),
    Rule(
        "delay_without_notice",
        "Late, and nobody told the customer",
        is_serious=True,
        find=delay_without_notice,
    ),
    Rule(
        "milestone_missing",
        "Owed milestone missing",
        is_serious=False,
        find=milestone_missing,
    ),
    Rule("future_event", "Recorded before it happened", is_serious=False, find=future_event),
    Rule(
        "batch_stamped",
        "A day's events stamped in one minute",
        is_serious=False,
        find=batch_stamped,
    ),
)

OF_HANDOVERS = (
    "missing_acknowledgement",
    "late_acknowledgement",
    "unannounced_acceptance",
    "wrong_receiver",
    "acceptance_before_release",
    "pieces_differ",
    "weight_differs",
    "destination_differs",
)
"""Rules about what passes between two partners at a handover."""

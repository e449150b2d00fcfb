"""Miscommunication incidents: messages that are missing, late or contradict each other.

A rule is one entry of `RULES`. Each finds its incidents in the journeys of single shipments and
says whom it holds answerable; an incident of a pair counts for both and names the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from tallyclerk.journey.handover_incidents import (
    acceptance_before_release,
    differs,
    late_acknowledgement,
    missing_acknowledgement,
    unannounced_acceptance,
    wrong_receiver,
)
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.messages import (
    batch_stamped,
    contradictory_terminal,
    customs_hold_documents,
    delay_without_notice,
    event_after_terminal,
    future_event,
    milestone_missing,
    strict_order,
)

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


OF_HANDOVERS: tuple[Rule, ...] = (
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
    Rule("pieces_differ", "Piece counts differ", is_serious=True, find=partial(differs, "pieces")),
    Rule(
        "weight_differs", "Weights differ", is_serious=True, find=partial(differs, "weight_grams")
    ),
    Rule(
        "destination_differs",
        "Destinations differ",
        is_serious=True,
        find=partial(differs, "destination"),
    ),
)
"""What passes between two partners at a handover."""

OF_MESSAGES: tuple[Rule, ...] = (
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
"""What single messages say, or fail to."""

RULES = (*OF_HANDOVERS, *OF_MESSAGES)

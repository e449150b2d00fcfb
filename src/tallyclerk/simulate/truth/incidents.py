"""Miscommunication: the incidents of a shipment, each with the partners it is laid to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from tallyclerk.domain.milestones import Milestone
from tallyclerk.simulate.truth.durations import TOLERANCE
from tallyclerk.simulate.truth.facts import DAY, HOUR
from tallyclerk.simulate.truth.handovers import Handover, handovers_of
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.promises import Promise
from tallyclerk.simulate.truth.records import Event
from tallyclerk.simulate.truth.sequence import (
    contradictory_terminal,
    event_after_terminal,
    strict_order,
)
from tallyclerk.simulate.truth.visibility import custodians, is_later_stage, required_milestones

SERIOUS = (
    "missing_acknowledgement",
    "late_acknowledgement",
    "unannounced_acceptance",
    "wrong_receiver",
    "acceptance_before_release",
    "pieces_differ",
    "weight_differs",
    "destination_differs",
    "event_after_terminal",
    "contradictory_terminal",
    "strict_order",
    "customs_hold_documents",
    "delay_without_notice",
)
"""Rules of `miscommunication_rate`."""

HYGIENE = ("milestone_missing", "future_event", "batch_stamped")
"""Rules of `message_hygiene_rate`."""

Incident = tuple[str, str]
"""A rule and a partner it is laid to; a pair is two of them."""


def incidents_of(journey: Journey, *, despite_outages: bool = False) -> set[Incident]:
    """Every rule that the shipment broke, with each partner it is laid to.

    Releases that a feed outage left unanswered are among them only `despite_outages`.
    """
    found: set[tuple[str, str | None]] = set()
    for handover in handovers_of(journey):
        found.update(incidents_between(journey, handover, despite_outages=despite_outages))
    found.update(("unannounced_acceptance", giver) for giver in _unannounced(journey))
    found.update(("event_after_terminal", who) for who in event_after_terminal(journey))
    found.update(("contradictory_terminal", who) for who in contradictory_terminal(journey))
    found.update(("strict_order", who) for who in strict_order(journey))
    found.update(("customs_hold_documents", who) for who in _held_for_documents(journey))
    found.update(("delay_without_notice", who) for who in _delayed_in_silence(journey))
    for partner in custodians(journey):
        for milestone, present in required_milestones(journey, partner):
            if (
                not present
                and milestone != Milestone.RELEASED
                and not _is_in_outage(journey, partner, milestone)
            ):
                found.add(("milestone_missing", partner))
    for event in journey.shipment.events:
        if event.recorded_at and event.at - event.recorded_at > TOLERANCE:
            found.add(("future_event", event.partner))
        if journey.records.is_stamped(event):
            found.add(("batch_stamped", event.partner))
    return {(rule, partner) for rule, partner in found if partner}


def incidents_between(
    journey: Journey, handover: Handover, *, despite_outages: bool = False
) -> set[Incident]:
    """What went wrong at one announced handover, with each partner it is laid to."""
    between = _of_handover(journey, handover, despite_outages=despite_outages)
    return {*between, *_of_messages(handover)}


def _of_handover(
    journey: Journey, handover: Handover, *, despite_outages: bool
) -> Iterator[Incident]:
    """What went wrong between a giver and the taker it meant, or the one that came."""
    taker, following = handover.taker, handover.next
    released_at = handover.released.at
    by = released_at + 24 * HOUR
    if following and following.at < released_at - TOLERANCE:
        yield from _pair("acceptance_before_release", handover.giver, following.partner)
    if taker is None:
        return
    taken = journey.taking_by(taker)
    if taken is not None:
        if taken.at > by:
            yield from _pair("late_acknowledgement", handover.giver, taker)
        return
    if following is not None:
        if handover.is_named:
            yield from _pair("wrong_receiver", handover.giver, taker)
        return
    is_due = journey.records.as_of >= by + DAY
    if journey.records.is_out(taker, released_at) and not despite_outages:
        return
    if is_due and journey.records.reports_takings(taker) and not _was_over_before(journey, by):
        yield from _pair("missing_acknowledgement", handover.giver, taker)


def _is_in_outage(journey: Journey, partner: str, milestone: str) -> bool:
    """Whether the feed was out when the shipment was last heard of before the missing message.

    That is before the first scan for ACCEPTED, before the first later stage for the others, and at
    the very last for a DELIVERED that only the merchant tells.
    """
    events, shown_at = journey.shipment.events, None
    taking = journey.taking_by(partner)
    if milestone == Milestone.ACCEPTED and taking:
        shown_at = taking.at
    elif milestone != Milestone.DELIVERED:
        stage = Milestone(milestone)
        shown_at = min(event.at for event in events if is_later_stage(event.milestone, stage))
    heard = [event.at for event in events if shown_at is None or event.at < shown_at]
    return journey.records.is_out(partner, max(heard, default=None))


def _was_over_before(journey: Journey, moment: dt.datetime) -> bool:
    """Whether the shipment had ended, or was cancelled, so that nobody had to take it."""
    ended = any(event.is_terminal and event.at < moment for event in journey.shipment.events)
    return ended or journey.outcome == "cancelled"


def _of_messages(handover: Handover) -> Iterator[Incident]:
    """Where the taker's message says something else than the giver's."""
    accepted = handover.next.accepted if handover.next else None
    if handover.next is None or accepted is None:
        return
    released, pair = handover.released, (handover.giver, handover.next.partner)
    if _differ(released.pieces, accepted.pieces):
        yield from _pair("pieces_differ", *pair)
    if _differ(released.destination, accepted.destination):
        yield from _pair("destination_differs", *pair)
    if released.weight_grams is not None and accepted.weight_grams is not None:
        difference = abs(released.weight_grams - accepted.weight_grams)
        if difference > 200 and difference * 100 > 5 * released.weight_grams:  # noqa: PLR2004
            yield from _pair("weight_differs", *pair)


def _differ(told: object, taken: object) -> bool:
    return told is not None and taken is not None and told != taken


def _pair(rule: str, giver: str, taker: str) -> Iterator[Incident]:
    yield rule, giver
    yield rule, taker


def _unannounced(journey: Journey) -> Iterator[str]:
    """Custodians that owe RELEASED and sent none, though the next one accepted."""
    previous = journey.supplier
    for taking in journey.takings:
        if (
            taking.accepted
            and previous
            and journey.released_by(previous) is None
            and journey.records.owes(previous, Milestone.RELEASED)
        ):
            yield previous
        previous = taking.partner


def _held_for_documents(journey: Journey) -> Iterator[str | None]:
    """The supplier, who owns the documents, where customs held the goods for them."""
    held = journey.shipment.all_of(Milestone.EXPORT_CUSTOMS_HELD, Milestone.IMPORT_CUSTOMS_HELD)
    if any(event.reason == "documents" for event in held):
        yield journey.supplier


def _delayed_in_silence(journey: Journey) -> Iterator[str | None]:
    """The custodian at the promise, where it was missed and nobody had told the customer."""
    promise = journey.promise
    if promise is None or not journey.records.has_notices or not is_delayed(journey):
        return
    if not is_told(journey, promise):
        custodian = journey.custodian_at(promise.due, before=True)
        yield custodian.partner if custodian else journey.supplier


def is_told(journey: Journey, promise: Promise) -> bool:
    """Whether the customer was told before the promise passed and before any contact."""
    shipment = journey.shipment
    asked = [ticket.get("opened_at") for ticket in shipment.tickets]
    by = min([promise.due, *filter(None, asked)])
    told: list[Event] = shipment.all_of(Milestone.CUSTOMER_NOTIFIED)
    times = [event.at for event in told]
    times += filter(None, (notice.get("sent_at") for notice in shipment.notices))
    return any(time < by for time in times)


def is_delayed(journey: Journey) -> bool:
    """Delivered late, or three days over the promise, not cancelled and not there."""
    promise = journey.promise
    if promise is None:
        return False
    delivered = journey.shipment.first(Milestone.DELIVERED)
    if delivered is not None:
        return not promise.is_kept_by(delivered)
    if journey.cancelled_at or journey.outcome in ("cancelled", "delivered"):
        return False
    return journey.records.as_of >= promise.due + 3 * DAY

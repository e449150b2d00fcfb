"""KPIs of what went wrong at handovers, and of shipments with which nothing did."""

from __future__ import annotations

import datetime as dt

from tallyclerk.domain.milestones import Milestone
from tallyclerk.simulate.truth.facts import DAY, HOUR, Facts, counted, left_out
from tallyclerk.simulate.truth.handovers import Handover, handovers_of
from tallyclerk.simulate.truth.incidents import SERIOUS, incidents_between, incidents_of
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.visibility import custodians, required_milestones


def handover_incident_rate(journey: Journey) -> Facts:
    """Giver and taker of each handover: anything wrong with it."""
    announced = handovers_of(journey)
    for handover in announced:
        sides = {handover.giver, handover.taker}
        if handover.next:
            sides.add(handover.next.partner)
        wrong = {who for _, who in incidents_between(journey, handover)}
        reason = _left_out_for(journey, handover)
        for side in sorted(side for side in sides if side):
            yield from _side(journey, side, reason, hit=side in wrong)
    said = {handover.giver for handover in announced}
    unannounced = {who for rule, who in incidents_of(journey) if rule == "unannounced_acceptance"}
    for giver in custodians(journey):
        following = journey.next_after(giver) if journey.taking_by(giver) else journey.first_taking
        if giver in said or following is None:
            continue
        is_waiting = journey.records.as_of < following.at + 48 * HOUR
        for side in (giver, following.partner):
            hit = side == giver and giver in unannounced
            yield from _side(journey, side, "waiting" if is_waiting else None, hit=hit)


def _side(journey: Journey, side: str, reason: str | None, *, hit: bool) -> Facts:
    if reason:
        yield left_out(journey, "handover_incident_rate", side, reason)
    else:
        yield counted(journey, "handover_incident_rate", side, hit=hit)


def _left_out_for(journey: Journey, handover: Handover) -> str | None:
    """Why a handover does not count."""
    by = handover.released.at + 24 * HOUR
    came = handover.next is not None or (handover.taker and journey.taking_by(handover.taker))
    if not came and handover.taker and not journey.records.reports_takings(handover.taker):
        return "not_reporting"
    if not came and journey.is_cancelled_before(by):
        return "cancelled"
    return "waiting" if journey.records.as_of < by + DAY else None


def perfect_shipment_rate(journey: Journey) -> Facts:
    """Everyone who had it: on time, complete, undamaged and without a serious incident."""
    promise = journey.promise
    if promise is None:
        return
    delivered = journey.shipment.first(Milestone.DELIVERED)
    held = custodians(journey)
    owed = [present for who in held for _, present in required_milestones(journey, who)]
    judged_at: dt.datetime = max([promise.due, *([delivered.at] if delivered else [])]) + 30 * DAY
    hit = (
        delivered is not None
        and promise.is_kept_by(delivered)
        and all(owed)
        and not _is_damaged(journey)
        and not any(rule in SERIOUS for rule, _ in incidents_of(journey, despite_outages=True))
    )
    for partner in held:
        if delivered is None and journey.is_cancelled_before(promise.due):
            yield left_out(journey, "perfect_shipment_rate", partner, "cancelled")
        elif not journey.records.has_damage:
            yield left_out(journey, "perfect_shipment_rate", partner, "not_reported")
        elif not owed:
            yield left_out(journey, "perfect_shipment_rate", partner, "nothing_owed")
        elif journey.records.as_of < judged_at:
            yield left_out(journey, "perfect_shipment_rate", partner, "waiting")
        else:
            yield counted(journey, "perfect_shipment_rate", partner, hit=hit)


def _is_damaged(journey: Journey) -> bool:
    claims = journey.shipment.claims
    return journey.shipment.first(Milestone.DAMAGED) is not None or any(
        claim.get("kind") == "damage" and claim.get("status") != "rejected" for claim in claims
    )

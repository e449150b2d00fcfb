"""KPIs of carrying the goods: on time, how long, lost, damaged."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from tallyclerk.domain.milestones import Milestone
from tallyclerk.simulate.truth.durations import Measured, measure, percentile
from tallyclerk.simulate.truth.facts import DAY, Facts, counted, lasted, left_out
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.records import Row

Paces = Mapping[str, dt.timedelta | None]
"""Lane to the time in which 99 of 100 shipments are delivered there, None = not reached."""


def on_time_rate(journey: Journey) -> Facts:
    """Every partner of the chain: delivered by the promise."""
    promise = journey.promise
    if promise is None:
        return
    delivered = journey.shipment.first(Milestone.DELIVERED)
    for partner in journey.chain:
        if delivered is None and journey.is_cancelled_before(promise.due):
            yield left_out(journey, "on_time_rate", partner, "cancelled")
        elif journey.records.as_of < promise.due + 3 * DAY:
            yield left_out(journey, "on_time_rate", partner, "waiting")
        else:
            kept = delivered is not None and promise.is_kept_by(delivered)
            yield counted(journey, "on_time_rate", partner, hit=kept)


def transit_hours(journey: Journey) -> Facts:
    """Each custodian: own taking to the next partner's, or to the delivery."""
    for taking in journey.takings:
        ending = journey.custody_end(taking.partner)
        end = ending.at if ending.kind in ("next", "delivered") else None
        measured = measure(taking.at, end, ending, journey.records.as_of)
        yield lasted(journey, "transit_hours", taking.partner, measured)


def lead_hours(journey: Journey) -> Facts:
    """Every partner of the chain: first taking to delivery."""
    measured = lead_of(journey)
    if measured is not None:
        for partner in journey.chain:
            yield lasted(journey, "lead_hours", partner, measured)


def lead_of(journey: Journey) -> Measured | None:
    """First taking to delivery of a shipment, None where nobody took it."""
    if journey.first_taking is None:
        return None
    delivered = journey.shipment.first(Milestone.DELIVERED)
    return measure(
        journey.first_taking.at,
        delivered.at if delivered else None,
        journey.ending,
        journey.records.as_of,
    )


def paces_of(journeys: Iterable[Journey]) -> Paces:
    """How long a shipment of each lane takes at most, but for one in a hundred."""
    leads: dict[str, list[Measured]] = defaultdict(list)
    for journey in journeys:
        lead = lead_of(journey)
        if lead is not None:
            leads[journey.lane].append(lead)
    slowest = {lane: percentile(values, Fraction(99, 100)) for lane, values in leads.items()}
    return {
        lane: None if minutes is None else dt.timedelta(minutes=minutes)
        for lane, minutes in slowest.items()
    }


def loss_rate(journey: Journey, paces: Paces) -> Facts:
    """Each custodian: lost, or presumed so, while the subject had custody."""
    due = _due_for_loss(journey, paces)
    loser = journey.takings[-1].partner if _is_lost(journey, due) else None
    for taking in journey.takings:
        if due is None or journey.records.as_of < due + 30 * DAY:
            yield left_out(journey, "loss_rate", taking.partner, "waiting")
        else:
            hit = taking.partner == loser
            yield counted(journey, "loss_rate", taking.partner, hit=hit)


def _due_for_loss(journey: Journey, paces: Paces) -> dt.datetime | None:
    """The promise, else when all but one in a hundred of the lane would be there."""
    if journey.promise is not None:
        return journey.promise.due
    pace = paces.get(journey.lane)
    if journey.dispatched_at is None or pace is None:
        return None
    return journey.dispatched_at + pace


def _is_lost(journey: Journey, due: dt.datetime | None) -> bool:
    """Whether a shipment that somebody took is lost.

    Its last physical scan is never before a taking (each taking is a scan), so the last in the
    custody order is the one who had it.
    """
    shipment, as_of = journey.shipment, journey.records.as_of
    if not journey.takings:
        return False
    reports = shipment.all_of(Milestone.LOST, Milestone.DESTROYED)
    if any(not journey.is_scanned_after(report.at) for report in reports):
        return True
    if journey.outcome == "lost" or any(_is_paid_loss(claim) for claim in shipment.claims):
        return True
    if journey.outcome or shipment.all_of(
        Milestone.DELIVERED, Milestone.RETURNED, Milestone.CANCELLED
    ):
        return False
    is_overdue = due is not None and as_of >= due + 15 * DAY
    return is_overdue and as_of >= journey.physical[-1].at + 10 * DAY


def _is_paid_loss(claim: Row) -> bool:
    return claim.get("kind") == "loss" and claim.get("status") == "paid"


def damage_rate(journey: Journey) -> Facts:
    """Each custodian and whom a claim names: reported or claimed damaged."""
    shipment = journey.shipment
    claims = _damage_claims(shipment.claims)
    delivered = shipment.first(Milestone.DELIVERED)
    damaged = shipment.first(Milestone.DAMAGED)
    if not (delivered or damaged or claims or journey.outcome == "delivered"):
        return
    cohort = next((event.at for event in (delivered, damaged) if event), None)
    if cohort is None and claims:
        cohort = claims[0].get("filed_at")
    owner = _damage_owner(journey, claims) if damaged or claims else None
    subjects = {taking.partner for taking in journey.takings} | ({owner} if owner else set())
    for partner in sorted(subjects):
        if not journey.records.has_damage:
            yield left_out(journey, "damage_rate", partner, "not_reported")
        elif cohort is None:
            yield left_out(journey, "damage_rate", partner, "undated")
        elif journey.records.as_of < cohort + 30 * DAY:
            yield left_out(journey, "damage_rate", partner, "waiting")
        else:
            yield counted(journey, "damage_rate", partner, hit=partner == owner)


def _damage_claims(claims: Iterable[Row]) -> list[Row]:
    """Damage claims that were not rejected, earliest first, undated ones last."""
    kept = [c for c in claims if c.get("kind") == "damage" and c.get("status") != "rejected"]
    return sorted(
        kept, key=lambda c: (not c.get("filed_at"), str(c.get("filed_at")), str(c.get("claim_id")))
    )


def _damage_owner(journey: Journey, claims: list[Row]) -> str | None:
    """Whom a claim names, else the custodian at the report, else the last custodian."""
    named = next((c["partner_id"] for c in claims if c.get("partner_id")), None)
    if named or not journey.takings:
        return named
    damaged = journey.shipment.first(Milestone.DAMAGED)
    if damaged is None:
        return journey.takings[-1].partner
    custodian = journey.custodian_at(damaged.at) or journey.takings[0]
    return custodian.partner

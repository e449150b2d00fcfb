"""What a partner's own missing scans may hide of how a shipment began and ended, plainly."""

from __future__ import annotations

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.simulate.truth import carriage, lastmile, visibility
from tallyclerk.simulate.truth.durations import NEVER
from tallyclerk.simulate.truth.facts import Fact, Facts
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.silence import Unseen, lacks

READY = (Milestone.READY_FOR_COLLECTION, Milestone.LABEL_CREATED)


def never(journey: Journey, kpi: str, partner: str) -> Fact:
    """A duration that has no end."""
    return Fact(kpi, journey.shipment_id, partner, journey.role_of(partner), 1, ending=NEVER)


def missed(journey: Journey, kpi: str, partner: str, hits: int, n: int = 1) -> Fact:
    """A case of a rate, with the hits that are the worst of it."""
    return Fact(kpi, journey.shipment_id, partner, journey.role_of(partner), n, hits=hits)


def undelivered(journey: Journey, missing: list[Unseen]) -> set[str]:
    """Unseen couriers of the last leg that owed a DELIVERED."""
    if journey.outcome != "delivered" or journey.shipment.first(Milestone.DELIVERED):
        return set()
    return {
        each.partner
        for each in missing
        if journey.role_of(each.partner) == Role.COURIER
        and each.following is None
        and journey.records.owes(each.partner, Milestone.DELIVERED)
    }


def dispatched(journey: Journey, _missing: list[Unseen]) -> Facts:
    """Supplier: handed over, and no word of readiness though it owes one."""
    supplier, shipment = journey.supplier, journey.shipment
    if supplier is None or any(shipment.first(milestone) for milestone in READY):
        return
    owes = any(journey.records.owes(supplier, milestone) for milestone in READY)
    if owes and journey.dispatched_at is not None:
        yield never(journey, "dispatch_hours", supplier)


def first_scanned(journey: Journey, missing: list[Unseen]) -> Facts:
    """First partner without a scan: longer than any time, unless a scan ends the wait of its own."""
    if not any(journey.shipment.first(milestone) for milestone in READY):
        return
    known = {fact.partner_id: fact for fact in visibility.first_scan_hours(journey)}
    for each in missing:
        fact = known.get(each.partner)
        if each.is_first and (fact is None or fact.reason):
            yield never(journey, "first_scan_hours", each.partner)


def punctual(journey: Journey, missing: list[Unseen]) -> Facts:
    """Whole chain: called off before it fell due, by who kept back the delivery that it owed."""
    endless = undelivered(journey, missing)
    for fact in carriage.on_time_rate(journey):
        partner = fact.partner_id
        is_lost = partner in endless or lacks(journey, partner, Milestone.DELIVERED)
        if fact.reason == "cancelled" and is_lost:
            yield missed(journey, fact.kpi, partner, 0)


def cleared(journey: Journey, missing: list[Unseen]) -> Facts:
    """Who answers for customs: a clearance or an arrival that it owed, and kept back."""
    kpi, cleared_of = "clearance_hours", Milestone.IMPORT_CUSTOMS_CLEARED
    for fact in lastmile.clearance_hours(journey):
        if fact.reason == "not_reported" and journey.records.owes(fact.partner_id, cleared_of):
            yield never(journey, kpi, fact.partner_id)
    if journey.is_domestic or journey.shipment.first(Milestone.ARRIVED_DESTINATION):
        return
    departed = journey.shipment.first(Milestone.DEPARTED_ORIGIN)
    shown = departed or journey.shipment.first(cleared_of)
    due = journey.promise.due if journey.promise else None
    agent = lastmile.customs_agent(journey, shown.at if shown else journey.dispatched_at or due)
    for partner in _without_arrival(journey, missing):
        if agent in (None, partner):
            yield never(journey, kpi, partner)


def _without_arrival(journey: Journey, missing: list[Unseen]) -> list[str]:
    """The forwarders that owed an ARRIVED_DESTINATION which is not there."""
    arrived = Milestone.ARRIVED_DESTINATION
    seen = [who for who in visibility.custodians(journey) if lacks(journey, who, arrived)]
    unseen = [
        each.partner
        for each in missing
        if each.is_first
        and journey.is_abroad
        and journey.role_of(each.partner) == Role.FORWARDER
        and dict(visibility.border_milestones(journey)).get(arrived) is False
        and journey.records.owes(each.partner, arrived)
    ]
    return [*seen, *unseen]

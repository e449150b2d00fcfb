"""Who kept silent about goods that it had: takings without an ACCEPTED, partners without a scan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS, ROLE_ORDER, Role
from tallyclerk.simulate.truth import visibility
from tallyclerk.simulate.truth.handovers import Handover, handovers_of
from tallyclerk.simulate.truth.journeys import Journey, Taking


@dataclass(frozen=True, slots=True)
class Unseen:
    """A partner that must have had the goods and never scanned them.

    Attributes:
        partner: Who.
        is_first: Whether nobody took them earlier in the chain.
        tender: Who tendered them, without naming anybody else.
        following: Who took them later in the chain.
    """

    partner: str
    is_first: bool
    tender: Handover | None
    following: Taking | None


def unseen(journey: Journey) -> list[Unseen]:
    """The partners without any scan, by their own tender or by what SHIPMENTS name."""
    found: dict[str, Unseen] = {}
    for handover in handovers_of(journey):
        giver, at = handover.giver, handover.released.at
        if journey.role_of(giver) == Role.SUPPLIER or journey.taking_by(giver):
            continue
        is_first = all(taking.at >= at for taking in journey.takings)
        tender = _tender_to(journey, giver, said_at=at)
        found[giver] = Unseen(giver, is_first, tender, handover.next)
    for column, role in CHAIN_COLUMNS.items():
        partner = journey.shipment.row.get(column)
        if partner and role != Role.SUPPLIER and partner not in found:
            named = _passed_over(journey, partner, role)
            found |= {partner: named} if named else {}
    return [
        each for each in found.values() if journey.records.owes(each.partner, Milestone.ACCEPTED)
    ]


def _passed_over(journey: Journey, partner: str, role: Role) -> Unseen | None:
    """A named partner in whose role nobody took the goods, though they went on or were delivered."""
    places = {
        taking.partner: ROLE_ORDER[journey.role_of(taking.partner)] for taking in journey.takings
    }
    own = ROLE_ORDER[role]
    if partner in places or own in places.values():
        return None
    later = [taking for taking in journey.takings if places[taking.partner] > own]
    is_there = journey.outcome == "delivered" or journey.shipment.first(Milestone.DELIVERED)
    if not later and not is_there:
        return None
    return Unseen(
        partner=partner,
        is_first=all(place > own for place in places.values()),
        tender=_tender_to(journey, partner),
        following=min(later, key=lambda taking: taking.at) if later else None,
    )


def _tender_to(
    journey: Journey, partner: str, said_at: dt.datetime | None = None
) -> Handover | None:
    """The first tender by somebody before it that named it, or nobody."""
    own = ROLE_ORDER[journey.role_of(partner)]
    tenders = [
        handover
        for handover in handovers_of(journey)
        if handover.giver != partner
        and handover.released.counterpart in (None, handover.giver, partner)
        and (
            ROLE_ORDER[journey.role_of(handover.giver)] < own
            or (said_at is not None and handover.released.at < said_at)
        )
    ]
    return min(tenders, key=lambda each: (each.released.at, each.giver), default=None)


def is_silent(journey: Journey, taking: Taking) -> bool:
    """Whether the taker owed an ACCEPTED that is not there."""
    return taking.accepted is None and journey.records.owes(taking.partner, Milestone.ACCEPTED)


def earliest_of(journey: Journey, taking: Taking) -> dt.datetime | None:
    """Since when a silent taker may have had the goods, None where nothing says so."""
    tenders = [h.released.at for h in handovers_of(journey) if h.next is taking]
    held = visibility.custodians(journey)
    place = held.index(taking.partner)
    giver = held[place - 1] if place else None
    scans = [e.at for e in journey.physical if giver and e.partner == giver and e.at <= taking.at]
    bound = min(tenders, default=None) or max(scans, default=None)
    if bound is None and taking is journey.first_taking:
        ready = journey.shipment.first(Milestone.READY_FOR_COLLECTION)
        said = ready or journey.shipment.first(Milestone.LABEL_CREATED)
        bound = said.at if said else None
    return None if bound is None else min(bound, taking.at)


def lacks(journey: Journey, partner: str, milestone: Milestone) -> bool:
    """Whether a custodian owed a milestone that is not there."""
    owed = dict(visibility.required_milestones(journey, partner))
    return owed.get(str(milestone)) is False

"""Legs against the hours agreed for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.simulate.truth.agreed import agreed_hours
from tallyclerk.simulate.truth.durations import TOLERANCE
from tallyclerk.simulate.truth.facts import DAY, HOUR, Facts, counted, left_out
from tallyclerk.simulate.truth.journeys import Journey

REPORTED = {
    "export": Milestone.DEPARTED_ORIGIN,
    "linehaul": Milestone.ARRIVED_DESTINATION,
    "import": Milestone.IMPORT_CUSTOMS_CLEARED,
}
"""Legs whose end the partner itself must tell."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg that has begun; `fate`: what became of the journey after it."""

    partner: str
    name: str
    start: dt.datetime
    end: dt.datetime | None
    fate: str


def transit_on_time_rate(journey: Journey) -> Facts:
    """Each leg with agreed hours: over within them; the same under the leg's name."""
    kpi, as_of = "transit_on_time_rate", journey.records.as_of
    for leg in _legs(journey):
        hours = agreed_hours(journey, leg.partner, leg.name, leg.start)
        if hours is None:
            continue
        milestone = REPORTED.get(leg.name)
        is_mute = milestone is not None and not journey.records.owes(leg.partner, milestone)
        if leg.end is not None and leg.start - leg.end > TOLERANCE:
            fact = left_out(journey, kpi, leg.partner, "negative")
        elif leg.end is None and leg.fate == "cancelled":
            fact = left_out(journey, kpi, leg.partner, "cancelled")
        elif leg.end is None and is_mute:
            fact = left_out(journey, kpi, leg.partner, "not_reported")
        elif as_of - 3 * DAY - leg.start <= hours * HOUR:
            fact = left_out(journey, kpi, leg.partner, "waiting")
        else:
            is_kept = leg.end is not None and leg.end - leg.start <= hours * HOUR
            fact = counted(journey, kpi, leg.partner, hit=is_kept)
        yield fact
        yield replace(fact, rule=leg.name)


def _legs(journey: Journey) -> Iterator[Leg]:
    yield from _dispatch(journey)
    at = {
        name: event.at if (event := journey.shipment.first(milestone)) else None
        for name, milestone in (
            ("departed", Milestone.DEPARTED_ORIGIN),
            ("arrived", Milestone.ARRIVED_DESTINATION),
            ("cleared", Milestone.IMPORT_CUSTOMS_CLEARED),
            ("depot", Milestone.AT_DEPOT),
        )
    }
    for taking in journey.takings:
        ending = journey.custody_end(taking.partner)
        over = ending.at if ending.kind in ("next", "delivered") else None
        role = journey.role_of(taking.partner)
        yield Leg(taking.partner, "custody", taking.at, over, ending.kind)
        if role == Role.COURIER:
            yield Leg(taking.partner, "last_mile", taking.at, over, ending.kind)
        if role == Role.FORWARDER:
            yield Leg(taking.partner, "export", taking.at, at["departed"], ending.kind)
    for name, start, end in (
        ("linehaul", at["departed"], at["arrived"]),
        ("import", at["arrived"], at["cleared"]),
    ):
        holder = journey.custodian_at(start) if start else None
        if start and holder:
            fate = journey.custody_end(holder.partner).kind
            yield Leg(holder.partner, name, start, end, fate)
    yield from _injection(journey, at["cleared"], at["depot"])


def _dispatch(journey: Journey) -> Iterator[Leg]:
    ready = journey.shipment.first(Milestone.READY_FOR_COLLECTION)
    start = ready or journey.shipment.first(Milestone.LABEL_CREATED)
    if journey.supplier and start:
        taken = journey.first_taking
        yield Leg(
            journey.supplier,
            "dispatch",
            start.at,
            taken.at if taken else None,
            journey.ending.kind,
        )


def _injection(
    journey: Journey, cleared: dt.datetime | None, depot: dt.datetime | None
) -> Iterator[Leg]:
    holder = journey.custodian_at(cleared) if cleared else None
    if cleared and holder and journey.role_of(holder.partner) != Role.COURIER:
        ending = journey.custody_end(holder.partner)
        over = ending.at if ending.kind in ("next", "delivered") else None
        yield Leg(holder.partner, "injection", cleared, over or depot, ending.kind)

"""KPIs of the last mile and of customs: attempts, returns, clearance and holds."""

from __future__ import annotations

import datetime as dt

from tallyclerk.domain.milestones import AFTER_CUSTOMS, Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.simulate.truth.durations import Ending, Measured, measure
from tallyclerk.simulate.truth.facts import DAY, Facts, counted, lasted, left_out
from tallyclerk.simulate.truth.journeys import Journey, Taking


def first_attempt_success_rate(journey: Journey) -> Facts:
    """The courier that had it: delivered without a failed attempt before."""
    kpi = "first_attempt_success_rate"
    shipment = journey.shipment
    failed = shipment.first(Milestone.DELIVERY_ATTEMPT_FAILED)
    delivered = shipment.first(Milestone.DELIVERED)
    attempts = [event.at for event in (failed, delivered) if event]
    courier = _courier_at(journey, min(attempts, default=None))
    if courier is None:
        return
    if Milestone.DELIVERY_ATTEMPT_FAILED not in journey.records.sent.get(courier, ()):
        if attempts or journey.outcome == "delivered":
            yield left_out(journey, kpi, courier, "not_reported")
    elif attempts:
        hit = delivered is not None and (failed is None or delivered.at < failed.at)
        yield counted(journey, kpi, courier, hit=hit)
    elif journey.outcome == "delivered":
        yield left_out(journey, kpi, courier, "undated")


def return_rate(journey: Journey) -> Facts:
    """Each courier: brought back, or on the way back, from its custody."""
    returns = journey.shipment.all_of(Milestone.RETURN_STARTED, Milestone.RETURNED)
    back_at = returns[0].at if returns else None
    owner = None
    if returns or journey.outcome == "returned":
        owner = _courier_at(journey, back_at)
    off_at = journey.cancelled_at
    is_called_off = journey.outcome == "cancelled" or (
        off_at is not None and (back_at is None or off_at <= back_at)
    )
    is_known = _is_ever_sent(journey, Milestone.RETURN_STARTED, Milestone.RETURNED)
    for taking in _couriers(journey):
        if not is_known:
            yield left_out(journey, "return_rate", taking.partner, "not_reported")
        elif is_called_off:
            yield left_out(journey, "return_rate", taking.partner, "cancelled")
        elif journey.records.as_of < taking.at + 30 * DAY:
            yield left_out(journey, "return_rate", taking.partner, "waiting")
        else:
            yield counted(journey, "return_rate", taking.partner, hit=taking.partner == owner)


def _is_ever_sent(journey: Journey, *milestones: Milestone) -> bool:
    """Whether anybody in all the data sends one of some milestones."""
    return any(sent.intersection(milestones) for sent in journey.records.sent.values())


def _couriers(journey: Journey) -> list[Taking]:
    return [t for t in journey.takings if journey.role_of(t.partner) == Role.COURIER]


def _courier_at(journey: Journey, moment: dt.datetime | None) -> str | None:
    """The courier that had it at a moment; the last one where nobody knows the moment."""
    couriers = _couriers(journey)
    held = [taking for taking in couriers if moment is None or taking.at <= moment]
    if held:
        return held[-1].partner
    return couriers[0].partner if couriers else None


def clearance_hours(journey: Journey) -> Facts:
    """Who answers for customs: arrival to import clearance."""
    arrived = journey.shipment.first(Milestone.ARRIVED_DESTINATION)
    if arrived is None or journey.is_domestic:
        return
    agent = customs_agent(journey, arrived.at)
    if agent is None:
        return
    cleared = journey.shipment.first(Milestone.IMPORT_CUSTOMS_CLEARED)
    if cleared is None and journey.shipment.all_of(*AFTER_CUSTOMS):
        measured = Measured(reason="not_reported")
    else:
        end = cleared.at if cleared else None
        ending: Ending = journey.ending
        measured = measure(arrived.at, end, ending, journey.records.as_of)
    yield lasted(journey, "clearance_hours", agent, measured)


def customs_hold_rate(journey: Journey) -> Facts:
    """Who answers for customs: held at least once, of those cleared or held."""
    held = (Milestone.EXPORT_CUSTOMS_HELD, Milestone.IMPORT_CUSTOMS_HELD)
    cleared = (Milestone.EXPORT_CUSTOMS_CLEARED, Milestone.IMPORT_CUSTOMS_CLEARED)
    messages = journey.shipment.all_of(*held, *cleared)
    agent = customs_agent(journey, messages[0].at) if messages else None
    if agent is None:
        return
    if not _is_ever_sent(journey, *held):
        yield left_out(journey, "customs_hold_rate", agent, "not_reported")
    elif journey.records.as_of < messages[0].at + 14 * DAY:
        yield left_out(journey, "customs_hold_rate", agent, "waiting")
    else:
        hit = any(message.milestone in held for message in messages)
        yield counted(journey, "customs_hold_rate", agent, hit=hit)


def customs_agent(journey: Journey, moment: dt.datetime | None) -> str | None:
    """The broker of the chain, else the forwarder that had it, else the one that is named."""
    brokers = [who for who in journey.chain if journey.role_of(who) == Role.BROKER]
    if brokers:
        return brokers[0]
    forwarders = [
        taking.partner
        for taking in journey.takings
        if moment and taking.at <= moment and journey.role_of(taking.partner) == Role.FORWARDER
    ]
    named: str | None = journey.shipment.row.get("forwarder_id")
    return forwarders[-1] if forwarders else named

"""KPIs of what can be seen: silences, first scans, missing and late messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tallyclerk.domain.milestones import IN_DESTINATION, MILESTONES, Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.simulate.truth.durations import (
    CENSORED,
    OBSERVED,
    TOLERANCE,
    Measured,
    measure,
    whole_minutes,
)
from tallyclerk.simulate.truth.facts import HOUR, Fact, Facts, counted, lasted, left_out
from tallyclerk.simulate.truth.journeys import Journey, Taking
from tallyclerk.simulate.truth.records import Event


@dataclass(frozen=True, slots=True)
class Silence:
    """Time without a physical scan; `is_flight`: a departure opened it; `is_open`: it still runs."""

    span: dt.timedelta
    is_flight: bool
    is_open: bool

    @property
    def is_blackout(self) -> bool:
        """Whether it is longer than a customer can be asked to bear."""
        return self.span > (72 if self.is_flight else 48) * HOUR


def scan_gap_hours(journey: Journey) -> Facts:
    """Each custodian: the longest silence in own custody, the open one included."""
    for taking in journey.takings:
        silences = _silences(journey, taking)
        if isinstance(silences, str):
            measured = Measured(reason=silences)
        else:
            closed = [whole_minutes(s.span) for s in silences if not s.is_open]
            longest = max(whole_minutes(s.span) for s in silences)
            ending = OBSERVED if longest in closed else CENSORED
            measured = Measured(longest, ending)
        yield lasted(journey, "scan_gap_hours", taking.partner, measured)


def blackout_rate(journey: Journey) -> Facts:
    """Each custodian: any silence over 48 h (72 h from a departure) in own custody."""
    for taking in journey.takings:
        silences = _silences(journey, taking)
        if isinstance(silences, str):
            yield left_out(journey, "blackout_rate", taking.partner, silences)
        else:
            hit = any(silence.is_blackout for silence in silences)
            yield counted(journey, "blackout_rate", taking.partner, hit=hit)


def _silences(journey: Journey, taking: Taking) -> list[Silence] | str:
    """Silences between taking, scans and end of custody; or why they cannot be known."""
    ending = journey.custody_end(taking.partner)
    is_open = ending.kind == "open"
    end = journey.records.as_of if is_open else ending.at
    if end is None:
        return "undated"
    if end < taking.at - TOLERANCE:
        return "negative"
    inside = [e for e in journey.physical if taking.at <= e.at and (is_open or e.at <= end)]
    points = sorted({taking.at} | {event.at for event in inside})
    departures = {e.at for e in inside if e.milestone == Milestone.DEPARTED_ORIGIN}
    silences = [
        Silence(after - before, before in departures, is_open=False)
        for before, after in pairwise(points)
    ]
    rest = max(dt.timedelta(), end - points[-1])
    return [*silences, Silence(rest, points[-1] in departures, is_open)]


def longest_silence(journey: Journey, taking: Taking) -> dt.timedelta:
    """The longest silence in a custody that can be told, flights included."""
    silences = _silences(journey, taking)
    return dt.timedelta() if isinstance(silences, str) else max(s.span for s in silences)


def first_scan_hours(journey: Journey) -> Facts:
    """First custodian (else forwarder, courier): label (else ready) to the first physical scan."""
    label = journey.shipment.first(Milestone.LABEL_CREATED)
    start = label or journey.shipment.first(Milestone.READY_FOR_COLLECTION)
    row = journey.shipment.row
    first = journey.first_taking
    subject: str | None = row.get("forwarder_id") or row.get("courier_id")
    if first is not None:
        subject = first.partner
    if start is None or subject is None:
        return
    end = journey.physical[0].at if journey.physical else None
    measured = measure(start.at, end, journey.ending, journey.records.as_of)
    yield lasted(journey, "first_scan_hours", subject, measured)


def preimport_blackout_hours(journey: Journey) -> Facts:
    """Forwarder: last scan before the departure to the first scan in the destination country."""
    start = None if journey.is_domestic else _last_scan_at_origin(journey)
    if start is None:
        return
    subject: str | None = journey.shipment.row.get("forwarder_id")
    custodian = journey.custodian_at(start.at)
    if custodian is not None and journey.role_of(custodian.partner) == Role.FORWARDER:
        subject = custodian.partner
    if subject is None:
        return
    end = next(
        (e.at for e in journey.physical if e.at > start.at and _is_in_destination(journey, e)),
        None,
    )
    measured = measure(start.at, end, journey.ending, journey.records.as_of)
    yield lasted(journey, "preimport_blackout_hours", subject, measured)


def _last_scan_at_origin(journey: Journey) -> Event | None:
    """The last scan before the first departure, else the departure, else the last at origin."""
    departed = journey.shipment.first(Milestone.DEPARTED_ORIGIN)
    if departed:
        before = [event for event in journey.physical if event.at < departed.at]
        return before[-1] if before else departed
    if not journey.is_abroad:
        return None
    origin = journey.shipment.row.get("origin_country")
    there = [event for event in journey.physical if event.country == origin]
    return there[-1] if there else None


def _is_in_destination(journey: Journey, event: Event) -> bool:
    """Whether a scan shows the goods in the country of destination."""
    destination: str | None = journey.shipment.row.get("destination_country")
    if event.country is None or destination is None:
        return event.milestone in IN_DESTINATION
    return event.country == destination


def milestone_completeness_rate(journey: Journey) -> Facts:
    """Each custodian, supplier too: messages it owed that are there; a row per milestone too."""
    kpi = "milestone_completeness_rate"
    for partner in custodians(journey):
        role = journey.role_of(partner)
        found = dict(required_milestones(journey, partner))
        if found:
            hits = sum(found.values())
            yield Fact(kpi, journey.shipment_id, partner, role, len(found), hits=hits)
        for milestone, present in found.items():
            yield Fact(
                kpi, journey.shipment_id, partner, role, 1, hits=int(present), rule=milestone
            )


def custodians(journey: Journey) -> list[str]:
    """Who had custody, the supplier first."""
    started = journey.takings or journey.shipment.all_of(
        Milestone.READY_FOR_COLLECTION, Milestone.LABEL_CREATED
    )
    partners = [taking.partner for taking in journey.takings]
    supplier = journey.supplier
    if supplier and (started or journey.released_by(supplier)):
        return [supplier, *partners]
    return partners


def required_milestones(journey: Journey, partner: str) -> Iterator[tuple[str, bool]]:
    """The milestones the partner owed for this shipment, and whether they are there."""
    for milestone, present in _expected_of(journey, partner):
        if journey.records.owes(partner, milestone):
            yield str(milestone), present


def _expected_of(journey: Journey, partner: str) -> Iterator[tuple[Milestone, bool]]:
    """The milestones of the partner's legs that a later one proves to have happened."""
    taking = journey.taking_by(partner)
    handed_on = journey.first_taking if taking is None else journey.next_after(partner)
    if handed_on:
        yield Milestone.RELEASED, journey.released_by(partner) is not None
    if taking:
        yield Milestone.ACCEPTED, taking.accepted is not None
    by_role: dict[str, list[str]] = {}
    for each in journey.takings:
        by_role.setdefault(journey.role_of(each.partner), []).append(each.partner)
    if partner in by_role.get(Role.FORWARDER, [])[:1] and journey.is_abroad:
        yield from border_milestones(journey)
    if partner in by_role.get(Role.COURIER, [])[-1:]:
        yield from last_milestones(journey)


def border_milestones(journey: Journey) -> Iterator[tuple[Milestone, bool]]:
    """Departure and arrival, as far as later messages prove them."""
    events = journey.shipment.events
    for milestone in (Milestone.DEPARTED_ORIGIN, Milestone.ARRIVED_DESTINATION):
        if any(is_later_stage(event.milestone, milestone) for event in events):
            yield milestone, bool(journey.shipment.all_of(milestone))


def last_milestones(journey: Journey) -> Iterator[tuple[Milestone, bool]]:
    """The way to the door and the delivery, as far as later messages or the merchant prove them."""
    shipment = journey.shipment
    delivered = bool(shipment.all_of(Milestone.DELIVERED))
    if delivered or shipment.all_of(
        Milestone.DELIVERY_ATTEMPT_FAILED, Milestone.AVAILABLE_AT_PICKUP_POINT
    ):
        yield Milestone.OUT_FOR_DELIVERY, bool(shipment.all_of(Milestone.OUT_FOR_DELIVERY))
    if delivered or journey.outcome == "delivered":
        yield Milestone.DELIVERED, delivered


def is_later_stage(milestone: str, than: Milestone) -> bool:
    """Whether a milestone comes later on the path than another."""
    later, earlier = MILESTONES[Milestone(milestone)].order, MILESTONES[than].order
    return later is not None and earlier is not None and later > earlier


def late_record_rate(journey: Journey) -> Facts:
    """Reporter: events recorded more than 12 h after they occurred, of those with both times."""
    for event in journey.shipment.events:
        if event.partner and event.recorded_at:
            hit = event.recorded_at - event.at > 12 * HOUR
            yield counted(journey, "late_record_rate", event.partner, hit=hit)

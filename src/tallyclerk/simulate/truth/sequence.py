"""Incidents of order: what came after the end, ends that contradict, stages out of order."""

from __future__ import annotations

from collections.abc import Iterator

from tallyclerk.domain.milestones import Milestone
from tallyclerk.simulate.truth.durations import TOLERANCE
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.records import Event, Shipment

M = Milestone
_OUTCOME = {
    M.DELIVERED: "delivered",
    M.RETURNED: "returned",
    M.LOST: "lost",
    M.DESTROYED: "lost",
    M.CANCELLED: "cancelled",
}
"""What a terminal milestone says became of the shipment; two that say the same do not clash."""


def event_after_terminal(journey: Journey) -> Iterator[str | None]:
    """Reporters of physical events after the first terminal one, unless it came back to life."""
    terminal = next((event for event in journey.shipment.events if event.is_terminal), None)
    if terminal is None:
        return
    revivals = [e.at for e in journey.shipment.all_of(M.RETURN_STARTED, M.FOUND)]
    for event in journey.physical:
        if event.is_terminal or event.milestone in (M.FOUND, M.DAMAGED):
            continue
        revived = any(terminal.at <= revival <= event.at for revival in revivals)
        if event.at > terminal.at and not revived:
            yield event.partner


def contradictory_terminal(journey: Journey) -> Iterator[str | None]:
    """Reporters of the first terminal event and of the first that says something else."""
    shipment = journey.shipment
    ends = [e for e in shipment.events if e.is_terminal and not _is_found_again(shipment, e)]
    if not ends:
        return
    first = ends[0]
    for other in ends[1:]:
        clashes = _OUTCOME[M(other.milestone)] != _OUTCOME[M(first.milestone)]
        announced = other.milestone == M.RETURNED and _return_started_by(shipment, other)
        if clashes and not announced:
            yield first.partner
            yield other.partner
            return


def strict_order(journey: Journey) -> Iterator[str | None]:
    """Reporters of a later stage stamped more than 30 minutes before an earlier one."""
    shipment = journey.shipment
    accepted = shipment.all_of(M.ACCEPTED)
    first_accepted = accepted[0] if accepted else None
    departed, arrived = shipment.first(M.DEPARTED_ORIGIN), shipment.first(M.ARRIVED_DESTINATION)
    cleared, delivered = shipment.first(M.IMPORT_CUSTOMS_CLEARED), shipment.first(M.DELIVERED)
    pairs: list[tuple[Event | None, Event | None]] = [
        (shipment.first(M.LABEL_CREATED), first_accepted),
        (shipment.first(M.READY_FOR_COLLECTION), first_accepted),
        (departed, arrived or cleared),
        (arrived, cleared),
        (shipment.first(M.OUT_FOR_DELIVERY), delivered),
    ]
    partners = {event.partner for event in accepted if event.partner}
    for partner in partners:
        mine = next(event for event in accepted if event.partner == partner)
        if not _return_started_by(shipment, mine):
            pairs.append((mine, delivered))
    for earlier, later in pairs:
        if earlier and later and earlier.at - later.at > TOLERANCE:
            yield later.partner


def _is_found_again(shipment: Shipment, event: Event) -> bool:
    """Whether it reports a loss that a later FOUND takes back."""
    found = shipment.all_of(M.FOUND)
    return event.milestone == M.LOST and bool(found) and found[-1].at > event.at


def _return_started_by(shipment: Shipment, event: Event) -> bool:
    """Whether the shipment was already on its way back at an event."""
    started = shipment.first(M.RETURN_STARTED)
    return started is not None and started.at <= event.at

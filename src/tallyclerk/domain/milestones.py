"""The milestones a shipment can pass, and what each one means for custody.

The order is the path of a cross-border parcel; milestones off the path have no order. A *physical
scan* proves that somebody held the goods in their hands; a notice or a plan does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Milestone(StrEnum):
    """Canonical name of one thing that can be reported about a shipment."""

    LABEL_CREATED = "LABEL_CREATED"
    READY_FOR_COLLECTION = "READY_FOR_COLLECTION"
    RELEASED = "RELEASED"
    ACCEPTED = "ACCEPTED"
    ORIGIN_HUB = "ORIGIN_HUB"
    EXPORT_CUSTOMS_HELD = "EXPORT_CUSTOMS_HELD"
    EXPORT_CUSTOMS_CLEARED = "EXPORT_CUSTOMS_CLEARED"
    DEPARTED_ORIGIN = "DEPARTED_ORIGIN"
    TRANSIT_HUB = "TRANSIT_HUB"
    ARRIVED_DESTINATION = "ARRIVED_DESTINATION"
    IMPORT_CUSTOMS_HELD = "IMPORT_CUSTOMS_HELD"
    IMPORT_CUSTOMS_CLEARED = "IMPORT_CUSTOMS_CLEARED"
    AT_DEPOT = "AT_DEPOT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERY_ATTEMPT_FAILED = "DELIVERY_ATTEMPT_FAILED"
    AVAILABLE_AT_PICKUP_POINT = "AVAILABLE_AT_PICKUP_POINT"
    DELIVERED = "DELIVERED"
    RETURN_STARTED = "RETURN_STARTED"
    RETURNED = "RETURNED"
    LOST = "LOST"
    FOUND = "FOUND"
    DAMAGED = "DAMAGED"
    DESTROYED = "DESTROYED"
    CANCELLED = "CANCELLED"
    DELAYED = "DELAYED"
    EXCEPTION = "EXCEPTION"
    CUSTOMER_NOTIFIED = "CUSTOMER_NOTIFIED"
    IN_TRANSIT = "IN_TRANSIT"
    INFO = "INFO"


@dataclass(frozen=True)
class MilestoneFacts:
    """What one milestone means.

    Attributes:
        order: Place on the path (1 = first), or None off the path.
        custody: "release", "accept" or None.
        is_physical: Whether it proves that the goods were in somebody's hands.
        is_terminal: Whether nothing physical may follow.
        reporter: Role that reports it when an event names no partner.
    """

    order: int | None
    custody: str | None
    is_physical: bool
    is_terminal: bool
    reporter: str | None


def _path() -> dict[Milestone, MilestoneFacts]:
    """The facts of the milestones on the path: reporter, physical or not, in path order."""
    rows: list[tuple[Milestone, str, bool]] = [
        (Milestone.LABEL_CREATED, "supplier", False),
        (Milestone.READY_FOR_COLLECTION, "supplier", False),
        (Milestone.RELEASED, "supplier", False),
        (Milestone.ACCEPTED, "forwarder", True),
        (Milestone.ORIGIN_HUB, "forwarder", True),
        (Milestone.EXPORT_CUSTOMS_HELD, "forwarder", False),
        (Milestone.EXPORT_CUSTOMS_CLEARED, "forwarder", False),
        (Milestone.DEPARTED_ORIGIN, "forwarder", True),
        (Milestone.TRANSIT_HUB, "forwarder", True),
        (Milestone.ARRIVED_DESTINATION, "forwarder", True),
        (Milestone.IMPORT_CUSTOMS_HELD, "forwarder", False),
        (Milestone.IMPORT_CUSTOMS_CLEARED, "forwarder", True),
        (Milestone.AT_DEPOT, "courier", True),
        (Milestone.OUT_FOR_DELIVERY, "courier", True),
        (Milestone.DELIVERY_ATTEMPT_FAILED, "courier", True),
        (Milestone.AVAILABLE_AT_PICKUP_POINT, "courier", True),
        (Milestone.DELIVERED, "courier", True),
    ]
    custody = {Milestone.RELEASED: "release", Milestone.ACCEPTED: "accept"}
    return {
        name: MilestoneFacts(
            order=place,
            custody=custody.get(name),
            is_physical=physical,
            is_terminal=name is Milestone.DELIVERED,
            reporter=reporter,
        )
        for place, (name, reporter, physical) in enumerate(rows, start=1)
    }


def _off_path() -> dict[Milestone, MilestoneFacts]:
    """The facts of the milestones off the path: reporter, physical or not, terminal or not."""
    rows: list[tuple[Milestone, str | None, bool, bool]] = [
        (Milestone.RETURN_STARTED, "courier", False, False),
        (Milestone.RETURNED, "courier", True, True),
        (Milestone.LOST, "courier", False, True),
        (Milestone.FOUND, "courier", True, False),
        (Milestone.DAMAGED, "courier", True, False),
        (Milestone.DESTROYED, "courier", False, True),
        (Milestone.CANCELLED, "supplier", False, True),
        (Milestone.DELAYED, None, False, False),
        (Milestone.EXCEPTION, None, False, False),
        (Milestone.CUSTOMER_NOTIFIED, None, False, False),
        (Milestone.IN_TRANSIT, None, True, False),
        (Milestone.INFO, None, False, False),
    ]
    return {
        name: MilestoneFacts(
            order=None, custody=None, is_physical=physical, is_terminal=terminal, reporter=reporter
        )
        for name, reporter, physical, terminal in rows
    }


MILESTONES: dict[Milestone, MilestoneFacts] = {**_path(), **_off_path()}

PHYSICAL: tuple[str, ...] = tuple(m for m, facts in MILESTONES.items() if facts.is_physical)
TERMINAL: tuple[str, ...] = tuple(m for m, facts in MILESTONES.items() if facts.is_terminal)
IN_DESTINATION: tuple[str, ...] = tuple(
    m
    for m, facts in MILESTONES.items()
    if facts.order is not None and facts.order >= MILESTONES[Milestone.ARRIVED_DESTINATION].order  # type: ignore[operator]
)
"""Milestones of the path that can only happen in the destination country."""
AFTER_CUSTOMS: tuple[str, ...] = tuple(
    m
    for m, facts in MILESTONES.items()
    if facts.order is not None and facts.order > MILESTONES[Milestone.IMPORT_CUSTOMS_CLEARED].order  # type: ignore[operator]
)
"""Milestones of the path that can only happen once the goods are through customs."""
OWED_BY_HABIT: tuple[str, ...] = (
    *(Milestone.LABEL_CREATED, Milestone.READY_FOR_COLLECTION, Milestone.RELEASED),
    *(Milestone.ACCEPTED, Milestone.DEPARTED_ORIGIN, Milestone.ARRIVED_DESTINATION),
    *(Milestone.IMPORT_CUSTOMS_CLEARED, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED),
)
"""Milestones that every journey like it has: who was ever seen to send one owes it, unless agreed."""

"""KPIs of handing over: dispatch by the supplier, and each RELEASED against its taking."""

from __future__ import annotations

from tallyclerk.domain.milestones import Milestone
from tallyclerk.simulate.truth.durations import measure
from tallyclerk.simulate.truth.facts import DAY, HOUR, Facts, counted, lasted, left_out
from tallyclerk.simulate.truth.handovers import handovers_of
from tallyclerk.simulate.truth.journeys import Journey

ACKNOWLEDGED_WITHIN = 24 * HOUR


def dispatch_hours(journey: Journey) -> Facts:
    """Supplier: READY (else LABEL) to the first taking of custody by another partner."""
    ready = journey.shipment.first(Milestone.READY_FOR_COLLECTION)
    start = ready or journey.shipment.first(Milestone.LABEL_CREATED)
    if journey.supplier is None or start is None:
        return
    taken = journey.first_taking
    yield lasted(
        journey,
        "dispatch_hours",
        journey.supplier,
        measure(
            start.at,
            taken.at if taken else None,
            journey.ending_if_not_taken,
            journey.records.as_of,
        ),
    )


def dispatch_on_time_rate(journey: Journey) -> Facts:
    """Supplier: taken (else released by its own word) by the due time."""
    kpi, supplier = "dispatch_on_time_rate", journey.supplier
    due = journey.shipment.row.get("handover_due_at")
    if supplier is None or due is None:
        return
    if journey.first_taking is None and journey.is_cancelled_before(due):
        yield left_out(journey, kpi, supplier, "cancelled")
    elif journey.records.as_of < due + 3 * DAY:
        yield left_out(journey, kpi, supplier, "waiting")
    else:
        dispatched = journey.dispatched_at
        yield counted(journey, kpi, supplier, hit=dispatched is not None and dispatched <= due)


def handover_in_hours(journey: Journey) -> Facts:
    """Taker: the giver's RELEASED to its own taking of custody."""
    for handover in handovers_of(journey):
        if handover.taker is None:
            continue
        taken = journey.taking_by(handover.taker)
        yield lasted(
            journey,
            "handover_in_hours",
            handover.taker,
            measure(
                handover.released.at,
                taken.at if taken else None,
                journey.ending_if_not_taken,
                journey.records.as_of,
            ),
        )


def handover_out_hours(journey: Journey) -> Facts:
    """Giver: its own RELEASED to the next partner's taking of custody."""
    for handover in handovers_of(journey):
        yield lasted(
            journey,
            "handover_out_hours",
            handover.giver,
            measure(
                handover.released.at,
                handover.next.at if handover.next else None,
                journey.ending_if_not_taken,
                journey.records.as_of,
            ),
        )


def handover_ack_rate(journey: Journey) -> Facts:
    """Taker: taken within 24 h of the giver's RELEASED."""
    kpi = "handover_ack_rate"
    for handover in handovers_of(journey):
        if handover.taker is None:
            continue
        taken = journey.taking_by(handover.taker)
        by = handover.released.at + ACKNOWLEDGED_WITHIN
        if not journey.records.reports_takings(handover.taker):
            yield left_out(journey, kpi, handover.taker, "not_reporting")
        elif taken is None and journey.is_cancelled_before(by):
            yield left_out(journey, kpi, handover.taker, "cancelled")
        elif journey.records.as_of < by + DAY:
            yield left_out(journey, kpi, handover.taker, "waiting")
        else:
            yield counted(journey, kpi, handover.taker, hit=taken is not None and taken.at <= by)

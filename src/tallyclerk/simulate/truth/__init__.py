"""The true answers: every KPI, counted plainly over the observations that the exports carry.

An oracle for the fast way. It is written from the method alone, as loops over shipments in the
words of `tallyclerk.domain`, and shares no code with what it checks:

* `records`: the observations that count, and what only the whole data can say;
* `promises`, `durations`: when a promise falls due; minutes, endings and percentiles;
* `journeys`, `handovers`: roles, custody and handovers of one shipment;
* `tendering`, `carriage`, `visibility`: KPIs as facts, one per shipment and subject;
* `lastmile`: attempts, returns and customs;
* `contacts`: customers who are told, who ask, and how long they wait;
* `reviews`: customers who say how content they are;
* `agreed`, `legs`, `lateness`: times agreed, legs within them, and whose a lateness was;
* `sequence`, `stamps`, `incidents`, `miscommunication`: what was said wrongly, and by whom;
* `flawless`: handovers with an incident, and shipments without anything wrong;
* `silence`, `worst`: who kept silent, and what that may hide;
* `summary`: facts to rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tallyclerk.simulate.emitted import Emitted, TruthSettings
from tallyclerk.simulate.truth import (
    carriage,
    contacts,
    flawless,
    lastmile,
    lateness,
    legs,
    records,
    reviews,
    tendering,
    visibility,
    worst,
)
from tallyclerk.simulate.truth.facts import Fact
from tallyclerk.simulate.truth.journeys import Journey, journeys
from tallyclerk.simulate.truth.miscommunication import miscommunication
from tallyclerk.simulate.truth.summary import summarise, with_worst

_OF_ONE_SHIPMENT = (
    tendering.dispatch_hours,
    tendering.dispatch_on_time_rate,
    tendering.handover_in_hours,
    tendering.handover_out_hours,
    tendering.handover_ack_rate,
    carriage.on_time_rate,
    carriage.transit_hours,
    carriage.lead_hours,
    carriage.damage_rate,
    visibility.scan_gap_hours,
    visibility.blackout_rate,
    visibility.first_scan_hours,
    visibility.preimport_blackout_hours,
    visibility.milestone_completeness_rate,
    legs.transit_on_time_rate,
    visibility.late_record_rate,
    lastmile.first_attempt_success_rate,
    lastmile.return_rate,
    lastmile.clearance_hours,
    lastmile.customs_hold_rate,
    miscommunication,
    flawless.handover_incident_rate,
    flawless.perfect_shipment_rate,
    contacts.contact_rate,
    contacts.resolution_hours,
    contacts.proactive_notice_rate,
    reviews.low_review_rate,
)


def compute(emitted: Emitted, settings: TruthSettings) -> list[dict[str, Any]]:
    """Every KPI of every partner over the whole span of the data.

    Args:
        emitted: The observations and the other tables, duplicates included.
        settings: What the configuration of the run says.

    Returns:
        Rows `partner_id`, `role`, `kpi`, `statistic` (rate, p50, p90), `rule` (null = all), `n`,
        `hits` and `value`, sorted. A rate's value is hits / n, a percentile's is in hours; it is
        null where n is 0 or the percentile is not reached. Totals of the KPIs of custody and
        handover have `in_doubt` and `worst` too: how many cases an own missing scan may make look
        better than they are, and the value with the worst of each.
    """
    known = records.read(
        settings,
        events=emitted.events.to_dicts(),
        shipments=emitted.shipments.to_dicts(),
        claims=emitted.claims.to_dicts(),
        tickets=emitted.tickets.to_dicts(),
        reviews=emitted.reviews.to_dicts(),
        notices=emitted.notices.to_dicts(),
    )
    if known is None:
        return []
    hidden = [fact for journey in journeys(known) for fact in worst.worst_cases(journey)]
    facts = list(facts_of(known))
    return with_worst(summarise(facts), facts, hidden)


def facts_of(known: records.Records) -> Iterator[Fact]:
    """Every KPI of every shipment and subject."""
    paces = carriage.paces_of(journeys(known))
    times = lateness.times_of(journeys(known))
    for journey in journeys(known):
        yield from _facts_of_one(journey, paces)
        yield from lateness.on_time_controllable_rate(journey, times)


def _facts_of_one(journey: Journey, paces: carriage.Paces) -> Iterator[Fact]:
    for kpi in _OF_ONE_SHIPMENT:
        yield from kpi(journey)
    yield from carriage.loss_rate(journey, paces)

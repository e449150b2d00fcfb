"""KPIs of miscommunication: shipments with incidents, of those the subject had to do with."""

from __future__ import annotations

from dataclasses import replace

from tallyclerk.simulate.truth.durations import Ending
from tallyclerk.simulate.truth.facts import DAY, Facts, counted, left_out
from tallyclerk.simulate.truth.handovers import handovers_of
from tallyclerk.simulate.truth.incidents import HYGIENE, SERIOUS, incidents_of
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.visibility import custodians

RULES = {"miscommunication_rate": SERIOUS, "message_hygiene_rate": HYGIENE}
"""KPI to the rules it counts; every subject of it has a row for each."""


def miscommunication(journey: Journey) -> Facts:
    """Custodians, supplier too, and named takers: any serious incident, and hygiene likewise.

    Of the facts by rule there are only the hits; n of a rule is that of the whole KPI.
    """
    held = custodians(journey)
    named = {handover.taker for handover in handovers_of(journey) if handover.taker}
    incidents = incidents_of(journey)
    for partner in sorted({*held, *named}):
        ended_at = _end_of_custody(journey, partner).at if partner in held else None
        for kpi, rules in RULES.items():
            if ended_at is not None and journey.records.as_of < ended_at + 2 * DAY:
                yield left_out(journey, kpi, partner, "waiting")
                continue
            broken = [rule for rule in rules if (rule, partner) in incidents]
            total = counted(journey, kpi, partner, hit=bool(broken))
            yield total
            for rule in broken:
                yield replace(total, rule=rule)


def _end_of_custody(journey: Journey, partner: str) -> Ending:
    """When its custody ended; the supplier's ends with the first taking, else it is open."""
    if journey.taking_by(partner):
        return journey.custody_end(partner)
    first = journey.first_taking
    return Ending("next", first.at) if first else Ending("open")

"""What a partner's own missing scans may hide, plainly: of custody and handover, and all of it.

Each fact here is a case in the worst case, under the rule "worst". A case is there only where the
worst case is another than the case at hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.simulate.truth import carriage, tendering, visibility
from tallyclerk.simulate.truth.durations import CENSORED, NEVER, OBSERVED, measure, whole_minutes
from tallyclerk.simulate.truth.facts import HOUR, Fact, Facts
from tallyclerk.simulate.truth.journeys import Journey, Taking
from tallyclerk.simulate.truth.silence import Unseen, earliest_of, is_silent, lacks, unseen
from tallyclerk.simulate.truth.worst_ends import (
    cleared,
    dispatched,
    first_scanned,
    missed,
    never,
    punctual,
    undelivered,
)

WORST = "worst"
ONCE = ("transit_hours", "lead_hours", "scan_gap_hours", "blackout_rate")
"""KPIs under which a shipment is one case of a partner, so that its worst case takes its place."""
KPIS = (
    *ONCE,
    "handover_in_hours",
    "handover_out_hours",
    "handover_ack_rate",
    "milestone_completeness_rate",
    "dispatch_hours",
    "first_scan_hours",
    "on_time_rate",
    "clearance_hours",
)
"""KPIs whose worst case is computed here."""


def worst_cases(journey: Journey) -> Facts:
    """The cases in doubt of a shipment, as they are in the worst case."""
    missing = unseen(journey)
    of_ends = (dispatched, first_scanned, punctual, cleared)
    of_custody = (_transit, _scan_gap, _blackout, _lead, _out, _in, _acknowledged, _complete)
    for kpi in (*of_custody, *of_ends):
        for fact in kpi(journey, missing):
            yield replace(fact, rule=WORST)


def _changed(at_hand: Iterable[Fact], worse: Callable[[Fact], Fact | None]) -> Iterator[Fact]:
    """What becomes of facts in the worst case, where that is another."""
    for fact in at_hand:
        found = worse(fact)
        if found and (found.minutes, found.ending) != (fact.minutes, fact.ending):
            yield found


def _from_earliest(journey: Journey, fact: Fact, taking: Taking) -> Fact:
    """A duration in n that may have begun earlier."""
    earliest = earliest_of(journey, taking)
    if earliest is None or fact.ending == NEVER:
        return replace(fact, minutes=None, ending=NEVER)
    return replace(fact, minutes=_span(journey, earliest, taking, fact))


def _span(journey: Journey, earliest: dt.datetime, taking: Taking, fact: Fact) -> int:
    """Minutes from the earliest moment to where the fact ends."""
    if fact.kpi == "lead_hours":
        delivered = journey.shipment.first(Milestone.DELIVERED)
        end = delivered.at if delivered else None
        ending = journey.ending
    else:
        ending = journey.custody_end(taking.partner)
        end = ending.at if ending.kind in ("next", "delivered") else None
    return measure(earliest, end, ending, journey.records.as_of).minutes or 0


def _transit(journey: Journey, missing: list[Unseen]) -> Facts:
    def worse(fact: Fact) -> Fact | None:
        taking = journey.taking_by(fact.partner_id)
        assert taking is not None  # noqa: S101 the KPI is about takers
        if fact.reason and lacks(journey, fact.partner_id, Milestone.DELIVERED):
            return never(journey, fact.kpi, fact.partner_id)
        if fact.reason or not is_silent(journey, taking):
            return None
        return _from_earliest(journey, fact, taking)

    yield from _changed(carriage.transit_hours(journey), worse)
    for each in missing:
        yield never(journey, "transit_hours", each.partner)


def _lead(journey: Journey, missing: list[Unseen]) -> Facts:
    firsts = {each.partner for each in missing if each.is_first}

    def worse(fact: Fact) -> Fact | None:
        taking = journey.first_taking
        is_endless = lacks(journey, fact.partner_id, Milestone.DELIVERED) or (
            fact.partner_id in undelivered(journey, missing)
        )
        if fact.reason:
            return never(journey, fact.kpi, fact.partner_id) if is_endless else None
        if fact.partner_id in firsts:
            return never(journey, fact.kpi, fact.partner_id)
        if taking and taking.partner == fact.partner_id and is_silent(journey, taking):
            return _from_earliest(journey, fact, taking)
        return None

    yield from _changed(carriage.lead_hours(journey), worse)
    if journey.first_taking is None:
        for partner in sorted(firsts):
            yield never(journey, "lead_hours", partner)


def _scan_gap(journey: Journey, missing: list[Unseen]) -> Facts:
    def worse(fact: Fact) -> Fact | None:
        taking = journey.taking_by(fact.partner_id)
        assert taking is not None  # noqa: S101 the KPI is about takers
        owed = dict(visibility.required_milestones(journey, fact.partner_id))
        if all(owed.values()):
            return None
        if fact.reason:
            is_lost = fact.reason == "undated"
            return never(journey, fact.kpi, fact.partner_id) if is_lost else None
        before = 0
        if is_silent(journey, taking):
            earliest = earliest_of(journey, taking)
            if earliest is None:
                return never(journey, fact.kpi, fact.partner_id)
            before = whole_minutes(taking.at - earliest)
        is_open = journey.custody_end(fact.partner_id).kind == "open"
        longest = max(fact.minutes or 0, before)
        return replace(fact, minutes=longest, ending=CENSORED if is_open else OBSERVED)

    yield from _changed(visibility.scan_gap_hours(journey), worse)
    for each in missing:
        yield never(journey, "scan_gap_hours", each.partner)


def _blackout(journey: Journey, missing: list[Unseen]) -> Facts:
    for fact in visibility.blackout_rate(journey):
        taking = journey.taking_by(fact.partner_id)
        assert taking is not None  # noqa: S101 the KPI is about takers
        if fact.hits or fact.reason == "negative":
            continue
        if fact.reason:
            is_hidden = lacks(journey, fact.partner_id, Milestone.DELIVERED)
        else:
            is_hidden = _may_be_dark(journey, taking)
        if is_hidden:
            yield missed(journey, fact.kpi, fact.partner_id, 1)
    for each in missing:
        yield missed(journey, "blackout_rate", each.partner, 1)


def _may_be_dark(journey: Journey, taking: Taking) -> bool:
    """Two days before the first scan, or beyond an arrival that was kept back."""
    if is_silent(journey, taking):
        earliest = earliest_of(journey, taking)
        if earliest is None or taking.at - earliest > 48 * HOUR:
            return True
    is_aloft = lacks(journey, taking.partner, Milestone.ARRIVED_DESTINATION)
    return is_aloft and visibility.longest_silence(journey, taking) > 48 * HOUR


def _out(journey: Journey, missing: list[Unseen]) -> Facts:
    givers = [
        who for who in visibility.custodians(journey) if lacks(journey, who, Milestone.RELEASED)
    ]
    givers += [
        each.partner
        for each in missing
        if each.following
        and journey.released_by(each.partner) is None
        and journey.records.owes(each.partner, Milestone.RELEASED)
    ]
    for giver in givers:
        yield never(journey, "handover_out_hours", giver)


def _in(journey: Journey, missing: list[Unseen]) -> Facts:
    silent = {each.partner for each in missing}
    for fact in tendering.handover_in_hours(journey):
        if fact.partner_id in silent and fact.reason in ("cancelled", "undated"):
            yield never(journey, fact.kpi, fact.partner_id)
    for each in missing:
        if each.tender and each.tender.released.counterpart in (None, each.tender.giver):
            yield never(journey, "handover_in_hours", each.partner)


def _acknowledged(journey: Journey, missing: list[Unseen]) -> Facts:
    silent = {each.partner for each in missing}
    for fact in tendering.handover_ack_rate(journey):
        if fact.partner_id in silent and fact.reason == "cancelled":
            yield missed(journey, fact.kpi, fact.partner_id, 0)
    for each in missing:
        if each.tender and each.tender.released.counterpart in (None, each.tender.giver):
            yield missed(journey, "handover_ack_rate", each.partner, 0)


def _complete(journey: Journey, missing: list[Unseen]) -> Facts:
    for each in missing:
        owed = {Milestone.ACCEPTED: False}
        if each.following:
            owed[Milestone.RELEASED] = journey.released_by(each.partner) is not None
        role = journey.role_of(each.partner)
        if role == Role.FORWARDER and each.is_first and journey.is_abroad:
            owed |= dict(visibility.border_milestones(journey))
        if role == Role.COURIER and each.following is None:
            owed |= dict(visibility.last_milestones(journey))
        kept = {
            m: is_there for m, is_there in owed.items() if journey.records.owes(each.partner, m)
        }
        yield missed(
            journey,
            "milestone_completeness_rate",
            each.partner,
            sum(kept.values()),
            len(kept),
        )

"""Whose lateness it was: each custodian's time against its plan, as loops over one shipment.

Plans are a supplier's ship-by time, a time agreed for the whole custody (in plain hours), else what
half of the others of the role took at most on the lane, where they have thirty cases.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.simulate.truth.agreed import agreed_hours
from tallyclerk.simulate.truth.durations import TOLERANCE
from tallyclerk.simulate.truth.facts import DAY, Facts, counted, left_out
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.visibility import custodians

ALLOWANCE = 120
FEW = 30
COARSE = 10
MINUTE = dt.timedelta(minutes=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
Times = Mapping[tuple[str, str], Mapping[str, Counter[int]]]
"""By role and lane, the minutes that each partner had the goods, in steps of ten."""


def _minute(moment: dt.datetime) -> int:
    """Whole minutes since 1970."""
    return (moment - EPOCH) // MINUTE


@dataclass(frozen=True, slots=True)
class Stint:
    """One partner's time with the goods, in minutes: until it tendered them, and until they went.

    Attributes:
        partner: Who.
        start: When it got them.
        start_at: Likewise, as a time.
        own: Until it tendered them.
        gap: From there until the next partner took them.
        receiver: The next partner.
        is_proven: Whether the gap is the receiver's.
    """

    partner: str
    start: int
    start_at: dt.datetime
    own: int
    gap: int
    receiver: str | None
    is_proven: bool

    @property
    def excess(self) -> int:
        """What of the gap is somebody's."""
        return max(0, self.gap - ALLOWANCE)


def times_of(journeys: Iterable[Journey]) -> Times:
    """How long everybody had the goods, of what was handed on or delivered."""
    times: dict[tuple[str, str], dict[str, Counter[int]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for journey in journeys:
        for partner in custodians(journey):
            began, ended, is_next = _held(journey, partner)
            if ended is None:
                continue
            released = journey.released_by(partner)
            until = min(ended, released.at) if is_next and released else ended
            minutes = max(0, _minute(until) - _minute(began))
            key = (journey.role_of(partner), journey.lane)
            times[key][partner][minutes - minutes % COARSE] += 1
    return times


def _held(journey: Journey, partner: str) -> tuple[dt.datetime, dt.datetime | None, bool]:
    """When custody began and ended (None where it was not completed), and if by the next partner."""
    taking = journey.taking_by(partner)
    if taking is None:
        first = journey.first_taking
        return supplied_at(journey, partner), first.at if first else None, True
    ending = journey.custody_end(partner)
    is_over = ending.kind in ("next", "delivered")
    return taking.at, ending.at if is_over else None, ending.kind == "next"


def supplied_at(journey: Journey, supplier: str) -> dt.datetime:
    """When the supplier had the goods ready, by the first of its words that there is."""
    said = [
        journey.shipment.first(Milestone.READY_FOR_COLLECTION),
        journey.shipment.first(Milestone.LABEL_CREATED),
        journey.released_by(supplier),
    ]
    times = [event.at for event in said if event]
    if times:
        return times[0]
    assert journey.first_taking is not None  # noqa: S101 else it would be no custodian
    return journey.first_taking.at


def on_time_controllable_rate(journey: Journey, times: Times) -> Facts:
    """Each custodian of a promised shipment: on time, or late for other reasons than its own."""
    kpi, promise = "on_time_controllable_rate", journey.promise
    if promise is None:
        return
    delivered = journey.shipment.first(Milestone.DELIVERED)
    is_late = delivered is None or not promise.is_kept_by(delivered)
    over = delivered.at if delivered else journey.records.as_of
    stints = [_stint(journey, partner, over) for partner in custodians(journey)]
    overruns = {stint.partner: _overrun(journey, stint, times) for stint in stints}
    late = _minute(over) - _minute(promise.due)
    spare = _spare(stints, overruns, _minute(promise.due))
    for stint in stints:
        received = [each for each in stints if each.receiver == stint.partner]
        own = overruns[stint.partner]
        shared = sum(each.excess for each in [stint, *received] if not each.is_proven)
        if own is not None:
            own += sum(each.excess for each in received if each.is_proven)
        blamed = {
            None: own,
            "disputed": None if own is None else own + shared,
            "whole_chain": None,
        }
        for rule, minutes in blamed.items():
            if delivered is None and journey.is_cancelled_before(promise.due):
                fact = left_out(journey, kpi, stint.partner, "cancelled")
            elif own is None:
                fact = left_out(journey, kpi, stint.partner, "no_plan")
            elif journey.records.as_of < promise.due + 3 * DAY:
                fact = left_out(journey, kpi, stint.partner, "waiting")
            else:
                is_own = minutes is None or _made_late(minutes, late, spare)
                fact = counted(journey, kpi, stint.partner, hit=not (is_late and is_own))
            yield replace(fact, rule=rule)


def _stint(journey: Journey, partner: str, over: dt.datetime) -> Stint:
    """A partner's time until delivery, in order even where its messages are not."""
    began, _, _ = _held(journey, partner)
    following = journey.next_after(partner) if journey.taking_by(partner) else journey.first_taking
    stop = min(following.at, over) if following else over
    start = min(began, stop)
    released = journey.released_by(partner)
    release = max(start, min(released.at, stop)) if following and released else stop
    return Stint(
        partner=partner,
        start=_minute(start),
        start_at=start,
        own=_minute(release) - _minute(start),
        gap=_minute(stop) - _minute(release),
        receiver=following.partner if following else None,
        is_proven=_is_proven(journey, partner),
    )


def _is_proven(journey: Journey, giver: str) -> bool:
    """Whether the wait after a tender is the receiver's: scanned by another, or kept silent about."""
    released = journey.released_by(giver)
    following = journey.next_after(giver) if journey.taking_by(giver) else journey.first_taking
    if released is None or following is None:
        return False
    if following.accepted is None and journey.records.owes(following.partner, Milestone.ACCEPTED):
        return True
    return any(
        event.partner not in (None, giver) and released.at - TOLERANCE <= event.at < following.at
        for event in journey.physical
    )


def _overrun(journey: Journey, stint: Stint, times: Times) -> int | None:
    """Minutes beyond the plan, None without one."""
    role = journey.role_of(stint.partner)
    due = journey.shipment.row.get("handover_due_at")
    is_supplier = role == Role.SUPPLIER
    if is_supplier and due is not None:
        return stint.start + stint.own - _minute(due)
    leg = "dispatch" if is_supplier else "custody"
    agreed = agreed_hours(journey, stint.partner, leg, stint.start_at)
    if agreed is not None:
        return stint.own - agreed * 60
    seen = times.get((role, journey.lane), {})
    others = sum((n for who, n in seen.items() if who != stint.partner), Counter[int]())
    usual = _median(others)
    return None if usual is None else stint.own - usual


def _median(times: Counter[int]) -> int | None:
    """The time that half of them took at most, None where they are few."""
    total = sum(times.values())
    if total < FEW:
        return None
    ordered: Iterator[int] = (minutes for minutes in sorted(times) for _ in range(times[minutes]))
    return next(minutes for place, minutes in enumerate(ordered, start=1) if 2 * place >= total)


def _spare(stints: list[Stint], overruns: Mapping[str, int | None], due: int) -> int:
    """Minutes left to the promise if everybody keeps its plan; without one it takes what it took."""
    planned = sum(stint.own - (overruns[stint.partner] or 0) for stint in stints)
    allowed = sum(stint.gap - stint.excess for stint in stints)
    return due - min(stint.start for stint in stints) - planned - allowed if stints else 0


def _made_late(minutes: int, late: int, spare: int) -> bool:
    return minutes > 0 and (late - minutes <= 0 or minutes > spare)

"""Minutes in which a partner stamped (nearly) all of a day's events."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tallyclerk.domain.milestones import Milestone

if TYPE_CHECKING:
    from tallyclerk.simulate.truth.records import Event

_AT_DOORS = (Milestone.DELIVERED, Milestone.DELIVERY_ATTEMPT_FAILED)
_OF_FLIGHTS = (
    Milestone.DEPARTED_ORIGIN,
    Milestone.ARRIVED_DESTINATION,
    Milestone.EXPORT_CUSTOMS_CLEARED,
    Milestone.IMPORT_CUSTOMS_CLEARED,
)
_MANY = 10
_HOURS = dt.timedelta(hours=4)
_KINDS = 3


def minute_of(time: dt.datetime) -> dt.datetime:
    """The beginning of the minute that a time lies in."""
    return time.replace(second=0, microsecond=0)


def stamped_minutes(events: Iterable[Event]) -> Iterator[tuple[str, str, dt.datetime]]:
    """Partner, clock (recorded or occurred) and minute.

    Nine of ten of what a partner recorded on a (UTC) day lie in one minute, though they happened
    over four hours; or nine of ten of what it says of doors on a day, or of anything else but whole
    flights: this only where three different milestones lie in the minute.
    """
    days: dict[tuple[str, str, dt.date], list[tuple[dt.datetime, Event]]] = defaultdict(list)
    for event in events:
        if event.partner is None or event.day is not None:
            continue
        if event.recorded_at:
            day = event.recorded_at.date()
            days[event.partner, "recorded", day].append((minute_of(event.recorded_at), event))
        if event.milestone not in _OF_FLIGHTS:
            what = "doors" if event.milestone in _AT_DOORS else "scans"
            days[event.partner, what, event.at.date()].append((minute_of(event.at), event))
    for (partner, what, _), told in days.items():
        [(minute, _)] = Counter(minute for minute, _ in told).most_common(1)
        within = [event for stamped, event in told if stamped == minute]
        if len(told) >= _MANY and len(within) * 10 >= len(told) * 9 and _is_odd(what, within):
            yield partner, what if what == "recorded" else "occurred", minute


def _is_odd(what: str, events: list[Event]) -> bool:
    """Whether the events of one minute cannot have been stamped as they happened."""
    if what == "recorded":
        times = [event.at for event in events]
        return max(times) - min(times) >= _HOURS
    return what == "doors" or len({event.milestone for event in events}) >= _KINDS

"""Who had the goods when: roles, takings and ends of custody of one shipment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS, ROLE_ORDER, Role
from tallyclerk.simulate.truth.durations import Ending
from tallyclerk.simulate.truth.promises import Promise, promise_of
from tallyclerk.simulate.truth.records import Event, Records, Shipment

UNKNOWN_ROLE = "warehouse"
"""Role of a partner of which nothing says what it does."""

_UNDATED: dict[str | None, str] = {
    "lost": "never",
    "returned": "never",
    "cancelled": "cancelled",
    "delivered": "undated",
}
"""Outcome without a date to the kind of ending."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A partner took custody: by saying so, or by its first physical scan (implied)."""

    partner: str
    at: dt.datetime
    accepted: Event | None


class Journey:
    """One shipment with everything that follows from its events alone."""

    def __init__(self, shipment: Shipment, records: Records) -> None:
        """Reads the journey of `shipment` as of the records' moment."""
        self.shipment = shipment
        self.records = records
        self.shipment_id = shipment.shipment_id
        self.outcome: str | None = shipment.row.get("outcome")
        self._roles: dict[str, str] = {}

    # Partners and roles

    @cached_property
    def chain(self) -> list[str]:
        """Partners named by the master data or by an event, as its partner or counterpart."""
        named = {self.shipment.row.get(column) for column in CHAIN_COLUMNS}
        for event in self.shipment.events:
            named |= {event.partner, event.counterpart}
        return sorted(partner for partner in named if partner)

    def role_of(self, partner: str) -> str:
        """Role of a partner in this shipment."""
        if partner not in self._roles:
            self._roles[partner] = self._find_role(partner)
        return self._roles[partner]

    def _find_role(self, partner: str) -> str:
        for column, role in CHAIN_COLUMNS.items():
            if self.shipment.row.get(column) == partner:
                return str(role)
        if partner in self.records.settings.roles:
            return str(self.records.settings.roles[partner])
        for event in self.shipment.events:
            if event.partner == partner:
                return MILESTONES[Milestone(event.milestone)].reporter or UNKNOWN_ROLE
        return UNKNOWN_ROLE

    @cached_property
    def supplier(self) -> str | None:
        """The supplier that the master data name, else the first one to report anything."""
        named: str | None = self.shipment.row.get("supplier_id")
        if named:
            return named
        for event in self.shipment.events:
            if event.partner and self.role_of(event.partner) == Role.SUPPLIER:
                return event.partner
        return None

    # Custody

    @cached_property
    def physical(self) -> list[Event]:
        """Physical scans in order of time."""
        return [event for event in self.shipment.events if event.is_physical]

    @cached_property
    def takings(self) -> list[Taking]:
        """Takings of custody in order; a supplier never takes custody."""
        scans: dict[str, Event] = {}
        accepted: dict[str, Event] = {}
        for event in self.physical:
            if event.partner is None:
                continue
            scans.setdefault(event.partner, event)
            if event.milestone == Milestone.ACCEPTED:
                accepted.setdefault(event.partner, event)
        takings = [
            Taking(partner, accepted.get(partner, scan).at, accepted.get(partner))
            for partner, scan in scans.items()
            if self.role_of(partner) != Role.SUPPLIER
        ]
        return sorted(takings, key=lambda t: (t.at, ROLE_ORDER[self.role_of(t.partner)], t.partner))

    def taking_by(self, partner: str) -> Taking | None:
        """The partner's own taking of custody."""
        return next((t for t in self.takings if t.partner == partner), None)

    @property
    def first_taking(self) -> Taking | None:
        """The first taking of custody by anybody but a supplier."""
        return self.takings[0] if self.takings else None

    def next_after(self, partner: str) -> Taking | None:
        """The taking of custody that follows the partner's own in the custody order."""
        for taking, following in pairwise(self.takings):
            if taking.partner == partner:
                return following
        return None

    def custodian_at(self, moment: dt.datetime, *, before: bool = False) -> Taking | None:
        """The last in the custody order to have taken it at (or `before`) a moment."""
        held = [t for t in self.takings if t.at < moment or (t.at == moment and not before)]
        return held[-1] if held else None

    def is_scanned_after(self, moment: dt.datetime) -> bool:
        """Whether a physical scan is later than a moment."""
        return bool(self.physical) and self.physical[-1].at > moment

    @cached_property
    def cancelled_at(self) -> dt.datetime | None:
        """The first dated cancellation."""
        event = self.shipment.first(Milestone.CANCELLED)
        return event.at if event else None

    def is_cancelled_before(self, moment: dt.datetime) -> bool:
        """Whether it was cancelled before a moment; an undated cancellation always was."""
        dated = self.cancelled_at is not None and self.cancelled_at < moment
        return dated or self.outcome == "cancelled"

    @cached_property
    def ending(self) -> Ending:
        """How the shipment ended, apart from being handed on."""
        delivered = self.shipment.first(Milestone.DELIVERED)
        if delivered:
            return Ending("delivered", delivered.at)
        for event in self.shipment.all_of(Milestone.RETURNED, Milestone.LOST, Milestone.DESTROYED):
            if event.milestone == Milestone.RETURNED or not self.is_scanned_after(event.at):
                return Ending("never", event.at)
        if self.cancelled_at:
            return Ending("cancelled", self.cancelled_at)
        return Ending(_UNDATED.get(self.outcome, "open"))

    @cached_property
    def ending_if_not_taken(self) -> Ending:
        """What became of a handover that nobody completed: a cancellation goes first."""
        if self.cancelled_at or self.outcome == "cancelled":
            return Ending("cancelled", self.cancelled_at)
        return self.ending

    def custody_end(self, partner: str) -> Ending:
        """How the custody of a partner that is no supplier ended."""
        following = self.next_after(partner)
        return Ending("next", following.at) if following else self.ending

    # Times that other things hang on

    @cached_property
    def dispatched_at(self) -> dt.datetime | None:
        """The first taking, else the supplier's own word."""
        if self.first_taking:
            return self.first_taking.at
        released = self.released_by(self.supplier) if self.supplier else None
        return released.at if released else None

    @cached_property
    def promise(self) -> Promise | None:
        """What was promised of it."""
        return promise_of(self.shipment, self.records.settings.timezone)

    @cached_property
    def lane(self) -> str:
        """The columns that make a lane, joined."""
        row = self.shipment.row
        return ">".join(str(row.get(name) or "?") for name in self.records.settings.lane)

    @property
    def is_domestic(self) -> bool:
        """Whether it stays in one known country."""
        origin = self.shipment.row.get("origin_country")
        return origin is not None and origin == self.shipment.row.get("destination_country")

    @property
    def is_abroad(self) -> bool:
        """Whether it leaves one known country for another known one."""
        countries = {self.shipment.row.get(f"{end}_country") for end in ("origin", "destination")}
        return len(countries) == 2 and None not in countries  # noqa: PLR2004

    def released_by(self, partner: str) -> Event | None:
        """The partner's first RELEASED; of several at once a named counterpart goes first."""
        mine = (e for e in self.shipment.all_of(Milestone.RELEASED) if e.partner == partner)
        return next(mine, None)


def journeys(records: Records) -> Iterator[Journey]:
    """The journey of each shipment."""
    return (Journey(shipment, records) for shipment in records.shipments)

"""Handovers: a giver's word that it tendered the goods, and who took them."""

from __future__ import annotations

from dataclasses import dataclass

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS, Role
from tallyclerk.simulate.truth.durations import TOLERANCE
from tallyclerk.simulate.truth.journeys import Journey, Taking
from tallyclerk.simulate.truth.records import Event


@dataclass(frozen=True, slots=True)
class Handover:
    """A giver's first RELEASED, the partner it was meant for and the one that took it next."""

    giver: str
    released: Event
    taker: str | None
    next: Taking | None

    @property
    def is_named(self) -> bool:
        """Whether the giver named the taker itself."""
        return self.taker is not None and self.released.counterpart == self.taker


def handovers_of(journey: Journey) -> list[Handover]:
    """One for each partner that said it tendered the goods."""
    firsts: dict[str, Event] = {}
    for event in journey.shipment.all_of(Milestone.RELEASED):
        if event.partner:
            firsts.setdefault(event.partner, event)
    return [_handover(journey, giver, released) for giver, released in sorted(firsts.items())]


def _handover(journey: Journey, giver: str, released: Event) -> Handover:
    following = _next_taking(journey, giver, released)
    named = released.counterpart if released.counterpart != giver else None
    taker = named or (following.partner if following else _next_in_chain(journey, giver))
    return Handover(giver, released, taker, following)


def _next_taking(journey: Journey, giver: str, released: Event) -> Taking | None:
    """Who took it from the giver: the next one in the custody order."""
    if journey.role_of(giver) == Role.SUPPLIER:
        return journey.first_taking
    if journey.taking_by(giver):
        return journey.next_after(giver)
    return next((t for t in journey.takings if t.at > released.at - TOLERANCE), None)


def _next_in_chain(journey: Journey, giver: str) -> str | None:
    """The next partner that the master data name after the giver."""
    ids = [journey.shipment.row.get(column) for column in CHAIN_COLUMNS]
    if giver in ids:
        place = ids.index(giver)
    elif journey.role_of(giver) == Role.SUPPLIER:
        place = list(CHAIN_COLUMNS.values()).index(Role.SUPPLIER)
    else:
        return None
    return next((p for p in ids[place + 1 :] if p and p != giver), None)

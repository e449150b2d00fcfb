"""WATERFALLS: what became of a partner's late shipments, from all that were late to its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Late:
    """Late shipments, and the minutes by which they were late (open ones: so far)."""

    shipments: int = 0
    minutes: int = 0

    def __add__(self, other: Late) -> Late:
        """Both together."""
        return Late(self.shipments + other.shipments, self.minutes + other.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The late shipments that a partner had, over a period: each is in one step, each minute too.

    A shipment is in the step that decides about it (see `tallyclerk.journey.blame.made_late`); its
    minutes are divided, so the minutes of a step need not be those of its shipments.

    Attributes:
        partner_id: The partner.
        role: Its role.
        excused: By agreement, whoever it was.
        no_plan: The partner's custody had no plan to hold it against: blamed on nobody.
        others: Made late by other custodians, or by nobody (the allowance of handovers).
        disputed: The wait at unproven handovers: the partner's or the other side's.
        controllable: The partner's own. What it answers for lies between this and this with all
            that is disputed.
    """

    partner_id: str
    role: str
    excused: Late = Late()
    no_plan: Late = Late()
    others: Late = Late()
    disputed: Late = Late()
    controllable: Late = Late()

    @property
    def raw(self) -> Late:
        """All that was late."""
        return self.excused + self.no_plan + self.others + self.disputed + self.controllable

    @property
    def net(self) -> Late:
        """What is left of it without the excused."""
        return self.no_plan + self.others + self.disputed + self.controllable

    @property
    def at_most(self) -> Late:
        """What the partner answers for if all that is disputed was its own."""
        return self.disputed + self.controllable

"""What a file is taken for: its table, its layout, and what each of its columns is."""

from __future__ import annotations

from dataclasses import dataclass, field

from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.fields import Choice
from tallyclerk.ingest.inspect.group import Group


@dataclass(frozen=True)
class MilestoneChoice:
    """A column of a wide layout that says when a milestone was reached."""

    milestone: Milestone
    column: int
    why: str
    counterpart: int | None = None
    recorded: int | None = None
    clock: int | None = None
    carrier: bool = False
    """Whether the name says that a carrier has it from there on."""


@dataclass
class Proposal:
    """A block proposed for a file: its table, its layout, and what each column is.

    Attributes:
        left_out: Why columns that would fit are not among them, in words.
    """

    table: str
    layout: str
    choices: dict[str, Choice]
    milestones: list[MilestoneChoice] = field(default_factory=list)
    score: float = 0.0
    left_out: list[str] = field(default_factory=list)

    @property
    def key(self) -> str | None:
        """Our column that keys the rows."""
        return next((ours for ours in KIND_OF_COLUMN if ours in self.choices), None)

    def columns(self) -> set[int]:
        """Every column that is used."""
        wide = {
            place
            for m in self.milestones
            for place in (m.column, m.counterpart, m.recorded, m.clock)
            if place is not None
        }
        return wide | {place for choice in self.choices.values() for place in choice.columns}


Described = tuple[Group, list[Proposal]]
"""Files of one kind, and the blocks proposed for them."""

"""What makes a clock doubtful: signs, each with its counts and with cases that show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Witness:
    """One case that shows a sign.

    Attributes:
        shipment_id: Whose; None where the sign is about a file's rows.
        first: What is told of it.
        then: What contradicts that.
    """

    shipment_id: str | None
    first: str
    then: str


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Something that makes the clock of a source (or of a partner in it) doubtful.

    Attributes:
        kind: order, night, offset_place, one_offset, future, one_minute, one_upload or dates_only.
        source: Whose clock; `partner`: where the source has several.
        other: The partner (or several, with commas) whose clock contradicts it, and its source.
        cases: How many times the sign was seen.
        of: Among how many.
        shift_hours: What would set the clock right: added to its times; 0 where nothing is proposed.
        is_certain: Whether this clock is the one that is wrong; else it may be the other one.
        words: What the sign is about: milestones, offsets, countries, what was stamped.
        witnesses: The first cases.
    """

    kind: str
    source: str
    partner: str | None = None
    other_source: str | None = None
    other: str | None = None
    cases: int
    of: int
    shift_hours: float = 0
    is_certain: bool = True
    words: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()

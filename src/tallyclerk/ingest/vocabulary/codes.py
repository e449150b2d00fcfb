"""The codes of vendors and trade messages: one CSV file per vocabulary, beside this one.

Columns: `code` (`*` stands for anything; of two that fit the longer one counts), `milestone`,
`reason`, `physical` (yes, no, empty = as the milestone has it), `role` (who reports it, empty = as
the milestone has it), `refine` (yes, no: whether a text may say more exactly what happened; empty =
where the milestone is IN_TRANSIT or EXCEPTION), `source` (where the meaning is documented), `note`.

What a code says may depend on where it happened: `EXPORT_CUSTOMS_HELD|IMPORT_CUSTOMS_HELD|EXCEPTION`
is the meaning in the country of origin, in that of destination, and elsewhere or nobody knows where.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.vocabulary.tables import YES_NO, table
from tallyclerk.ingest.words import WordTable, folded

SIDES = ("origin", "destination")
"""Where an event happened, as its `side` says; anything else is elsewhere or unknown."""
_VAGUE = (Milestone.IN_TRANSIT.value, Milestone.EXCEPTION.value)


@dataclass(frozen=True)
class Meaning:
    """What a code or a text means.

    Attributes:
        milestones: Our milestone; three of them where it depends on the side.
        reason: Why, in a word; None where it does not say.
        is_physical: Whether it is a physical scan; None: as the milestone has it.
        role: Role of who reports it; None: as the milestone has it.
        is_vague: Whether a text may say more exactly what happened.
    """

    milestones: tuple[str, ...]
    reason: str | None
    is_physical: bool | None
    role: str | None
    is_vague: bool

    def milestone(self, side: str | None) -> str:
        """Our milestone for an event on a side."""
        if len(self.milestones) == 1:
            return self.milestones[0]
        return self.milestones[SIDES.index(side) if side in SIDES else len(SIDES)]


def meaning_of(row: dict[str, str]) -> Meaning:
    """What a row of a table says.

    Raises:
        ValueError: If it names a milestone that is none, or two of them.
    """
    milestones = tuple(Milestone(name).value for name in row["milestone"].split("|"))
    if len(milestones) not in {1, len(SIDES) + 1}:
        msg = f"{row['milestone']!r} should be one milestone or three"
        raise ValueError(msg)
    refine = YES_NO[row.get("refine", "")]
    return Meaning(
        milestones=milestones,
        reason=row["reason"] or None,
        is_physical=YES_NO[row.get("physical", "")],
        role=row.get("role") or None,
        is_vague=milestones[-1] in _VAGUE if refine is None else refine,
    )


class CodeTable:
    """The codes of one vocabulary."""

    def __init__(self, rows: Sequence[dict[str, str]]) -> None:
        """Take the rows of its file."""
        self._meanings = [meaning_of(row) for row in rows]
        self._places = WordTable({row["code"]: str(place) for place, row in enumerate(rows)})

    def get(self, code: str) -> Meaning | None:
        """What a code means, None where the table does not know it."""
        place = self._places.get(code)
        return self._meanings[int(place)] if place is not None else None


@cache
def codes(vocabulary: str) -> CodeTable:
    """The table of a vocabulary."""
    return CodeTable(table(vocabulary))


def spoken(code: str) -> str:
    """A code as a text: `OUT_FOR_DELIVERY`, `outForDelivery` → "out for delivery"; a text as it is."""
    if " " in code.strip():
        return folded(code)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code)
    return folded(re.sub(r"[_/.-]+", " ", words))

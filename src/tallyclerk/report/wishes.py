"""What is wished of a report, by those who ask for it and by the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tallyclerk.report.names import DRAFT, FORMATS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a report is to be, whatever it says.

    Attributes:
        formats: Any of `FORMATS`.
        issue: `DRAFT`, or the name under which it is kept for good, see `next_issue`.
        pdf_for: Partners named by the user: they get a PDF even when small.
        small_below: Shipments below which a partner is small: it gets the short page.
        objection_days: For how long after `as_of` objections to an issue are heard.
        told_before: Data of the report that is made again: it repeats what that one restated and
            which actions it tested. None: this is a new one, held against the last of its period,
            and testing the actions of the period before.
    """

    formats: frozenset[str] = frozenset(FORMATS)
    issue: str = DRAFT
    pdf_for: frozenset[str] = frozenset()
    small_below: int = 30
    objection_days: int = 14
    told_before: Path | None = None

"""What an ingest has to say: counts per source, findings with their mend, and progress meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tallyclerk.ingest.survey import Survey
from tallyclerk.store import SourceSummary


class Progress(Protocol):
    """Somebody who watches; `total` is None where it is not known."""

    def advance(self, description: str, done: int, total: int | None) -> None:
        """Say how far a step has come."""
        ...


class Silence:
    """Nobody watches."""

    def advance(self, description: str, done: int, total: int | None) -> None:
        """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that wants looking at: what, where, how to mend it.

    Attributes:
        kind: file, no_file, source, rejected, bad_cells, pending, clock, clock_change,
            unmapped, unlisted, unlinked, reused or contradiction.
        source: Source it is about, None for the ledger.
        where: File, or file and row.
        what: One sentence.
        mend: How to mend it.
        count: Rows or cells concerned.
    """

    kind: str
    source: str | None
    where: str | None
    what: str
    mend: str
    count: int = 1

    def __str__(self) -> str:
        """One line: where and what."""
        return ": ".join(part for part in (self.source, self.where, self.what) if part)


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """The result of an ingest, a function of the ledger's state but for the first two counts.

    Attributes:
        files_read: Files read this time.
        files_known: Files whose content was in the ledger already.
        sources: The account of each source.
        survey: What the whole ledger shows of them: what partners know of each other's shipments.
        findings: Everything that wants looking at, files first.
        events: Observations kept; `shipments`: shipments known.
    """

    files_read: int
    files_known: int
    sources: tuple[SourceSummary, ...]
    survey: Survey
    findings: tuple[Finding, ...]
    events: int
    shipments: int

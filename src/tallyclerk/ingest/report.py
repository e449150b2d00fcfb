"""What an ingest has to say: counts per source, and findings with their mend."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tallyclerk.ingest.survey import Covered, Survey, ZoneEvidence
from tallyclerk.ingest.times import CLOCK_CHANGE
from tallyclerk.store import SourceSummary


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that wants looking at: what, where, how to mend it.

    Attributes:
        kind: file, no_file, source, rejected, bad_cells, pending, no_kind, left_out, clock,
            clock_change, unmapped, unlisted, noted, unlinked, reused, twice, corrected, missing,
            outage, restated, contradiction, unit or sorted_anew.
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
class SourceFindings:
    """What is known of one source: a row of the table of findings, and a block of a page.

    Attributes:
        source: Its name.
        account: What became of its rows, its unmapped statuses, unlisted partners and formats; None
            where no file of it could be read.
        expected: daily, weekly or monthly, where the settings say so.
        missing: Of these what has not come, up to the last complete month.
        data_until: Its last day with a normal number of rows, in run.timezone.
        zones: Where its times got their zone from, and how exact they are.
        covered: How often each partner tells each milestone in it.
        clocks: What makes its clock doubtful, in words.
    """

    source: str
    account: SourceSummary | None
    expected: str | None
    missing: tuple[str, ...]
    data_until: dt.date | None
    zones: tuple[ZoneEvidence, ...]
    covered: tuple[Covered, ...]
    clocks: tuple[Finding, ...]

    @property
    def zone_evidence(self) -> str:
        """Where its times got their zone from, in words, the most frequent first."""
        total = sum(zone.events for zone in self.zones)
        counts: dict[str, int] = {}
        for zone in self.zones:
            source = zone.time_source.removesuffix(f", {CLOCK_CHANGE}")
            words = f"{source} (dates)" if zone.precision == "day" else source
            counts[words] = counts.get(words, 0) + zone.events
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if len(ordered) == 1:
            return ordered[0][0]
        return ", ".join(f"{words} {count:,} of {total:,}" for words, count in ordered)


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """The result of an ingest, a function of the ledger's state but for the first two counts.

    Attributes:
        files_read: Files read this time.
        files_known: Files whose content was in the ledger already.
        sources: The account of each source.
        details: All that is known of each source, those without a file included.
        survey: What the whole ledger shows of them: what partners know of each other's shipments.
        findings: Everything that wants looking at, files first.
        events: Observations kept; `shipments`: shipments known.
    """

    files_read: int
    files_known: int
    sources: tuple[SourceSummary, ...]
    details: tuple[SourceFindings, ...]
    survey: Survey
    findings: tuple[Finding, ...]
    events: int
    shipments: int

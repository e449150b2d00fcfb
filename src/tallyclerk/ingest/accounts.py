"""What is known of each source, in one object: what a page or a table of findings shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tallyclerk.config.models import Settings
from tallyclerk.domain.judgement import SourceCount
from tallyclerk.domain.periods import last_complete_month
from tallyclerk.ingest.calendar import data_until, missing_exports
from tallyclerk.ingest.clock_findings import clock_findings
from tallyclerk.ingest.report import Finding, SourceFindings
from tallyclerk.ingest.survey import Survey
from tallyclerk.store import Ledger


def with_details(
    counts: Sequence[SourceCount], details: Sequence[SourceFindings]
) -> list[SourceCount]:
    """Counts of sources with what else is known of each."""
    by_name = {detail.source: detail for detail in details}
    return [
        replace(
            count,
            missing=by_name[count.source].missing,
            data_until=by_name[count.source].data_until,
            zone_evidence=by_name[count.source].zone_evidence,
            tells=tuple(
                (cover.partner or "", cover.milestone, cover.events)
                for cover in by_name[count.source].covered
            ),
        )
        for count in counts
    ]


def source_findings(
    ledger: Ledger, settings: Settings, survey: Survey
) -> tuple[SourceFindings, ...]:
    """The findings of each source that is configured or has rows, sorted by name."""
    summaries = {summary.source: summary for summary in ledger.sources()}
    latest = ledger.latest_time()
    until = last_complete_month(latest, settings.run.timezone).last_day if latest else None
    gaps = missing_exports(survey, settings, until) if until else {}
    clocks: dict[str, list[Finding]] = {}
    for finding in clock_findings(survey.clocks, settings.sources):
        clocks.setdefault(str(finding.source), []).append(finding)
    return tuple(
        SourceFindings(
            source=name,
            account=summaries.get(name),
            expected=settings.sources[name].expected if name in settings.sources else None,
            missing=tuple(gaps.get(name, ())),
            data_until=data_until(survey.days.get(name, ())),
            zones=tuple(zone for zone in survey.zones if zone.source == name),
            covered=tuple(cover for cover in survey.covered if cover.source == name),
            clocks=tuple(clocks.get(name, ())),
        )
        for name in sorted({*summaries, *settings.sources})
    )

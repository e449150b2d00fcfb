"""The ledger's state → findings in words."""

from __future__ import annotations

from collections.abc import Iterator

from tallyclerk.config.models import Settings
from tallyclerk.ingest.account_findings import account_findings
from tallyclerk.ingest.calendar_findings import calendar_findings
from tallyclerk.ingest.clock_findings import clock_findings
from tallyclerk.ingest.exports import without_match
from tallyclerk.ingest.report import Finding
from tallyclerk.ingest.survey import Link, Survey, survey_of, unlinked
from tallyclerk.ingest.survey.likeness import SPELLINGS
from tallyclerk.store import Ledger
from tallyclerk.store.references import unit_kind


def no_files(settings: Settings) -> Iterator[Finding]:
    """The paths of sources that no file matches, though others of the same source may."""
    for source in settings.sources:
        for path in without_match(settings, source):
            yield Finding(
                kind="no_file",
                source=source,
                where=path,
                what="no file matches",
                mend="check the path; it is relative to the configuration file",
            )


def findings_of(ledger: Ledger, settings: Settings) -> Iterator[Finding]:
    """Everything in the ledger that wants looking at, the gravest kind first."""
    for failure in ledger.manifest.failures:
        yield Finding(
            kind="file",
            source=failure.source,
            where=failure.file,
            what=failure.reason,
            mend=failure.mend,
        )
    unit = unit_kind(ledger.manifest.active)
    if unit:
        yield Finding(
            kind="unit",
            source=None,
            where=None,
            what=f"no export names shipments: each {unit} number counts as one",
            mend="add the export that maps these numbers to your shipments, if there is one",
        )
    for summary in ledger.sources():
        yield from account_findings(summary, settings)
    survey = survey_of(ledger, settings)
    yield from _unlinked(survey, settings.run.min_link_rate)
    yield from calendar_findings(survey, settings, ledger.latest_time())
    yield from _reused(survey)
    yield from _twice(survey)
    yield from _corrected(survey)
    yield from clock_findings(survey.clocks, settings.sources)
    yield from _contradictions(ledger)


def _unlinked(survey: Survey, min_rate: float) -> Iterator[Finding]:
    """Pairs of partners whose ids do not link, with ids of both and how they differ."""
    for link, back in unlinked(survey.links, min_rate):
        near = dict((*back.alike, *link.alike))
        name = max(sorted(near), key=lambda name: near[name], default=None)
        differs = f"; {near[name]:,} differ in {SPELLINGS[name][0]} only" if name else ""
        mend = SPELLINGS[name][1] if name else "add a source of references that has both numbers"
        yield Finding(
            kind="unlinked",
            source=None,
            where=f"{link.partner} and {link.other}",
            what=f"ids do not link: {_knows(link)}, {_knows(back)}{differs}. "
            "Every KPI between the two is not assessable",
            mend=mend,
            count=link.shipments - link.known + back.shipments - back.known,
        )


def _twice(survey: Survey) -> Iterator[Finding]:
    """Feeds that tell the same facts, so that each counts twice."""
    for twice in survey.twice:
        where = f"{twice.source} and {twice.other}"
        shared = f"{twice.cases:,} of the {twice.of:,} milestones that both tell"
        if twice.names:
            what = f"{shared} happen in the same minute under two partner names: {twice.names[0]!r} and {twice.names[1]!r}"
            mend = "if they are one, make one name an alias of the other in [partners.ID]"
        else:
            what = f"{shared} are {abs(twice.hours):g} h apart: one fact by two clocks"
            mend = (
                f"if they are the same scans, correct the timezone of one feed or set "
                f"shift_hours = {-twice.hours:g} in {twice.other}; or take one feed out"
            )
        yield Finding(
            kind="twice",
            source=None,
            where=f"{where}, shipment {twice.example}",
            what=what,
            mend=mend,
            count=twice.cases,
        )


def _reused(survey: Survey) -> Iterator[Finding]:
    for reuse in survey.reuses:
        shown = ", ".join(reuse.examples)
        if reuse.kind == "life":
            what = f"{reuse.cases:,} shipments begin again two months or more after they ended"
            mend = (
                "the number was used again, and both journeys count as one: key the rows by "
                "tracking_number, with references that say from when it is whose (valid_from)"
            )
        else:
            what = f"{reuse.cases:,} {reuse.kind} numbers stand for several shipments at a time"
            mend = (
                "what is told of the number counts for each of them: give references a valid_from, "
                "unless they do travel in one parcel"
            )
        yield Finding(
            kind="reused",
            source=None,
            where=f"{'shipment' if reuse.kind == 'life' else reuse.kind} {shown}",
            what=what,
            mend=mend,
            count=reuse.cases,
        )


def _corrected(survey: Survey) -> Iterator[Finding]:
    for change in survey.corrected:
        yield Finding(
            kind="corrected",
            source=change.source,
            where=None,
            what=f"{change.replaced:,} events replaced by later ones, {change.withdrawn:,} taken back",
            mend="the last word counts; `tallyclerk trace` shows what stands",
            count=change.replaced + change.withdrawn,
        )


def _contradictions(ledger: Ledger) -> Iterator[Finding]:
    for column, count, example in ledger.summary.contradictions:
        yield Finding(
            kind="contradiction",
            source=None,
            where=f"shipment {example}",
            what=f"{count:,} shipments are told different values of {column}",
            mend="the earliest due time and else the smallest value counts; correct the exports",
            count=count,
        )


def _knows(link: Link) -> str:
    shown = ", ".join(link.examples)
    return (
        f"{link.other} knows {link.known:,} of {link.shipments:,} shipments of {link.partner} "
        f"(not {shown})"
    )

"""The ledger's state → findings in words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from tallyclerk.config.models import Settings
from tallyclerk.ingest.calendar_findings import calendar_findings
from tallyclerk.ingest.clock_findings import clock_findings
from tallyclerk.ingest.exports import without_match
from tallyclerk.ingest.report import Finding
from tallyclerk.ingest.spelled import spelled_alike
from tallyclerk.ingest.survey import Link, Survey, survey_of, unlinked
from tallyclerk.ingest.survey.likeness import SPELLINGS
from tallyclerk.ingest.vocabulary import UNMAPPED, propose
from tallyclerk.store import Ledger, SourceSummary, Status
from tallyclerk.store.references import unit_kind

SHOWN = 5
_NOTE = re.compile(r"^(.*?): (\d+) (.*)$", re.DOTALL)
"""A remark of the summary: file, count, text."""


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
    summaries = ledger.sources()
    for summary in summaries:
        yield from _of_source(summary, settings)
    survey = survey_of(ledger, settings)
    yield from _unlinked(survey, settings.run.min_link_rate)
    yield from calendar_findings(survey, settings, ledger.latest_time())
    yield from _reused(survey)
    yield from _twice(survey)
    for change in survey.corrected:
        yield Finding(
            kind="corrected",
            source=change.source,
            where=None,
            what=f"{change.replaced:,} events replaced by later ones, {change.withdrawn:,} taken back",
            mend="the last word counts; `tallyclerk trace` shows what stands",
            count=change.replaced + change.withdrawn,
        )
    yield from clock_findings(survey.clocks, settings.sources)
    for column, count, example in ledger.summary.contradictions:
        yield Finding(
            kind="contradiction",
            source=None,
            where=f"shipment {example}",
            what=f"{count:,} shipments are told different values of {column}",
            mend="the earliest due time and else the smallest value counts; correct the exports",
            count=count,
        )


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


def _knows(link: Link) -> str:
    shown = ", ".join(link.examples)
    return (
        f"{link.other} knows {link.known:,} of {link.shipments:,} shipments of {link.partner} "
        f"(not {shown})"
    )


def _of_source(summary: SourceSummary, settings: Settings) -> Iterator[Finding]:
    if summary.source not in settings.sources:
        yield Finding(
            kind="source",
            source=summary.source,
            where=None,
            what="the ledger has rows of a source that the configuration no longer has",
            mend=f"tallyclerk forget {summary.source}, or put the block back",
            count=summary.rows,
        )
    yield from _of_cells(summary)
    for word in summary.unmapped:
        yield Finding(
            kind="unmapped",
            source=summary.source,
            where=word.example,
            what=f"status {word.word!r} {_doubt(word)} ({word.rows:,} rows)",
            mend=_mapping(word, summary.source),
            count=word.rows,
        )
    yield from _unlisted(summary)
    yield from _noted(summary)


def _noted(summary: SourceSummary) -> Iterator[Finding]:
    """What the readers of files remarked, each remark once with the first file that shows it."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for note in summary.notes:
        file, count, text = _NOTE.match(note).groups()  # type: ignore[union-attr]
        counts[text] += int(count)
        first.setdefault(text, file)
    for text, count in sorted(counts.items()):
        yield Finding(
            kind="noted",
            source=summary.source,
            where=first[text],
            what=f"{text}: {count:,}",
            mend="the rest of the file was read; ask who sent it where that is not as it should be",
            count=count,
        )


def _mapping(word: Status, source: str) -> str:
    """The line that would map a status, as far as its words give that away."""
    mend = f"add it to [sources.{source}.statuses] or .outcomes"
    found = propose(word.word)
    if word.nearest or found.rule == UNMAPPED:
        return mend
    return f'{mend}; perhaps {json.dumps(word.word, ensure_ascii=False)} = "{found.milestone}"'


def _doubt(word: Status) -> str:
    """What is wrong with a status: nothing maps it, or a rule for texts is not sure."""
    return f"is unsure: perhaps {word.nearest}" if word.nearest else "is not mapped"


def _of_cells(summary: SourceSummary) -> Iterator[Finding]:
    clock = summary.clock_change
    counted = (
        ("rejected", summary.rejected, None, "rows refused", "see the rejects: rule, row and text"),
        ("bad_cells", summary.bad_cells, None, "cells refused, rows kept", "see the rejects"),
        (
            "pending",
            summary.pending,
            summary.waiting,
            "rows wait for a source that maps their key to a shipment",
            "add that export, or map shipment_id here",
        ),
        (
            "clock_change",
            summary.ambiguous,
            clock,
            "times that a clock change gave twice; the earlier instant is taken",
            "ask for times with an offset",
        ),
        (
            "clock_change",
            summary.nonexistent,
            clock,
            "times that a clock change skipped; shifted forward by the gap",
            "ask for times with an offset",
        ),
    )
    for kind, count, where, what, mend in counted:
        if count:
            text = f"{what}: {count:,}"
            yield Finding(
                kind=kind, source=summary.source, where=where, what=text, mend=mend, count=count
            )


def _unlisted(summary: SourceSummary) -> Iterator[Finding]:
    """Names near a listed partner one by one, all others in one finding."""
    near = [word for word in summary.unlisted if word.nearest]
    for word in near:
        yield Finding(
            kind="unlisted",
            source=summary.source,
            where=word.example,
            what=f"partner {word.word!r} is not listed ({word.rows:,} rows); near {word.nearest!r}",
            mend=f"add it to partners.{word.nearest}.aliases, or give it a block",
            count=word.rows,
        )
    # A count of further words, in brackets, stands for names nobody could read: it goes last.
    others = sorted(
        (word for word in summary.unlisted if not word.nearest),
        key=lambda word: word.word.startswith("("),
    )
    if others:
        shown = ", ".join(repr(word.word) for word in others[:SHOWN])
        more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        yield Finding(
            kind="unlisted",
            source=summary.source,
            where=others[0].example,
            what=f"partners without a block, kept under their names: {shown}{more}",
            mend="give those you want roles, names or aliases for a [partners.ID] block",
            count=sum(word.rows for word in others),
        )
    for same in spelled_alike(word.word for word in others):
        if len(same) > 1:
            names = ", ".join(map(repr, same[:SHOWN]))
            yield Finding(
                kind="unlisted",
                source=summary.source,
                where=None,
                what=f"names that are likely one partner's, and count as {len(same)}: {names}",
                mend="give one of them a [partners.ID] block with the others as aliases",
                count=len(same),
            )

"""The account of a source → findings in words: what was refused, and what nobody maps or lists."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from tallyclerk.config.models import Settings, Source
from tallyclerk.ingest.report import Finding
from tallyclerk.ingest.spelled import spelled_alike
from tallyclerk.ingest.vocabulary import UNMAPPED, propose
from tallyclerk.store import SourceSummary, Status

SHOWN = 5
_NOTE = re.compile(r"^(.*?): (\d+) (.*)$", re.DOTALL)
"""A remark of the summary: file, count, text."""


def account_findings(summary: SourceSummary, settings: Settings) -> Iterator[Finding]:
    """What one source leaves to look at: rows refused or waiting, words nobody maps, remarks."""
    if summary.source not in settings.sources:
        yield Finding(
            kind="source",
            source=summary.source,
            where=None,
            what="the ledger has rows of a source that the configuration no longer has",
            mend=f"tallyclerk forget {summary.source}, or put the block back",
            count=summary.rows,
        )
    yield from _counted(summary)
    if summary.source in settings.sources:
        yield from _kinds(summary, settings.sources[summary.source])
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


def _counted(summary: SourceSummary) -> Iterator[Finding]:
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


def _kinds(summary: SourceSummary, source: Source) -> Iterator[Finding]:
    """Rows of kinds that `where` leaves out, and what it asks for that no row says."""
    others = [f"{word.word} ({word.rows:,})" for word in summary.left_words]
    shown = ", ".join(others[:SHOWN])
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    there = ", ".join([*(" ".join(pair) for pair in summary.met), *others[:SHOWN]])
    asked = ((column, word) for column, words in source.where.items() for word in words)
    for column, word in asked:
        if (column, word) not in summary.met and summary.rows:
            yield Finding(
                kind="no_kind",
                source=summary.source,
                where=None,
                what=f"no row has {word!r} in {column!r}; there are: {there}{more}",
                mend=f"correct it in the `where` of [sources.{summary.source}]",
            )
    if summary.left_out:
        yield Finding(
            kind="left_out",
            source=summary.source,
            where=summary.left_words[0].example,
            what=f"rows of other kinds, left out by `where`: {summary.left_out:,}, {shown}{more}",
            mend="if some of them are to be read, add what they say to `where`",
            count=summary.left_out,
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

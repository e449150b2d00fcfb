"""Every status of a file with how often it comes, and what it most likely means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.inspect.groups import Group
from tallyclerk.ingest.inspect.names import EXACT, fit, folded_name, listed_names
from tallyclerk.ingest.inspect.profile import Column
from tallyclerk.ingest.inspect.tables import Proposal
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.times.candidates import Place
from tallyclerk.ingest.vocabulary import propose

_SURE_OUTCOME = 0.95
_DOUBTFUL = frozenset(
    [
        "received",
        "shipped",
        "dispatch",
        "dispatched",
        "delivery",
        "arrival",
        "arrived",
        "departure",
        "collection",
        "cleared",
        "signed",
        "depot",
        "ready",
        "picked",
        "up",
        "pickup",
        "handover",
        "manifested",
        "ata",
        "atd",
    ]
)
"""Words that are plain as the name of a column of dates, and not as a status."""


@dataclass(frozen=True)
class StatusLine:
    """A status as the partner writes it.

    Attributes:
        theirs: The status, e-mail addresses and phone numbers masked.
        ours: The milestone (or outcome) proposed; None where nothing is known.
        is_sure: Whether it can stand without being asked about.
        rule: What it was told by.
        count: Rows.
        example: The first of them.
    """

    theirs: str
    ours: str | None
    is_sure: bool
    rule: str
    count: int
    example: Place


def statuses_of(group: Group, proposal: Proposal, form: str | None) -> list[StatusLine] | None:
    """The statuses of a long export, the most frequent first; None where there are too many."""
    choice = proposal.choices.get("status")
    if proposal.table != "events" or choice is None:
        return []
    column = group.profile.columns[choice.columns[0]]
    if column.words is None:
        return None
    return list(_lines(column, form))


def _lines(column: Column, form: str | None) -> Iterator[StatusLine]:
    for word, count in _counted(column):
        ours, is_sure, rule = meaning_of(word, form)
        yield StatusLine(mask(word), ours, is_sure, rule, count, column.first[word])


def meaning_of(word: str, form: str | None) -> tuple[str | None, bool, str]:
    """The milestone that a status means, whether that is sure, and what told it.

    The vocabulary goes first; then a word that names the same milestone as a column would.
    """
    told = propose(word, form)
    if told.is_sure:
        return told.milestone, True, told.rule
    named = [ours for ours in listed_names("milestones") if _names(word, ours)]
    if len(named) == 1 and folded_name(word) not in _DOUBTFUL:
        return named[0], True, "word"
    maybe = named[0] if len(named) == 1 else told.milestone
    return (None if maybe == Milestone.INFO else maybe), False, told.rule


def _names(word: str, ours: str) -> bool:
    match = fit(word, ours, "milestones")
    return match is not None and match.score == EXACT


def outcomes_of(group: Group, proposal: Proposal) -> list[StatusLine]:
    """The final statuses of a table of shipments; those of shipments under way have no outcome."""
    choice = proposal.choices.get("outcome")
    if choice is None:
        return []
    column = group.profile.columns[choice.columns[0]]
    if column.words is None:
        return []
    return [_outcome(word, count, column.first[word]) for word, count in _counted(column)]


def _outcome(word: str, count: int, place: Place) -> StatusLine:
    fits = [
        (m.score, ours) for ours in listed_names("outcomes") if (m := fit(word, ours, "outcomes"))
    ]
    score, ours = max(fits, default=(0.0, None))
    is_sure = score >= _SURE_OUTCOME
    return StatusLine(mask(word), ours if is_sure else None, is_sure, "word", count, place)


def _counted(column: Column) -> list[tuple[str, int]]:
    words: Counter[str] = column.words or Counter()
    return sorted(words.items(), key=lambda item: (-item[1], item[0]))

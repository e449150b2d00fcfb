"""Exports with a row per shipment and a column per milestone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.fields import Choice, choices, is_private
from tallyclerk.ingest.inspect.kinds import is_name
from tallyclerk.ingest.inspect.names import (
    fit,
    folded_name,
    listed_names,
    names_plan,
    without_time_words,
)
from tallyclerk.ingest.inspect.profile import Profile
from tallyclerk.ingest.inspect.proposal import MilestoneChoice, Proposal
from tallyclerk.ingest.vocabulary import propose

_LEAST_MILESTONE = 0.6
_JOINED = re.compile(r"(?:datum|uhrzeit|zeit|tijd|dat|tim|uhr)$")
"""Words for dates and times at the end of longer ones: Abholdatum, Abholzeit."""
_OF_ONE_EVENT = frozenset(
    (
        *("status", "status_text", "occurred_at", "counterpart_id", "reason"),
        *("event_ref", "is_void"),
    )
)
"""What a row that tells of several events does not say of each."""
_PLAIN = 0.9
"""How well a column must fit the time of an event for its file to have a row per event."""


def wide_proposal(
    columns: Mapping[int, Column], name: str, profile: Profile, key: dict[str, Choice]
) -> Proposal | None:
    """The file as a row per shipment with a column per milestone; None where it is not."""
    known = list(milestone_columns(columns))
    best: dict[Milestone, tuple[float, MilestoneChoice]] = {}
    for score, choice in known:
        if choice.milestone not in best or score > best[choice.milestone][0]:
            best[choice.milestone] = (score, choice)
    found = choices("events", columns) | key
    by = next((found[ours] for ours in KIND_OF_COLUMN if ours in found), None)
    if not best or by is None:
        return None
    used = {choice.column for _, choice in best.values()}
    when = found.get("occurred_at")
    is_when = when is not None and when.score > _PLAIN and not used & set(when.columns)
    is_again = len(by.columns) == 1 and profile.columns[by.columns[0]].repeats > 1.5  # noqa: PLR2004
    if "status" in found and is_when and (is_again or len(best) < 2):  # noqa: PLR2004
        return None
    if is_again and not profile.is_told_once(by.columns[0], used):
        return None
    kept = {
        ours: choice
        for ours, choice in found.items()
        if ours not in _OF_ONE_EVENT and not used & set(choice.columns)
    }
    order = sorted((c for _, c in best.values()), key=lambda c: (_rank(c.milestone), c.column))
    milestones = [_with_counterpart(choice, columns, used) for choice in order]
    party = found.get("counterpart_id")
    if party and not any(choice.counterpart is not None for choice in milestones):
        milestones = [
            replace(choice, counterpart=party.columns[0])
            if choice.milestone == Milestone.RELEASED
            else choice
            for choice in milestones
        ]
    score = sum(2.5 * value for value, _ in best.values()) + 2.0 * (name == "events")
    return Proposal("events", "wide", kept, milestones, score)


def _rank(milestone: Milestone) -> int:
    return list(MILESTONES).index(milestone)


def milestone_columns(columns: Mapping[int, Column]) -> Iterator[tuple[float, MilestoneChoice]]:
    """Every column of times whose name says which milestone it is."""
    for place, column in columns.items():
        if column.times is None or names_plan(column.name) or is_private(column):
            continue
        words = without_time_words(column.name)
        fits = [
            (m.score, milestone, m)
            for milestone in listed_names("milestones")
            if (m := fit(words, milestone, "milestones"))
        ]
        if fits:
            score, milestone, match = max(fits, key=lambda item: (item[0], len(item[2].phrase)))
            why = f"its name has “{match.phrase}” ({match.language})"
        else:
            told = propose(words) if words else None
            if told is None or not told.is_sure or told.milestone == Milestone.INFO:
                continue
            score, milestone, why = _LEAST_MILESTONE, told.milestone, f"its name, by {told.rule}"
        if score >= _LEAST_MILESTONE and not _is_agreed(column.name, score):
            takes = milestone == Milestone.ACCEPTED and {"carrier", "courier"} & set(words.split())
            clock = _clock_of(place, columns)
            found = MilestoneChoice(
                Milestone(milestone), place, why, clock=clock, carrier=bool(takes)
            )
            yield score, found


def _is_agreed(name: str, score: float) -> bool:
    """Whether a name says that its times were agreed, better than that something happened then."""
    agreed = (fit(name, ours) for ours in ("handover_due_at", "promised"))
    return any(match and match.score > score for match in agreed)


def _clock_of(date: int, columns: Mapping[int, Column]) -> int | None:
    """The column of times of day right behind that of a date, called the same but for its word."""
    clock = columns.get(date + 1)
    if clock is None or not clock.is_clock or not clock.filled:
        return None
    names = (without_time_words(column.name) for column in (columns[date], clock))
    ours, theirs = (_JOINED.sub("", name) for name in names)
    return date + 1 if ours == theirs or not theirs else None


def _with_counterpart(
    choice: MilestoneChoice, columns: Mapping[int, Column], used: set[int]
) -> MilestoneChoice:
    """The milestone with the column that names who took or gave it, told by a common first word."""
    first = folded_name(columns[choice.column].name).split()[0]
    for place, column in columns.items():
        words = folded_name(column.name).split()
        is_party = words[0] == first and words[-1] in {
            "to",
            "by",
            "from",
            "party",
            "an",
            "von",
            "a",
        }
        if place not in used and is_party and is_name(column):
            return replace(choice, counterpart=place)
    return choice

"""Which of our tables a file feeds, and in which layout: decided by the fields that its columns fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from tallyclerk.config.references import known_columns
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.fields import FIELDS, Choice, choices
from tallyclerk.ingest.inspect.kinds import MAX_STATUSES, is_classifier, is_half_of_day, is_text
from tallyclerk.ingest.inspect.names import (
    fit,
    folded_name,
    without_time_words,
)
from tallyclerk.ingest.inspect.parts import composed
from tallyclerk.ingest.inspect.profile import Profile
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.inspect.timing import prove
from tallyclerk.ingest.inspect.wide import wide_proposal
from tallyclerk.ingest.vocabulary import propose

LEAST_TABLE = 2.5
"""How much the fields of a table must weigh together for a file to be it."""
_HINT = 2.0
_HINTS: dict[str, tuple[str, ...]] = {
    "tickets": ("ticket", "tickets", "helpdesk", "cases", "conversations", "contacts"),
    "reviews": ("review", "reviews", "ratings", "feedback", "nps", "csat"),
    "claims": ("claim", "claims", "reklamationen", "schaden", "reclamaciones"),
    "notices": ("notice", "notices", "notifications", "messages", "mailings"),
    "references": ("reference", "references", "labels", "numbers", "mapping"),
    "shipments": ("shipments", "orders", "order", "promises", "sendungen", "auftraege"),
    "events": ("events", "scans", "tracking", "track", "history", "milestones"),
}
"""Words of a file's name that point to a table."""
NEEDED: dict[str, tuple[str, ...]] = {
    "events": ("status", "occurred_at"),
    "tickets": ("ticket_id", "opened_at"),
    "reviews": ("score", "given_at"),
    "claims": ("claim_id", "kind", "filed_at"),
    "notices": ("sent_at",),
    "shipments": (),
    "references": (),
}
_CLOCKS_APART = dt.timedelta(days=1)
_TELLING_TICKET = ("first_reply_at", "resolved_at")
_SHIPMENT_FACTS = frozenset(
    (
        *(f.ours for f in FIELDS["shipments"] if f.ours not in KIND_OF_COLUMN and f.weight >= 1),
        *("promised_at", "promised_date"),
    )
)


def proposals(
    profile: Profile,
    name: str,
    key: Choice | None = None,
    tables: Sequence[str] = tuple(FIELDS),
    *,
    with_twins: bool = False,
) -> list[Proposal]:
    """The blocks that a file wants: one, two where a wide export also says what was agreed, or none.

    Args:
        profile: What its columns hold.
        name: What the file is called, without endings.
        key: The column that keys its rows where its values have proven that.
        tables: Those that its format can feed.
        with_twins: Whether columns of which several have the same name may be among them; which one
            is meant is asked then.
    """
    twins = set() if with_twins else profile.told_apart
    columns = {
        place: column
        for place, column in enumerate(profile.columns)
        if column.name not in twins | profile.aside and (key is None or place not in key.columns)
    }
    known, counting = ({key.ours: key}, frozenset[int]()) if key else composed(columns, profile)
    columns = {place: column for place, column in columns.items() if place not in counting}
    found = [p for table in tables if (p := _of_table(table, columns, name, known)) is not None]
    wide = wide_proposal(columns, name, profile, known) if "events" in tables else None
    if wide:
        found = [p for p in found if p.table not in {"events", "references"}]
        agreed = next((p for p in found if p.table == "shipments" and _is_agreement(p)), None)
        others = [p for p in found if p.table != "shipments" and p.score > wide.score]
        if not others:
            return [agreed, _beside(wide, agreed)] if agreed else [wide]
    best = max(found, key=lambda p: p.score, default=None)
    return [best] if best else []


def _beside(wide: Proposal, agreed: Proposal) -> Proposal:
    """The milestones of a file whose other columns say what was agreed: keyed as those are."""
    key = agreed.key
    kept = {ours: choice for ours, choice in wide.choices.items() if ours == key}
    return Proposal(wide.table, wide.layout, kept, wide.milestones, wide.score)


def _is_agreement(proposal: Proposal) -> bool:
    facts = [c for ours, c in proposal.choices.items() if ours in _SHIPMENT_FACTS]
    return sum(choice.weight * choice.score for choice in facts) >= LEAST_TABLE - 1


def proposal_by_name(table: str, profile: Profile) -> Proposal:
    """The block of a format whose reader names the columns as we do: nothing is left to be told."""
    places = {column.name: place for place, column in enumerate(profile.columns) if column.filled}
    own = {
        ours: Choice(ours, (places[ours],), 1.0, "the format says it")
        for ours in known_columns(table)
        if ours in places
    }
    return Proposal(table, "long", own)


def _of_table(
    table: str, columns: Mapping[int, Column], name: str, known: dict[str, Choice]
) -> Proposal | None:
    found = choices(table, columns) | known
    if table == "events":
        _add_status(found, columns)
        _add_clock(found, columns)
        _add_classifier(found, columns)
        _drop_early_records(found, columns)
        if "status" not in found and "status_text" in found:
            text = found.pop("status_text")
            found["status"] = text.renamed("status", f"{text.why}; there is no code beside it")
    if table == "shipments":
        _date_promises(found, columns)
    if not all(ours in found for ours in NEEDED[table]):
        return None
    if not any(ours in found for ours in KIND_OF_COLUMN):
        return None
    is_named = any(word in _HINTS[table] for word in folded_name(name).split())
    if not _is_plausible(table, found, columns, is_named=is_named):
        return None
    score = sum(choice.weight * choice.score for choice in found.values())
    score += _HINT if is_named else 0.0
    if table == "references":
        score += sum(ours in found for ours in KIND_OF_COLUMN)
    return Proposal(table, "long", found, score=score) if score >= LEAST_TABLE else None


def _is_plausible(
    table: str, found: Mapping[str, Choice], columns: Mapping[int, Column], *, is_named: bool
) -> bool:
    """What a table needs beside its columns so that nothing else is taken for it."""
    if table == "tickets":
        return is_named or any(ours in found for ours in _TELLING_TICKET)
    if table == "references":
        ids = [ours for ours in KIND_OF_COLUMN if ours in found]
        has_times = any(column.times is not None for column in columns.values())
        is_list = "reference" in found and "kind" in found
        return is_list or (len(ids) > 1 and not has_times)
    if table == "notices":
        return is_named or "topic" in found
    if table == "shipments":
        return any(ours in _SHIPMENT_FACTS for ours in found)
    return True


def _add_status(found: dict[str, Choice], columns: Mapping[int, Column]) -> None:
    """Where no name says so, statuses are known by their values: by their meaning, or as wordings."""
    if "status" in found:
        return
    text = found.get("status_text")
    used = {place for choice in found.values() if choice is not text for place in choice.columns}
    known = {p: _known_statuses(column) for p, column in columns.items() if p not in used}
    best = max(known, key=lambda place: known[place], default=None)
    if best is not None and known[best]:
        if text and best in text.columns:
            del found["status_text"]
        found["status"] = Choice("status", (best,), 1.0, "its values are statuses", 3)


def _known_statuses(column: Column) -> float:
    """The share of a column's values whose meaning as a status is known; 0 below a half."""
    if not column.words or len(column.words) > MAX_STATUSES or not is_text(column):
        return 0.0
    sure = sum(propose(word).is_sure for word in column.words)
    return sure / len(column.words) if sure > 1 and 2 * sure >= len(column.words) else 0.0


def _add_clock(found: dict[str, Choice], columns: Mapping[int, Column]) -> None:
    """Where the time of day stands in a column of its own, join it to that of the date."""
    date = found.get("occurred_at")
    evidence = columns[date.columns[0]].times if date else None
    if date is None or evidence is None:
        return
    places, why = [date.columns[0]], date.why
    clock = _clock_beside(places[0], columns) if prove(evidence).precision == "day" else None
    if clock is not None:
        places.append(clock)
        why = f"{why}; the time of day stands beside it"
    half = columns.get(places[-1] + 1)
    if half is not None and is_half_of_day(half):
        places.append(places[-1] + 1)
        why = f"{why}; {half.name!r} says which half of the day"
    found["occurred_at"] = Choice("occurred_at", tuple(places), date.score, why, 3)


def _add_classifier(found: dict[str, Choice], columns: Mapping[int, Column]) -> None:
    """What is planned or expected is no event: its column is known by its values, whatever its name."""
    used = {place for choice in found.values() for place in choice.columns}
    places = [p for p, column in columns.items() if p not in used and is_classifier(column)]
    if "classifier" not in found and places:
        why = "its values say which events are actual"
        found["classifier"] = Choice("classifier", (places[0],), 1.0, why, 1)


def _drop_early_records(found: dict[str, Choice], columns: Mapping[int, Column]) -> None:
    """What begins long before the first event is no time at which events were recorded."""
    spans = []
    for ours in ("occurred_at", "recorded_at"):
        evidence = columns[found[ours].columns[0]].times if ours in found else None
        firsts = [r.first for r in evidence.readings.values() if r.first] if evidence else []
        if not firsts:
            return
        spans.append(min(firsts))
    if spans[1] < spans[0] - _CLOCKS_APART:
        del found["recorded_at"]


def _clock_beside(date: int, columns: Mapping[int, Column]) -> int | None:
    """The times of day of a column of dates: called the same, else the only ones, else right behind."""
    names = {place: _apart(column.name) for place, column in columns.items()}
    dates = [place for place, column in columns.items() if column.times is not None]
    clocks = [place for place, column in columns.items() if column.is_clock and column.filled]
    same = [place for place in clocks if names[place] == names[date]]
    if len(same) == 1:
        return same[0]
    free = [c for c in clocks if not any(names[c] == names[d] for d in dates)]
    if len(free) == 1:
        return free[0]
    return date + 1 if date + 1 in (same or free) else None


def _apart(name: str) -> list[str]:
    """What a name says beside that it is a date or a time of day; its zone stays."""
    kept = without_time_words(name).split()
    return kept + [word for word in folded_name(name).split() if word in _ZONES_OF_NAMES]


_ZONES_OF_NAMES = frozenset(["utc", "gmt", "local"])


def _date_promises(found: dict[str, Choice], columns: Mapping[int, Column]) -> None:
    """Promises told as a day, and those told as an instant; a file may have both."""
    used = {place for choice in found.values() for place in choice.columns}
    promised = [found.pop("promised")] if "promised" in found else []
    for place, column in columns.items():
        match = fit(column.name, "promised")
        if match and match.score == 1 and column.times and place not in used:
            why = f"its name is “{match.phrase}” ({match.language})"
            promised.append(Choice("promised", (place,), match.score, why))
    for choice in promised:
        evidence = columns[choice.columns[0]].times
        if evidence is not None:
            is_day = prove(evidence).precision == "day"
            ours = "promised_date" if is_day else "promised_at"
            found.setdefault(ours, choice.renamed(ours, choice.why))

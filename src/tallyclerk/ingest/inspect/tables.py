"""Which of our tables a file feeds, and in which layout: decided by the fields that its columns fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tallyclerk.config.references import known_columns
from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.fields import FIELDS, Choice, choices, is_private
from tallyclerk.ingest.inspect.kinds import is_name
from tallyclerk.ingest.inspect.names import (
    fit,
    folded_name,
    listed_names,
    names_plan,
    without_time_words,
)
from tallyclerk.ingest.inspect.profile import Column, Profile
from tallyclerk.ingest.inspect.timing import prove
from tallyclerk.ingest.vocabulary import propose

LEAST_TABLE = 2.5
"""How much the fields of a table must weigh together for a file to be it."""
_LEAST_MILESTONE = 0.6
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
_NEEDED: dict[str, tuple[str, ...]] = {
    "events": ("status", "occurred_at"),
    "tickets": ("ticket_id", "opened_at"),
    "reviews": ("score", "given_at"),
    "claims": ("claim_id", "kind", "filed_at"),
    "notices": ("sent_at",),
    "shipments": (),
    "references": (),
}
_TELLING_TICKET = ("first_reply_at", "resolved_at")
_SHIPMENT_FACTS = frozenset(
    (
        *(f.ours for f in FIELDS["shipments"] if f.ours not in KIND_OF_COLUMN and f.weight >= 1),
        *("promised_at", "promised_date"),
    )
)


@dataclass(frozen=True)
class MilestoneChoice:
    """A column of a wide layout that says when a milestone was reached."""

    milestone: Milestone
    column: int
    why: str
    counterpart: int | None = None
    recorded: int | None = None
    carrier: bool = False
    """Whether the name says that a carrier has it from there on."""


@dataclass
class Proposal:
    """A block proposed for a file: its table, its layout, and what each column is."""

    table: str
    layout: str
    choices: dict[str, Choice]
    milestones: list[MilestoneChoice] = field(default_factory=list)
    score: float = 0.0

    @property
    def key(self) -> str | None:
        """Our column that keys the rows."""
        return next((ours for ours in KIND_OF_COLUMN if ours in self.choices), None)

    def columns(self) -> set[int]:
        """Every column that is used."""
        wide = {
            place
            for m in self.milestones
            for place in (m.column, m.counterpart, m.recorded)
            if place is not None
        }
        return wide | {place for choice in self.choices.values() for place in choice.columns}


def proposals(
    profile: Profile,
    name: str,
    key: Choice | None = None,
    tables: Sequence[str] = tuple(FIELDS),
) -> list[Proposal]:
    """The blocks that a file wants: one, two where a wide export also says what was agreed, or none.

    Args:
        profile: What its columns hold.
        name: What the file is called, without endings.
        key: The column that keys its rows where its values have proven that.
        tables: Those that its format can feed.
    """
    columns = {
        place: column
        for place, column in enumerate(profile.columns)
        if column.name not in profile.twice and (key is None or place not in key.columns)
    }
    known = {key.ours: key} if key else {}
    found = [p for table in tables if (p := _of_table(table, columns, name, known)) is not None]
    wide = _wide(columns, name, profile, known) if "events" in tables else None
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


def proposals_by_name(tables: Sequence[str], profile: Profile) -> list[Proposal]:
    """The blocks of a format whose reader names the columns as we do: nothing is left to be told."""
    places = {column.name: place for place, column in enumerate(profile.columns) if column.filled}
    own = (
        {
            ours: Choice(ours, (places[ours],), 1.0, "the format says it")
            for ours in known_columns(table)
            if ours in places
        }
        for table in tables
    )
    return [Proposal(table, "long", found) for table, found in zip(tables, own, strict=True)]


def _of_table(
    table: str, columns: Mapping[int, Column], name: str, known: dict[str, Choice]
) -> Proposal | None:
    found = choices(table, columns) | known
    if table == "events":
        _add_clock(found, columns)
        if "status" not in found and "status_text" in found:
            text = found.pop("status_text")
            found["status"] = text.renamed("status", f"{text.why}; there is no code beside it")
    if table == "shipments":
        _date_promises(found, columns)
    if not all(ours in found for ours in _NEEDED[table]):
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


def _add_clock(found: dict[str, Choice], columns: Mapping[int, Column]) -> None:
    """Where the time of day stands in a column of its own, join it to that of the date."""
    clocks = [place for place, column in columns.items() if column.is_clock and column.filled]
    date = found.get("occurred_at")
    if date and len(clocks) == 1:
        why = f"{date.why}; the time of day stands beside it"
        found["occurred_at"] = Choice("occurred_at", (*date.columns, *clocks), date.score, why, 3)


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


def _wide(
    columns: Mapping[int, Column], name: str, profile: Profile, key: dict[str, Choice]
) -> Proposal | None:
    """The file as a row per shipment with a column per milestone; None where it is not."""
    known = list(_milestone_columns(columns))
    best: dict[Milestone, tuple[float, MilestoneChoice]] = {}
    for score, choice in known:
        if choice.milestone not in best or score > best[choice.milestone][0]:
            best[choice.milestone] = (score, choice)
    found = choices("events", columns) | key
    by = next((found[ours] for ours in KIND_OF_COLUMN if ours in found), None)
    if not best or by is None or profile.columns[by.columns[0]].repeats > 1.5:  # noqa: PLR2004
        return None
    is_long = "status" in found and "occurred_at" in found and len(best) < 2  # noqa: PLR2004
    if is_long:
        return None
    used = {choice.column for _, choice in best.values()}
    kept = {
        ours: choice
        for ours, choice in found.items()
        if ours not in {"status", "status_text", "occurred_at", "counterpart_id", "reason"}
        and not used & set(choice.columns)
    }
    order = sorted((c for _, c in best.values()), key=lambda c: (_rank(c.milestone), c.column))
    milestones = [_with_counterpart(choice, columns, used) for choice in order]
    score = sum(2.5 * value for value, _ in best.values()) + _HINT * (name == "events")
    return Proposal("events", "wide", kept, milestones, score)


def _rank(milestone: Milestone) -> int:
    return list(MILESTONES).index(milestone)


def _milestone_columns(columns: Mapping[int, Column]) -> Iterator[tuple[float, MilestoneChoice]]:
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
        if score >= _LEAST_MILESTONE:
            carrier = "carrier" in words.split() or "courier" in words.split()
            yield score, MilestoneChoice(Milestone(milestone), place, why, carrier=carrier)


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
            return MilestoneChoice(
                choice.milestone,
                choice.column,
                choice.why,
                counterpart=place,
                carrier=choice.carrier,
            )
    return choice

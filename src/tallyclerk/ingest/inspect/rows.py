"""Rows of several kinds in one table: which of them tell of events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from tallyclerk.ingest.inspect.names import folded_name
from tallyclerk.ingest.inspect.profile import MOST_KINDS, Profile
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.texts import NULLS

_FEWEST = 3
"""Rows of a kind from which on it is no slip that none of them has an event."""
_NAMES = frozenset(
    ("type", "kind", "typ", "art", "tipo", "class", "entity", "object", "类型", "类别")
)
_OF_ROWS = frozenset(
    (
        *("record", "rec", "row", "line", "segment", "entry", "message", "rectype", "recordtype"),
        *("rowtype", "satzart", "satztyp", "satzkennung", "zeilenart", "zeilentyp", "registro"),
        *("ligne", "enregistrement", "linha", "riga", "regel", "wiersz"),
    )
)
"""Words of names that say of what kind a row is, and not what travels."""


@dataclass(frozen=True)
class Kinds:
    """Rows of several kinds, told apart by one column.

    Attributes:
        column: Its place.
        read: What it says in rows that may tell of events.
        others: What it says in rows of which none does, and how many `rows` these are.
    """

    column: int
    read: list[str]
    others: list[str]
    rows: int


def kinds_of(profile: Profile, proposal: Proposal) -> Kinds | None:
    """Which rows of a table of events are to be read; None where all are, or nothing proves it.

    It is proven where every row says its kind, and none of some kinds has both a status and a time.
    """
    needed = [proposal.choices.get(ours) for ours in ("status", "occurred_at")]
    if proposal.table != "events" or None in needed or profile.head is None:
        return None
    places = [str(choice.columns[0]) for choice in needed if choice]
    used = proposal.columns()
    for place, column in enumerate(profile.columns):
        is_free = place not in used and column.name not in profile.aside
        if is_free and _says_kind(column.name) and column.filled + profile.bad_rows == profile.rows:
            words = column.words or Counter[str]()
            silent = _silent(profile.head, str(place), places)
            others = {word: count for word, count in words.items() if word in silent}
            read = sorted(set(words).difference(others))
            others |= _of_other_widths(profile, place)
            if others and read and not others.keys() & set(read) and len(words) <= MOST_KINDS:
                return Kinds(place, read, sorted(others), sum(others.values()))
    return None


def _of_other_widths(profile: Profile, place: int) -> Counter[str]:
    """The rows with another number of fields by their kind, which they begin with; none where not all do."""
    counts = Counter[str]()
    for (word, _), count in profile.bad_kinds.items():
        counts[word] += count
    is_told = place == 0 and counts.total() == profile.bad_rows and len(counts) <= MOST_KINDS
    return counts if is_told else Counter()


def _says_kind(name: str) -> bool:
    folded = folded_name(name)
    return folded in _NAMES or not _OF_ROWS.isdisjoint(folded.split())


def _silent(head: pl.DataFrame, kind: str, needed: list[str]) -> set[str]:
    """The kinds of which no row of the first ones has all that an event needs."""
    if not {kind, *needed} <= set(head.columns):
        return set()
    is_told = pl.all_horizontal(pl.col(name).is_in(NULLS).not_() for name in needed)
    told = head.group_by(kind).agg(
        is_told.fill_null(value=False).sum().alias("told"), pl.len().alias("rows")
    )
    return set(told.filter(pl.col("told") == 0, pl.col("rows") >= _FEWEST)[kind].drop_nulls())

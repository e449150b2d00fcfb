"""Ids known by their values: what files list and name, and the columns that hold the same numbers.

An order number in a column called "Name" is one all the same, if other files have its values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tallyclerk.domain.tables import REFERENCE_KINDS
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.fields import Choice
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.kinds import is_id, is_unique_id
from tallyclerk.ingest.inspect.proposal import Described, Proposal
from tallyclerk.ingest.vocabulary import folded

LEAST_KEY = 0.6
"""Share of the values of a column that must be ids elsewhere where its name says nothing."""
PARCELS = ("tracking_number", "last_mile_number", "hawb")
_COLUMN_OF_KIND = {kind: column for column, kind in KIND_OF_COLUMN.items()}


@dataclass(frozen=True)
class Known:
    """Ids that a file lists or names, and what they are there."""

    ours: str
    keys: frozenset[str]
    group: str
    column: str


def elsewhere(known: Sequence[Known], group: Group) -> list[Known]:
    """What other files than those of a group tell."""
    return [entry for entry in known if entry.group != group.name]


def told_in(group: Group, found: Sequence[Proposal]) -> Iterator[Known]:
    """The shipments that a file of events names."""
    for proposal in found:
        choice = proposal.choices.get("shipment_id")
        if proposal.table == "events" and choice and len(choice.columns) == 1:
            column = group.profile.columns[choice.columns[0]]
            yield Known("shipment_id", frozenset(column.keys), group.name, column.name)


def listed_in(group: Group, found: Sequence[Proposal]) -> Iterator[Known]:
    """The ids that the files of a group list."""
    for proposal in found:
        if proposal.table not in {"shipments", "references"}:
            continue
        for ours in KIND_OF_COLUMN:
            choice = proposal.choices.get(ours)
            if choice and len(choice.columns) == 1:
                column = group.profile.columns[choice.columns[0]]
                yield Known(ours, frozenset(column.keys), group.name, column.name)
        if "reference" in proposal.choices:
            column = group.profile.columns[proposal.choices["reference"].columns[0]]
            yield Known(_kind(group, proposal), frozenset(column.keys), group.name, column.name)


def _kind(group: Group, proposal: Proposal) -> str:
    """What most references of a table are."""
    words: Counter[str] = Counter()
    if "kind" in proposal.choices:
        column = group.profile.columns[proposal.choices["kind"].columns[0]]
        words = column.words or words
    kinds = {folded(kind): kind for kind in REFERENCE_KINDS}
    best = next(
        (kinds[folded(w)] for w, _ in words.most_common() if folded(w) in kinds), "tracking"
    )
    return _COLUMN_OF_KIND[best]


def share_of(column: Column, known: Known) -> float:
    """The share of a column's values that are known."""
    if not column.keys:
        return 0.0
    return len(column.keys & known.keys) / len(column.keys)


def ids_by_values(described: Sequence[Described]) -> None:
    """Add the columns of tables of shipments that hold numbers by which other files are keyed.

    An order number in a column called "Name" is one all the same.
    """
    for group, found in described:
        for proposal in found:
            if proposal.table != "shipments":
                continue
            for ours, keys in _keys_elsewhere(group, described):
                place = _column_of(group, proposal, keys)
                free = next((o for o in (ours, *PARCELS) if o not in proposal.choices), None)
                if place is not None and free:
                    column = group.profile.columns[place]
                    why = f"other files are keyed by the values of {column.name!r}"
                    proposal.choices[free] = Choice(free, (place,), 1.0, why, 0.5)


def _keys_elsewhere(group: Group, described: Sequence[Described]) -> Iterator[tuple[str, set[str]]]:
    """The numbers that each column of ids in other files holds, with our column."""
    for other, found in described:
        for proposal in found:
            for ours in KIND_OF_COLUMN:
                choice = proposal.choices.get(ours)
                if other is not group and choice and len(choice.columns) == 1:
                    yield ours, other.profile.columns[choice.columns[0]].keys


def _column_of(group: Group, proposal: Proposal, keys: set[str]) -> int | None:
    """The column that holds most of the numbers, each once; None where a used one does so already."""
    columns = group.profile.columns
    holding = [
        place
        for place, column in enumerate(columns)
        if keys and is_unique_id(column) and len(column.keys & keys) >= LEAST_KEY * len(keys)
    ]
    is_known = any(place in proposal.columns() for place in holding)
    return None if is_known or not holding else holding[0]


def key_by_values(group: Group, described: Sequence[Described]) -> Choice | None:
    """The column of a file whose values are ids of other files, whatever it is called."""
    known = [
        e for other, found in described for e in (*listed_in(other, found), *told_in(other, found))
    ]
    best = best_key(group, known, frozenset())
    return best[1] if best else None


def best_key(
    group: Group, known: Sequence[Known], used: Collection[int]
) -> tuple[float, Choice] | None:
    """The column not used yet of whose values most are known, and their share."""
    best: tuple[float, Choice] | None = None
    for place, column in enumerate(group.profile.columns):
        for entry in known:
            share = share_of(column, entry) if place not in used and is_id(column) else 0.0
            if share >= LEAST_KEY and (best is None or share > best[0]):
                why = f"{share:.0%} of its values are in {entry.column!r} of {entry.group}"
                best = share, Choice(entry.ours, (place,), 1.0, why, 0.5)
    return best

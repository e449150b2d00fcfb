"""What columns say that no block reads, though figures would be others with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.fields import LEAST
from tallyclerk.ingest.inspect.kinds import is_flag, is_zone
from tallyclerk.ingest.inspect.names import fit, folded_name
from tallyclerk.ingest.inspect.profile import Profile
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.inspect.wide import milestone_columns
from tallyclerk.ingest.privacy import mask

_SHOWN = 3
_PART = re.compile(r"^(\d+)\s*(?:/|of|von|de|di)\s*(\d+)$")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_QUANTITIES = frozenset(
    (
        *("qty", "quantity", "cantidad", "quantite", "quantidade", "quantita", "ilosc"),
        *("mnozstvi", "miktar"),
    )
)


def unread(profile: Profile, wanted: Sequence[Proposal]) -> Iterator[str]:
    """What to know of such columns, in words."""
    columns = dict(enumerate(profile.columns))
    used = {place for proposal in wanted for place in proposal.columns()}
    free = {place: column for place, column in columns.items() if place not in used}
    for place, column in columns.items():
        if column.name not in profile.aside:
            yield from _several_in_one(column, is_read=place in used)
    if not wanted:
        return
    for column in free.values():
        yield from _zones(column)
        yield from _voids(column)
        yield from _stops(column, wanted, profile)
    yield from _quantities(columns)
    if {proposal.table for proposal in wanted} == {"shipments"}:
        yield from _dates_of_lines(free)


def _several_in_one(column: Column, *, is_read: bool) -> Iterator[str]:
    if column.times is not None or not column.sample:
        return
    if all(value.startswith(("{", "[{")) for value in column.sample):
        yield f"{column.name!r} holds JSON, which is not looked into: ask for JSON Lines"
        return
    parts = [part for value in column.sample if (part := _PART.match(value))]
    example = next((part[0] for part in parts if part[1] != part[2]), None)
    if example and len(parts) == len(column.sample) and not is_read:
        yield (
            f"{column.name!r} says parts ({example}), which are not read: an event of a part counts "
            "as one of the whole"
        )
        return
    if 2 * sum(len(_DATE.findall(value)) > 1 for value in column.sample) > len(column.sample):
        yield (
            f"{column.name!r} holds several times in one cell, which is not taken apart: ask for a "
            "row for each event"
        )


def _zones(column: Column) -> Iterator[str]:
    if _is_called(column, "timezone") and column.words and not is_zone(column):
        shown = mask(next(iter(column.words)))
        yield (
            f"{column.name!r} says where times are in a way that is not read ({shown}): ask for "
            "+08:00 or Area/City; one zone for all rows may be wrong"
        )


def _voids(column: Column) -> Iterator[str]:
    if _is_called(column, "is_void") and is_flag(column):
        yield (
            f"{column.name!r} says which rows are void, which is not read: leave them out of the "
            "export, or map it as outcome (cancelled)"
        )


def is_of_stops(column: Column) -> bool:
    """Whether a column says of which kind the stop of each row is."""
    is_named = {"stop", "type"} <= set(folded_name(column.name).split())
    return is_named and len(column.words or ()) > 1


def block_of_kind(column: Column) -> str:
    """How a block reads the times of one kind of rows."""
    kind = mask(next(iter(column.words or ("…",))))
    where = f"where = {{ {toml.pair(column.name, toml.text(kind))} }}"
    return (
        f'layout = "wide", {where}, in [sources.NAME.milestones] ACCEPTED = "…" or DELIVERED = "…"'
    )


def _stops(column: Column, wanted: Sequence[Proposal], profile: Profile) -> Iterator[str]:
    status = next((p.choices["status"] for p in wanted if "status" in p.choices), None)
    is_kind = is_of_stops(column)
    if status and is_kind:
        names = toml.strings([column.name, profile.columns[status.columns[0]].name])
        kind, state = (
            mask(next(iter(c.words or ("…",))))
            for c in (column, profile.columns[status.columns[0]])
        )
        yield (
            f"{column.name!r} says at which kind of stop something happened: where its status alone does "
            f"not tell, read both, status = {names}, and map them as one ({kind} {state}); or write "
            f"a block for each kind, by the column with its time: {block_of_kind(column)}"
        )


def _quantities(columns: Mapping[int, Column]) -> Iterator[str]:
    names = [repr(c.name) for c in columns.values() if c.is_number and _is_quantity(c.name)]
    if len(names) > 1:
        yield (
            f"quantities ({', '.join(names[:_SHOWN])}) are not compared: what came in part counts as "
            "come, at its first part"
        )


def _dates_of_lines(free: Mapping[int, Column]) -> Iterator[str]:
    names = ", ".join(repr(free[choice.column].name) for _, choice in milestone_columns(free))
    if names:
        yield (
            f"{names}: when something happened, which is not read, for a shipment comes in several "
            'rows: a block with layout = "wide" reads it by columns that tell the rows apart '
            '(shipment_id = ["order", "line"])'
        )


def _is_called(column: Column, ours: str) -> bool:
    match = fit(column.name, ours)
    return match is not None and match.score >= LEAST


def _is_quantity(name: str) -> bool:
    words = folded_name(name).split()
    return any(word in _QUANTITIES or word.endswith("menge") for word in words) or "数量" in name

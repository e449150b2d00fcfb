"""Whose export a file is, as far as its shipments tell: they all have the same supplier, say.

That proves nothing, for an aggregator's feed of one courier looks the same: it is an answer to begin
with when the question is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.numbers import normalised
from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.inspect.again import batches_of
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.proposal import Described, Proposal
from tallyclerk.ingest.texts import NULLS

LEAST_SHIPMENTS = 5


@dataclass(frozen=True)
class Likely:
    """A partner that all shipments of a file have in one role, and where that is written."""

    partner: str
    why: str


def likely_owner(group: Group, proposal: Proposal, described: Sequence[Described]) -> Likely | None:
    """The partner that is the same for all shipments of a file, where only one role has such a one."""
    key = proposal.choices.get(proposal.key or "")
    if key is None or len(key.columns) > 1:
        return None
    keys = group.profile.columns[key.columns[0]].keys
    for other, found in described:
        for table in found:
            if table.table == "shipments" and key.ours in table.choices and other is not group:
                likely = _likely(other, table, key.ours, keys)
                if likely:
                    return likely
    return None


def _likely(group: Group, table: Proposal, key: str, keys: set[str]) -> Likely | None:
    chain = [ours for ours in CHAIN_COLUMNS if ours in table.choices]
    if len(chain) < 2 or len(table.choices[key].columns) > 1:  # noqa: PLR2004 - one tells nothing
        return None
    frame = pl.concat(_rows(group, table, [key, *chain], keys))
    if frame["key"].n_unique() < LEAST_SHIPMENTS:
        return None
    same = [ours for ours in chain if frame[ours].drop_nulls().n_unique() == 1]
    if len(same) != 1:
        return None
    name = str(frame[same[0]].drop_nulls()[0])
    role = CHAIN_COLUMNS[same[0]].value
    return Likely(name, f"all its shipments have the {role} {name} in {group.name}")


def _rows(
    group: Group, table: Proposal, ours: Sequence[str], keys: set[str]
) -> Iterator[pl.DataFrame]:
    """Key and chain of the shipments with these keys, a frame per batch."""
    known = sorted(keys)
    names = [group.profile.columns[table.choices[each].columns[0]].name for each in ours]
    yield pl.DataFrame(schema=dict.fromkeys(["key", *ours[1:]], pl.String))
    for file in group.files:
        for frame, places in batches_of(file, group.sheet, names):
            texts = [frame[str(place)].str.strip_chars() for place in places]
            cells = [text.set(text.is_in(NULLS), None) for text in texts]
            found = pl.DataFrame(dict(zip(["key", *ours[1:]], cells, strict=True)))
            yield found.filter(normalised(found["key"]).is_in(known))

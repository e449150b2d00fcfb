"""Feeds whose columns come and go: files that are called the same, and agree in all columns that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.opening import TABLES, open_any
from tallyclerk.ingest.inspect.patterns import stem_of, undated_name
from tallyclerk.ingest.inspect.profile import Profile
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.inspect.tables import NEEDED, proposals
from tallyclerk.ingest.zipped import on_disk

_IN_EACH = frozenset(
    (
        *("partner_id", "timezone", "classifier", "side", "milestone", "kind", "currency"),
        *("event_ref", "corrects_ref", "is_void", "scale_max", "part_of", "outcome"),
        *CHAIN_COLUMNS,
    )
)
"""What changes the meaning of a row where it is missing."""


def may_be_missing(proposal: Proposal, ours: str) -> bool:
    """Whether files that have no column for one of ours mean the same without it."""
    return ours not in {proposal.key, *_IN_EACH, *NEEDED[proposal.table]}


def one_of_each_feed(groups: Sequence[Group]) -> list[Group]:
    """The groups, those of one feed as one: its files are read again into the first of them."""
    found: list[Group] = []
    for group in groups:
        first = next((known for known in found if _are_one_feed(known, group)), None)
        if first is None:
            found.append(group)
        else:
            _take(first, group)
    return found


def _are_one_feed(first: Group, other: Group) -> bool:
    kinds = [(g.folder, g.format, g.sheet, undated_name(g.files[0].path)) for g in (first, other)]
    is_plain = first.format in TABLES and not any(
        group.records or group.histories or group.others for group in (first, other)
    )
    if not is_plain or kinds[0] != kinds[1] or not kinds[0][-1]:
        return False
    wanted = [proposals(group.profile, stem_of(group)) for group in (first, other)]
    shapes = [[(p.table, p.layout, p.key) for p in found] for found in wanted]
    return (
        bool(wanted[0])
        and shapes[0] == shapes[1]
        and all(
            _agree(ours, theirs, first.profile, other.profile)
            for ours, theirs in zip(*wanted, strict=True)
        )
    )


def _agree(ours: Proposal, theirs: Proposal, first: Profile, other: Profile) -> bool:
    """Whether two proposals differ in nothing but columns that the other file has not, or has empty."""
    told = _columns(ours, first), _columns(theirs, other)
    headers = [{c.name for c in profile.columns if c.filled} for profile in (other, first)]
    for own, rest, header in zip(told, reversed(told), headers, strict=True):
        for name, columns in own.items():
            if name in rest:
                if rest[name] != columns:
                    return False
            elif header.intersection(columns) or not may_be_missing(ours, name):
                return False
    return True


def _columns(proposal: Proposal, profile: Profile) -> Mapping[str, tuple[str, ...]]:
    """The names of all columns of a proposal, by what they are."""
    found = {ours: choice.columns for ours, choice in proposal.choices.items()}
    for each in proposal.milestones:
        places = (each.column, each.clock, each.counterpart, each.recorded)
        found[each.milestone] = tuple(place for place in places if place is not None)
    return {
        ours: tuple(profile.columns[place].name for place in places)
        for ours, places in found.items()
    }


def _take(first: Group, other: Group) -> None:
    """Read the files of another group into the first one."""
    for file in other.files:
        with on_disk(file.path) as copy:
            reader = open_any(copy, file.encoding, first.sheet).reader
            first.profile.extend(reader.header)
            first.profile.read(reader, len(first.files))
        first.files.append(file)

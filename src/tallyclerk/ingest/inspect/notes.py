"""What is odd about files, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.times.candidates import candidates
from tallyclerk.ingest.times.column import shapes_of
from tallyclerk.ingest.vocabulary import folded
from tallyclerk.ingest.vocabulary.claims import CLAIM_KINDS, CLAIM_STATUSES, claim_words

EXAMPLES = 3
MOST_NAMES = 20


def how_written(group: Group) -> str:
    """How the files are written: encoding, delimiter, line ends, packing."""
    parts = []
    for attribute in ("encoding", "delimiter", "line_end", "packing"):
        values = dict.fromkeys(getattr(file, attribute) for file in group.files)
        words = [_SIGNS.get(v, v) for v in values if v]
        parts += [" or ".join(words)] if words else []
    return ", ".join(parts)


_SIGNS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}


def notes_on(group: Group, wanted: Sequence[Proposal]) -> Iterator[str]:
    """What is odd about the files, in words."""
    profile = group.profile
    if not profile.rows:
        yield "there is no row below the header"
    elif not wanted:
        yield from _why_nothing(group)
        yield (
            "no table of ours is in these columns: a table needs the number of a shipment, and a "
            "status with its time, or what was agreed about it; nothing is written for them"
        )
    yield from (note for proposal in wanted for note in _odd_words(group, proposal))
    if profile.spoilt and not wanted:
        names = ", ".join(repr(name) for name in profile.spoilt)
        yield (
            f"the ids in {names} were damaged by a spreadsheet (9.4E+21): format the column as text "
            "before the file is opened there, or export it again"
        )
    if profile.bad_example:
        place = profile.bad_example
        file = group.path_of(place.file).name
        text = mask(place.value)
        rows = "1 row is" if profile.bad_rows == 1 else f"{profile.bad_rows:,} rows are"
        yield f"{rows} none (first {file}:{place.row}: {text})"
    if profile.left_out:
        yield f"{profile.left_out:,} columns beyond the first {len(profile.columns)} were not looked at"
    for name, turns in sorted(profile.twice.items()):
        yield f"column {name!r} is there more than once: map the one that is meant, {' or '.join(map(repr, turns[:MOST_NAMES]))}"
    notes = dict.fromkeys(note for file in group.files for note in file.notes)
    yield from list(notes)[:EXAMPLES]


def _why_nothing(group: Group) -> Iterator[str]:
    """What an unusable file looks like, so that the right thing can be asked for."""
    names = [column.name for column in group.profile.columns]
    if len(names) == 1 and len(names[0].split()) > 2:  # noqa: PLR2004 - a table, not a list
        yield "its columns are not set apart by a sign: ask for a delimiter (CSV)"
    days = sum(bool(candidates(shape)) for shape in shapes_of(pl.Series(names, dtype=pl.String)))
    if days > len(names) / 2:
        yield "its columns are days: ask for a row per event, or for a column per milestone"
    for column in group.profile.columns:
        if column.sample and all(value.startswith(("{", "[{")) for value in column.sample):
            yield f"{column.name!r} holds JSON, which is not looked into: ask for JSON Lines"


def _odd_words(group: Group, proposal: Proposal) -> Iterator[str]:
    """Words of claims that ingest will not understand."""
    if proposal.table != "claims":
        return
    for ours, known in (("kind", CLAIM_KINDS), ("status", CLAIM_STATUSES)):
        choice = proposal.choices.get(ours)
        words = group.profile.columns[choice.columns[0]].words if choice else None
        understood = {*known, *claim_words(known)}
        odd = [mask(word) for word in words or () if folded(word) not in understood]
        if odd:
            yield f"{ours} of a claim, not understood: {', '.join(odd[:MOST_NAMES])}; it stays empty"

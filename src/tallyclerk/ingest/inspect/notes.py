"""What is odd about files, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import polars as pl

from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.fields import LEAST
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.kinds import is_id, is_text
from tallyclerk.ingest.inspect.names import fit
from tallyclerk.ingest.inspect.profile import MOST_KINDS, Profile
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.inspect.unread import block_of_kind, is_of_stops, unread
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.times.candidates import candidates
from tallyclerk.ingest.times.refused import IN_WORDS, reasons
from tallyclerk.ingest.times.shapes import shapes_of
from tallyclerk.ingest.vocabulary import folded
from tallyclerk.ingest.vocabulary.claims import CLAIM_KINDS, CLAIM_STATUSES, claim_words

EXAMPLES = 3
_HEADER = 'header = ["tracking_number", "status", "occurred_at", "…"]'
_KINDS = 'header = ["record_type", "…", "…"], where = { record_type = "…" }'
_LEAST_DIGITS, _LEAST_NUMBERS = 5, 3
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
        yield from _what_is_missing(group)
    yield from (note for proposal in wanted for note in _odd_words(group, proposal))
    yield from (reason for proposal in wanted for reason in proposal.left_out)
    yield from unread(profile, wanted)
    spoilt = [column.name for column in profile.columns if _is_spoilt_id(column)]
    if spoilt and not wanted:
        names = ", ".join(map(repr, spoilt))
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
    if 2 * group.profile.bad_rows > group.profile.rows:
        yield _other_fields(group.profile)
    if _are_numbers(names[1:]):
        yield (
            "its columns are shipments and its rows are what happened to them: turn it (copy, paste "
            "special, transpose) so that each shipment is a row"
        )
    days = sum(bool(candidates(shape)) for shape in shapes_of(pl.Series(names, dtype=pl.String)))
    if days > len(names) / 2:
        yield "its columns are days: ask for a row per event, or for a column per milestone"


def _other_fields(profile: Profile) -> str:
    """What to do about rows with another number of fields: mostly they begin with their type."""
    kinds = profile.bad_kinds.most_common()
    are_kinds = kinds and len(kinds) <= MOST_KINDS and profile.bad_kinds.total() == profile.bad_rows
    shown = (
        f"{mask(word)} ({n:,} {'row' if n == 1 else 'rows'} of {fields} fields)"
        for (word, fields), n in kinds
    )
    told = (
        f"rows begin with their type: {', '.join(shown)}"
        if are_kinds
        else "most of its rows have another number of fields than the first: where rows begin with their type (H, D, T)"
    )
    return (
        f"{told}; name all columns of those with events and say which they are, {_KINDS}: rows of other "
        "types are then left out and counted. Where the number of a shipment stands in another row than "
        "its events, ask for a table"
    )


def _are_numbers(names: Sequence[str]) -> bool:
    """Whether names are numbers of shipments: nearly all of one shape with digits enough."""
    digits = [re.sub(r"\d", "9", name) for name in names]
    shape, count = Counter(digits).most_common(1)[0] if digits else ("", 0)
    is_number = shape.count("9") >= _LEAST_DIGITS and not candidates(shape)
    return is_number and count >= max(_LEAST_NUMBERS, 0.8 * len(names))


def _what_is_missing(group: Group) -> Iterator[str]:
    """What an export of events has that these columns have not, and what comes near it."""
    columns = [column for column in group.profile.columns if column.filled]
    for column in columns:
        if _fits(column, "score") and is_text(column):
            said = ", ".join(mask(value) for value in column.sample[:EXAMPLES])
            yield f"words such as those of {column.name!r} ({said}) are no scores: ask for numbers"
    timed = [column for column in columns if column.times is not None]
    kinds = next((column for column in columns if is_of_stops(column)), None)
    if kinds and timed:
        times = ", ".join(repr(column.name) for column in timed[:MOST_NAMES])
        yield (
            f"{kinds.name!r} says at which kind of stop something happened, and one of {times} when: a block "
            f"for each kind reads it, {block_of_kind(kinds)}"
        )
    named = [column for column in columns if _fits(column, "occurred_at")]
    clocks = [column for column in columns if column.is_clock]
    if not timed and clocks:
        clock = f"{clocks[0].name!r} ({mask(clocks[0].sample[0])})"
        yield f"times of day such as those of {clock} have no date beside them: ask for both"
    elif not timed:
        shown = [f"{c.name!r} ({mask(c.sample[0])})" for c in named if c.sample][:EXAMPLES]
        near = f"; values such as those of {', '.join(shown)} are no times" if shown else ""
        yield f"no column has dates or times that can be read{near}"
        why = reasons(pl.Series([c.sample[0] for c in named if c.sample], dtype=pl.String))
        yield from (IN_WORDS[reason] for reason in why.drop_nulls().unique().sort().to_list())
    if any(_is_date(column.name) for column in timed):
        yield f"its first row is data already: ask for a header, or name the columns, {_HEADER}"
    elif not any(_fits(c, ours) for c in columns if _may_be_id(c) for ours in KIND_OF_COLUMN):
        yield "no column is called like the number of a shipment, a parcel or an order"
    elif timed and not any(_fits(c, "status") or _fits(c, "status_text") for c in columns):
        yield "no column is called like a status, nor one of dates like something that happened"


def _fits(column: Column, ours: str) -> bool:
    match = fit(column.name, ours)
    return match is not None and match.score >= LEAST


def _is_spoilt_id(column: Column) -> bool:
    """Whether a column has ids that were damaged, and not amounts, which may be written so."""
    return column.is_spoilt and any(_fits(column, ours) for ours in KIND_OF_COLUMN)


def _may_be_id(column: Column) -> bool:
    return is_id(column) > 0 or column.is_spoilt


def _is_date(name: str) -> bool:
    (shape,) = shapes_of(pl.Series([name], dtype=pl.String))
    return bool(candidates(shape))


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

"""Where the names of the columns stand: not always in the first row, nor always in one row.

People put titles above a table, and a group's name above the names of its columns ("Departed" over
"Planned" and "Actual"): such a column is called "Departed Actual". A column without a name is called
by its place ("#5"), and of several with the same name each by its turn ("Date #2").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.vocabulary import folded

HEADER_ROWS = 100
_NO_NAME = re.compile(r"^[\d\s.,:/+-]+$")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_IN_BRACKETS_ONLY = re.compile(r"^(?:\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>)$")
_TURN = re.compile(r"^(.+) #\d+$")
_PLACE = re.compile(r"^#\d+$")
_BELOW = 20
"""Rows below a header that are looked at to see that they are data."""

Row = Sequence[object]


@dataclass(frozen=True)
class Heading:
    """The names of the columns, and the first and the last row (from 0) that they are in."""

    names: list[str]
    first: int
    last: int


def mapped_names(source: Source) -> set[str]:
    """The columns that a source's block names, for comparison."""
    names = [
        name
        for theirs in source.columns.values()
        for name in ([theirs] if isinstance(theirs, str) else theirs)
    ]
    wide = [
        name
        for spec in source.milestones.values()
        for name in ([spec] if isinstance(spec, str) else [spec.column, spec.time_column])
    ]
    return {folded(name) for name in (*names, *wide, *source.where) if name}


def places_of(names: Iterable[str], header: Sequence[str], setting: str) -> list[int]:
    """Where the columns stand that a setting names, compared without case and outer spaces.

    Raises:
        InputError: If one of them is not there.
    """
    places = {folded(name): place for place, name in enumerate(header)}
    for name in names:
        if folded(name) not in places:
            how = f"correct {setting}; the file has: {', '.join(header)}"
            raise InputError(f"there is no column {name!r}", how=how)
    return [places[folded(name)] for name in names]


def found_names(rows: Sequence[Row], wanted: set[str]) -> int:
    """How many of the names one of the first rows has."""
    return max((_count(heading, wanted) for heading in _headings(rows)), default=0)


def given_heading(names: Sequence[str]) -> Heading:
    """The header of a table that has none: the names that its source gives, above its first row."""
    return Heading(_named(names), -1, -1)


def find_heading(rows: Sequence[Row], wanted: set[str]) -> Heading | None:
    """The header of a table: the one with most of the wanted names, else the one that looks like it.

    A row of units or formats below it belongs to it.

    Returns:
        The header; None if all rows are empty.
    """
    heading = _with_most(rows, wanted) if wanted else None
    heading = heading or _by_look(rows)
    if heading and _says_units(rows[heading.last + 1 : heading.last + 2]):
        return replace(heading, last=heading.last + 1)
    return heading


def _says_units(below: Sequence[Row]) -> bool:
    """Whether a row says in what the columns are: (kg), [text], (DD/MM/YYYY)."""
    told = [str(cell).strip() for row in below for cell in row if str(cell).strip()]
    return len(told) > 1 and all(map(_IN_BRACKETS_ONLY.match, told))


def _by_look(rows: Sequence[Row]) -> Heading | None:
    """The header that looks like one; None if all rows are empty."""
    place = _by_shape(rows)
    if place is None:
        return None
    single = Heading(_named(_texts(rows[place])), place, place)
    is_twice = len({folded(name) for name in _texts(rows[place])}) < len(rows[place])
    above = _double(rows, place - 1) if place and is_twice else None
    return _double(rows, place) or above or single


def _with_most(rows: Sequence[Row], wanted: set[str]) -> Heading | None:
    """The first of the headers with most of the wanted names, None where none has any."""
    best, most = None, 0
    for heading in _headings(rows):
        count = _count(heading, wanted)
        if count > most:
            best, most = heading, count
        if most == len(wanted):  # as nearly always in the first row: no other can have more
            break
    return best


def _headings(rows: Sequence[Row]) -> Iterator[Heading]:
    """Every header that the first rows could be."""
    for place, row in enumerate(rows[:HEADER_ROWS]):
        yield Heading(_named(_texts(row)), place, place)
        double = _double(rows, place)
        if double:
            yield double


def _count(heading: Heading, wanted: set[str]) -> int:
    return len(wanted & {folded(name) for name in heading.names})


def _by_shape(rows: Sequence[Row]) -> int | None:
    """The first row that is not empty, unless it is a title with the names in a wider row below it."""
    filled = [[cell for cell in row if str(cell).strip()] for row in rows[:HEADER_ROWS]]
    widest = max(map(len, filled), default=0)
    first = next((place for place, cells in enumerate(filled) if cells), None)
    if first is None:
        return None
    wide = (
        place
        for place, cells in enumerate(filled)
        if 2 * len(cells) >= widest and len(cells) > min(1, widest - 1)
    )
    named = next((place for place in wide if all(map(_is_name, filled[place]))), first)
    is_title = 2 * len(filled[first]) < widest or len(filled[first]) == 1 < widest
    is_below = len(filled[named]) > len(filled[first]) or _is_control(filled, first, named)
    return named if is_title or is_below else first


def _is_control(filled: Sequence[Row], first: int, named: int) -> bool:
    """Whether a first row is about the file (HDR, a date, a number) and the names stand right below."""
    names = filled[named]
    is_plain = named == first + 1 and not any(map(_has_digit, names))
    data = [cell for row in filled[named + 1 : named + 2] for cell in row]
    is_about = not all(map(_is_name, filled[first])) and len(filled[first]) <= len(names)
    return is_plain and is_about and any(map(_has_digit, data))


def _double(rows: Sequence[Row], place: int) -> Heading | None:
    """The header of two rows that starts at a place: names of groups above names of columns."""
    if place + 2 >= len(rows):
        return None
    width = max(len(rows[place]), len(rows[place + 1]))
    above, below = (_padded(_texts(row), width) for row in rows[place : place + 2])
    are_names = all(
        _is_name(cell) for cell in (*rows[place], *rows[place + 1]) if str(cell).strip()
    )
    if not are_names or any(re.search(r"\d", _IN_BRACKETS.sub("", name)) for name in below):
        return None
    grouped = [
        n for n in range(1, width) if below[n] and below[n - 1] and above[n - 1] > above[n] == ""
    ]
    data = rows[place + 2 : place + 2 + _BELOW]
    if any(name in _texts(row)[n : n + 1] for n, name in enumerate(below) if name for row in data):
        return None
    if not any(_has_digit(row[n]) for n in grouped for row in data if n < len(row)):
        return None
    group, names = "", []
    for upper, lower in zip(above, below, strict=True):
        group = upper or (group if lower else "")
        names.append(group if group == lower else f"{group} {lower}".strip())
    return Heading(_named(names), place, place + 1)


def _named(names: Sequence[str]) -> list[str]:
    """Names of which no two are the same and none is empty."""
    counts = Counter(folded(name) for name in names)
    turns: Counter[str] = Counter()
    found = []
    for place, name in enumerate(names, 1):
        key = folded(name)
        turns[key] += 1
        is_many = bool(name) and counts[key] > 1
        found.append(f"{name} #{turns[key]}" if is_many else name or f"#{place}")
    return found


def same_names(header: Sequence[str]) -> dict[str, list[str]]:
    """Names (for comparison) that several columns have, with what these are called instead."""
    found: dict[str, list[str]] = {}
    for name in header:
        turn = _TURN.match(name)
        if turn:
            found.setdefault(folded(turn[1]), []).append(name)
    return {name: turns for name, turns in found.items() if len(turns) > 1}


def is_unnamed(name: str) -> bool:
    """Whether a column has no name but its place."""
    return bool(_PLACE.match(name))


def _is_name(cell: object) -> bool:
    return isinstance(cell, str) and not _NO_NAME.match(cell)


def _has_digit(cell: object) -> bool:
    return bool(re.search(r"\d", str(cell)))


def _texts(row: Row) -> list[str]:
    return [" ".join(str(cell).split()) for cell in row]


def _padded(names: list[str], width: int) -> list[str]:
    return names + [""] * (width - len(names))

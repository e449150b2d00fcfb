"""Dates such as 03/04/2025: the whole column must prove whether the day or the month comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import polars as pl

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import Batch
from tallyclerk.ingest.formats.joined import Joined
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.plan import Binding
from tallyclerk.ingest.times.column import TimeColumn
from tallyclerk.ingest.times.formats import is_numeric
from tallyclerk.ingest.times.plain import plain
from tallyclerk.ingest.times.shapes import sample_shapes
from tallyclerk.ingest.together import agree, file_of, files_of

MONTHS = 12
_BOTH, _NEITHER = "both", "neither"


def in_proved_order(
    reader: Joined, binding: Binding, times: Mapping[str, TimeColumn]
) -> Iterator[Batch]:
    """The batches of a file, once the order of each column that needs one is set from all its values.

    Only a file with such columns is read twice. Times that carry their offset have the year first.

    Raises:
        InputError: If a column has no day above the twelfth, or has them in both places.
        Apart: If files that are read together have the order of some column in different ways.
    """
    places: dict[str, int] = {}
    for name, column in times.items():
        place = binding.place_of_time(name)
        if place is not None and not column.formats:
            places[name] = place
    batches = reader.batches(binding.positions)
    if not places or reader.traits.tells_offsets:
        return batches
    first = next(batches, None)
    if first is None:
        return iter(())
    files = {place: _with_numeric_dates(first.cells, place) for place in places.values()}
    doubtful = sorted(place for place in files if files[place])
    if not doubtful:
        return chain((first,), batches)
    largest = _largest(reader.batches(doubtful), doubtful)
    proved = {
        n: tuple(_proved(*largest[n, p]) if n in files[p] else None for p in doubtful)
        for n in files_of(first.cells[ROW])
    }
    agree(proved)
    orders = dict(zip(doubtful, next(iter(proved.values())), strict=True))
    for name, place in places.items():
        order = orders.get(place)
        if order:
            times[name].order = _order(times[name].name, order)
    return reader.batches(binding.positions)


def _with_numeric_dates(cells: pl.DataFrame, place: int) -> set[int]:
    """The files in whose first values there are dates whose order of day and month needs a proof."""
    shapes = sample_shapes(cells[str(place)], cells[ROW])
    return {number for number, found in shapes if any(map(is_numeric, set(found)))}


def _largest(
    batches: Iterator[Batch], places: Sequence[int]
) -> defaultdict[tuple[int, int], tuple[int, int]]:
    """The largest first and second number of such dates, by file and place of the column."""
    found: defaultdict[tuple[int, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for batch in batches:
        for place in places:
            numbers = _numbers(batch.cells[str(place)].str.strip_chars(), batch.cells[ROW])
            for number, first, second in numbers.iter_rows():
                known = found[number, place]
                found[number, place] = max(known[0], first or 0), max(known[1], second or 0)
    return found


def _numbers(values: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """The largest first and second number of dates such as 03/04/2025: one row per file."""
    parts = plain(values).str.extract_groups(r"^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}(?:\D|$)")
    first, second = (parts.struct[place].cast(pl.Int64) for place in (0, 1))
    told = pl.DataFrame({"file": file_of(rows), "first": first, "second": second})
    return told.group_by("file").max()


def _proved(first: int, second: int) -> str:
    """What the largest numbers prove."""
    if first > MONTHS and second > MONTHS:
        return _BOTH
    if first <= MONTHS and second <= MONTHS:
        return _NEITHER
    return "DMY" if first > MONTHS else "MDY"


def _order(name: str, proved: str) -> str:
    how = 'declare it: datetime_format = "%d/%m/%Y" or "%m/%d/%Y"'
    if proved == _BOTH:
        what = f"column {name!r} has dates with the day first and dates with the month first"
        raise InputError(what, how=how)
    if proved == _NEITHER:
        what = f"nothing in column {name!r} proves whether the day or the month comes first"
        raise InputError(what, how=how)
    return proved

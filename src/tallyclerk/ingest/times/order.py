"""Dates such as 03/04/2025: the whole column must prove whether the day or the month comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import polars as pl

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import Batch, Reader
from tallyclerk.ingest.plan import Binding
from tallyclerk.ingest.times.column import TimeColumn, has_numeric_dates, prove_order

MONTHS = 12


def in_proved_order(
    reader: Reader, binding: Binding, times: Mapping[str, TimeColumn]
) -> Iterator[Batch]:
    """The batches of a file, once the order of each column that needs one is set from all its values.

    Only a file with such columns is read twice. Times that carry their offset have the year first.

    Raises:
        InputError: If a column has no day above the twelfth, or has them in both places.
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
    wanted = sorted(set(places.values()))
    doubtful = [place for place in wanted if has_numeric_dates(_texts(first.cells, place))]
    if not doubtful:
        return chain((first,), batches)
    largest = dict.fromkeys(doubtful, (0, 0))
    for batch in reader.batches(doubtful):
        for place in doubtful:
            largest[place] = prove_order(_texts(batch.cells, place), largest[place])
    for name, place in places.items():
        if place in largest:
            times[name].order = _order(times[name].name, *largest[place])
    return reader.batches(binding.positions)


def _texts(cells: pl.DataFrame, place: int) -> pl.Series:
    return cells[str(place)].str.strip_chars()


def _order(name: str, first: int, second: int) -> str:
    how = 'declare it: datetime_format = "%d/%m/%Y" or "%m/%d/%Y"'
    if first > MONTHS and second > MONTHS:
        what = f"column {name!r} has dates with the day first and dates with the month first"
        raise InputError(what, how=how)
    if first <= MONTHS and second <= MONTHS:
        what = f"nothing in column {name!r} proves whether the day or the month comes first"
        raise InputError(what, how=how)
    return "DMY" if first > MONTHS else "MDY"

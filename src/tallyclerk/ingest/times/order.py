"""Dates such as 03/04/2025: the whole column must prove whether the day or the month comes first."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import Reader
from tallyclerk.ingest.plan import Binding
from tallyclerk.ingest.times.column import TimeColumn, has_numeric_dates, prove_order

MONTHS = 12


def proved_orders(reader: Reader, binding: Binding, times: Mapping[str, TimeColumn]) -> None:
    """Set the order of each column that needs one, from all of its values.

    Times that carry their offset have the year first: there a file is not read twice.

    Raises:
        InputError: If a column has no day above the twelfth, or has them in both places.
    """
    places: dict[str, int] = {}
    for name, column in times.items():
        place = binding.place_of_time(name)
        if place is not None and not column.formats:
            places[name] = place
    if not places or reader.traits.tells_offsets:
        return
    wanted = sorted(set(places.values()))
    first = next(iter(reader.batches(wanted)), None)
    if first is None:
        return
    doubtful = [place for place in wanted if has_numeric_dates(_texts(first.cells, place))]
    if not doubtful:
        return
    largest = dict.fromkeys(doubtful, (0, 0))
    for batch in reader.batches(doubtful):
        for place in doubtful:
            largest[place] = prove_order(_texts(batch.cells, place), largest[place])
    for name, place in places.items():
        if place in largest:
            times[name].order = _order(times[name].name, *largest[place])


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

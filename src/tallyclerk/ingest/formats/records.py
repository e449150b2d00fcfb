"""Records of JSON as rows. A column is a key, or a dotted path into nested objects (`address.country`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tallyclerk.ingest.formats.nested import Inside
from tallyclerk.ingest.formats.reader import BAD_ROWS, ROW, Batch, outside

SAMPLE_RECORDS = 10_000
"""Records at the start of a file that say which columns it has."""
MAX_DEPTH = 12
_NESTED = {dict, list}

Record = Mapping[str, Any]


def keys_of(records: Sequence[Any]) -> list[str]:
    """Every dotted path to a value, in order of appearance."""
    keys: dict[str, None] = {}
    known: set[tuple[str, ...]] = set()
    for record in records:
        if isinstance(record, dict):
            names = tuple(record)
            is_flat = _NESTED.isdisjoint(map(type, record.values()))
            if is_flat and names in known:
                continue
            keys.update(dict.fromkeys(_paths(record)))
            if is_flat:
                known.add(names)
    return list(keys)


def _paths(record: Record, prefix: str = "", depth: int = 0) -> Iterator[str]:
    for key, value in record.items():
        if isinstance(value, dict) and depth < MAX_DEPTH:
            yield from _paths(value, f"{prefix}{key}.", depth + 1)
        elif not isinstance(value, list):
            yield f"{prefix}{key}"


def batch_of(records: Sequence[tuple[int, Any]], names: Mapping[int, str]) -> Batch:
    """Numbered records as rows with some columns; what is no object is a bad row."""
    good = [(number, record) for number, record in records if isinstance(record, dict)]
    cells: dict[str, pl.Series] = {ROW: pl.Series([n for n, _ in good], dtype=pl.Int64)}
    for column, name in names.items():
        values = [text_at(record, name) for _, record in good]
        cells[str(column)] = pl.Series(values, dtype=pl.String)
    cells |= _outside(good, names)
    bad = [(n, "json", "not a JSON object") for n, r in records if not isinstance(r, dict)]
    return Batch(pl.DataFrame(cells), pl.DataFrame(bad, schema=BAD_ROWS, orient="row"))


def _outside(
    records: Sequence[tuple[int, Record]], names: Mapping[int, str]
) -> dict[str, pl.Series]:
    """For the columns that are told around records: the first row of those in one object together."""
    inside = [(number, record) for number, record in records if isinstance(record, Inside)]
    first: dict[int, int] = {}
    for number, record in inside:
        first.setdefault(id(record.outermost), number)
    if len(first) == len(inside):
        return {}
    sample = inside[:SAMPLE_RECORDS]
    told = {c: name for c, name in names.items() if any(r.is_outside(name) for _, r in sample)}
    return {
        outside(column): pl.Series(
            [
                first[id(r.outermost)] if isinstance(r, Inside) and r.is_outside(name) else None
                for _, r in records
            ],
            dtype=pl.Int64,
        )
        for column, name in told.items()
    }


def text_at(record: Record, name: str) -> str | None:
    """The value at a dotted path as text: numbers as written, nothing for lists and objects."""
    value: Any = record.get(name)
    if value is None:
        value = record
        for key in name.split("."):
            value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None

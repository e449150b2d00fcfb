"""JSON and JSON Lines. A column is a key, or a dotted path into nested objects (`address.country`).

Row numbers count records from 1; in JSON Lines they are line numbers, unless a line holds several
records (`records = "scans"`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import byte_blocks, check_container
from tallyclerk.ingest.formats.documents import one_after_the_other
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.nested import (
    Inside,
    entries,
    loaded,
    named_rows,
    places_of_lists,
)
from tallyclerk.ingest.formats.reader import BAD_ROWS, ROW, Batch, Traits, outside
from tallyclerk.ingest.formats.text import TextKind, detect_text, text_blocks, visible

SAMPLE_RECORDS = 10_000
MAX_JSON_BYTES = 512 * 2**20
BATCH_RECORDS = 200_000
MAX_DEPTH = 12
_NESTED = {dict, list}

Record = Mapping[str, Any]


class JsonReader:
    """A JSON file: a list of objects, or an object with such a list at the place of `records`."""

    def __init__(self, records: Sequence[Any], traits: Traits) -> None:
        """Take the keys of the first records as the header."""
        self._records = records
        self.traits = traits
        self.header = keys_of(records[:SAMPLE_RECORDS])

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the records with the given columns."""
        names = {column: self.header[column] for column in sorted(set(columns))}
        for start in range(0, len(self._records), BATCH_RECORDS):
            part = self._records[start : start + BATCH_RECORDS]
            yield _batch(list(enumerate(part, start + 1)), names)


class JsonLinesReader:
    """A JSON Lines file: one object per line."""

    def __init__(self, path: Path, kind: TextKind, sample: bytes, place: str | None) -> None:
        """Take the keys of the first lines as the header; `place` is where a line has its records."""
        self._path = path
        self._kind = kind
        self._place = place
        self.traits = Traits(kind.encoding, None, kind.line_end)
        found = _first_values(sample)
        self.header = keys_of(list(entries(found, place)) if place else found)

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the lines with the given columns."""
        self.traits.notes.clear()
        names = {column: self.header[column] for column in sorted(set(columns))}
        row = 1
        for block in text_blocks(self._path, self._kind, self.traits):
            if self._place:
                whole = block.decode().split("\n")
                inside = [
                    record for text in whole if text.strip() for record in self._records(text)
                ]
                yield _batch(list(enumerate(inside, row)), names)
                row += len(inside)
                continue
            lines = block.count(b"\n")
            batch = _fast_batch(block, names, row) if b"\n\n" not in block else None
            if batch is None or batch.rows != lines:
                texts = enumerate(block.decode().split("\n")[:-1], row)
                batch = _batch([(n, _parsed(text)) for n, text in texts if text.strip()], names)
            yield batch
            row += lines

    def _records(self, line: str) -> Iterator[Any]:
        """The records of a line; what is no JSON is one that is bad."""
        record = _parsed(line)
        if self._place and record is not None:
            yield from entries([record], self._place)
        else:
            yield record


def open_json(path: Path, source: Source) -> JsonReader:
    """Open a JSON file.

    Raises:
        InputError: If it is not JSON, or has no list of records.
    """
    check_container(path)
    tree, encoding = read_tree(path, source.encoding)
    return JsonReader(records_in(tree, source.records), Traits(encoding))


def read_tree(path: Path, encoding: str | None) -> tuple[Any, str]:
    """The document in a JSON file, and its encoding.

    Raises:
        InputError: If it is not JSON, or too large to hold.
    """
    kind, _ = detect_text(path, encoding)
    content = bytearray()
    for block in byte_blocks(path):
        content += block
        if len(content) > MAX_JSON_BYTES:
            raise InputError("the JSON file is too large to hold", how="export JSON Lines instead")
    text = visible(content.decode(kind.encoding).lstrip("\ufeff"))
    try:
        return loaded(text), kind.encoding
    except (ValueError, RecursionError) as error:
        is_several = isinstance(error, json.JSONDecodeError) and error.msg == "Extra data"
        values = list(one_after_the_other(text.encode(), error)) if is_several else []
        if values and all(isinstance(value, dict) for value in values):
            return values, kind.encoding
        raise InputError(f"the file is not JSON ({error})", how=_how(text, error)) from error


def _how(text: str, error: Exception) -> str:
    """What to do about a text that is no JSON."""
    is_cut = isinstance(error, json.JSONDecodeError) and text.lstrip()[:1] in {"[", "{"}
    if is_cut and text.rstrip()[-1:] not in {"]", "}"}:
        return "it ends in the middle of a value, so it was cut off: export or copy it again"
    return "check `format`"


def open_jsonl(path: Path, source: Source) -> JsonLinesReader:
    """Open a JSON Lines file.

    Raises:
        InputError: If no line of its start is an object.
    """
    check_container(path)
    kind, sample = detect_text(path, source.encoding)
    reader = JsonLinesReader(path, kind, sample, source.records)
    if not reader.header:
        raise InputError("no line of the file is a JSON object", how="check `format`")
    return reader


def sample_lines(path: Path, encoding: str | None) -> list[Any]:
    """The values of the first lines of a file; None for what is no JSON."""
    _, sample = detect_text(path, encoding)
    return _first_values(sample)


def _first_values(sample: bytes) -> list[Any]:
    lines = sample.decode().lstrip("\ufeff").split("\n")[:SAMPLE_RECORDS]
    told = [line for line in lines if line.strip()]
    values = _parsed(f"[{','.join(told)}]")  # at once in a third of the time
    is_each = isinstance(values, list) and len(values) == len(told)
    return values if is_each else [_parsed(line) for line in told]


def records_in(tree: Any, place: str | None) -> Sequence[Any]:
    """The records of a document: those of the list at a place.

    Raises:
        InputError: If there is no list.
    """
    if isinstance(tree, list) and not place:
        rows: Sequence[Any] = named_rows(tree, {})
        return rows
    found = list(entries(tree, place))
    if found or (place and any(name == place for name, _ in places_of_lists(tree))):
        return found
    lists = list(dict.fromkeys(name for name, _ in places_of_lists(tree) if name))
    how = f"declare records = one of {lists}" if lists else "declare records = the path to the list"
    raise InputError("the file has no list of records where one is expected", how=how)


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


def _parsed(line: str) -> Any:
    try:
        return loaded(line)
    except (ValueError, RecursionError):
        return None


def _batch(records: Sequence[tuple[int, Any]], names: Mapping[int, str]) -> Batch:
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


def _fast_batch(block: bytes, names: Mapping[int, str], row: int) -> Batch | None:
    """The batch read by polars, where all columns are top-level keys and all lines are sound."""
    if any("." in name for name in names.values()):
        return None
    schema: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(names.values(), pl.String)
    try:
        frame = pl.read_ndjson(block, schema=schema)
    except PolarsError:
        return None
    cells = frame.rename({name: str(column) for column, name in names.items()})
    numbers = pl.int_range(row, row + len(cells), dtype=pl.Int64, eager=True)
    return Batch(cells.insert_column(0, numbers.alias(ROW)))


def _is_lines(head: Head) -> bool:
    lines = [line for line in head.text.lstrip("\ufeff").splitlines() if line.strip()]
    return len(lines) > 1 and all(isinstance(_parsed(line), dict) for line in lines[:2])


JSON = Format(open_json, lambda head: "JSON" if head.is_json and not _is_lines(head) else None)
JSONL = Format(
    open_jsonl, lambda head: "a JSON object per line" if head.is_json and _is_lines(head) else None
)

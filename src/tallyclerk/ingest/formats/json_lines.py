"""JSON Lines: an object per line, or several in a list inside of it.

Row numbers are line numbers, unless a line holds several records (`records = "scans"`): then they
count records from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.nested import entries, loaded
from tallyclerk.ingest.formats.reader import ROW, Batch, Traits
from tallyclerk.ingest.formats.records import SAMPLE_RECORDS, batch_of, keys_of
from tallyclerk.ingest.formats.text import TextKind, detect_text, text_blocks


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
                yield batch_of(list(enumerate(inside, row)), names)
                row += len(inside)
                continue
            lines = block.count(b"\n")
            batch = _fast_batch(block, names, row) if b"\n\n" not in block else None
            if batch is None or batch.rows != lines:
                texts = enumerate(block.decode().split("\n")[:-1], row)
                batch = batch_of([(n, _parsed(text)) for n, text in texts if text.strip()], names)
            yield batch
            row += lines

    def _records(self, line: str) -> Iterator[Any]:
        """The records of a line; what is no JSON is one that is bad."""
        record = _parsed(line)
        if self._place and record is not None:
            yield from entries([record], self._place)
        else:
            yield record


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


def _parsed(line: str) -> Any:
    try:
        return loaded(line)
    except (ValueError, RecursionError):
        return None


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


def is_lines(head: Head) -> bool:
    """Whether a file begins with an object on each of its lines."""
    lines = [line for line in head.text.lstrip("\ufeff").splitlines() if line.strip()]
    return len(lines) > 1 and all(isinstance(_parsed(line), dict) for line in lines[:2])


JSONL = Format(
    open_jsonl, lambda head: "a JSON object per line" if head.is_json and is_lines(head) else None
)

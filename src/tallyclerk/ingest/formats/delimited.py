"""CSV and TSV: any common delimiter, encoding and line end, plain or packed.

Row numbers are those a spreadsheet shows: the header is row 1 (unless blank lines stand above it),
the first record row 2, a record with line breaks inside is one row, and a blank line keeps its
number without being a record.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.dialect import (
    SAMPLE_LINES,
    find_delimiter,
    read_header,
    sample_lines,
)
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.header import given_heading, mapped_names
from tallyclerk.ingest.formats.lines import Bad, Records, reparse, split_records
from tallyclerk.ingest.formats.reader import BAD_ROWS, LEFT_OUT, ROW, Batch, Traits
from tallyclerk.ingest.formats.text import TextKind, detect_text, text_blocks
from tallyclerk.ingest.formats.unfolded import unfolding
from tallyclerk.ingest.vocabulary import folded

HIDDEN = "…"


class DelimitedReader:
    """A CSV or TSV file."""

    def __init__(
        self,
        path: Path,
        kind: TextKind,
        delimiter: str | None,
        sample: bytes,
        source: Source,
    ) -> None:
        """Find the header in `sample` where the source does not give it; `delimiter` None: detected."""
        self._path = path
        self._kind = kind
        lines = sample_lines(sample, kind)
        self.delimiter = delimiter or find_delimiter(lines)
        if source.header:
            self.header, self._skip, self._row = given_heading(source.header).names, 0, 0
        else:
            names = mapped_names(source)
            self.header, self._skip, self._row = read_header(lines, self.delimiter, names)
        self.traits = Traits(kind.encoding, self.delimiter, kind.line_end)
        if self._row > 1:
            self.traits.told = f"header in row {self._row}"
        self._is_plain = True
        self._kinds = list(_kinds(source, self.header))

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the file with the given columns."""
        self.traits.notes.clear()
        row = self._row + 1
        rest = b""
        skip = self._skip
        for block, is_last in _with_last(text_blocks(self._path, self._kind, self.traits)):
            lines = rest + block
            if skip:
                *above, lines = lines.split(b"\n", skip)
                skip -= len(above)
            if skip:
                rest = lines
                continue
            batch = self._plain_batch(lines, columns, row)
            if batch is None:
                records = split_records(lines, self.delimiter, len(self.header), is_last=is_last)
                batch = self._batch(records, columns, row)
                row, rest = row + records.total, records.rest
            else:
                row, rest = row + batch.rows, b""
            yield batch

    def _plain_batch(self, lines: bytes, columns: Sequence[int], row: int) -> Batch | None:
        """The batch of lines of which none needs a look of its own; None where some may.

        Without quotes each line is a record. One with too many fields makes polars refuse; where one
        has too few, the last of them is empty and delimiters are missing.
        """
        if not self._is_plain or b'"' in lines:
            return None
        last = len(self.header) - 1
        try:
            cells = self._cells(lines, [*columns, last])
        except PolarsError:
            return None
        if (cells[str(last)] == "").any():
            self._is_plain = last > 0 and lines.count(self.delimiter.encode()) == last * len(cells)
        if not self._is_plain or cells.is_empty():
            return None
        return Batch(_numbered(cells[[str(column) for column in sorted(set(columns))]], row))

    def _batch(self, records: Records, columns: Sequence[int], row: int) -> Batch:
        try:
            cells = self._cells(records.text, columns)
        except PolarsError:
            records = reparse(records, self.delimiter, len(self.header))
            cells = self._cells(records.text, columns)
        places = records.places
        if places is None:
            cells = _numbered(cells, row)
        else:
            cells = cells.insert_column(0, (places + row).alias(ROW))
        shown = set(columns)
        bad, left_out = [], []
        for line in records.bad:
            other = self._other(line)
            if other:
                left_out.append((line.place + row, *other))
            else:
                bad.append((line.place + row, line.rule, self._show(line.fields, shown)))
        return Batch(
            cells,
            pl.DataFrame(bad, schema=BAD_ROWS, orient="row"),
            pl.DataFrame(left_out, schema=LEFT_OUT, orient="row"),
        )

    def _other(self, line: Bad) -> tuple[str, str] | None:
        """Which column says that a line with other columns is of a kind that is not read."""
        for place, name, words in self._kinds if line.rule == "fields" else ():
            if place < len(line.fields) and folded(line.fields[place]) not in words:
                return name, line.fields[place].strip()
        return None

    def _cells(self, text: bytes, columns: Sequence[int]) -> pl.DataFrame:
        names = [str(place) for place in range(len(self.header))]
        frame = pl.scan_csv(
            text,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=self.delimiter,
            quote_char='"' if b'"' in text else None,
            empty_string_is_null=False,
            raise_if_empty=False,
        )
        return frame.select(names[column] for column in sorted(set(columns))).collect()

    def _show(self, fields: Sequence[str], columns: set[int]) -> str:
        """What may be kept of a broken line: its wanted cells before the first unwanted one.

        Behind that place a cell may have slipped from a column that is never stored.
        """
        width = next((n for n in range(len(self.header)) if n not in columns), len(fields))
        kept = [*fields[:width], *([HIDDEN] if len(fields) > width else [])]
        return f"{len(fields)} fields for {len(self.header)}: {self.delimiter.join(kept)}"


def _numbered(cells: pl.DataFrame, row: int) -> pl.DataFrame:
    """The cells of rows that follow each other, with their numbers."""
    numbers = pl.int_range(row, row + len(cells), eager=True)
    return cells.insert_column(0, numbers.alias(ROW))


def open_delimited(path: Path, source: Source) -> DelimitedReader:
    """Open a CSV or TSV file.

    Raises:
        InputError: If it is empty, or no such file at all.
    """
    check_container(path)
    kind, sample = detect_text(path, source.encoding)
    delimiter = source.delimiter or ("\t" if source.format == "tsv" else None)
    try:
        return DelimitedReader(path, kind, delimiter, sample, source)
    except csv.Error as error:
        how = f"export it as {source.format.upper()} again, or declare its format"
        raise InputError(f"this is not a table in text ({error})", how=how) from error


def _kinds(source: Source, header: Sequence[str]) -> Iterator[tuple[int, str, set[str]]]:
    """The columns of `where` that a file has: place, name, and the words of rows that are read."""
    places = {folded(name): place for place, name in enumerate(header)}
    for name, words in source.where.items():
        if folded(name) in places:
            yield places[folded(name)], name, set(map(folded, words))


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block with whether it is the last one."""
    waiting = next(blocks, None)
    while waiting is not None:
        following = next(blocks, None)
        yield waiting, following is None
        waiting = following


def _table_in_text(head: Head, signs: str) -> str | None:
    """Evidence that a file is a table in text: its first lines have as many fields as its header."""
    lines = [line for line in head.text.splitlines()[:SAMPLE_LINES] if line.strip()]
    counts = {sign: [line.count(sign) for line in lines[:-1] or lines] for sign in signs}
    best = max(signs, key=lambda sign: min(counts[sign], default=0))
    if head.is_json or head.start[:1] in {b"<", b"%"} or not min(counts[best], default=0):
        return None
    return f"a table in text, its fields divided by {best!r}"


CSV = Format(unfolding(open_delimited), lambda head: _table_in_text(head, ",;|\t"))
TSV = Format(unfolding(open_delimited), lambda head: _table_in_text(head, "\t"))

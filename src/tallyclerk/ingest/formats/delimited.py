"""CSV and TSV: any common delimiter, encoding and line end, plain or packed.

Row numbers are those a spreadsheet shows: the header is row 1 (unless blank lines stand above it),
the first record row 2, a record with line breaks inside is one row, and a blank line keeps its
number without being a record.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.header import (
    HEADER_ROWS,
    find_heading,
    given_heading,
    mapped_names,
)
from tallyclerk.ingest.formats.lines import Bad, Records, reparse, split_records
from tallyclerk.ingest.formats.reader import BAD_ROWS, LEFT_OUT, ROW, Batch, Traits
from tallyclerk.ingest.formats.text import (
    TextKind,
    detect_text,
    text_blocks,
)
from tallyclerk.ingest.formats.unfolded import unfolding
from tallyclerk.ingest.vocabulary import folded

MAX_COLUMNS = 10_000
DELIMITERS = ",;\t|"
HIDDEN = "…"
_SAMPLE_LINES = 200
_HEAD_LINES = 2000
"""Lines that the first rows take up at most, the header and what is above it among them."""
_MOST_TITLES = 20
_HALF = 500 * 100
"""The score of a delimiter that explains half of the lines."""
_HINT = re.compile(r"^sep=(.)$")  # a line by which Excel is told the delimiter


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
        lines = _sample_lines(sample, kind)
        hint = _HINT.match(lines[0])
        self.delimiter = delimiter or (hint[1] if hint else _find_delimiter(lines[:_SAMPLE_LINES]))
        if source.header:
            self.header, self._skip, self._row = given_heading(source.header).names, 0, 0
        else:
            names = mapped_names(source)
            self.header, self._skip, self._row = _read_header(lines, self.delimiter, names)
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


def _sample_lines(sample: bytes, kind: TextKind) -> list[str]:
    is_cr = kind.line_end == "CR"
    first = sample if is_cr else b"".join(islice(BytesIO(sample), _HEAD_LINES))
    text = first.decode("utf-8").lstrip("\ufeff").replace("\0", "")
    if is_cr:
        return text.replace("\n", " ").split("\r")
    return text.replace("\r\n", "\n").replace("\r", " ").split("\n")


def _find_delimiter(sample: list[str]) -> str:
    """The delimiter under which most of the first lines have as many fields as the header.

    There may be titles above the header: where the first line is not what most lines look like, the
    next one is taken for the header.

    Raises:
        InputError: If two delimiters explain the file equally well.
    """
    lines = [line for line in sample if line.strip()]
    scores: Counter[str] = Counter()
    for start in range(min(len(lines), _MOST_TITLES)):
        found = _scores(lines[start:])
        if found and max(found.values()) >= _HALF:
            scores = found
            break
        scores = scores or found
    if not scores:
        return ","
    best, second = (*scores.most_common(2), ("", 0))[:2]
    if best[1] == second[1]:
        how = f"declare delimiter = {best[0]!r} or {second[0]!r}"
        raise InputError("two delimiters explain this file equally well", how=how)
    return best[0]


def _scores(lines: list[str]) -> Counter[str]:
    """How well each delimiter explains the lines, the first of which is the header."""
    scores: Counter[str] = Counter()
    for delimiter in DELIMITERS:
        if not any(delimiter in line for line in lines):
            continue
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        if widths and widths[0] > 1:
            scores[delimiter] = widths.count(widths[0]) * 1000 // len(widths) * 100 + min(
                widths[0], 99
            )
    return scores


def _read_header(lines: list[str], delimiter: str, names: set[str]) -> tuple[list[str], int, int]:
    """The names of the columns, the lines they and what is above take up, and their row number."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            rows.append([] if _HINT.match(delimiter.join(row)) else row)
            ends.append(reader.line_num)
            if len(rows) == HEADER_ROWS:
                break
    except csv.Error as error:
        if not any(rows):
            how = "check delimiter and line ends; this is no table"
            raise InputError(f"the header cannot be read ({error})", how=how) from error
    heading = find_heading(rows, names)
    if heading is None:
        raise InputError("the file is empty", how="export it again, or remove it")
    if len(heading.names) > MAX_COLUMNS:
        how = "check delimiter and line ends; this is no table"
        raise InputError(f"the header has {len(heading.names):,} columns", how=how)
    return heading.names, ends[heading.last], heading.last + 1


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block with whether it is the last one."""
    waiting = next(blocks, None)
    while waiting is not None:
        following = next(blocks, None)
        yield waiting, following is None
        waiting = following


def _table_in_text(head: Head, signs: str) -> str | None:
    """Evidence that a file is a table in text: its first lines have as many fields as its header."""
    lines = [line for line in head.text.splitlines()[:_SAMPLE_LINES] if line.strip()]
    counts = {sign: [line.count(sign) for line in lines[:-1] or lines] for sign in signs}
    best = max(signs, key=lambda sign: min(counts[sign], default=0))
    if head.is_json or head.start[:1] in {b"<", b"%"} or not min(counts[best], default=0):
        return None
    return f"a table in text, its fields divided by {best!r}"


CSV = Format(unfolding(open_delimited), lambda head: _table_in_text(head, ",;|\t"))
TSV = Format(unfolding(open_delimited), lambda head: _table_in_text(head, "\t"))

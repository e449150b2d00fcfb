"""How a table in text is written: what divides its fields, and where its header is."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import BytesIO
from itertools import islice

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.header import HEADER_ROWS, find_heading
from tallyclerk.ingest.formats.text import TextKind

MAX_COLUMNS = 10_000
DELIMITERS = ",;\t|"
SAMPLE_LINES = 200
"""Lines at the start of a file that show how it is written."""
_HEAD_LINES = 2000
"""Lines that the first rows take up at most, the header and what is above it among them."""
_MOST_TITLES = 20
_HALF = 500 * 100
"""The score of a delimiter that explains half of the lines."""
_HINT = re.compile(r"^sep=(.)$")  # a line by which Excel is told the delimiter


def sample_lines(sample: bytes, kind: TextKind) -> list[str]:
    """The first lines of a file, as far as its header may be among them."""
    is_cr = kind.line_end == "CR"
    first = sample if is_cr else b"".join(islice(BytesIO(sample), _HEAD_LINES))
    text = first.decode("utf-8").lstrip("\ufeff").replace("\0", "")
    if is_cr:
        return text.replace("\n", " ").split("\r")
    return text.replace("\r\n", "\n").replace("\r", " ").split("\n")


def find_delimiter(sample: list[str]) -> str:
    """The delimiter that Excel is told, else the one that explains most of the first lines.

    It explains those that have as many fields under it as the header. There may be titles above the
    header: where the first line is not what most lines look like, the next one is taken for it.

    Raises:
        InputError: If two delimiters explain the file equally well.
    """
    if hint := _HINT.match(sample[0]):
        return hint[1]
    lines = [line for line in sample[:SAMPLE_LINES] if line.strip()]
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


def read_header(lines: list[str], delimiter: str, names: set[str]) -> tuple[list[str], int, int]:
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

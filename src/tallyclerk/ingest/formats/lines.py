"""Records out of lines: one line per record, whatever quotes and line breaks the fields hold.

Nearly all lines of an export are plain. They are told apart in bulk; only lines whose quotes do not
pair up, or whose fields do not add up, are looked at one by one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from tallyclerk.ingest.formats.text import MAX_LINE_BYTES

MAX_RECORD_LINES = 1000
csv.field_size_limit(MAX_LINE_BYTES)  # a field is part of a line, and lines are bounded already
_QUOTED = r'"[^"]*"'
_BAR = " | "
_BEGINS_DATED = re.compile(
    r"[\s\[(•*-]*(?:\d{4}[-/.年]\d{1,2}[-/.月]\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2})"
)
_ENDS_TIMED = re.compile(r"\d:\d{2}(?::\d{2})?\W{0,2}$")


@dataclass(frozen=True)
class Bad:
    """A line that is no record: its number among the records, the rule it broke, its fields."""

    place: int
    rule: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Records:
    """Lines that each hold one record with the right number of fields.

    Attributes:
        text: The lines as CSV, newline-ended.
        places: Number of each record, blank lines and bad ones counted; None = 0, 1, 2, ….
        bad: The lines that are no record.
        total: How many numbers were given out.
        rest: The start of a record that goes on in the next block.
    """

    text: bytes
    places: pl.Series | None
    bad: list[Bad]
    total: int
    rest: bytes = b""


def split_records(block: bytes, delimiter: str, width: int, *, is_last: bool) -> Records:
    """Find the records of a block of lines.

    Args:
        block: UTF-8 text, newline-ended.
        delimiter: One character.
        width: Fields of a record.
        is_last: Whether the file ends here, so that an open quote can only be a stray one.

    Returns:
        Records of exactly `width` fields, and the lines that are none.
    """
    if width > 1 and not block.strip():
        return Records(b"", pl.Series(dtype=pl.Int64), [], block.count(b"\n"))
    joined, rest, strays = _join_broken(block, delimiter, width, is_last=is_last)
    lines = _lines(joined)
    fits = _fields(lines, delimiter, has_quotes=b'"' in joined) == width
    if not strays and fits.all():
        return Records(joined, None, [], len(lines), rest)
    if strays:
        return _sift(lines, fits, strays, delimiter, width, rest)
    says = fits | (lines.str.strip_chars() != "")
    told, places = lines.filter(says), says.arg_true().cast(pl.Int64)
    if fits.filter(says).all():
        text = f"{told.str.join(chr(10))[0]}\n" if len(told) else ""
        return Records(text.encode(), places, [], len(lines), rest)
    known = Records(b"", places, [], len(lines), rest)
    return _sift(told, fits.filter(says), strays, delimiter, width, rest, known)


def reparse(records: Records, delimiter: str, width: int) -> Records:
    """The same records with every quoted line written afresh, for a reader stricter than `csv`."""
    lines = _lines(records.text)
    has_quotes = lines.str.contains('"', literal=True)
    return _sift(lines, ~has_quotes, set(), delimiter, width, records.rest, records)


def fields_of(line: str, delimiter: str) -> list[str]:
    """The fields of one line, as leniently as possible; a lone carriage return in one is a space."""
    return next(csv.reader([line.replace("\r", " ")], delimiter=delimiter), [])


def _sift(
    lines: pl.Series,
    fits: pl.Series,
    strays: set[int],
    delimiter: str,
    width: int,
    rest: bytes,
    earlier: Records | None = None,
) -> Records:
    """Keep the lines that fit, mend those that only look odd, set the others aside."""
    known = earlier.places.to_list() if earlier and earlier.places is not None else None
    mended: dict[int, str] = {}
    bad = list(earlier.bad) if earlier else []
    dropped: set[int] = set()
    for place in sorted(strays.union((~fits).arg_true())):
        line = lines[place]
        fields = fields_of(line, delimiter) if place not in strays else line.split(delimiter)
        if len(fields) == width and place not in strays:
            mended[place] = _written(fields, delimiter)
            continue
        dropped.add(place)
        if line.strip():
            rule = "quote" if place in strays else "fields"
            bad.append(Bad(known[place] if known else place, rule, tuple(fields)))
    texts = lines.to_list()
    kept = [place for place in range(len(texts)) if place not in dropped]
    text = "".join(f"{mended.get(place, texts[place])}\n" for place in kept).encode()
    numbers = [known[place] for place in kept] if known else kept
    total = earlier.total if earlier else len(lines)
    return Records(text, pl.Series(numbers, dtype=pl.Int64), bad, total, rest)


def _join_broken(
    block: bytes, delimiter: str, width: int, *, is_last: bool
) -> tuple[bytes, bytes, set[int]]:
    """Join the lines of records whose quoted fields hold line breaks (they become spaces, or bars).

    Returns:
        The block, what belongs to the next one, and the numbers of lines with a stray quote.
    """
    if b'"' not in block:
        return block, b"", set()
    lines = _lines(block)
    odd = (lines.str.count_matches('"', literal=True) % 2 == 1).arg_true().to_list()
    if not odd:
        return block, b"", set()
    texts = lines.to_list()
    out: list[str] = []
    strays: set[int] = set()
    done = 0
    for first, last in _regions(texts, odd, delimiter, width, is_last=is_last):
        out += texts[done:first]
        if last is None:
            return _block(out), "\n".join(texts[first:]).encode() + b"\n", strays
        if last < first:
            strays.add(len(out))
            out.append(texts[first])
            done = first + 1
        else:
            fields = fields_of(_one_line(texts[first : last + 1]), delimiter)
            out.append(_written(fields, delimiter))
            done = last + 1
    out += texts[done:]
    return _block(out), b"", strays


def _regions(
    texts: list[str], odd: list[int], delimiter: str, width: int, *, is_last: bool
) -> Iterator[tuple[int, int | None]]:
    """Where a record with odd quotes starts and ends.

    Yields:
        First and last line; the last is None if the record goes on in the next block, and before
        the first if the line has a stray quote and is no record.
    """
    at = 0
    while at < len(odd):
        first = odd[at]
        if _is_whole(texts[first], delimiter, width):
            yield first, first
        elif at + 1 < len(odd) and _closes(texts, first, odd[at + 1], delimiter, width):
            yield first, odd[at + 1]
            at += 1
        elif at + 1 == len(odd) and not is_last and len(texts) - first < MAX_RECORD_LINES:
            yield first, None
            return
        else:
            yield first, -1
        at += 1


def _one_line(lines: list[str]) -> str:
    """A record in one line; events that have a line each stay apart."""
    parts = lines[:1]
    for before, line in pairwise(lines):
        is_event = _BEGINS_DATED.match(line) or _ENDS_TIMED.search(before)
        parts += [_BAR if is_event else " ", line]
    return "".join(parts)


def _closes(texts: list[str], first: int, last: int, delimiter: str, width: int) -> bool:
    is_near = last - first < MAX_RECORD_LINES
    return is_near and _is_whole(" ".join(texts[first : last + 1]), delimiter, width)


def _is_whole(line: str, delimiter: str, width: int) -> bool:
    """Whether a text is one record: strictly quoted, with the right number of fields."""
    try:
        fields = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return False
    return len(fields) == width


def _fields(lines: pl.Series, delimiter: str, *, has_quotes: bool) -> pl.Series:
    """Fields of each line, delimiters inside quotes not counted."""
    bare = lines.str.replace_all(_QUOTED, "") if has_quotes else lines
    return bare.str.count_matches(delimiter, literal=True) + 1


def _lines(block: bytes) -> pl.Series:
    return pl.read_lines(block).to_series() if block else pl.Series(dtype=pl.String)


def _block(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _written(fields: list[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(fields)
    return out.getvalue()

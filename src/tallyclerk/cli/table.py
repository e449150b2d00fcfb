"""Plain tables: at most 100 columns, aligned by what a terminal shows, nothing cut without a mark.

Flexible columns give way and break their texts into lines.
"""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from tallyclerk.report.text import NBSP, clean

WIDEST, NARROWEST = 100, 40
GAP = "  "
_LEAST, _READABLE = 6, 18
_BREAKS = re.compile(r"(?<=[\s/>_:])")


@dataclass(frozen=True)
class Column:
    """A column: its heading, its side, and what becomes of it where space is short.

    A flexible one gives way; one that is not needed is left out.
    """

    heading: str
    right: bool = False
    flexible: bool = False
    needed: bool = True


@dataclass(frozen=True)
class Row:
    """Cells from the left; `rest` is text that takes the place of the cells not given."""

    cells: Sequence[str]
    rest: str = ""


def width() -> int:
    """Columns to use: those of the terminal, at most 100; 100 where there is none."""
    columns = shutil.get_terminal_size((WIDEST, 24)).columns if sys.stdout.isatty() else WIDEST
    return max(NARROWEST, min(columns, WIDEST))


def table(columns: Sequence[Column], rows: Iterable[Row | Sequence[str]], most: int = 0) -> str:
    """A table as text.

    Args:
        columns: From left to right.
        rows: Their cells.
        most: Columns of the terminal to use, default `width()`.

    Returns:
        A line for the headings (where there are any) and one per row, without spaces at the end.
    """
    room = most or width()
    taken = [_plain(row if isinstance(row, Row) else Row(row)) for row in rows]
    kept = _kept(columns, taken, room)
    columns = [columns[i] for i in kept]
    taken = [Row([r.cells[i] for i in kept if i < len(r.cells)], r.rest) for r in taken]
    sizes = _fitted(columns, _sizes(columns, taken), room)
    heading = Row([column.heading for column in columns])
    wanted = [heading, *taken] if any(heading.cells) else taken
    return "\n".join(_line(columns, sizes, row, room) for row in wanted)


def _sizes(columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    return [
        max([cells(column.heading), *(cells(r.cells[i]) for r in rows if i < len(r.cells))])
        for i, column in enumerate(columns)
    ]


def _kept(columns: Sequence[Column], rows: Sequence[Row], room: int) -> list[int]:
    """Places of the columns that are shown: the last ones not needed go first."""
    sizes = _sizes(columns, rows)
    least = [min(size, _READABLE) if columns[i].flexible else size for i, size in enumerate(sizes)]
    kept = list(range(len(columns)))
    for place in reversed(range(len(columns))):
        if sum(least[i] for i in kept) + len(GAP) * (len(kept) - 1) <= room:
            break
        if not columns[place].needed:
            kept.remove(place)
    return kept


def _plain(row: Row) -> Row:
    return Row([one_line(cell) for cell in row.cells], one_line(row.rest))


def one_line(text: str) -> str:
    """Text from anywhere as one line that cannot steer a terminal."""
    return clean(text).replace(NBSP, " ")


def _fitted(columns: Sequence[Column], sizes: list[int], most: int) -> list[int]:
    """Take what is too much from the widest flexible columns."""
    sizes = list(sizes)
    excess = sum(sizes) + len(GAP) * (len(sizes) - 1) - most
    while excess > 0:
        able = [i for i, c in enumerate(columns) if c.flexible and sizes[i] > _LEAST]
        if not able:
            break
        widest = max(able, key=lambda i: sizes[i])
        sizes[widest] -= 1
        excess -= 1
    return sizes


def _line(columns: Sequence[Column], sizes: Sequence[int], row: Row, most: int) -> str:
    """One row, of several lines where a flexible cell or the rest is longer than its place."""
    blocks = [
        wrapped(cell, sizes[i]) if columns[i].flexible else [shortened(cell, sizes[i])]
        for i, cell in enumerate(row.cells)
    ]
    taken = list(sizes[: len(blocks)])
    if row.rest:
        room = most - sum(taken) - len(GAP) * len(taken)
        blocks.append(wrapped(row.rest, max(_LEAST, room)))
        taken.append(max(cells(line) for line in blocks[-1]))
    sides = [*(column.right for column in columns[: len(row.cells)]), False]
    return "\n".join(
        GAP.join(aligned(part, taken[i], right=sides[i]) for i, part in enumerate(parts)).rstrip()
        for parts in zip_longest(*blocks, fillvalue="")
    )


def wrapped(text: str, size: int) -> list[str]:
    """Lines of at most so many cells, broken after spaces, slashes and the like; else cut."""
    lines = [""]
    for part in _BREAKS.split(text):
        if cells(lines[-1] + part.rstrip()) > size:
            lines.append("")
        lines[-1] += part if cells(part.rstrip()) <= size else shortened(part.rstrip(), size)
    kept = [line.strip() for line in lines]
    return [line for line in kept if line] or [""]


def aligned(text: str, size: int, *, right: bool = False) -> str:
    """Text of exactly so many cells, an ellipsis where it was cut."""
    text = shortened(text, size)
    space = " " * (size - cells(text))
    return space + text if right else text + space


def shortened(text: str, size: int) -> str:
    """Text of at most so many cells, an ellipsis where it was cut."""
    if cells(text) <= size:
        return text
    kept = ""
    for char in text:
        if cells(kept + char) > size - 1:
            break
        kept += char
    return kept.rstrip() + "…"


@lru_cache(maxsize=2**14)
def cells(text: str) -> int:
    """Cells of a terminal that a text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )

"""Tables in markup: the page or the XML of 2003 that portals and ERPs save as .xls, and OpenDocument.

A page has as many sheets as it has tables of more than one row. What the tags say beside rows and cells
is passed over, so that no damage to a page is an error; nothing outside of the file is ever fetched.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.text import detect_text

MAX_BYTES = 64 * 2**20
MAX_COLUMNS = 10_000
MAX_CELLS = 25_000_000
MAX_ROWS = 2**20
_TABLE = re.compile(r"<(?:\w+:)?(?:table|worksheet)\b", re.IGNORECASE)
_ROW = re.compile(r"<(?:\w+:)?(?:tr|row)\b", re.IGNORECASE)
# Possessive, so that no text takes more than one look at each of its characters.
_TOKEN = re.compile(r"<(/?)(?:\w++:)?([A-Za-z][\w-]*+)([^<>]*+)>|[^<]++|<")
_ATTRIBUTE = re.compile(r"""([\w-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
_TAG_CHARACTERS = 4096  # more than the tag of a cell has
_TABLES = {"table", "worksheet"}
_ROWS = {"tr", "row", "table-row"}
_CELLS = {"td", "th", "cell", "table-cell", "covered-table-cell"}
_BREAKS = {"br", "p", "div", "li"}
_UNSEEN = {"script", "style", "annotation"}
_NUMBER = re.compile(r"^[+-]?\d{1,15}(?:\.\d+)?$")


@dataclass(frozen=True)
class MarkupSheet:
    """A table: its name and its rows."""

    name: str
    rows: list[list[Any]]

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.rows)

    def iter_rows(self) -> Iterator[Sequence[Any]]:
        """Its rows, all of the same width."""
        width = max(map(len, self.rows), default=0)
        return (row + [""] * (width - len(row)) for row in self.rows)


def looks_like_tables(text: str) -> bool:
    """Whether the start of a file is markup that holds a table of more than one row."""
    is_markup = text.lstrip("\ufeff \t\r\n").startswith("<")
    return is_markup and bool(_TABLE.search(text)) and len(_ROW.findall(text)) > 1


def read_markup(path: Path) -> str:
    """The text of a page.

    Raises:
        InputError: It is too large to be a table.
    """
    if path.stat().st_size > MAX_BYTES:
        raise InputError("the page is too large to be a table", how="export it as CSV")
    kind, _ = detect_text(path, None)
    return path.read_bytes().decode(kind.encoding, "replace").replace("\0", "")


def sheets_in(text: str) -> list[MarkupSheet]:
    """The tables of more than one row.

    Raises:
        InputError: A table is too large.
    """
    builder = _Builder()
    unseen: str | None = None
    for token in _TOKEN.finditer(_without_comments(text)):
        name, is_end = (token[2] or "").casefold(), bool(token[1])
        if unseen or name in _UNSEEN:
            unseen = None if is_end and name == unseen else unseen or name
        elif name:
            builder.tag(name, token[3], is_end=is_end)
        else:
            builder.text(token[0])
    builder.end_table()
    return builder.sheets


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return " ".join([first, *(part.partition("-->")[2] for part in others)])


class _Builder:
    """Rows of cells out of tags and texts; a table inside a cell is a table of its own."""

    def __init__(self) -> None:
        self.sheets: list[MarkupSheet] = []
        self._sheet = self._name = ""
        self._rows: list[list[Any]] = []
        self._row: list[Any] = []
        self._place = self._column = self._times = self._width = 0
        self._cell: list[str] | None = None
        self._said: dict[str, str] = {}
        self._below: dict[int, tuple[int, Any]] = {}

    def tag(self, name: str, said: str, *, is_end: bool) -> None:
        """Take a tag, with what it says."""
        if name in _TABLES:
            self.end_table()
            title = "" if is_end else _attributes(said).get("name", "")
            self._sheet = title if name == "worksheet" else self._sheet
            self._name = title or self._sheet
        elif name in _ROWS:
            self._end_row()
            if not is_end:
                self._start_row(_attributes(said))
        elif name in _CELLS:
            self._end_cell()
            if not is_end:
                self._start_cell(_attributes(said))
                if said.endswith("/"):
                    self._end_cell()
        elif name == "data" and not is_end:
            self._said |= _attributes(said)
        elif name in _BREAKS and self._cell is not None:
            self._cell.append(" ")

    def text(self, text: str) -> None:
        """Take a text between tags."""
        if self._cell is not None:
            self._cell.append(html.unescape(text))

    def end_table(self) -> None:
        """Keep the table so far, if it is one."""
        self._end_row()
        if len(self._rows) > 1:
            name = self._name or f"table {len(self.sheets) + 1}"
            self.sheets.append(MarkupSheet(name, self._rows))
        self._rows, self._below, self._place, self._width = [], {}, 0, 0

    def _start_row(self, said: dict[str, str]) -> None:
        self._place = max(self._place, _count(said, "index", 1) - 1)
        self._times = _count(said, "number-rows-repeated", 1)

    def _end_row(self) -> None:
        """Put the row below those so far; what is empty counts only where something follows."""
        self._end_cell()
        if self._row:
            gap, times = self._place - len(self._rows), self._times or 1
            self._width = max(self._width, len(self._row))
            rows = self._place + times
            if rows > MAX_ROWS or rows * self._width > MAX_CELLS:
                what = f"a table of the file reaches over {rows:,} rows"
                raise InputError(what, how="export it as CSV")
            self._rows += [[] for _ in range(gap)]
            self._rows += [list(self._row) for _ in range(times)]
        self._place += self._times
        self._row, self._column, self._times = [], 0, 0

    def _start_cell(self, said: dict[str, str]) -> None:
        self._times = self._times or 1
        while (above := self._below.pop(self._column, None)) is not None:
            left, value = above
            if left > 1:
                self._below[self._column] = (left - 1, value)
            self._put(value)
        self._column = max(self._column, _count(said, "index", 1) - 1)
        self._cell, self._said = [], said

    def _end_cell(self) -> None:
        """Put the cell into its row, and remember it for the rows below that it spans."""
        if self._cell is None:
            return
        value = _value(" ".join("".join(self._cell).split()), self._said)
        place, self._cell = self._column, None
        self._put(value, _count(self._said, "number-columns-repeated", 1))
        self._column += _count(self._said, "colspan", 1) - 1 + _count(self._said, "mergeacross", 0)
        rows = _count(self._said, "rowspan", 1) - 1
        if rows > 0:
            self._below[place] = (rows, value)

    def _put(self, value: Any, times: int = 1) -> None:
        if value != "":
            if self._column + times > MAX_COLUMNS:
                what = f"a table of the file reaches over {self._column + times:,} columns"
                raise InputError(what, how="export it as CSV")
            self._row += [""] * (self._column - len(self._row)) + [value] * times
        self._column += times


def _value(text: str, said: dict[str, str]) -> Any:
    """What a cell holds: its number or its time, where it says so, else its text."""
    kind = (said.get("value-type") or said.get("type") or "").casefold()
    told = said.get("date-value") or said.get("value") or text
    if kind in {"number", "float", "currency", "percentage"} and _NUMBER.match(told):
        return float(told)
    if kind in {"date", "datetime"}:
        try:
            at = dt.datetime.fromisoformat(told)
        except ValueError:
            return text
        is_date = len(told) == len("2026-01-01")
        return at.date() if is_date else at.replace(tzinfo=None) if at.tzinfo is None else told
    return text


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(text[:_TAG_CHARACTERS])
    return {a[1].casefold(): html.unescape(a[2] or a[3] or a[4] or "") for a in found}


def _count(said: dict[str, str], name: str, default: int) -> int:
    text = said.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default  # noqa: PLR2004

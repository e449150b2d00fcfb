"""Old Excel workbooks (.xls, BIFF), read cell by cell: what is in the file bounds what it takes.

The reader of .xlsx knows them too, but ends the whole process over some damaged ones.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlrd
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as OldSheet

from tallyclerk.errors import InputError

MARK = b"\xd0\xcf\x11\xe0"
_SECTOR, _ENTRY, _SIZE_AT, _FOLDER_AT = 512, 128, 30, 48
_HALF = dt.timedelta(seconds=0.5)
_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))


@dataclass(frozen=True)
class OldBookSheet:
    """A sheet of an old workbook."""

    _sheet: OldSheet
    _mode: int

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self._sheet.name)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self._sheet.nrows)

    def iter_rows(self) -> Iterator[Sequence[Any]]:
        """Its rows, all of the same width."""
        width = self._sheet.ncols
        for number in range(self._sheet.nrows):
            row = [_value(cell, self._mode) for cell in self._sheet.row(number)]
            yield row + [""] * (width - len(row))


def is_old_excel(path: Path) -> bool:
    """Whether an old Office file has the stream of a workbook, where its folder begins."""
    with path.open("rb") as file:
        head = file.read(_SECTOR)
        if not head.startswith(MARK) or len(head) < _SECTOR:
            return False
        size = 1 << min(int.from_bytes(head[_SIZE_AT : _SIZE_AT + 2], "little"), 16)
        first = int.from_bytes(head[_FOLDER_AT : _FOLDER_AT + 4], "little")
        file.seek((first + 1) * size)
        folder = file.read(max(size, 4 * _ENTRY))
    return any(folder[at:].startswith(_STREAMS) for at in range(0, len(folder), _ENTRY))


def old_sheets(path: Path) -> tuple[list[str], list[OldBookSheet]]:
    """The names of all sheets, and the sheets that are shown.

    Raises:
        InputError: The workbook is damaged, or has a password.
    """
    try:
        book = xlrd.open_workbook(path, logfile=io.StringIO(), ragged_rows=True)
    except Exception as error:  # a damaged file breaks its reader anywhere
        what = f"the workbook cannot be read ({str(error) or type(error).__name__})"
        how = "open it in Excel and save it again, without a password"
        raise InputError(what, how=how) from error
    shown = [OldBookSheet(s, book.datemode) for s in book.sheets() if not s.visibility]
    return book.sheet_names(), shown


def _value(cell: Cell, mode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            at = xlrd.xldate_as_datetime(cell.value, mode)
        except (ValueError, OverflowError):
            return cell.value
        return at.time() if cell.value < 1 else (at + _HALF).replace(microsecond=0)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#ERR")
    return cell.value if cell.ctype in {xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER} else ""

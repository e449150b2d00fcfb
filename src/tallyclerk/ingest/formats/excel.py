"""Workbooks: .xlsx, the old .xls, .ods, and the page or XML that portals save under the name .xls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import python_calamine

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.archives import (
    check_parts,
    check_reach,
    is_open_document,
    is_workbook,
    open_document,
)
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.header import (
    Heading,
    find_heading,
    found_names,
    given_heading,
    mapped_names,
)
from tallyclerk.ingest.formats.markup import (
    MAX_BYTES,
    looks_like_tables,
    read_markup,
    sheets_in,
)
from tallyclerk.ingest.formats.old_excel import MARK, is_old_excel, old_sheets
from tallyclerk.ingest.formats.sheet import Sheet, SheetReader, top_of
from tallyclerk.ingest.formats.unfolded import unfolding

_HOW = "open it in Excel and save it again, without a password"


@dataclass(frozen=True)
class Book:
    """A workbook: the names of its sheets, and how to get those that are shown, one by one."""

    names: list[str]
    shown: list[str]
    sheet: Callable[[str], Sheet]


def open_excel(path: Path, source: Source) -> SheetReader:
    """Open a workbook.

    Raises:
        InputError: If it is none, is too large unpacked, or does not say which sheet is meant.
    """
    with _readable(path) as book:
        sheet = _chosen(book, source)
        return SheetReader(sheet, _heading(sheet, source), source.decimal)


def sheets_of(path: Path) -> list[str]:
    """The visible sheets of a workbook that hold more than one row.

    Raises:
        InputError: If it cannot be read, or is too large unpacked.
    """
    with _readable(path) as book:
        return [sheet.name for sheet in _filled(book)]


@contextmanager
def _readable(path: Path) -> Iterator[Book]:
    """A workbook that is safe to read; what the library cannot make of it is said in our words."""
    check_container(path, binary=True, is_workbook=True)
    with path.open("rb") as file:
        start = file.read(len(MARK))
    if start == MARK:
        names, shown = old_sheets(path)
        yield _listed(names, shown)
    elif not start.startswith(b"PK"):
        yield _of_markup(read_markup(path))
    else:
        check_parts(path)
        if is_open_document(path):
            yield _of_markup(open_document(path, MAX_BYTES))
            return
        try:
            yield _of_parts(python_calamine.load_workbook(path), path)
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            what = f"the workbook cannot be read ({str(error) or type(error).__name__})"
            raise InputError(what, how=_HOW) from error


def _of_parts(book: python_calamine.CalamineWorkbook, path: Path) -> Book:
    def sheet(name: str) -> Sheet:
        check_reach(path, name)
        return book.get_sheet_by_name(name)

    is_shown = python_calamine.SheetVisibleEnum.Visible
    shown = [meta.name for meta in book.sheets_metadata if meta.visible == is_shown]
    return Book(book.sheet_names, shown, sheet)


def _of_markup(text: str) -> Book:
    """The tables of a page.

    Raises:
        InputError: There is none.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        how = "check `format`; an .xlsb file has to be saved as .xlsx"
        raise InputError("the file is not a workbook (.xlsx, .xls, .ods)", how=how)
    sheets = sheets_in(text)
    if not sheets:
        what = (
            "the file is a web page or XML without a table (often a log-in page saved by mistake)"
        )
        raise InputError(what, how="export it again as CSV")
    return _listed([sheet.name for sheet in sheets], sheets)


def _listed(names: list[str], shown: Sequence[Sheet]) -> Book:
    by_name = {sheet.name: sheet for sheet in reversed(shown)}
    return Book(
        names, [name for name in dict.fromkeys(names) if name in by_name], by_name.__getitem__
    )


def _filled(book: Book) -> list[Sheet]:
    return [sheet for name in book.shown if (sheet := book.sheet(name)).height > 1]


def _chosen(book: Book, source: Source) -> Sheet:
    """The sheet that is declared, else the only visible one that holds anything.

    Raises:
        InputError: If there is no such sheet, or more than one.
    """
    if source.sheet is not None:
        return book.sheet(_declared(book, source.sheet))
    filled = _filled(book)
    wanted = mapped_names(source)
    if len(filled) > 1 and wanted:
        fits = [sheet for sheet in filled if found_names(top_of(sheet), wanted) == len(wanted)]
        filled = fits or filled
    if len(filled) != 1:
        names = [sheet.name for sheet in filled] or book.names
        how = f"declare sheet = one of {', '.join(map(repr, names))}"
        what = "several sheets hold data" if filled else "no visible sheet holds a table"
        raise InputError(f"{what}, and the source does not say which is meant", how=how)
    return filled[0]


def _declared(book: Book, wanted: str | int) -> str:
    """The name of the sheet that the source names, or numbers from 1."""
    names = book.names
    if isinstance(wanted, int) and wanted <= len(names):
        return names[wanted - 1]
    if wanted not in names:
        how = f"its sheets are: {', '.join(names)}"
        raise InputError(f"the workbook has no sheet {wanted!r}", how=how)
    return str(wanted)


def _heading(sheet: Sheet, source: Source) -> Heading:
    """The names of the columns.

    Raises:
        InputError: If no row has any.
    """
    if source.header:
        return given_heading(source.header)
    heading = find_heading(top_of(sheet), mapped_names(source))
    if heading is None:
        how = "name the columns in a first row"
        raise InputError("no row of the sheet looks like a header", how=how)
    return heading


def _evidence(head: Head) -> str | None:
    """By what a file is told to be a workbook."""
    if head.start.startswith(b"PK") and is_workbook(head.path):
        return "an archive with the parts of a workbook"
    if is_old_excel(head.path):
        return "an old Excel workbook"
    return "markup with a table" if looks_like_tables(head.text) else None


EXCEL = Format(unfolding(open_excel), _evidence)

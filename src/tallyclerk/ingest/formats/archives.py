"""The parts of a workbook (.xlsx, .ods): what they unpack to and how far its cells reach.

Such a workbook is a zip archive of XML. Sheets of an .xlsx are read as dense tables, so that one cell
in the last column of the last row would take all memory: both bounds are checked on the packed parts
first.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tallyclerk.errors import InputError
from tallyclerk.ingest.zipped import FREE_BYTES, MAX_RATIO, unpacked

MAX_COLUMNS = 10_000
MAX_CELLS = 25_000_000
_BLOCK = 2**20
_MIME_TYPE = 100  # characters
_SHEETS = "xl/worksheets/"
_EXCEL = "xl/workbook.xml"
OPEN_DOCUMENT = "content.xml"
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>/]*>')
_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_DAMAGES = (
    *(OSError, ValueError, RuntimeError, NotImplementedError, EOFError),
    *(zipfile.BadZipFile, zlib.error),
)
_CELL_CHARACTERS = 4096  # more than the tag of a cell has
_HOW = "save only the sheet with the data, as a workbook of its own or as CSV UTF-8"


def check_parts(path: Path) -> None:
    """Refuse an archive that is no workbook, or unpacks to far more than one would.

    Raises:
        InputError: With what it is instead, and how to mend it.
    """
    allowed = max(FREE_BYTES, MAX_RATIO * path.stat().st_size)
    with _opened(path) as archive:
        if not is_workbook(path):
            how = "check `format`; an .xlsb file has to be saved as .xlsx"
            raise InputError("the file is not a workbook (.xlsx, .ods)", how=how)
        for info in archive.infolist():
            for block in unpacked(path, info):
                allowed -= len(block)
                if allowed < 0:
                    what = f"the workbook unpacks to more than {MAX_RATIO} times its size"
                    raise InputError(what, how=_HOW)


def check_reach(path: Path, sheet: str) -> None:
    """Refuse a sheet whose cells reach too far.

    Raises:
        InputError: If it has too many columns, or too many cells in all.
    """
    with _opened(path) as archive:
        parts = _parts(archive)
        named = [parts[sheet]] if sheet in parts else sorted(parts.values())
        infos = [info for info in archive.infolist() if info.filename in named]
    columns = rows = 0
    for info in infos:
        rest = b""
        for block in unpacked(path, info):
            text = rest + block
            found = _CELL.findall(text)
            columns = max([columns, *(_number(letters) for letters in {f[0] for f in found})])
            rows = max([rows, *(int(row) for row in {f[1] for f in found})])
            rest = text[-_CELL_CHARACTERS:]
    if columns > MAX_COLUMNS or columns * rows > MAX_CELLS:
        what = f"the sheet {sheet!r} reaches over {columns:,} columns and {rows:,} rows"
        raise InputError(what, how=_HOW)


def is_workbook(path: Path) -> bool:
    """Whether a file is an archive with the parts of a workbook."""
    return bool(_names(path) & {_EXCEL}) or is_open_document(path)


def is_open_document(path: Path) -> bool:
    """Whether a file is an archive with the parts of an OpenDocument spreadsheet (.ods)."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as part:
            return b"opendocument.spreadsheet" in part.read(_MIME_TYPE)
    except (KeyError, *_DAMAGES):
        return False


def open_document(path: Path, most: int) -> str:
    """The content of an .ods.

    Raises:
        InputError: It has no content, or more than a table would have.
    """
    with _opened(path) as archive:
        infos = [info for info in archive.infolist() if info.filename == OPEN_DOCUMENT]
        content = bytearray()
        for info in infos:
            for block in unpacked(path, info):
                content += block
                if len(content) > most:
                    raise InputError("the workbook is too large", how=_HOW)
    return content.decode("utf-8", "replace")


def _names(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except _DAMAGES:
        return set()


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        what = f"the file is not a workbook ({error})"
        raise InputError(what, how="check `format`, or save it again") from error


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name; all sheets under "" if nothing says."""
    try:
        book = archive.read("xl/workbook.xml")[: 16 * _BLOCK].decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels")[: 16 * _BLOCK].decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        book = links = ""
    targets = {
        tag.get("Id", ""): str(PurePosixPath("xl") / tag.get("Target", "").removeprefix("/xl/"))
        for kind, tag in _tags(links)
        if kind == "Relationship"
    }
    found = {
        html.unescape(tag.get("name", "")): targets.get(tag.get("r:id", ""), "")
        for kind, tag in _tags(book)
        if kind == "sheet"
    }
    every = {name: name for name in archive.namelist() if name.startswith(_SHEETS)}
    return found if found and set(found.values()) <= set(archive.namelist()) else every


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for kind, attributes in _TAG.findall(text):
        yield kind, dict(_ATTRIBUTE.findall(attributes))


def _number(letters: bytes) -> int:
    """The number of a column by its letters: A = 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number

"""The bytes of a file: plain, .gz or .zst, streamed, with a bound on what they may unpack to."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

from tallyclerk.errors import InputError
from tallyclerk.ingest.zipped import FREE_BYTES, MAX_RATIO
from tallyclerk.ingest.zipped import SUFFIX as ARCHIVE

BLOCK_BYTES = 32 * 2**20

_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
_ASK = "ask the partner for the data as CSV"
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (
        _OLD,
        "an old Office document",
        f'declare format = "excel" if it is a workbook (.xls), else {_ASK}',
    ),
    (b"%PDF", "a PDF document", _ASK),
    (b"{\\rtf", "a text document (RTF)", _ASK),
    (b"\x89PNG", "a picture (PNG)", _ASK),
    (b"\xff\xd8\xff", "a picture (JPEG)", _ASK),
    (b"GIF8", "a picture (GIF)", _ASK),
    (b"II*\0", "a picture (TIFF)", _ASK),
    (b"MM\0*", "a picture (TIFF)", _ASK),
    (b"SQLite format 3\0", "a database (SQLite)", "export its table as CSV UTF-8"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"BZh", "bzip2-compressed", "unpack it, or compress it as .gz or .zst"),
    (b"\xfd7zXZ\x00", "xz-compressed", "unpack it, or compress it as .gz or .zst"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"),
)
_TAR = slice(257, 262), b"ustar"
_ZIPPED: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.xml", "an Excel workbook", 'declare format = "excel"'),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "save it as .xlsx"),
    ("word/document.xml", "a Word document", _ASK),
    ("ppt/presentation.xml", "a presentation", _ASK),
    ("content.xml", "an OpenDocument file", 'declare format = "excel" if it is a spreadsheet'),
)
"""What a zip archive is by a part of it; none of them: an archive and nothing else."""
_PACKED = {
    ".gz": (b"\x1f\x8b", "gzip"),
    ".zst": (b"\x28\xb5\x2f\xfd", "zstd"),
}


def check_container(path: Path, *, binary: bool = False, is_workbook: bool = False) -> None:
    """Refuse a file that is not what its name says.

    Args:
        path: The file.
        binary: Whether its own format is binary (Parquet), so that only text checks are left out.
        is_workbook: Whether a zip archive is what is wanted.

    Raises:
        InputError: With what the file is instead, and how to mend it.
    """
    with path.open("rb") as file:
        head = file.read(512)
    for suffix, (magic, name) in _PACKED.items():
        if head.startswith(magic) and path.suffix.lower() != suffix:
            how = f"name it {path.name}{suffix}"
            raise InputError(f"the file is {name}-compressed but not named so", how=how)
        if path.suffix.lower() == suffix and head and not head.startswith(magic):
            raise InputError(f"the file is named {suffix} but is not {name}", how="rename it")
    for magic, what, how in _FOREIGN:
        if head.startswith(magic) and not (is_workbook and magic == _OLD):
            raise InputError(f"the file is {what}", how=how)
    if head.startswith(_ZIP) and not is_workbook:
        what, how = _zipped(path)
        raise InputError(f"the file is {what}", how=how)
    place, sign = _TAR
    if head[place] == sign:
        raise InputError("the file is a tar archive", how="unpack it")
    if not binary:
        _check_markup(head.removeprefix(b"\xef\xbb\xbf").lstrip().lower())


def _check_markup(start: bytes) -> None:
    """Refuse pages and XML, which no reader of a table in text can read."""
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise InputError(
            "the file is a web page, not a table (often a log-in page saved by mistake)",
            how='export it again as CSV, or declare format = "excel" if a table is in it',
        )
    if start.startswith(b"<?xml"):
        raise InputError(
            "the file is XML",
            how='declare format = "xml", and records = the path to the elements that are rows',
        )


def _zipped(path: Path) -> tuple[str, str]:
    """What a zip archive is, and how to mend it."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return "a zip archive, and damaged", "copy it again"
    known = ((what, how) for part, what, how in _ZIPPED if part in parts)
    is_within = path.suffix.lower() == ARCHIVE
    how = "it lies in another one: unpack it" if is_within else f"name it {path.name}{ARCHIVE}"
    return next(known, ("a zip archive", how))


def byte_blocks(path: Path, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Stream the unpacked bytes of a file in blocks of at most `size`.

    Raises:
        InputError: If the packing is damaged, or unpacks to far more than any export would.
    """
    packed = path.suffix.lower() in _PACKED
    allowed = max(FREE_BYTES, MAX_RATIO * path.stat().st_size)
    total = 0
    with _opened(path) as file:
        while block := _read(file, size):
            total += len(block)
            if packed and total > allowed:
                raise InputError(
                    f"the file unpacks to more than {MAX_RATIO} times its size",
                    how="check where it comes from; if it is right, unpack it yourself",
                )
            yield block


def _read(file: IO[bytes], size: int) -> bytes:
    try:
        return file.read(size)
    except (gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise InputError(
            f"the compressed file is damaged ({error})", how="copy it again"
        ) from error
    except OSError as error:
        raise InputError(f"the file cannot be read ({error})", how="check the disk") from error
    except Exception as error:  # the zstd binding has an exception class of its own
        if type(error).__name__ == "ZstdError":
            what = f"the compressed file is damaged ({error})"
            raise InputError(what, how="copy it again") from error
        raise


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        with gzip.open(path, "rb") as packed:
            yield packed  # type: ignore[misc]
    elif suffix == ".zst":
        with _open_zstd(path) as packed:
            yield packed
    else:
        with path.open("rb") as file:
            yield file


def _open_zstd(path: Path) -> IO[bytes]:
    try:
        # Part of Python from 3.14 on, a package of the same interface before.
        is_builtin = sys.version_info >= (3, 14)
        zstd = import_module("compression.zstd" if is_builtin else "backports.zstd")
    except ImportError as error:
        how = "install backports.zstd, or compress the file as .gz"
        raise InputError("this installation cannot read .zst files", how=how) from error
    return io.BufferedReader(zstd.open(path, "rb"))

"""Zip archives of exports, which count as folders: `acme.zip/2026-03.csv` is a file within one.

Nothing is unpacked where the archive lies: a file is read from a temporary copy of its own, and only
as far as an archive of such a size would unpack to.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath

from tallyclerk.errors import InputError

FREE_BYTES = 256 * 2**20
MAX_RATIO = 250
"""Whatever is packed may unpack to so many bytes, or to so many times its size."""
MAX_FILES = 10_000
SUFFIX = ".zip"

_MAGIC = b"PK"
_BLOCK = 2**20
_LOCAL_HEADER = 30
_OFFICE = {"[Content_Types].xml", "mimetype"}
"""Parts of a document that is a zip archive itself."""
_LEFT_OUT = {"__MACOSX", "Thumbs.db", "desktop.ini"}
"""What systems add to archives."""
_PACKED_BY = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAMAGES = (OSError, ValueError, NotImplementedError, zipfile.BadZipFile)
_HOW = "unpack it, or pack it again as an ordinary zip archive"


def is_archive(path: Path) -> bool:
    """Whether a path is a zip archive, and no document that is packed as one."""
    if path.suffix.lower() != SUFFIX or not path.is_file():
        return False
    stat = path.stat()
    return _is_plain(path, stat.st_size, stat.st_mtime_ns)


def files_in(archive: Path) -> list[Path]:
    """The files in an archive, sorted; the archive itself where `on_disk` tells what is wrong."""
    try:
        return [archive / name for name in _contents(archive)]
    except (InputError, OSError):
        return [archive]


def is_within(path: Path) -> bool:
    """Whether a path or pattern names files within archives."""
    return any(part.lower().endswith(SUFFIX) for part in path.parts[:-1])


def matched(pattern: Path) -> Iterator[Path]:
    """The files in archives that a pattern names, one of whose parts is (a pattern of) archives."""
    parts = pattern.parts
    for place, part in enumerate(parts[:-1], start=1):
        if not part.lower().endswith(SUFFIX):
            continue
        folder, wanted = Path(*parts[: place - 1]), parts[place:]
        for archive in _archives(folder, part):
            for file in files_in(archive):
                within = file.parts[len(archive.parts) :]
                if file == archive or _fits(within, wanted):
                    yield file
        return


def archive_of(path: Path) -> Path | None:
    """The archive that a file is in; None for one that lies in a folder."""
    is_maybe = is_within(path)
    return (
        next((folder for folder in path.parents if is_archive(folder)), None) if is_maybe else None
    )


def size_of(path: Path) -> int:
    """Bytes of a file, in an archive or not."""
    archive = archive_of(path)
    if archive is None:
        return path.stat().st_size
    return _contents(archive)[path.relative_to(archive).as_posix()].file_size


@contextmanager
def on_disk(path: Path) -> Iterator[Path]:
    """A file as one that can be opened: itself, or a copy of what an archive holds.

    Raises:
        InputError: If the archive is damaged, locked, or unpacks to far more than exports would.
    """
    if is_archive(path):
        _contents(path)
        raise InputError("the file is a zip archive", how="unpack it")
    archive = archive_of(path)
    if archive is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="tallyclerk-") as folder:
        copy = Path(folder) / path.name
        with copy.open("wb") as file:
            for block in blocks_of(path, archive):
                file.write(block)
        yield copy


def blocks_of(path: Path, archive: Path) -> Iterator[bytes]:
    """The bytes of a file in an archive, as many as the archive says and no more.

    Raises:
        InputError: If it is not what the archive says.
    """
    info = _contents(archive)[path.relative_to(archive).as_posix()]
    left, check = info.file_size, 0
    for block in unpacked(archive, info):
        left, check = left - len(block), zlib.crc32(block, check)
        if left < 0:
            break
        yield block
    if left or check != info.CRC:
        raise _damaged("a file in it is not what it says")


def unpacked(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part of an archive unpacks to in truth, whatever size the archive states for it.

    Raises:
        InputError: If it is damaged.
    """
    with path.open("rb") as file:
        file.seek(info.header_offset)
        head = file.read(_LOCAL_HEADER)
        file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
        left = info.compress_size
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        while left > 0 and (packed := file.read(min(_BLOCK, left))):
            left -= len(packed)
            if info.compress_type == zipfile.ZIP_STORED:
                yield packed
                continue
            try:
                while packed:
                    yield inflate.decompress(packed, _BLOCK)
                    packed = inflate.unconsumed_tail
            except zlib.error as error:
                raise _damaged(error) from error


def _archives(folder: Path, pattern: str) -> list[Path]:
    """The archives in a folder, which may be a pattern itself, with such a name."""
    exact = folder / pattern
    if is_archive(exact):
        return [exact]
    return sorted(found for found in matching(exact) if is_archive(found))


def matching(pattern: Path) -> Iterator[Path]:
    """What a pattern names; the folders that are there are those meant, whatever signs they hold."""
    folder = next(place for place in pattern.parents if place.is_dir())
    return folder.glob(pattern.relative_to(folder).as_posix())


def _fits(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a path has the parts that a pattern wants, as a glob understands it."""
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(_fits(parts[skipped:], wanted[1:]) for skipped in range(len(parts) + 1))
    is_next = bool(parts) and (parts[0] == wanted[0] or fnmatchcase(parts[0], wanted[0]))
    return is_next and _fits(parts[1:], wanted[1:])


def _contents(archive: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by their path in it, sorted; without hidden ones.

    Raises:
        InputError: If it cannot be read, or not without doubt.
    """
    stat = archive.stat()
    return _listed(archive, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _is_plain(path: Path, _size: int, _changed: int) -> bool:
    """Whether a file begins as a zip archive, and has not the parts of a document."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return False
    try:
        with zipfile.ZipFile(path) as opened:
            return not _OFFICE & set(opened.namelist())
    except _DAMAGES:
        return True


@lru_cache(maxsize=8)
def _listed(archive: Path, size: int, _changed: int) -> dict[str, zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = [(_name(info), info) for info in opened.infolist() if not info.is_dir()]
    except _DAMAGES as error:
        raise _damaged(error) from error
    wanted = [(name, info) for name, info in infos if name]
    found = dict(sorted(wanted, key=lambda pair: pair[0]))
    if not found:
        raise InputError("the zip archive holds no file", how="export it again, or remove it")
    if len(found) < len(wanted):
        raise InputError("the zip archive holds two files of one name", how=_HOW)
    if len(found) > MAX_FILES:
        raise InputError(f"the zip archive holds {len(found):,} files", how="unpack it")
    if any(info.flag_bits & 1 for info in found.values()):
        raise InputError("the zip archive is locked by a password", how="unpack it")
    if not {info.compress_type for info in found.values()} <= _PACKED_BY:
        raise InputError("the zip archive is packed in a way that is not read", how=_HOW)
    if sum(info.file_size for info in found.values()) > max(FREE_BYTES, MAX_RATIO * size):
        what = f"the zip archive unpacks to more than {MAX_RATIO} times its size"
        how = "check where it comes from; if it is right, unpack it yourself"
        raise InputError(what, how=how)
    return found


def _name(info: zipfile.ZipInfo) -> str:
    """The path of a file within its archive; empty for what is hidden or out of it."""
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    is_left_out = any(part.startswith((".", "/")) or part in _LEFT_OUT for part in parts)
    return "" if is_left_out else "/".join(parts)


def _damaged(error: object) -> InputError:
    return InputError(f"the archive is damaged ({error})", how="copy it again, or save it again")

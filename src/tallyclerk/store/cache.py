"""Derived tables kept beside the ledger: each can be thrown away, and is made anew where it is damaged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from tallyclerk.errors import InputError
from tallyclerk.store.drafts import DRAFT, taking_place
from tallyclerk.store.frames import rows_of

FOLDER = "cache"
ROWS_OF_GROUP = 2**15
"""Rows that are read or passed over together: who asks for two partners of a sorted table reads
little more than theirs."""
PART = "part"
"""What a part goes by in a table that has no other names."""
APART = "settled"
"""Where rows of a table lie that are as they were in the one before: files of each name and month."""
SEAL = "sealed.json"
_LOCK = ".lock"
_digests: dict[tuple[int, ...], str] = {}
"""Of files as they were when this process read them."""


def part_path(folder: Path, name: str, number: int) -> Path:
    """Where the part of some number lies in the folder of a table."""
    return folder / f"{name}-{number:05d}.parquet"


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """Derive tables of a store while no other process does: it waits, and finds them made.

    Who derives may ask again, by whatever name the store goes.
    """
    from filelock import FileLock  # noqa: PLC0415 - who finds all that is asked for does not wait for it

    folder = (store / FOLDER).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / _LOCK, is_singleton=True):
        yield


def is_whole(folder: Path) -> bool:
    """Whether the files of a table are those that were written, to the last bit."""
    with suppress(OSError, ValueError):
        return bool(json.loads((folder / SEAL).read_text(encoding="utf-8")) == _written(folder))
    return False


def _written(folder: Path) -> dict[str, str]:
    """Digests of the files in a folder, by their place in it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SEAL)
    return {path.relative_to(folder).as_posix(): _digest(path) for path in paths}


def _digest(path: Path) -> str:
    """Digest of a file, read once as long as it is the same."""
    told = path.stat()
    known = (told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns)
    if known not in _digests:
        with path.open("rb") as file:
            _digests[known] = hashlib.file_digest(file, "sha256").hexdigest()
    return _digests[known]


@dataclass(frozen=True)
class Draft:
    """A table being written in parts, not yet to be seen under its key; several may write it."""

    folder: Path

    def add(self, part: pl.DataFrame, number: int, name: str = PART) -> None:
        """Write the part of some number (of what goes by a name), whole or not at all."""
        with taking_place(part_path(self.folder, name, number)) as draft:
            part.write_parquet(draft, row_group_size=ROWS_OF_GROUP)

    def path(self, name: str) -> Path:
        """Where the merged parts of a name lie."""
        return self.folder / f"{name}.parquet"

    def apart(self, name: str, month: str, number: int) -> Path:
        """Where rows of a name and month lie that are kept apart from `path`, by a number from 0."""
        return apart_in(self.folder / APART, name) / f"{month}-{number}.parquet"

    def parts(self, count: int, name: str = PART) -> list[Path]:
        """All parts of a name: so many.

        Raises:
            InputError: One is not there. What is added up without it would be too little, and
                nobody would see it.
        """
        paths = [part_path(self.folder, name, number) for number in range(count)]
        missing = [path.name for path in paths if not path.is_file()]
        if missing:
            raise InputError(
                f"{len(missing)} of {count} parts that were counted are not there ({missing[0]})",
                where=str(self.folder),
                how="run again; if it stays so, workers write to another folder than is read here",
            )
        return paths

    def merge(
        self,
        name: str,
        count: int,
        merged: Callable[[pl.LazyFrame, int], Iterator[pl.DataFrame]],
    ) -> None:
        """Replace the parts of a name by one table.

        Args:
            name: What goes by it.
            count: How many parts it has.
            merged: Takes all parts, and how many there are; gives the rows of the table in their
                order, in one frame or several: memory holds one at a time.
        """
        parts = self.parts(count, name)
        sink(merged(rows_of(parts), count), self.path(name))
        for part in parts:
            part.unlink()


def apart_in(folder: Path, name: str) -> Path:
    """The folder of a name in that of what is kept apart; who asks for a KPI opens no other file."""
    return folder / f"kpi={name}"


def lay(path: Path, place: Path) -> None:
    """Lay a file into another place: by link, for it is never written again, else as a copy."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place)
    except OSError:
        shutil.copyfile(path, place)


def _written_late(folder: Path) -> list[Path]:
    """Parts that lie beside the table they were merged into: they are in it already."""
    merged = [path.stem for path in folder.glob("*.parquet")]
    names = [name for own in merged for name in (own, f"{own}.{APART}")]
    return [part for name in names for part in folder.glob(f"{name}-?????.parquet")]


def sink(frames: Iterator[pl.DataFrame], path: Path) -> None:
    """Write frames of one schema (at least one) as a table, of which memory holds one at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _one_by_one(frames).sink_parquet(path, row_group_size=ROWS_OF_GROUP)


def _one_by_one(frames: Iterator[pl.DataFrame]) -> pl.LazyFrame:
    """Frames of one schema (at least one) as a table that makes each when its turn has come."""
    first = next(frames)
    schema, left = first.schema, chain([first], frames)
    return register_io_source(lambda *_: left, schema=schema)


def _scanned(apart: Path) -> pl.LazyFrame:
    return rows_of(apart, hive_partitioning=True, hive_schema={"kpi": pl.String})


class Cache:
    """One kind of derived table of a store, under a key that says all it was made from.

    The newest key is kept, and the one before it, for those who read that now.
    """

    def __init__(self, store: Path, kind: str) -> None:
        """Keep a kind of table."""
        self._root = store / FOLDER / kind

    def read(self, key: str) -> pl.LazyFrame | None:
        """The table under a key, None where it is not there as it was written."""
        folder = self._root / key
        parts = sorted(folder.glob("*.parquet"))
        if not (parts and is_whole(folder)):
            return None
        rows = rows_of(parts)
        return pl.concat([rows, _scanned(folder / APART)]) if (folder / APART).is_dir() else rows

    def folder(self, key: str) -> Path | None:
        """Where what is under a key lies, None where there is nothing."""
        folder = self._root / key
        return folder if folder.is_dir() else None

    @contextmanager
    def writing(self, key: str) -> Iterator[Draft]:
        """A draft of the table; it is seen under the key when the block ends without an error."""
        folder = self._root / f".{key}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        yield Draft(folder)
        for left in (*folder.glob(f"*{DRAFT}"), *_written_late(folder)):  # of workers given up
            left.unlink()
        (folder / SEAL).write_text(json.dumps(_written(folder)), encoding="utf-8")
        for other in {*self._root.iterdir()} - {folder, self._before(key)}:
            shutil.rmtree(other, ignore_errors=True)
        folder.rename(self._root / key)

    def _before(self, key: str) -> Path | None:
        """Where the newest table under another key lies, None where there is none."""
        others = [path for path in self._root.iterdir() if path.name not in {key, f".{key}"}]
        whole = [path for path in others if (path / SEAL).is_file() and path.name[0] != "."]
        return max(whole, key=lambda path: path.stat().st_mtime_ns, default=None)

    def told(self, key: str, tell: Callable[[], Any]) -> Any:
        """A small JSON value, made when it is not there."""
        place = self._root / f"{key}.json"
        with suppress(OSError, ValueError):  # what cannot be read is not there
            return json.loads(place.read_text(encoding="utf-8"))
        value = tell()
        self._root.mkdir(parents=True, exist_ok=True)
        with taking_place(place) as draft:
            draft.write_text(json.dumps(value), encoding="utf-8")
            for other in self._root.glob("*.json"):
                other.unlink(missing_ok=True)
        return value

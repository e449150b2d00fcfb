"""The shipments of a ledger in sections that can be looked at, and remembered, each by itself.

Most shipments are told of within some weeks and never again. What is seen of a section is the same
as long as no file tells anything else of one of its shipments, so that a new month costs a look at
the shipments of the last weeks: older ones lie in sections of their own. How shipments are divided
changes no result, for the parts of any division add up to the same whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tallyclerk.domain.tables import UTC, Schema
from tallyclerk.store.cache import FOLDER
from tallyclerk.store.ledger import Ledger
from tallyclerk.store.sealed import read_sealed, write_sealed

FRESH = dt.timedelta(days=31)
"""Of shipments told of later than this before the end of the data more may be told."""
WORTH_FROM = 200_000
"""Events from which on a ledger is divided; a smaller one is looked through as fast."""
ROWS = 500_000
"""Rows of a section, roughly."""
_TOLD: Schema = {"shipment_id": pl.String, "path": pl.String, "rows": pl.Int64, "last_at": UTC}


@dataclass(frozen=True, kw_only=True)
class Section:
    """Some shipments of a ledger.

    Attributes:
        name: Digest of all that their rows follow from.
        files: The data files that tell of them.
        ids: The shipments.
    """

    name: str
    files: tuple[str, ...]
    ids: pl.Series

    def of(self, ledger: Ledger) -> Ledger:
        """The ledger as if it told of them only, in its first bucket."""
        return ledger.section(self.files, self.ids)


class Memory:
    """What was found once, in files that are believed only as they were written."""

    def __init__(self, store: Path, kind: str, key: str) -> None:
        """Remember one kind of thing under a key that says how it is found."""
        self._folder = store / FOLDER / kind / key[:32]

    def find(self, name: str) -> Any:
        """What goes by a name, None where nothing does."""
        told = read_sealed(self._folder / name)
        return None if told is None else pickle.loads(told)  # noqa: S301 - our own, as its seal says

    def holds(self, name: str) -> bool:
        """Whether anything goes by a name."""
        return (self._folder / name).is_file()

    def keep(self, name: str, found: Any) -> None:
        """Write it, whole or not at all; a store that can only be read remembers nothing."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_sealed(self._folder / name, pickle.dumps(found))

    def forget_others(self, names: Collection[str]) -> None:
        """Remove what goes by any other name, or under a key that says another way to find it."""
        with suppress(OSError):
            for path in list(self._folder.iterdir()):
                if path.name not in names:
                    path.unlink()
            for other in {*self._folder.parent.iterdir()} - {self._folder}:
                shutil.rmtree(other, ignore_errors=True)


@dataclass
class _Pile:
    """Shipments that become a section: their numbers, rows and files as they come."""

    ids: list[pl.Series] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    rows: int = 0

    def add(self, told: pl.DataFrame) -> None:
        """Add shipments: rows of `_told`."""
        self.ids.append(told["shipment_id"].unique())
        self.files.update(told["path"].unique())
        self.rows += int(told["rows"].sum())

    def section(self) -> Section:
        """The section; the pile is empty then."""
        ids, files = pl.concat(self.ids).sort(), tuple(sorted(self.files))
        said = hashlib.sha256("\n".join(files).encode())
        said.update(ids.to_frame().write_csv(include_header=False).encode())
        self.ids, self.files, self.rows = [], set(), 0
        return Section(name=said.hexdigest()[:32], files=files, ids=ids)


def sections_of(ledger: Ledger, memory: Memory) -> list[Section]:
    """The sections of a ledger: those that are known and nothing is told of, and new ones.

    Args:
        ledger: The ledger.
        memory: Where they are remembered.

    Returns:
        Every shipment is in one of them; none where the ledger is not worth dividing.
    """
    until, firsts = ledger.latest_time(), [s.first_at for s in ledger.manifest.active if s.first_at]
    if until is None or not firsts or ledger.summary.events < WORTH_FROM:
        return []
    fresh_from = until - FRESH
    if dt.datetime.fromisoformat(min(firsts)) > fresh_from - FRESH:
        return []
    counted = {path for bucket in range(ledger.bucket_count) for path in ledger.files(bucket)}
    before, known = _known(memory)
    come, gone = counted - before, before - counted
    touched = _ids_in(ledger, come if known else ())
    left = [
        section
        for section in known
        if gone.isdisjoint(section.files) and not section.ids.is_in(touched.implode()).any()
    ]
    if left:
        others = [section for section in known if section not in left]
        ids = pl.concat([touched, *(section.ids for section in others)]).unique()
        files = counted & come.union(*(section.files for section in others))
        new = list(_divided(ledger, files, ids, fresh_from))
    else:
        new = list(_divided(ledger, counted, None, fresh_from))
    for section in new:
        memory.keep(section.name, section)
    found = [*left, *new]
    memory.keep("index", (sorted(counted), [section.name for section in found]))
    memory.forget_others({"index", *(section.name for section in found)})
    return found


def _known(memory: Memory) -> tuple[set[str], list[Section]]:
    """The files that counted when sections were made, and these; nothing if any is not there."""
    files, names = memory.find("index") or ([], [])
    known = [memory.find(name) for name in names]
    return (set(files), known) if all(known) else (set(), [])


def _ids_in(ledger: Ledger, files: Collection[str]) -> pl.Series:
    """The shipments that some data files tell of."""
    told = [_scan(ledger, paths).select("shipment_id") for paths in _by_table(files).values()]
    ids = pl.concat([pl.LazyFrame(schema={"shipment_id": pl.String}), *told]).unique().collect()
    return ids.to_series()


def _divided(
    ledger: Ledger, files: set[str], ids: pl.Series | None, fresh_from: dt.datetime
) -> Iterator[Section]:
    """New sections: of shipments that are told of since a time, and of others."""
    fresh, quiet = _Pile(), _Pile()
    for bucket in range(ledger.bucket_count):
        told = _told(ledger, files & set(ledger.files(bucket)), ids)
        is_fresh = (pl.col("last_at").max().over("shipment_id") >= fresh_from).fill_null(value=True)
        for pile, which in ((fresh, is_fresh), (quiet, ~is_fresh)):
            own = told.filter(which)
            if not own.is_empty():
                pile.add(own)
            if pile.rows >= ROWS:
                yield pile.section()
    for pile in (fresh, quiet):
        if pile.ids:
            yield pile.section()


def _told(ledger: Ledger, files: Collection[str], ids: pl.Series | None) -> pl.DataFrame:
    """What data files tell of: shipment_id, path, rows, last_at (of events; else null)."""
    parts = []
    for table, paths in _by_table(files).items():
        rows = _scan(ledger, paths)
        if ids is not None:
            rows = rows.filter(pl.col("shipment_id").is_in(ids.implode()))
        at = pl.col("occurred_at") if table == "events" else pl.lit(None, dtype=UTC)
        by_shipment = rows.select("shipment_id", "path", at=at).group_by("shipment_id", "path")
        parts.append(by_shipment.agg(rows=pl.len().cast(pl.Int64), last_at=pl.col("at").max()))
    found = pl.concat([pl.LazyFrame(schema=_TOLD), *parts])
    root = f"{ledger.root}/"
    return found.with_columns(pl.col("path").str.strip_prefix(root)).collect()


def _by_table(files: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(files):
        found.setdefault(path.partition("/")[0], []).append(path)
    return found


def _scan(ledger: Ledger, paths: Collection[str]) -> pl.LazyFrame:
    """Data files of one table, with the `path` of each row."""
    whole = [str(ledger.root / path) for path in paths]
    return pl.scan_parquet(whole, include_file_paths="path", extra_columns="ignore")

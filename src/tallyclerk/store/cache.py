"""Derived tables kept beside the ledger; everything in it can be thrown away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

FOLDER = "cache"


class Cache:
    """Parquet parts under a key that says everything they were made from."""

    def __init__(self, store: Path, kind: str) -> None:
        """Keep one kind of table of a store; only its newest key is kept."""
        self._root = store / FOLDER / kind

    def read(self, key: str) -> pl.LazyFrame | None:
        """The parts under a key as one table, None where they are not complete."""
        folder = self._root / key
        return pl.scan_parquet(sorted(folder.glob("*.parquet"))) if folder.is_dir() else None

    def write(self, key: str, parts: Iterator[pl.DataFrame]) -> pl.LazyFrame:
        """Write the parts one by one, then show them all at once under the key."""
        self._root.mkdir(parents=True, exist_ok=True)
        draft = self._root / f".{key}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for number, part in enumerate(parts):
            part.write_parquet(draft / f"{number:03d}.parquet")
        self._forget_others(keep=[draft.name])
        draft.rename(self._root / key)
        found = self.read(key)
        assert found is not None  # noqa: S101 it was just written
        return found

    def _forget_others(self, keep: Sequence[str]) -> None:
        for folder in self._root.iterdir():
            if folder.name not in keep:
                shutil.rmtree(folder, ignore_errors=True)

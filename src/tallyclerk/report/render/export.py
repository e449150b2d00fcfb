"""Tables for other tools: CSV and Parquet, written part by part, so that no table is held whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import polars as pl

from tallyclerk.report.render.data import FORMULA
from tallyclerk.store.frames import rows_of

Write = Callable[[bytes], object]
_TIME = "%Y-%m-%dT%H:%M:%S%.fZ"


def write_csv(parts: Iterable[pl.DataFrame], write: Write) -> int:
    """CSV of UTC times, in which no text is a formula to a spreadsheet.

    Returns:
        Rows written.
    """
    rows = 0
    for number, part in enumerate(parts):
        texts = [name for name, kind in part.schema.items() if kind == pl.String]
        safe = part.with_columns(
            pl.when(pl.col(name).str.contains(FORMULA.pattern))
            .then("'" + pl.col(name))
            .otherwise(name)
            .alias(name)
            for name in texts
        )
        text = safe.write_csv(include_header=number == 0, datetime_format=_TIME)
        write(text.encode())
        rows += len(part)
    return rows


def write_parquet(parts: Iterable[pl.DataFrame], path: Path) -> int:
    """One Parquet file, streamed from a file per part.

    Returns:
        Rows written.
    """
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        rows = 0
        for number, part in enumerate(parts):
            part.write_parquet(folder / f"{number:05}.parquet")
            rows += len(part)
        rows_of(sorted(folder.glob("*.parquet"))).sink_parquet(folder / "whole")
        (folder / "whole").replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place when the block ends without an error."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

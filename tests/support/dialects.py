"""The same export as another system would have written it: encoding, signs, dates, packing, form."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?")
_DAY = len("2026-10-31")

Rows = list[list[str]]


@cache
def _read(original: Path) -> Rows:
    with original.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@dataclass(frozen=True)
class Dialect:
    """How a system writes tables.

    Attributes:
        name: What a test of it is called.
        form: Key of `SUFFIXES`.
        encoding: Used where it has all characters of the file; else the file is UTF-8.
        has_mark: Whether a byte order mark is put in front.
        date: How a day is written, as strftime has it; a time of day stays as it is.
        packed: Ending of a compressed file.
        says: What the configuration must say of such an export.
    """

    name: str
    form: str = "csv"
    encoding: str = "utf-8"
    has_mark: bool = False
    delimiter: str = ","
    line_end: str = "\n"
    date: str | None = None
    packed: str = ""
    says: Mapping[str, Any] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        """Ending of its files."""
        return f".{self.form}{self.packed}"

    @property
    def keys(self) -> dict[str, Any]:
        """Keys of a source block that reads it."""
        records = {"records": "data.items"} if self.form == "json" else {}
        return {"format": self.form, **records, **self.says}

    def write(self, original: Path, folder: Path) -> Path:
        """Write `original` (CSV, UTF-8, ISO dates) anew into `folder`, unless it is there."""
        path = folder / f"{original.stem}{self.suffix}"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            rows = [[self._dated(cell) for cell in row] for row in _read(original)]
            path.write_bytes(PACKERS[self.packed](_FORMS[self.form](self, rows)))
        return path

    def _dated(self, cell: str) -> str:
        if self.date is None or not _ISO.fullmatch(cell):
            return cell
        return datetime.fromisoformat(cell).strftime(self.date) + cell[_DAY:]

    def encoded(self, text: str) -> bytes:
        """The bytes of a text."""
        mark = "\ufeff" if self.has_mark else ""
        try:
            return (mark + text).encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode()


def _delimited(dialect: Dialect, rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=dialect.delimiter, lineterminator=dialect.line_end).writerows(rows)
    return dialect.encoded(out.getvalue())


def _records(rows: Rows) -> Iterable[dict[str, str | None]]:
    return (dict(zip(rows[0], [c or None for c in row], strict=True)) for row in rows[1:])


def _lines(dialect: Dialect, rows: Rows) -> bytes:
    texts = (json.dumps(record, ensure_ascii=False) for record in _records(rows))
    return dialect.encoded(dialect.line_end.join([*texts, ""]))


def _document(dialect: Dialect, rows: Rows) -> bytes:
    content = {"data": {"items": list(_records(rows)), "total": len(rows) - 1}}
    return dialect.encoded(json.dumps(content, ensure_ascii=False, indent=1))


def _typed(_dialect: Dialect, rows: Rows) -> bytes:
    """Parquet with numbers and times where all values of a column are such."""
    frame = pl.DataFrame(rows[1:], schema=dict.fromkeys(rows[0], pl.String), orient="row")
    out = io.BytesIO()
    frame.select(_typed_column(pl.col(name), frame[name]) for name in rows[0]).write_parquet(out)
    return out.getvalue()


def _typed_column(cells: pl.Expr, values: pl.Series) -> pl.Expr:
    known = values.filter(values != "")
    given = pl.when(cells != "").then(cells)
    for pattern, typed in (
        (r"^[1-9]\d{0,9}$", given.cast(pl.Int64)),
        (r"^\d{4}-\d{2}-\d{2}$", given.str.to_date("%Y-%m-%d")),
        (r"^\d{4}-\d{2}-\d{2} [\d:]{8}$", given.str.to_datetime("%Y-%m-%d %H:%M:%S")),
    ):
        if known.str.contains(pattern).all():
            return typed
    return given


def _zstd(content: bytes) -> bytes:
    try:
        zstd = import_module("compression.zstd")
    except ImportError:
        zstd = import_module("backports.zstd")
    return bytes(zstd.compress(content))


_FORMS: dict[str, Callable[[Dialect, Rows], bytes]] = {
    "csv": _delimited,
    "tsv": _delimited,
    "jsonl": _lines,
    "json": _document,
    "parquet": _typed,
}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": _zstd,
}

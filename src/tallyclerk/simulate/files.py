"""Files that grow piece by piece, in the format, encoding and compression of a dialect."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Self

import polars as pl

from tallyclerk.simulate.dialects import Dialect

_GZIP_LEVEL = 3


def _open(path: Path, *, is_packed: bool) -> IO[bytes]:
    """A new file; compressed ones carry neither a name nor a time, so equal content is equal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = path.open("wb")
    if not is_packed:
        return raw
    packed = gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0)
    packed.myfileobj = raw  # type: ignore[assignment] # closed with it
    return packed  # type: ignore[return-value]


def _text(rows: pl.DataFrame, dialect: Dialect, *, is_first: bool) -> bytes:
    """Rows as the dialect writes them, with the header where the file begins."""
    buffer = BytesIO()
    if dialect.format == "jsonl":
        rows.write_ndjson(buffer)
        return buffer.getvalue()
    rows.write_csv(
        buffer,
        include_header=is_first,
        separator=dialect.delimiter,
        line_terminator=dialect.newline,
        quote_style="always" if dialect.is_quoted else "necessary",
        null_value=dialect.null,
    )
    text = buffer.getvalue()
    if dialect.encoding == "utf-8":
        return (b"\xef\xbb\xbf" if is_first and dialect.has_bom else b"") + text
    if dialect.encoding == "utf-16":
        return (b"\xff\xfe" if is_first else b"") + text.decode().encode("utf-16-le")
    return text.decode().encode(dialect.encoding)


class Files:
    """The growing files of one run, by path; close them with a `with` block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, IO[bytes]] = {}
        self._typed: dict[str, list[pl.DataFrame]] = {}
        self._wrapped: dict[str, tuple[str, list[dict[str, Any]]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()
        for path, parts in self._typed.items():
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            pl.concat(parts).write_parquet(self._folder / path, compression="zstd")
        for path, (wrap, records) in self._wrapped.items():
            content: Any = records
            for name in reversed(wrap.split(".")):
                content = {name: content}
            text = json.dumps(content, ensure_ascii=False, indent=1)
            (self._folder / path).write_text(text + "\n", encoding="utf-8")

    def add(self, path: str, rows: pl.DataFrame, dialect: Dialect, wrap: str | None = None) -> None:
        """Appends rows to a file; typed formats are kept until the end.

        Args:
            path: Below the folder of the run.
            rows: What to append.
            dialect: Format, encoding and the like.
            wrap: Dotted path under which one JSON document holds the rows as a list.
        """
        if wrap:
            self._wrapped.setdefault(path, (wrap, []))[1].extend(rows.to_dicts())
            return
        if dialect.format == "parquet":
            self._typed.setdefault(path, []).append(rows)
            return
        is_first = path not in self._open
        if is_first:
            self._open[path] = _open(self._folder / path, is_packed=dialect.is_packed)
        self._open[path].write(_text(rows, dialect, is_first=is_first))

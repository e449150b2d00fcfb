"""Parquet: typed columns, turned into the text that the rest of ingest reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.reader import ROW, Batch, Traits
from tallyclerk.ingest.formats.text import INVISIBLE_NOTE, INVISIBLE_SIGNS, visible
from tallyclerk.ingest.formats.unfolded import unfolding

BATCH_ROWS = 500_000


class ParquetReader:
    """A Parquet file. The first record is row 1."""

    def __init__(self, frame: pl.LazyFrame, schema: pl.Schema) -> None:
        """`frame` scans the file."""
        self._frame = frame
        self._schema = schema
        self._names = schema.names()
        self.header = [visible(name) for name in self._names]
        self.traits = Traits()

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the file with the given columns."""
        wanted = sorted(set(columns))
        rows = self._frame.select(pl.len()).collect().item()
        for start in range(0, rows, BATCH_ROWS):
            part = self._frame.slice(start, BATCH_ROWS)
            cells = part.select(self._text(column) for column in wanted).collect()
            numbers = pl.int_range(start + 1, start + len(cells) + 1, dtype=pl.Int64, eager=True)
            cells = cells.with_columns(map(self._visible, cells))
            yield Batch(cells.insert_column(0, numbers.alias(ROW)))

    def _visible(self, texts: pl.Series) -> pl.Series:
        """The texts without signs that nobody sees."""
        if texts.str.len_bytes().sum() == texts.str.len_chars().sum():
            return texts
        seen = texts.str.replace_all(INVISIBLE_SIGNS, "")
        count = int(texts.str.len_chars().sum()) - int(seen.str.len_chars().sum())
        if count:
            self.traits.note(INVISIBLE_NOTE, count)
        return seen

    def _text(self, column: int) -> pl.Expr:
        name = self._names[column]
        dtype = self._schema[name]
        expr = pl.col(name)
        if isinstance(dtype, pl.Datetime):
            expr = expr.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("%:z" if dtype.time_zone else ""))
        elif dtype == pl.Date:
            expr = expr.dt.strftime("%Y-%m-%d")
        elif dtype == pl.List(pl.Struct):
            # As JSON, in which a list can be unfolded; only an object has a way to be written.
            expr = pl.struct(expr.alias("x")).struct.json_encode()
            expr = expr.str.strip_prefix('{"x":').str.strip_suffix("}")
        elif dtype == pl.Binary or dtype.is_nested():
            expr = pl.lit(None)
        return expr.cast(pl.String).alias(str(column))


def open_parquet(path: Path, source: Source) -> ParquetReader:  # noqa: ARG001 - a reader's signature
    """Open a Parquet file.

    Raises:
        InputError: If it is none, or damaged.
    """
    check_container(path, binary=True)
    try:
        frame = pl.scan_parquet(path, glob=False)
        return ParquetReader(frame, frame.collect_schema())
    except (PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"the file is not Parquet ({reason})", how="check `format`") from error


PARQUET = Format(
    unfolding(open_parquet),
    lambda head: "the mark of Parquet" if head.start.startswith(b"PAR1") else None,
)

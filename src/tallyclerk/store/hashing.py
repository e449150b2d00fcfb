"""Stable hashes: of a shipment into its bucket, of an observation into its id.

They must be equal on every machine and under every polars version, because the ledger outlives
both: polars' own `hash` may change, xxhash64 of polars-hash is a published algorithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import polars as pl
import polars_hash as plh

U64 = pl.UInt64
_PRIME = 0x9E3779B97F4A7C15  # 2^64 / golden ratio: odd, and its multiples are well spread
_FINAL = 0xBF58476D1CE4E5B9
_NULL = 0xD6E8FEB86659FD93
_HALF = 2**32
CANARY_WORDS = ("", "SHP000000001", "Côte d'Ivoire")


def bucket_expr(bucket_count: int, column: str = "shipment_id") -> pl.Expr:
    """The bucket (0 … count-1, Int32) of the shipment in `column`."""
    hashed: pl.Expr = plh.col(column).nchash.xxhash64()
    return (hashed % bucket_count).cast(pl.Int32)


def row_hash(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """A 64-bit hash of the given columns of each row, as a signed integer.

    A text counts as its xxhash64, a number or time as itself, a null as a mark of its own. The
    columns are folded in order, `h = mix(h * prime + x)` in wrapping 64-bit arithmetic, where `mix`
    folds the upper half into the lower one: ("a", null) and (null, "a") differ, and neither a
    separator nor a rendering of numbers as text can make two rows alike.
    """
    total = pl.Series([0], dtype=U64).new_from_index(0, len(frame))
    prime, final, half, null = (pl.Series([n], dtype=U64) for n in (_PRIME, _FINAL, _HALF, _NULL))
    floats = [name for name in columns if frame.schema[name] == pl.Float64]
    frame = frame.with_columns(pl.col(floats).cast(pl.String)) if floats else frame
    told = [name for name in columns if frame[name].null_count() < len(frame)]
    bits = frame.select(_as_bits(name, frame.schema[name]) for name in told)
    for name in columns:
        # One step at a time: as one expression the tree would double with every column.
        h = total * prime + (bits[name] if name in told else null)
        total = (h ^ (h // half)) * final
    return total.reinterpret(signed=True).alias("row_hash")


@cache
def canary() -> str:
    """Hashes of fixed words: a ledger whose canary sings differently was written by other hashes."""
    frame = pl.DataFrame({"shipment_id": CANARY_WORDS, "pieces": [None, 1, -1]})
    hashes = frame.select(bucket_expr(256).alias("bucket"), row_hash(frame, frame.columns))
    return ",".join(f"{bucket}:{row}" for bucket, row in hashes.iter_rows())


def _as_bits(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        bits: pl.Expr = plh.col(name).nchash.xxhash64()
    else:
        bits = pl.col(name).cast(pl.Int64).reinterpret(signed=False) * _lit(_FINAL)
    return bits.fill_null(_lit(_NULL)).alias(name)


def _lit(value: int) -> pl.Expr:
    return pl.lit(value, dtype=U64)

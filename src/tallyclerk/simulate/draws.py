"""Chance without a random generator: every draw is a hash of (seed, stream, row).

A draw depends on nothing but its own row, so chunks, row order and machines do not matter, and a
new stream never shifts the draws of another. Shapes come from tables of rounded integers; no
float reaches a result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from statistics import NormalDist
from typing import Final

import polars as pl

KEY: Final = "_k"
"""The column with the mixed key of a row."""

_BINS: Final = 14
_MULTIPLIERS: Final = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_GOLDEN: Final = 0x9E3779B97F4A7C15
_EVERY: Final = 100_000


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def _mix(word: pl.Expr) -> pl.Expr:
    """The finaliser of splitmix64; UInt64 products wrap, which is what it wants."""
    word = (word ^ (word // 2**30)) * _word(_MULTIPLIERS[0])
    word = (word ^ (word // 2**27)) * _word(_MULTIPLIERS[1])
    return word ^ (word // 2**31)


@cache
def _constant(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


def key(seed: int, space: str, number: pl.Expr) -> pl.Expr:
    """The mixed key of a whole number in its own space (shipments, flights, weeks)."""
    start = _constant(f"{seed}:{space}")
    return _mix(number.cast(pl.UInt64) * _word(_GOLDEN) + _word(start))


def word(stream: str, of: str = KEY) -> pl.Expr:
    """64 fresh bits per row of key column `of` for a named stream."""
    return _mix(pl.col(of) ^ _word(_constant(stream)))


def below(stream: str, end: int | pl.Expr, of: str = KEY) -> pl.Expr:
    """A whole number from 0 to `end` - 1, each as likely."""
    limit = _word(end) if isinstance(end, int) else end.cast(pl.UInt64)
    return ((word(stream, of) // 2**32) * limit // 2**32).cast(pl.Int64)


def chance(stream: str, share: int | pl.Expr, of: str = KEY) -> pl.Expr:
    """True for `share` rows in 100,000."""
    limit = _word(share) if isinstance(share, int) else share.cast(pl.UInt64)
    return (word(stream, of) // 2**32) * _EVERY < limit * 2**32


@cache
def _lognormal(sigma_percent: int) -> pl.Series:
    """Quantiles of a lognormal with median 1000, at the middles of equal bins."""
    normal = NormalDist()
    count = 2**_BINS
    return pl.Series(
        [
            round(
                1000 * math.exp(sigma_percent / 100 * normal.inv_cdf((2 * place + 1) / count / 2))
            )
            for place in range(count)
        ],
        dtype=pl.Int64,
    )


def seconds(
    stream: str, median_minutes: int | pl.Expr, sigma_percent: int = 60, of: str = KEY
) -> pl.Expr:
    """A lognormal duration in whole seconds with the given median in minutes."""
    place = (word(stream, of) // 2 ** (64 - _BINS)).cast(pl.UInt32)
    factor = pl.lit(_lognormal(sigma_percent)).gather(place)
    median = pl.lit(median_minutes, pl.Int64) if isinstance(median_minutes, int) else median_minutes
    return factor * median * 60 // 1000 + below(f"{stream}:s", 60, of)


@cache
def _numbers(values: tuple[int, ...]) -> pl.Series:
    return pl.Series(values, dtype=pl.Int64)


@cache
def _texts(values: tuple[str | None, ...]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def lookup(values: Sequence[int], at: pl.Expr) -> pl.Expr:
    """The whole number that stands in `values` at each row's place."""
    return pl.lit(_numbers(tuple(values))).gather(at.cast(pl.UInt32))


def words(values: Sequence[str | None], at: pl.Expr) -> pl.Expr:
    """The text that stands in `values` at each row's place."""
    return pl.lit(_texts(tuple(values))).gather(at.cast(pl.UInt32))

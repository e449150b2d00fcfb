"""Exact histograms of whole numbers: they merge without loss, in any order.

A histogram maps a value to the number of units that have it. The percentile of merged histograms
is that of the pooled values, which no summary by moments or sketches can promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from tallyclerk.stats.percentiles import order_statistic_rank


def merge(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Add histograms, values ascending, values without units left out.

    Args:
        parts: Histograms in any order.

    Returns:
        The histogram of all units.

    Raises:
        ValueError: If a count is negative.
    """
    merged: dict[int, int] = {}
    for part in parts:
        for value, count in part.items():
            if count < 0:
                raise ValueError(f"counts must not be negative, got {count} at {value}")
            merged[value] = merged.get(value, 0) + count
    return {value: merged[value] for value in sorted(merged) if merged[value]}


def size(histogram: Mapping[int, int]) -> int:
    """Give the number of units of a histogram."""
    return sum(histogram.values())


def value_at_rank(histogram: Mapping[int, int], rank: int) -> int:
    """Give the value at a rank, counted from 1: the first whose cumulative count reaches it.

    Args:
        histogram: Units by value.
        rank: A rank in 1..size.

    Returns:
        The order statistic.

    Raises:
        ValueError: If the histogram has no such rank.
    """
    reached = 0
    if rank >= 1:
        for value in sorted(histogram):
            reached += histogram[value]
            if reached >= rank:
                return value
    raise ValueError(f"no rank {rank} among {reached} units")


def quantile(histogram: Mapping[int, int], q: Fraction) -> int | None:
    """Give the q-percentile of a histogram, the value at rank ceil(q n).

    When not to use it: where some units are still open (`survival.km_quantile`).

    Args:
        histogram: Units by value.
        q: Level, above 0 and at most 1, as an exact fraction.

    Returns:
        The percentile, or None without units.

    Raises:
        TypeError: If q is a float.
        ValueError: If q is out of range.
    """
    n = size(histogram)
    rank = order_statistic_rank(q, max(n, 1))
    return value_at_rank(histogram, rank) if n else None

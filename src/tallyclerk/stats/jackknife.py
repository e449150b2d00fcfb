"""One interval for any statistic of clustered units: the delete-a-group jackknife."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import NamedTuple

from tallyclerk.stats.distributions import two_sided_t

GROUPS = 20


class Jackknife(NamedTuple):
    """An estimate with its jackknife interval.

    Attributes:
        value: The estimate from all groups.
        se: Its standard error.
        low: Lower limit.
        high: Upper limit.
        groups: Groups that hold units.
    """

    value: float
    se: float
    low: float
    high: float
    groups: int


def stable_group(key: str, groups: int = GROUPS) -> int:
    """Give the group of a cluster, the same on every machine, in every version and run.

    blake2b of the UTF-8 key to 8 bytes, big endian, modulo the number of groups.

    Args:
        key: Name of the cluster.
        groups: Number of groups, 1 or more.

    Returns:
        A group in 0..groups-1.

    Raises:
        ValueError: If the number of groups is not positive.
    """
    if groups < 1:
        raise ValueError(f"number of groups must be positive, got {groups}")
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % groups


def leave_one_out_totals(groups: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Give, for each group that holds anything, the column totals of all other groups.

    Args:
        groups: Counts of each group, the same columns in each.

    Returns:
        One row of totals per group that is not all zero.

    Raises:
        ValueError: If the groups differ in their number of columns.
    """
    totals = [sum(column) for column in zip(*groups, strict=True)]
    return [
        tuple(total - own for total, own in zip(totals, group, strict=True))
        for group in groups
        if any(group)
    ]


def delete_a_group(
    value: float | None, replicates: Sequence[float | None], confidence: float = 0.95
) -> Jackknife | None:
    """Give the jackknife interval of a statistic from its values without each group.

    se = sqrt((G - 1) / G sum (theta_(g) - theta)^2), limits theta -+ t_{G-1} se.

    Source: P. S. Kott, Journal of Official Statistics 17 (2001) 521-526.

    When not to use it: statistics that jump, as a percentile of few units (`woodruff`), or a
    statistic held at its end by a clamp, where the error reads 0.

    Args:
        value: The statistic from all groups.
        replicates: The statistic without each group that holds units; the caller leaves out
            groups that hold none.
        confidence: Two-sided level.

    Returns:
        The interval, not clamped to any range; None with fewer than two groups, or where the
        statistic cannot be given with or without some group.

    Raises:
        ValueError: If the level is out of range.
    """
    count = len(replicates)
    known = [replicate for replicate in replicates if replicate is not None]
    if value is None or count < 2 or len(known) < count:
        return None
    squares = math.fsum((replicate - value) ** 2 for replicate in known)
    se = math.sqrt((count - 1) / count * squares)
    reach = two_sided_t(confidence, count - 1) * se
    return Jackknife(value, se, value - reach, value + reach, count)

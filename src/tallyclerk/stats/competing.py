"""Shares of competing outcomes over time, with units still open: Aalen-Johansen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class OutcomeShares(NamedTuple):
    """How units had ended by a time.

    Attributes:
        shares: Cumulative incidence of each outcome, in the order of the input.
        open: Share not ended; all shares add up to 1.
    """

    shares: tuple[float, ...]
    open: float


def cumulative_incidence(
    histogram: Sequence[tuple[int, Sequence[int], int]], until: int | None = None
) -> OutcomeShares | None:
    """Give the share of units that ended in each outcome by a time.

    F_k(t) sums S(s-) d_k(s) / r(s) over times s up to t, with S the share open, r at risk and d_k
    ended in outcome k at s; censored at a time are at risk at it. Between two censorings
    S(s-) / r(s) is constant, so the events of a block are added in integers.

    Source: O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150.

    When not to use it: one minus Kaplan-Meier of one outcome with the others censored is not
    this and overstates it; and where censoring tells about the outcome.

    Args:
        histogram: (duration, ended by outcome, censored) triples, strictly ascending.
        until: Last time that counts, or None for all.

    Returns:
        The shares, or None without any unit.

    Raises:
        ValueError: If a count is negative, durations do not ascend or outcomes differ in number.
    """
    _check(histogram)
    at_risk = sum(sum(ended) + censored for _, ended, censored in histogram)
    if at_risk == 0:
        return None
    outcomes = len(histogram[0][1])
    parts: list[list[float]] = [[] for _ in range(outcomes)]
    totals = [0] * outcomes
    scale = 1.0
    block_start = at_risk
    for duration, ended, censored in histogram:
        if until is not None and duration > until:
            break
        totals = [total + count for total, count in zip(totals, ended, strict=True)]
        at_risk -= sum(ended)
        if censored:
            for part, total in zip(parts, totals, strict=True):
                part.append(scale * total / block_start)
            totals = [0] * outcomes
            scale *= at_risk / block_start
            at_risk -= censored
            block_start = at_risk
    if block_start:
        for part, total in zip(parts, totals, strict=True):
            part.append(scale * total / block_start)
        scale *= at_risk / block_start
    return OutcomeShares(tuple(math.fsum(part) for part in parts), scale)


def _check(histogram: Sequence[tuple[int, Sequence[int], int]]) -> None:
    last = -math.inf
    for duration, ended, censored in histogram:
        if duration <= last or censored < 0 or min(ended, default=0) < 0:
            raise ValueError(
                "a histogram needs ascending durations and no negative counts, got "
                f"{(duration, tuple(ended), censored)} after {last}"
            )
        if len(ended) != len(histogram[0][1]):
            raise ValueError("every row must count the same outcomes")
        last = duration

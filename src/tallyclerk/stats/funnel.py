"""Funnel limits of peers around a common rate, and how much more than chance they differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from tallyclerk.stats.binomial import binomial_cdf, binomial_quantile
from tallyclerk.stats.distributions import require_confidence
from tallyclerk.stats.interval import Bounds
from tallyclerk.stats.rates import require_counts

# Fewer units than this say too little about their own spread.
OVER_DISPERSION_FROM = 10
_WINSORISED = 0.1


class OverDispersion(NamedTuple):
    """How much peers differ beyond chance, and each peer's z value with and without it.

    Attributes:
        mean: Overall rate.
        z: Plain z value of each peer, on the arcsine scale.
        z_adjusted: z value of each peer with the spread between peers allowed for.
        winsor_limits: The limits that outlying z values were pulled in to.
        phi: Mean square of the winsorised z values; 1 is chance.
        tau_squared: Variance between peers on the arcsine scale; 0 when chance explains it all.
    """

    mean: float
    z: tuple[float, ...]
    z_adjusted: tuple[float, ...]
    winsor_limits: Bounds
    phi: float
    tau_squared: float


def funnel_limits(n: int, rate: float, confidence: float = 0.95) -> Bounds | None:
    """Give the rates between which a peer of size n stays by chance, exact binomial.

    With r the binomial quantile of a tail a, limit = (r - (F(r) - a) / (F(r) - F(r - 1))) / n:
    interpolated between counts, so that the funnel is a curve and not a saw.

    Source: D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202, appendix A.1.

    When not to use it: units in batches, whose funnel is wider; rates of different strata.

    Args:
        n: Units of the peer, 1 or more.
        rate: Common rate, 0..1.
        confidence: Two-sided level: 0.95 and 0.998 are drawn.

    Returns:
        Limits within 0..1, or None at a rate of 0 or 1, where no peer can differ.

    Raises:
        ValueError: If n, the rate or the level is out of range.
    """
    require_counts(rate * n, n)
    require_confidence(confidence)
    if rate in (0.0, 1.0):
        return None
    tail = (1.0 - confidence) / 2.0
    low = _interpolated(tail, n, rate)
    high = _interpolated(1.0 - tail, n, rate)
    # Interpolated below a count of 0 or 1 a limit may pass the rate itself: hold it there.
    return Bounds(min(max(0.0, low), rate), max(min(1.0, high), rate))


def over_dispersion(
    peers: Sequence[tuple[int, int]], min_peers: int = OVER_DISPERSION_FROM
) -> OverDispersion | None:
    """Give the additive over-dispersion of peers' rates and the z values that allow for it.

    On y = asin(sqrt p) with variance 1 / (4n): z = (y - y0) 2 sqrt n; winsorised at 10 and 90 %;
    phi = mean z^2; tau^2 = (k phi - (k - 1)) / (sum w - sum w^2 / sum w), 0 if negative, with
    w = 4n; adjusted z = (y - y0) / sqrt(1/w + tau^2).

    Source: D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202, 4; Quality and
    Safety in Health Care 14 (2005) 347-351.

    When not to use it: fewer than ten peers, whose spread is too poorly known.

    Args:
        peers: (n, hits) of each peer.
        min_peers: Peers below which there is no result, 2 or more.

    Returns:
        The spread and z values in the order given, or None with fewer peers that have units.

    Raises:
        ValueError: If a peer has no units, counts are out of range or `min_peers` is below 2.
    """
    if min_peers < 2:
        raise ValueError(f"a spread needs two peers, got {min_peers}")
    for n, hits in peers:
        require_counts(hits, n)
    k = len(peers)
    if k < min_peers:
        return None
    mean = sum(hits for _, hits in peers) / sum(n for n, _ in peers)
    centre = math.asin(math.sqrt(mean))
    offsets = [math.asin(math.sqrt(hits / n)) - centre for n, hits in peers]
    z = [offset * 2.0 * math.sqrt(n) for offset, (n, _) in zip(offsets, peers, strict=True)]
    limits = Bounds(_sample_quantile(z, _WINSORISED), _sample_quantile(z, 1.0 - _WINSORISED))
    phi = math.fsum(min(max(value, limits.low), limits.high) ** 2 for value in z) / k
    total = 4 * sum(n for n, _ in peers)
    spread = total - 16 * sum(n * n for n, _ in peers) / total
    tau_squared = max(0.0, (k * phi - (k - 1)) / spread)
    adjusted = tuple(
        offset / math.sqrt(1.0 / (4 * n) + tau_squared)
        for offset, (n, _) in zip(offsets, peers, strict=True)
    )
    return OverDispersion(mean, tuple(z), adjusted, limits, phi, tau_squared)


def _interpolated(tail: float, n: int, rate: float) -> float:
    r = binomial_quantile(tail, n, rate)
    reached = binomial_cdf(r, n, rate)
    step = reached - binomial_cdf(r - 1, n, rate)
    return (r - (reached - tail) / step) / n


def _sample_quantile(values: Sequence[float], p: float) -> float:
    """Give the linearly interpolated sample quantile (definition 7 of Hyndman and Fan)."""
    ordered = sorted(values)
    place = p * (len(ordered) - 1)
    below = min(math.floor(place), len(ordered) - 2)
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])

"""Amounts in whole minor units: divided without remainder, tiered without rounding doubts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

_BASIS_POINTS = 10_000


def apportion(total: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Divide a whole amount in proportion to shares so that the parts add up to it.

    Each part is rounded down; what is left goes, one each, to the largest remainders, then to
    the larger share, then by name.

    Source: the largest-remainder (Hamilton) method.

    When not to use it: negative amounts.

    Args:
        total: Amount in minor units, 0 or more.
        shares: Share by name, any scale, 0 or more.

    Returns:
        Part by name, in the order given.

    Raises:
        ValueError: If an amount or a share is negative or all shares are 0.
    """
    whole = sum(shares.values())
    if total < 0 or any(share < 0 for share in shares.values()) or whole == 0:
        raise ValueError("amounts and shares must not be negative, nor all shares 0")
    parts = {name: total * share // whole for name, share in shares.items()}
    left = total - sum(parts.values())
    order = sorted(shares, key=lambda name: (-(total * shares[name] % whole), -shares[name], name))
    for name in order[:left]:
        parts[name] += 1
    return parts


def tiered_credit(
    hits: int,
    n: int,
    amount: int,
    tiers: Sequence[tuple[Fraction, int]],
    cap: int | None = None,
) -> int | None:
    """Give the credit on an amount for a rate below agreed thresholds, in exact integers.

    The highest rate in basis points among the tiers whose threshold the rate hits/n misses, at
    most the cap; amount times it, rounded down. 969 of 1000 misses 97/100 and 970 does not.

    When not to use it: on a sample; it is arithmetic on everything that counts.

    Args:
        hits: Units that kept the promise.
        n: Units that count; 0 gives None.
        amount: Amount that the credit is on, in minor units.
        tiers: (threshold, basis points) pairs in any order.
        cap: Most basis points, or None.

    Returns:
        The credit in minor units, or None where nothing counts.

    Raises:
        ValueError: If a count or an amount is out of range.
    """
    if n < 0 or not 0 <= hits <= n or amount < 0:
        raise ValueError(f"counts or amount out of range: {hits} of {n}, {amount}")
    if any(points < 0 for _, points in tiers) or (cap is not None and cap < 0):
        raise ValueError("basis points must not be negative")
    if n == 0:
        return None
    due = max((points for limit, points in tiers if Fraction(hits, n) < limit), default=0)
    return amount * (due if cap is None else min(due, cap)) // _BASIS_POINTS


def amount_per(total: int, units: int, per: int = 1000) -> int | None:
    """Give a whole amount per so many units, half a minor unit rounded up; None without units.

    Raises:
        ValueError: If a number is negative.
    """
    if total < 0 or units < 0 or per < 0:
        raise ValueError(f"numbers must not be negative: {total}, {units}, {per}")
    return (2 * total * per + units) // (2 * units) if units else None

"""The interval that every estimate of this package comes with."""

from __future__ import annotations

from typing import NamedTuple


class Interval(NamedTuple):
    """Two limits; None on a side means that no finite limit exists there.

    Attributes:
        low: Lower limit, or None when it cannot be given.
        high: Upper limit, or None when it cannot be given.
    """

    low: float | None
    high: float | None


class Bounds(NamedTuple):
    """Two limits that are always finite.

    Attributes:
        low: Lower limit.
        high: Upper limit.
    """

    low: float
    high: float


class Estimate(NamedTuple):
    """A value with its interval.

    Attributes:
        value: The point estimate.
        low: Lower limit.
        high: Upper limit.
    """

    value: float
    low: float
    high: float

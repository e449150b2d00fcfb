"""Durations in whole minutes, their endings, and percentiles that respect the open ones."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

OBSERVED, CENSORED, NEVER = "observed", "censored", "never"
TOLERANCE = dt.timedelta(minutes=30)
"""Clocks of two partners may disagree by this much."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an interval that may still run has ended: its kind, and when, where that is known.

    Kinds: next (partner took custody), delivered, never (lost, destroyed, returned), cancelled,
    undated (delivered, nobody says when), open.
    """

    kind: str
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One duration: in n with an ending, or out of it with a reason."""

    minutes: int | None = None
    ending: str | None = None
    reason: str | None = None

    @property
    def n(self) -> int:
        """1 where it counts."""
        return 0 if self.ending is None else 1


def whole_minutes(span: dt.timedelta) -> int:
    """Minutes of a span, rounded down."""
    return span // dt.timedelta(minutes=1)


def measure(
    start: dt.datetime, end: dt.datetime | None, otherwise: Ending, as_of: dt.datetime
) -> Measured:
    """The duration from start to end; without an end, `otherwise` says what became of it."""
    if end is not None:
        return _spanned(end - start, OBSERVED)
    if otherwise.kind == "never":
        return Measured(ending=NEVER)
    if otherwise.kind in ("cancelled", "undated"):
        return Measured(reason=otherwise.kind)
    return _spanned(as_of - start, CENSORED)


def _spanned(span: dt.timedelta, ending: str) -> Measured:
    if span < -TOLERANCE:
        return Measured(reason="negative")
    return Measured(max(0, whole_minutes(span)), ending)


def percentile(durations: Iterable[Measured], q: Fraction) -> int | None:
    """The smallest t with S(t) <= 1 - q by Kaplan and Meier, None where it is not reached.

    What will never end stays at risk to the end. At equal times the ended ones go before the open
    ones. S is kept as a quotient of integers, never reduced: exact, and quicker than `Fraction`.
    """
    ended: Counter[int] = Counter()
    opened: Counter[int] = Counter()
    at_risk = 0
    for duration in durations:
        at_risk += duration.n
        if duration.minutes is not None:
            (ended if duration.ending == OBSERVED else opened)[duration.minutes] += 1
    above, below = 1, 1
    for minutes in sorted(ended.keys() | opened.keys()):
        if ended[minutes]:
            above *= at_risk - ended[minutes]
            below *= at_risk
            if above * q.denominator <= (q.denominator - q.numerator) * below:
                return minutes
        at_risk -= ended[minutes] + opened[minutes]
    return None

"""Scales of a chart: where a value stands, and at which values an axis has its ticks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, log10, sqrt
from typing import Any

from tallyclerk.report.render.outlines import Strange

STEPS = ((sqrt(50), 10), (sqrt(10), 5), (sqrt(2), 2))
"""From which error on a step of a power of ten is made so many times as wide."""
TICKS = 10
"""Ticks where nothing is said."""
ROUNDS = 10
"""How often ends are moved to a step that grows with them."""


def rounded(value: float) -> int:
    """Round as JavaScript does: half up."""
    return floor(value + 0.5)


@dataclass(frozen=True, slots=True)
class Linear:
    """A scale of numbers.

    Attributes:
        domain: The values at its ends.
        range: The pixels there.
    """

    domain: tuple[float, float]
    range: tuple[float, float]

    def __call__(self, value: float) -> float:
        """Give the pixel of a value."""
        (first, last), (start, end) = self.domain, self.range
        part = (value - first) / (last - first) if last != first else 0.5
        return start * (1 - part) + end * part

    def ticks(self, count: float) -> list[float]:
        """Give about as many round values."""
        first, last, step = _spaced(*self.domain, count)
        if self.domain[0] == self.domain[1]:
            return [self.domain[0]]
        places = range(first, last + 1)
        return [place / -step if step < 0 else place * step for place in places]

    def label(self, value: float, count: float) -> str:
        """Write a value with the digits that about as many ticks need."""
        step = _step(*self.domain, count)
        digits = max(0, -floor(log10(abs(step))))
        told = f"{abs(value):,.{digits}f}"
        is_zero = not float(told.replace(",", ""))
        return told if value >= 0 or is_zero else f"\N{MINUS SIGN}{told}"

    def nice(self) -> Linear:
        """Give the scale with round values at its ends."""
        (first, last), before = self.domain, 0.0
        for _ in range(ROUNDS):
            step = _spaced(first, last, TICKS)[2]
            if step == before:
                break
            if step > 0:
                first, last = floor(first / step) * step, ceil(last / step) * step
            else:
                first, last = ceil(first * step) / step, floor(last * step) / step
            before = step
        return Linear((first, last), self.range)


@dataclass(frozen=True, slots=True)
class Band:
    """A scale of names, each with a band of pixels.

    Attributes:
        domain: The names in their order.
        start: Pixel of the first.
        step: Pixels from each to the next.
        bandwidth: Pixels of each.
    """

    domain: tuple[Any, ...]
    start: float
    step: float
    bandwidth: float

    @staticmethod
    def within(domain: tuple[Any, ...], end: float, inner: float, outer: float) -> Band:
        """Share out the pixels up to an end."""
        step = end / (space(len(domain), inner, outer) or 1)
        start = (end - step * (len(domain) - inner)) * 0.5
        return Band(domain, start, step, step * (1 - inner))

    def __call__(self, value: Any) -> float:
        """Give the pixel where the band of a name begins."""
        return self.start + self.step * self.domain.index(value)


def space(count: float, inner: float, outer: float) -> float:
    """Give how many steps so many bands take, with the room around them."""
    taken = count - inner + 2 * outer
    return (taken if taken > 0 else 1) if count else 0


def linear(told: Mapping[str, Any], values: Iterable[Any], range_: tuple[float, float]) -> Linear:
    """Give a scale of numbers by its description.

    Args:
        told: The description.
        values: What it has to show.
        range_: Pixels at its ends.

    Raises:
        Strange: There is nothing to show.
    """
    known = [float(value) for value in values if value is not None]
    if not known:
        raise Strange("a scale of nothing")
    first, last = min(known), max(known)
    if told.get("zero"):
        first, last = min(first, 0.0), max(last, 0.0)
    if (room := told.get("padding")) and first != last:
        span = abs(range_[1] - range_[0])
        middle, wider = (first + last) / 2, span / (span - 2 * room)
        first, last = middle + (first - middle) * wider, middle + (last - middle) * wider
    made = Linear((first, last), range_)
    return made.nice() if told.get("nice") else made


def _spaced(start: float, stop: float, count: float) -> tuple[int, int, float]:
    """Give the first and the last tick, and the step; a negative one divides."""
    if start == stop:
        return 0, 0, 1.0
    step = (stop - start) / count
    power = floor(log10(step))
    error = step / 10.0**power
    factor = next((times for least, times in STEPS if error >= least), 1)
    if power < 0:
        per = 10.0**-power / factor
        first, last = rounded(start * per), rounded(stop * per)
        first, last = first + (first / per < start), last - (last / per > stop)
        width = -per
    else:
        width = 10.0**power * factor
        first, last = rounded(start / width), rounded(stop / width)
        first, last = first + (first * width < start), last - (last * width > stop)
    if last < first and 0.5 <= count < 2:  # noqa: PLR2004 - from a half to two
        return _spaced(start, stop, count * 2)
    return first, last, width


def _step(start: float, stop: float, count: float) -> float:
    """Give the values from tick to tick."""
    width = _spaced(start, stop, count)[2]
    return 1 / -width if width < 0 else width

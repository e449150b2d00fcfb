"""Outlines of the shapes that drawings of ours are made of, as operators of a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

INHERITED = {
    "fill": "black",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-miterlimit": "4",
    "stroke-dasharray": "none",
    "font-family": "",
    "font-size": "16",
    "font-weight": "400",
    "text-anchor": "start",
}
"""What a part takes from what it is in, and what holds where nothing is said."""
AROUND = frozenset({"transform", "clip-path", "opacity"})
HANDLE = 0.5522847498
"""How far the handles of a quarter of a circle reach, by its radius."""
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_CIRCLE = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?")


class Strange(ValueError):  # noqa: N818 - nobody's error
    """Something that no drawing of ours has."""


def tag_of(element: Any) -> str:
    """Name of an element, without its namespace."""
    return str(element.tag).rpartition("}")[2]


def only(element: Any, known: frozenset[str]) -> None:
    """Refuse an element that says more than what is known."""
    if strange := element.attrib.keys() - known - AROUND - INHERITED.keys():
        raise Strange(strange)


def outline(element: Any, tag: str) -> str:
    """Give the outline of a shape.

    Raises:
        Strange: It is none of those known here.
    """
    if tag == "path":
        only(element, frozenset({"d"}))
        told = element.get("d", "")
        round_one = _CIRCLE.fullmatch(told)
        return _circle(0, 0, float(round_one[1])) if round_one else " ".join(_path(told))
    if tag == "polyline":
        only(element, frozenset({"points"}))
        return " ".join(_path(f"M{element.get('points', '')}"))
    if tag == "circle":
        only(element, frozenset({"cx", "cy", "r"}))
        return _circle(*(measure(element.get(name, "0")) for name in ("cx", "cy", "r")))
    if tag == "rect":
        only(element, frozenset({"x", "y", "width", "height"}))
        sides = [measure(element.get(name, "0")) for name in ("x", "y", "width", "height")]
        if min(sides[2:]) < 0:
            raise Strange("a box turned over")
        return f"{' '.join(map(number, sides))} re"
    raise Strange(tag)


def _circle(x: float, y: float, radius: float) -> str:
    """Give a circle of four quarters."""
    r, h = radius, radius * HANDLE
    quarters = (
        (r, h, h, r, 0.0, r),
        (-h, r, -r, h, -r, 0.0),
        (-r, -h, -h, -r, 0.0, -r),
        (h, -r, r, -h, r, 0.0),
    )
    curves = (
        " ".join(number(each + (y if place % 2 else x)) for place, each in enumerate(quarter))
        for quarter in quarters
    )
    return f"{number(x + r)} {number(y)} m {' c '.join(curves)} c h"


def _path(told: str) -> Iterator[str]:
    """Give the straight lines of a path."""
    x = y = begun_x = begun_y = 0.0
    for step, numbers in _STEP.findall(told):
        if step in "Zz":
            x, y = begun_x, begun_y
            yield "h"
            continue
        values = [float(number) for number in _NUMBER.findall(numbers)]
        if step in "Hh":
            values = [part for value in values for part in (value, 0.0 if step == "h" else y)]
        elif step in "Vv":
            values = [part for value in values for part in (0.0 if step == "v" else x, value)]
        elif step not in "MmLl":
            raise Strange(step)
        for place in range(0, len(values), 2):
            x, y = (
                (x + values[place], y + values[place + 1])
                if step.islower()
                else (values[place], values[place + 1])
            )
            is_begun = step in "Mm" and place == 0
            if is_begun:
                begun_x, begun_y = x, y
            yield f"{number(x)} {number(y)} {'m' if is_begun else 'l'}"


def measure(told: str) -> float:
    """Read a number, of pixels where it is a length."""
    plain = told.removesuffix("px")
    if not _NUMBER.fullmatch(plain):
        raise Strange(told)
    return float(plain)


def number(value: float) -> str:
    """Give a number as a PDF has it: a thousandth is all that paper shows."""
    return f"{value:.3f}".rstrip("0").rstrip(".")

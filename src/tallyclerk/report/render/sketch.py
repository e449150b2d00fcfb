"""What a drawing of ours comes to on paper: its few kinds of elements as operators of a PDF.

Charts and small marks are made of moved groups, straight lines, circles, boxes and labels. What else an
SVG may hold is `Strange`, and left to the renderer, which takes ten times as long over each element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

INHERITED = {
    "fill": "black",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-miterlimit": "4",
    "stroke-dasharray": "none",
    "font-size": "16",
    "font-weight": "400",
    "text-anchor": "start",
}
"""What a part takes from what it is in, and what holds where nothing is said."""
SILENT = frozenset({"font-family", "viewBox", "width", "height", "id", "aria-hidden", "focusable"})
"""Attributes that say nothing of how a group looks."""
AROUND = frozenset({"transform", "clip-path", "opacity"})
WEIGHTS = {"400": 400, "normal": 400, "600": 600, "bold": 600}
COLOURS = {"black": "#000", "white": "#fff"}
PAINT = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}
"""By whether a shape is filled, and whether it has a line around it."""
FRAME = 4
"""Numbers of a frame: left, top, width, height."""
HANDLE = 0.5522847498
"""How far the handles of a quarter of a circle reach, by its radius."""
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_CIRCLE = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?")
_MOVED = re.compile(r"translate\((-?[\d.]+)(?:[, ]+(-?[\d.]+))?\)")


class Strange(ValueError):  # noqa: N818 - nobody's error
    """Something that no drawing of ours has."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words of a drawing, and where they begin, are centred or end."""

    text: str
    x: float
    y: float
    anchor: str
    size: float
    weight: int


@dataclass(slots=True)
class Sketch:
    """A drawing: its frame (left, top, width, height), and operators and labels in order.

    Attributes:
        sizes: Width and height that it has by itself, in pixels; None where it says none.
        alphas: The opacities in it: what has one is drawn in the state named `t` and the number.
    """

    frame: tuple[float, ...]
    sizes: tuple[float | None, float | None]
    parts: list[str | Label] = field(default_factory=list)
    alphas: set[str] = field(default_factory=set)


def sketch(root: Any) -> Sketch:
    """Give the operators of a drawing.

    Raises:
        Strange: Something in it is not known here.
    """
    frame = tuple(map(float, root.get("viewBox", "").split()))
    if _tag(root) != "svg" or len(frame) != FRAME:
        raise Strange(root.tag)
    width, height = (
        float(told) if (told := root.get(side)) else None for side in ("width", "height")
    )
    made = Sketch(frame, (width, height))
    clips = {each.get("id"): each for each in root.iter() if _tag(each) == "clipPath"}
    _draw(root, INHERITED, made, clips)
    return made


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _draw(element: Any, above: Mapping[str, str], made: Sketch, clips: Mapping[str, Any]) -> None:
    """Draw an element and what is in it."""
    tag = _tag(element)
    if tag == "defs":
        return
    look = {**above, **{k: v for k, v in element.attrib.items() if k in INHERITED}}
    around = list(_around(element, made, clips))
    made.parts += ["q", *around] if around else []
    if tag in {"svg", "g"}:
        _only(element, SILENT)
        for child in element:
            _draw(child, look, made, clips)
    elif tag == "text":
        made.parts += _written(element, look)
    else:
        made.parts += [*_colours(look), _outline(element, tag), _paint(look)]
    made.parts += ["Q"] if around else []


def _only(element: Any, known: frozenset[str]) -> None:
    if strange := element.attrib.keys() - known - AROUND - INHERITED.keys():
        raise Strange(strange)


def _around(element: Any, made: Sketch, clips: Mapping[str, Any]) -> Iterator[str]:
    """What an element is moved by, clipped to, and seen through."""
    if told := element.get("transform"):
        found = _MOVED.fullmatch(told)
        if not found:
            raise Strange(told)
        x, y = float(found[1]), float(found[2] or 0)
        if x or y:
            yield f"1 0 0 1 {number(x)} {number(y)} cm"
    if told := element.get("clip-path"):
        inside = list(clips.get(told.removeprefix("url(#").removesuffix(")"), ()))
        if len(inside) != 1 or _tag(inside[0]) == "text":
            raise Strange(told)
        yield f"{_outline(inside[0], _tag(inside[0]))} W n"
    if told := element.get("opacity"):
        if len(element) or {"fill", "stroke"} <= element.attrib.keys():
            raise Strange("opacity")
        made.alphas.add(told)
        yield f"/t{told} gs"


def _colours(look: Mapping[str, str]) -> Iterator[str]:
    """Set what a shape is filled with, and the line around it."""
    if look["fill"] != "none":
        yield f"{_colour(look['fill'])} rg"
    if look["stroke"] != "none":
        dashes = _NUMBER.findall(look["stroke-dasharray"])
        yield (
            f"{_colour(look['stroke'])} RG {number(_pixels(look['stroke-width']))} w"
            f" {look['stroke-miterlimit']} M [{' '.join(dashes)}] 0 d"
        )


def _paint(look: Mapping[str, str]) -> str:
    return PAINT[look["fill"] != "none", look["stroke"] != "none"]


def _colour(told: str) -> str:
    """Give red, green and blue of a colour, each from 0 to 1."""
    hexes = COLOURS.get(told, told).removeprefix("#")
    if len(hexes) == len("rgb"):
        hexes = "".join(2 * letter for letter in hexes)
    try:
        return " ".join(number(value / 255) for value in bytes.fromhex(hexes))
    except ValueError:
        raise Strange(told) from None


def _outline(element: Any, tag: str) -> str:
    """Give the outline of a shape."""
    if tag == "path":
        _only(element, frozenset({"d"}))
        told = element.get("d", "")
        round_one = _CIRCLE.fullmatch(told)
        return _circle(0, 0, float(round_one[1])) if round_one else " ".join(_path(told))
    if tag == "polyline":
        _only(element, frozenset({"points"}))
        return " ".join(_path(f"M{element.get('points', '')}"))
    if tag == "circle":
        _only(element, frozenset({"cx", "cy", "r"}))
        return _circle(*(float(element.get(name, 0)) for name in ("cx", "cy", "r")))
    if tag == "rect":
        _only(element, frozenset({"x", "y", "width", "height"}))
        sides = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
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


def _written(element: Any, look: Mapping[str, str]) -> Iterator[str | Label]:
    """Give the lines of a label, after their colour."""
    _only(element, frozenset({"x", "y"}))
    if look["stroke"] != "none" or look["font-weight"] not in WEIGHTS:
        raise Strange("text")
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    yield f"{_colour(look['fill'])} rg"
    lines = [(element.text, x, y)] if element.text else []
    for line in element:
        _only(line, frozenset({"x", "dy"}))
        x, y = float(line.get("x", x)), y + float(line.get("dy", 0))
        if _tag(line) != "tspan" or len(line) or line.tail:
            raise Strange(line.tag)
        lines.append((line.text or "", x, y))
    size, weight = _pixels(look["font-size"]), WEIGHTS[look["font-weight"]]
    for text, left, base in lines:
        yield Label(text, left, base, look["text-anchor"], size, weight)


def _pixels(told: str) -> float:
    return float(told.removesuffix("px"))


def number(value: float) -> str:
    """Give a number as a PDF has it: a thousandth is all that paper shows."""
    return f"{value:.3f}".rstrip("0").rstrip(".")

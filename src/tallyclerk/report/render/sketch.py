"""What a drawing of ours comes to on paper: its few kinds of elements as operators of a PDF.

Charts and small marks are made of moved groups, straight lines, circles, boxes and labels. What else an
SVG may hold is `Strange`, and left to the renderer, which takes ten times as long over each element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tallyclerk.report.render.letters import FAMILIES
from tallyclerk.report.render.outlines import (
    AROUND,
    INHERITED,
    Strange,
    measure,
    number,
    only,
    outline,
    tag_of,
)

SILENT = frozenset({"id", "aria-hidden", "focusable"})
"""Attributes that say nothing of how a group looks."""
FRAMED = SILENT | {"viewBox", "width", "height"}
"""Attributes of the whole drawing that say nothing of how its parts look."""
WEIGHTS = {"400": 400, "normal": 400, "600": 600, "bold": 600}
ANCHORS = frozenset({"start", "middle", "end"})
COLOURS = {"black": "#000", "white": "#fff"}
PAINT = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}
"""By whether a shape is filled, and whether it has a line around it."""
FRAME = 4
"""Numbers of a frame: left, top, width, height."""
_HEXES = re.compile("#([0-9a-fA-F]{3}){1,2}")
_BETWEEN = re.compile(r"[\s,]+")
_LOOSE = re.compile(r"^ | $|  |[\t\r\n]")
_MOVED = re.compile(r"translate\((-?[\d.]+)(?:[, ]+(-?[\d.]+))?\)")


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
    frame = tuple(map(measure, root.get("viewBox", "").split()))
    if tag_of(root) != "svg" or len(frame) != FRAME or min(frame[2:]) <= 0:
        raise Strange(root.tag)
    width, height = (
        measure(told) if (told := root.get(side)) else None for side in ("width", "height")
    )
    made = Sketch(frame, (width, height))
    clips = {each.get("id"): each for each in root.iter() if tag_of(each) == "clipPath"}
    _draw(root, INHERITED, made, clips)
    return made


def _draw(element: Any, above: Mapping[str, str], made: Sketch, clips: Mapping[str, Any]) -> None:
    """Draw an element and what is in it."""
    tag = tag_of(element)
    if tag == "defs":
        return
    look = {**above, **{k: v for k, v in element.attrib.items() if k in INHERITED}}
    around = list(_around(element, look, made, clips))
    made.parts += ["q", *around] if around else []
    if tag == "g" or above is INHERITED:
        only(element, FRAMED if above is INHERITED else SILENT)
        for child in element:
            _draw(child, look, made, clips)
    elif tag == "text":
        made.parts += _written(element, look)
    else:
        made.parts += [*_colours(look), outline(element, tag), _paint(look)]
    made.parts += ["Q"] if around else []


def _around(
    element: Any, look: Mapping[str, str], made: Sketch, clips: Mapping[str, Any]
) -> Iterator[str]:
    """What an element is moved by, clipped to, and seen through."""
    if told := element.get("transform"):
        found = _MOVED.fullmatch(told)
        if not found:
            raise Strange(told)
        x, y = measure(found[1]), measure(found[2] or "0")
        if x or y:
            yield f"1 0 0 1 {number(x)} {number(y)} cm"
    if told := element.get("clip-path"):
        clip = clips.get(told.removeprefix("url(#").removesuffix(")"), ())
        if len(clip) != 1 or clip.attrib.keys() != {"id"} or clip[0].attrib.keys() & AROUND:
            raise Strange(told)
        yield f"{outline(clip[0], tag_of(clip[0]))} W n"
    if told := element.get("opacity"):
        if len(element) or "none" not in {look["fill"], look["stroke"]}:
            raise Strange("opacity")
        alpha = number(min(max(measure(told), 0), 1))
        made.alphas.add(alpha)
        yield f"/t{alpha} gs"


def _colours(look: Mapping[str, str]) -> Iterator[str]:
    """Set what a shape is filled with, and the line around it."""
    if look["fill"] != "none":
        yield f"{_colour(look['fill'])} rg"
    if look["stroke"] != "none":
        told = look["stroke-dasharray"]
        dashes = [] if told == "none" else [measure(each) for each in _BETWEEN.split(told)]
        width, most = measure(look["stroke-width"]), measure(look["stroke-miterlimit"])
        if width <= 0 or most < 1 or (dashes and (min(dashes) < 0 or not any(dashes))):
            raise Strange("a line that is not seen")
        yield (
            f"{_colour(look['stroke'])} RG {number(width)} w {number(most)} M"
            f" [{' '.join(map(number, dashes))}] 0 d"
        )


def _paint(look: Mapping[str, str]) -> str:
    return PAINT[look["fill"] != "none", look["stroke"] != "none"]


def _colour(told: str) -> str:
    """Give red, green and blue of a colour, each from 0 to 1."""
    hexes = COLOURS.get(told, told)
    if not _HEXES.fullmatch(hexes):
        raise Strange(told)
    digits = hexes[1:] if len(hexes) == len("#rrggbb") else "".join(2 * each for each in hexes[1:])
    return " ".join(number(value / 255) for value in bytes.fromhex(digits))


def _written(element: Any, look: Mapping[str, str]) -> Iterator[str | Label]:
    """Give the lines of a label, after their colour."""
    only(element, frozenset({"x", "y"}))
    known = look["font-weight"] in WEIGHTS and look["text-anchor"] in ANCHORS
    if look["stroke"] != "none" or look["font-family"] != FAMILIES or not known:
        raise Strange("text")
    if element.text and len(element):
        raise Strange("a line that goes on")
    x, y = measure(element.get("x", "0")), measure(element.get("y", "0"))
    yield f"{_colour(look['fill'])} rg"
    lines = [(element.text, x, y)] if element.text else []
    for line in element:
        if tag_of(line) != "tspan" or line.attrib.keys() != {"x", "dy"} or len(line) or line.tail:
            raise Strange(line.tag)
        x, y = measure(line.get("x")), y + measure(line.get("dy"))
        lines.append((line.text or "", x, y))
    size, weight = measure(look["font-size"]), WEIGHTS[look["font-weight"]]
    for text, left, base in lines:
        if _LOOSE.search(text):
            raise Strange("spaces")
        yield Label(text, left, base, look["text-anchor"], size, weight)

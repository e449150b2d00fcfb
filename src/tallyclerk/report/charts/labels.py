"""Labels of a chart: drawn as blanks, and set in their places when the drawing is done.

Vega lays out every text to know how wide it is, 60 µs a letter, more than half of what a drawing
takes. Our charts leave room for their labels themselves (see `theme.plot`), so no width decides
anything. Blanks have none, and are not laid out: a letter becomes as many of them as say which it is.
So no text of others gets into the renderer either. Numbers are written as Vega does, and words as
their keys, until they are set: a chart is the same in every language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import ceil

from markupsafe import escape

from tallyclerk.report import text, words
from tallyclerk.report.render import letters

_DIGITS = "0123456789abcdef"
_BLANKS = "".join(map(chr, range(0x2000, 0x200B))) + " \t\u1680\u205f\u3000"
_END = "\x85"
"""A blank to what measures a text, but not to JavaScript, which trims it."""
_HIDE, _SHOW = str.maketrans(_DIGITS, _BLANKS), str.maketrans(_BLANKS, _DIGITS)
_HIDDEN = re.compile(f"{_END}([{_BLANKS}]?)((?:[{_BLANKS}]{{2}})*){_END}")
_NUMBER, _WORD = _BLANKS[0], _BLANKS[1]
"""A blank in front of those of a label that is a number of Vega, or the key of a word."""
_GROUP, _DECIMAL = ",", "."
"""Signs in a number of Vega."""
FONT_SIZE = 11
GAP = 12
"""Pixels around what stands right of a plot."""
APART = 6
"""Pixels between a plot and the names left of it, and at the edge of the drawing."""


def hidden(label: str) -> str:
    """Give a label as blanks."""
    return f"{_END}{_blanks(label)}{_END}"


def hidden_word(key: str) -> str:
    """Give a word of the language that is spoken when it is shown, as blanks."""
    return f"{_END}{_WORD}{_blanks(key)}{_END}"


def _blanks(label: str) -> str:
    return label.encode().hex().translate(_HIDE)


def hidden_number(expression: str = "datum.label", *, unit: str = "", also: str = "") -> str:
    """Give a Vega expression that writes a number, and its unit, as blanks.

    Args:
        expression: Gives the number as text.
        unit: rate or hours; default: one that is not said.
        also: Signs that it may have beside those of a number that is not negative.
    """
    for sign in f"{also}{_GROUP}{_DECIMAL}0123456789":
        expression = f"join(split({expression},{json.dumps(sign)}),'{_blanks(sign)}')"
    after = _blanks(f" {text.sign(unit)}") if unit else ""
    return f"'{_END}{_NUMBER}'+{expression}+'{after}{_END}'"


def shown(drawn: str) -> str:
    """Set the labels of a drawing in their places."""
    return _HIDDEN.sub(_shown, drawn)


def _shown(found: re.Match[str]) -> str:
    kind, blanks = found.groups()
    label = bytes.fromhex(blanks.translate(_SHOW)).decode()
    if kind == _NUMBER:
        group, decimal = words.signs()
        label = label.translate({ord(_GROUP): group, ord(_DECIMAL): decimal})
    return escape(words.say(label) if kind == _WORD else label)


def hidden_in(row: Mapping[str, object], left: float) -> dict[str, object]:
    """Give a row with its labels as blanks, its name cut to the pixels left of the plot."""
    told = dict(row)
    for key in ("name", "text", "note"):
        if isinstance(label := row.get(key), str):
            told[key] = hidden(fitted(label, left) if key == "name" else label)
    return told


def room(row: Mapping[str, object]) -> int:
    """Give the pixels that a row needs right of the plot."""
    label = row.get("text")
    return ceil(width(label)) + GAP if isinstance(label, str) and label else 0


def width(label: str) -> float:
    """Give the pixels that a label takes."""
    return letters.width(label) * FONT_SIZE


def fitted(name: str, room: float) -> str:
    """Cut a name to the pixels that it may take, with an ellipsis where it was cut."""
    if width(name) <= room:
        return name
    while name and width(f"{name}…") > room:
        name = name[:-1]
    return f"{name.rstrip()}…"

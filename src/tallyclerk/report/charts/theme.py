"""One look for every chart: the page's font and colours, quiet axes, labels on the marks."""

from __future__ import annotations

from typing import Any

from tallyclerk.report.charts.labels import FONT_SIZE

WIDTH = 420
FONT = "Tallyclerk Sans"
INK, SOFT, RULE = "#1d2329", "#545d66", "#d5d9dd"
COLOURS = {"meets": "#00629b", "below": "#9a4d00", "breach": "#8f1d2c", "open": "#5a636c"}
SHAPES = {"meets": "circle", "below": "triangle-up", "breach": "square", "open": "diamond"}
"""By class of a state (see `states.Mark.css`), as in the style sheet and the words."""

NAMES: dict[str, Any] = {"title": None, "ticks": False, "domain": False, "labelColor": INK}
"""An axis of names beside bars."""
BESIDE = 134
"""Pixels for names: as many in most charts, so that their plots stand in line."""
SCALE = 46
"""Pixels for the numbers of an upright axis, likewise."""

Specification = dict[str, Any]


def plot(left: int, right: int, *, top: int = 6, bottom: int = 2) -> dict[str, Any]:
    """Give width and look of a chart, by the pixels that it keeps for labels around its plot.

    The room on the right grows where its labels need more (see `draw.svg`).
    """
    room = {"left": left, "right": right, "top": top, "bottom": bottom}
    return {"width": WIDTH - left - right, "config": {**_look(), "padding": room}}


def _look() -> dict[str, Any]:
    label = {"labelFont": FONT, "labelFontSize": FONT_SIZE, "labelColor": SOFT}
    title = {
        "titleFont": FONT,
        "titleFontSize": FONT_SIZE,
        "titleFontWeight": "normal",
        "titleColor": SOFT,
    }
    return {
        "background": "transparent",
        "font": FONT,
        "autosize": "none",
        "view": {"stroke": None},
        "axis": {
            **label,
            **title,
            "domainColor": RULE,
            "tickColor": RULE,
            "gridColor": "#e6e9eb",
            "labelPadding": 4,
            "titlePadding": 6,
        },
        "text": {"font": FONT, "fontSize": FONT_SIZE, "color": INK},
    }

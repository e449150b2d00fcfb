"""One look for every chart: the page's font and colours, quiet axes, labels on the marks."""

from __future__ import annotations

from typing import Any

from tallyclerk.report import words

WIDTH = 420
FONT = "Tallyclerk Sans"
INK, SOFT, RULE, FAINT = "#1d2329", "#545d66", "#d5d9dd", "#c3c9ce"
COLOURS = {"meets": "#00629b", "below": "#9a4d00", "breach": "#8f1d2c", "open": "#5a636c"}
SHAPES = {"meets": "circle", "below": "triangle-up", "breach": "square", "open": "diamond"}
"""By class of a state (see `states.Mark.css`), as in the style sheet and the words."""

NAMES: dict[str, Any] = {
    "title": None,
    "labelLimit": 126,
    "minExtent": 126,
    "maxExtent": 126,
    "ticks": False,
    "domain": False,
    "labelColor": INK,
}
"""An axis of names beside bars: as wide in every chart, so that their plots stand in line."""

Specification = dict[str, Any]


def config(right: int = 12) -> dict[str, Any]:
    """Give the configuration of a chart that keeps `right` pixels for labels behind the plot."""
    label = {"labelFont": FONT, "labelFontSize": 11, "labelColor": SOFT}
    title = {
        "titleFont": FONT,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titleColor": SOFT,
    }
    group, decimal = words.signs()
    number = {"decimal": decimal, "thousands": group, "grouping": [3], "currency": ["", ""]}
    return {
        "locale": {"number": number},
        "background": "transparent",
        "font": FONT,
        "padding": {"left": 2, "right": right, "top": 6, "bottom": 2},
        "autosize": {"type": "fit-x", "contains": "padding"},
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
        "text": {"font": FONT, "fontSize": 11, "color": INK},
    }

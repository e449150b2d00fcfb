"""Draws specifications to SVG without a browser.

A specification is compiled beforehand (see `beforehand`) and then only filled with data, which is ten
times faster than describing the chart anew; its labels are set in afterwards (see `labels`). What is
not seen is left out of it when it is compiled. What was compiled is drawn here as Vega would (see `plot`),
ten times faster again, and by Vega where there is something in it that is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from tallyclerk.report.charts import beforehand, labels
from tallyclerk.report.charts.plot import chart
from tallyclerk.report.charts.theme import Specification
from tallyclerk.report.charts.tidy import tidy
from tallyclerk.report.render.outlines import Strange

Rows = Sequence[Mapping[str, object]]
UNSEEN = {"value": 0}
"""Opacity of marks that only make room on an axis."""
SPOKEN = frozenset({"description", "ariaRoleDescription"})


@lru_cache(maxsize=1)
def _engine(fonts: Path) -> Any:
    """Load the renderer, once, with the bundled fonts."""
    import vl_convert  # noqa: PLC0415 - takes a second, and only pages need it

    vl_convert.register_font_directory(str(fonts))
    return vl_convert


@lru_cache(maxsize=32)
def _compiled(specification: Callable[[str], Specification], unit: str) -> Any:
    """Give a chart as it was compiled beforehand, or compile it."""
    return beforehand.known(specification, unit) or compiled(specification, unit)


def compiled(specification: Callable[[str], Specification], unit: str) -> dict[str, Any]:
    """Describe a chart and compile it."""
    import vl_convert  # noqa: PLC0415

    spec = specification(unit)
    version = re.search(r"/v(\d+\.\d+)", spec["$schema"])
    compiled = vl_convert.vegalite_to_vega(spec, vl_version=version.group(1) if version else None)
    return {**compiled, "marks": list(_seen(compiled)), "axes": list(_axes(compiled))}


def _seen(compiled: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the marks that can be seen, without words for screen readers: a page has its own."""
    for mark in compiled["marks"]:
        look = mark["encode"]["update"]
        if look.get("opacity") != UNSEEN:
            told = {key: value for key, value in look.items() if key not in SPOKEN}
            yield {**mark, "aria": False, "encode": {**mark["encode"], "update": told}}


def _axes(compiled: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the axes, each with its grid, which Vega-Lite makes an axis of its own."""
    axes = compiled.get("axes", ())
    grids = {axis["scale"]: axis["gridScale"] for axis in axes if "gridScale" in axis}
    named = {axis["scale"] for axis in axes if "gridScale" not in axis}
    for axis in axes:
        scale = axis["scale"]
        if "gridScale" not in axis and scale in grids:
            yield {**axis, "aria": False, "grid": True, "gridScale": grids[scale]}
        elif "gridScale" not in axis or scale not in named:
            yield {**axis, "aria": False}


def svg(
    specification: Callable[[str], Specification],
    unit: str,
    datasets: Mapping[str, Rows],
    *,
    key: str,
    fonts: Path,
) -> str:
    """Draw a chart.

    Args:
        specification: Gives the Vega-Lite specification for a unit, with named, empty data.
        unit: rate or hours, where the axis depends on it.
        datasets: Rows by the name of the data. Their labels: `name` left of the plot,
            `text` right of it, `note` within it.
        key: Unique on the page: prefix of the drawing's ids.
        fonts: Folder of the bundled fonts.
    """
    filled = _filled(_compiled(specification, unit), datasets)
    try:
        drawn = chart.drawn(filled)
    except Strange:
        drawn = by_vega(filled, fonts)
    return labels.shown(tidy(drawn, key))


def by_vega(filled: Mapping[str, Any], fonts: Path) -> str:
    """Draw a chart that is filled with rows by Vega.

    Args:
        filled: The chart.
        fonts: Folder of the bundled fonts.
    """
    drawn: str = _engine(fonts).vega_to_svg(filled)
    return drawn


def _filled(compiled: Mapping[str, Any], datasets: Mapping[str, Rows]) -> dict[str, Any]:
    """Put rows into a chart, their labels hidden, and give those on the right the room they need."""
    padding = compiled["padding"]
    beside = max((labels.room(row) for rows in datasets.values() for row in rows), default=0)
    right = max(padding["right"], beside)
    left = padding["left"] - labels.APART
    data = [
        {**each, "values": [labels.hidden_in(row, left) for row in datasets[each["name"]]]}
        if each["name"] in datasets
        else each
        for each in compiled["data"]
    ]
    return {
        **compiled,
        "data": data,
        "padding": {**padding, "right": right},
        "width": compiled["width"] + padding["right"] - right,
    }

"""Rows of a chart: those it was filled with, and those that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tallyclerk.report.charts.plot.expressions import expression
from tallyclerk.report.render.outlines import Strange

Row = Mapping[str, Any]
Rows = Sequence[Row]


def tables(told: Sequence[Mapping[str, Any]]) -> dict[str, Rows]:
    """Give all rows by the name of the data.

    Raises:
        Strange: They follow in a way that is not known here.
    """
    found: dict[str, Rows] = {}
    for each in told:
        rows = found[each["source"]] if "source" in each else each["values"]
        for transform in each.get("transform", ()):
            rows = _changed(rows, transform)
        found[each["name"]] = rows
    return found


def _changed(rows: Rows, told: Mapping[str, Any]) -> Rows:
    """Give the rows after one step."""
    if told["type"] == "filter":
        keeps = expression(told["expr"])
        return [row for row in rows if keeps({"datum": row})]
    if told["type"] == "formula":
        made = expression(told["expr"])
        return [{**row, told["as"]: made({"datum": row})} for row in rows]
    if told["type"] == "stack" and told["offset"] == "zero":
        return _stacked(rows, told)
    raise Strange(told["type"])


def _stacked(rows: Rows, told: Mapping[str, Any]) -> Rows:
    """Put the values of a group one upon the other, those below zero apart."""
    start, end = told["as"]
    places: dict[int, Row] = {}
    ends: dict[Any, float] = {}
    order = list(enumerate(rows))
    for name, way in zip(told["sort"]["field"], told["sort"]["order"], strict=True):
        order.sort(key=lambda each: each[1][name], reverse=way == "descending")
    for place, row in order:
        value = row[told["field"]] or 0
        group = (*(row[name] for name in told["groupby"]), value < 0)
        low = ends.get(group, 0)
        ends[group] = low + value
        places[place] = {**row, start: low, end: ends[group]}
    return [places[place] for place in range(len(rows))]

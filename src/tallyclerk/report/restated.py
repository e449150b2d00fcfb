"""The table of what a report says differently than the one it replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tallyclerk.domain.results import Restatement, State
from tallyclerk.report import text, words
from tallyclerk.report.model import KpiText, Table
from tallyclerk.report.states import MARKS, kpi_place

MOST = 40
COLUMNS = ("figure", "as", "was", "is", "because")


def restatements(found: Sequence[Restatement], kpis: Mapping[str, KpiText]) -> Table:
    """List the restated totals of one partner in the order of its page."""
    ordered = sorted(found, key=lambda r: (r.role, kpi_place(r.kpi), r.statistic))
    rest = len(ordered) - MOST
    return Table(
        key="restated",
        title=words.say("section.restated"),
        columns=tuple((words.say(f"table.{name}"), "") for name in COLUMNS),
        rows=tuple(_row(r, kpis) for r in ordered[:MOST]),
        note=f"{text.plural(rest, 'further figure')} in results.json" if rest > 0 else "",
    )


def _row(found: Restatement, kpis: Mapping[str, KpiText]) -> tuple[str, ...]:
    name = kpis[found.kpi].label if found.kpi in kpis else found.kpi
    label = name if found.statistic == "rate" else f"{name}, {found.statistic.upper()}"
    sides = (_said(side, found.unit) for side in (found.before, found.after))
    return label, found.role, *sides, ", ".join(found.causes)


def _said(side: Mapping[str, Any], unit: str) -> str:
    """Give the fields that changed, as one of the two reports had them."""
    if not side:
        return "no such figure"
    told = []
    for name, value in side.items():
        if name in {"value", "target", "limit"}:
            told.append(f"{name} {text.quantity(value, unit)}")
        elif name in {"n", "hits", "waiting"}:
            told.append(f"{name} {text.DASH if value is None else text.count(value)}")
        elif name == "state":
            told.append(MARKS[State(value)].word)
        elif name == "counted":
            told.append(f"counted {value or text.DASH}")
    if "low" in side or "high" in side:
        limits = [text.DASH if v is None else text.amount(v, unit) for v in _ends(side)]
        told.append(f"interval {' to '.join(limits)}")
    if "excluded" in side:
        out = dict(side["excluded"] or {})
        told.append("out " + (", ".join(f"{why} {out[why]}" for why in sorted(out)) or "none"))
    return "; ".join(told)


def _ends(side: Mapping[str, Any]) -> list[float | None]:
    return [side[name] for name in ("low", "high") if name in side]

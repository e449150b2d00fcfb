"""The table of what a report says differently than the one it replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tallyclerk.domain.judgement import Restatement
from tallyclerk.domain.results import State
from tallyclerk.report import text, words
from tallyclerk.report.model import KpiText, Table
from tallyclerk.report.reasons import reason
from tallyclerk.report.states import kpi_place, mark

MOST = 40
COUNTS = frozenset({"n", "hits", "waiting"})
TOGETHER = frozenset({"low", "high", "excluded"})
"""Fields that are told in one phrase."""
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
        note=words.say("restated.rest", n=text.count(rest)) if rest > 0 else "",
    )


def _row(found: Restatement, kpis: Mapping[str, KpiText]) -> tuple[str, ...]:
    name = kpis[found.kpi].label if found.kpi in kpis else found.kpi
    label = name if found.statistic == "rate" else f"{name}, {found.statistic.upper()}"
    sides = (_said(side, found.unit) for side in (found.before, found.after))
    causes = (words.said(f"restated.cause.{why.replace(' ', '_')}") or why for why in found.causes)
    return label, words.named("role", found.role), *sides, ", ".join(causes)


def _said(side: Mapping[str, Any], unit: str) -> str:
    """Give the fields that changed, as one of the two reports had them."""
    if not side:
        return words.say("restated.new")
    told = [_field(name, value, unit) for name, value in side.items() if name not in TOGETHER]
    if "low" in side or "high" in side:
        low, high = (
            text.DASH if side.get(end) is None else text.amount(side[end], unit)
            for end in ("low", "high")
        )
        told.append(words.say("restated.interval", low=low, high=high))
    if "excluded" in side:
        out = sorted((side["excluded"] or {}).items())
        reasons = ", ".join(f"{reason(why)}: {text.count(n)}" for why, n in out)
        told.append(words.say("restated.excluded", reasons=reasons or words.say("restated.none")))
    return "; ".join(told)


def _field(name: str, value: Any, unit: str) -> str:
    if name == "state":
        return mark(State(value)).word
    if value is None:
        said = text.DASH
    elif name == "counted":
        said = words.say(f"counted.{value}")
    else:
        said = text.count(value) if name in COUNTS else text.quantity(value, unit)
    return words.say(f"restated.{name}", value=said)

"""`tallyclerk kpis`: the KPI dictionary, from the definitions."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from tallyclerk.cli.options import format_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tallyclerk.domain.kpi import Kpi

_LABELS = {
    "question": "question",
    "subject": "judges",
    "numerator": "value",
    "eligible": "in n",
    "cohort": "period by",
    "maturity": "mature",
    "unit": "unit",
    "parameters": "parameters",
    "targets": "targets",
    "milestones": "needs",
    "rules": "rules",
    "caveats": "caveats",
    "source": "source",
}
_INDENT = 12


@click.command
@click.argument("name", required=False)
@format_option("table", "json", "md")
def command(name: str | None, form: str) -> None:
    """Print the KPI dictionary.

    With NAME all of one KPI: question, formula, cohort, unit, parameters, targets, source.
    """
    from tallyclerk.cli.output import as_json, say
    from tallyclerk.kpis.dictionary import definitions

    kpis = definitions()
    chosen = [_chosen(name, kpis)] if name else list(kpis.values())
    if form == "json":
        said = [described(kpi) for kpi in chosen]
        say(as_json(said[0] if name else said))
    elif form == "md":
        say(markdown(chosen))
    else:
        say(_full(chosen[0]) if name else _list(chosen))


def _chosen(name: str, kpis: Any) -> Kpi:
    from difflib import get_close_matches

    from tallyclerk.errors import UsageError

    plain = name.partition(".")[0].casefold()
    found: Kpi | None = kpis.get(plain)
    if found is None:
        near = get_close_matches(plain, kpis, n=1)
        how = f"did you mean {near[0]}?" if near else f"there are: {', '.join(kpis)}"
        raise UsageError(f"no KPI {name!r}", how=how)
    return found


def described(kpi: Kpi) -> dict[str, Any]:
    """A definition as a plain object."""
    words = ("name", "label", "question", "subject", "roles", "cohort", "eligible", "numerator")
    rest = ("maturity", "better", "unit", "statistics", "cases", "milestones", "rules")
    told = {key: _plain(getattr(kpi, key)) for key in (*words, *rest)}
    goals = {str(k): {"target": g.target, "limit": g.limit} for k, g in kpi.goals.items()}
    return {
        **told,
        "parameters": dict(kpi.parameters),
        "default_targets": goals,
        "is_rare": kpi.rare,
        "is_self_reported": kpi.self_reported,
        "caveats": kpi.caveats,
        "source": kpi.source,
    }


def _plain(value: Any) -> Any:
    return [str(part) for part in value] if isinstance(value, tuple) else value


def _list(kpis: Iterable[Kpi]) -> str:
    from tallyclerk.cli.table import Column, Row, table

    columns = [Column("KPI"), Column("better"), Column("question", flexible=True)]
    rows = [Row([kpi.name, kpi.better, kpi.question]) for kpi in kpis]
    return f"{table(columns, rows)}\n\n`tallyclerk kpis NAME` has all of one KPI"


def _full(kpi: Kpi) -> str:
    from tallyclerk.cli.table import width

    words = {
        **described(kpi),
        "parameters": "; ".join(f"{key} = {value}" for key, value in kpi.parameters.items()),
        "targets": _goals(kpi),
        "milestones": ", ".join(kpi.milestones),
        "rules": ", ".join(kpi.rules),
        "unit": f"{kpi.unit} of {kpi.cases}, {kpi.better} is better",
    }
    lines = [f"{kpi.name}: {kpi.label}"]
    for key, label in _LABELS.items():
        if words[key]:
            lead = f"{label:<{_INDENT}}"
            lines.append(
                textwrap.fill(
                    str(words[key]),
                    width(),
                    initial_indent=lead,
                    subsequent_indent=" " * _INDENT,
                    break_on_hyphens=False,
                )
            )
    return "\n".join(lines)


def _goals(kpi: Kpi) -> str:
    from tallyclerk.report.text import NBSP, agreed, goal

    said = [
        f"{statistic} {goal(g.target, kpi.better, kpi.unit)}, breach beyond "
        f"{agreed(g.limit, kpi.unit)}"
        for statistic, g in kpi.goals.items()
    ]
    return "; ".join(said).replace(NBSP, " ")


def markdown(kpis: Iterable[Kpi]) -> str:
    """The dictionary as the README has it: one row per KPI."""
    lines = ["| KPI | question | value | in n | unit | better |", "| --- " * 6 + "|"]
    lines += [
        f"| `{kpi.name}` | {kpi.question} | {kpi.numerator} | {kpi.eligible} | {kpi.unit} | "
        f"{kpi.better} |"
        for kpi in kpis
    ]
    return "\n".join(lines)

"""`tallyclerk compare`: partners side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.comparing import lanes, notes, ranks, second
from tallyclerk.cli.options import format_option, reading

if TYPE_CHECKING:
    from tallyclerk.domain.kpi import Kpi
    from tallyclerk.domain.results import Result, RunInfo
    from tallyclerk.judge.compared import ComparedRow, Comparison, Pair
    from tallyclerk.judge.portfolio import Cuts
    from tallyclerk.pipeline import Run


@click.command
@click.argument("partners", nargs=-1, required=True, metavar="A B [C]...")
@format_option("table", "csv", "json", "md")
@reading(default="all")
def command(run: Run, cuts: Cuts, partners: tuple[str, ...], form: str) -> None:
    """Compare partners: differences with what is proven of them.

    Two are compared with each other, more are each compared with the rest. Below each KPI stands
    the same on the lanes that both use, weighted to one mix: who serves the harder lanes is not
    the worse for it.
    """
    from tallyclerk.cli.output import as_json, say
    from tallyclerk.judge.compared import comparison_object, comparison_rows
    from tallyclerk.report.render.data import csv_bytes, run_object

    names = run.known.all_of("partner", partners)
    if len(names) < 2:  # noqa: PLR2004 - two to compare
        raise click.UsageError("compare needs two different partners, such as: compare A B.")
    info = run.info(cuts.period or run.months)
    comparison = run.compare(replace(cuts, partners=names), names)
    if form == "json":
        say(as_json({"run": run_object(info), **comparison_object(comparison)}))
    elif form == "csv":
        rows = list(comparison_rows(comparison))
        header = list(rows[0]) if rows else []
        say(csv_bytes(header, [[row[name] for name in header] for row in rows]))
    else:
        draw = _markdown if form == "md" else _table
        parts = [draw(pair, run.kpis, info) for pair in _in_page_order(comparison)]
        say("\n\n".join([*parts, *ranks(comparison, run.kpis)]))


def _in_page_order(comparison: Comparison) -> list[Pair]:
    """The pairs with their rows in the order in which a page tells them."""
    from tallyclerk.report.states import page_order

    return [
        replace(pair, rows=tuple(sorted(pair.rows, key=lambda r: (r.role, page_order(r.first)))))
        for pair in comparison.pairs
    ]


HEADINGS = ("KPI", "{first}", "n", "{second}", "n", "difference (95 %)", "verdict")


SAME = "· same lanes"
WIDEST_NAME = 17


def _title(pair: Pair, info: RunInfo) -> str:
    from tallyclerk.cli.output import heading

    return f"compare  {pair.first} vs {pair.second}   {heading(info, info.period)}"


def _cells(pair: Pair, row: ComparedRow, kpis: Mapping[str, Kpi]) -> list[str]:
    from tallyclerk.cli.output import kpi_label
    from tallyclerk.judge.compared import DECIDED, RAW

    verdict = f"{pair.first} {row.verdict}" if row.verdict in DECIDED else str(row.verdict)
    sign = "%" if row.first.unit == "rate" else "h"
    sides = [cell for r in (row.first, row.second) for cell in (_estimate(r), f"{r.n:,}")]
    label = f"{kpi_label(kpis, row.first)} {sign}" if row.basis == RAW else SAME
    return [label, *sides, _difference(row), verdict]


def _estimate(result: Result) -> str:
    from tallyclerk.report.text import amount

    assert result.value is not None  # noqa: S101 - a compared row has values
    scale = 100 if result.unit == "rate" else 1
    limits = [
        "…" if limit is None else _rough(limit * scale) for limit in (result.low, result.high)
    ]
    return f"{amount(result.value, result.unit)} [{'–'.join(limits)}]"


def _rough(value: float) -> str:
    """A limit with two digits."""
    digits = 2 if 0 < value < 0.095 else 1 if 0 < value < 9.95 else 0  # noqa: PLR2004
    return f"{value:.{digits}f}"


def _difference(row: ComparedRow) -> str:
    from tallyclerk.judge.compared import Verdict

    scale = 100 if row.first.unit == "rate" else 1
    diff, low, high = (None if v is None else v * scale for v in row.difference)
    if row.verdict is Verdict.TOO_FEW:
        return _signed(diff)
    return f"{_signed(diff)} [{_signed(low)}, {_signed(high)}]"


def _signed(value: float | None) -> str:
    if value is None:
        return "—"
    digits = 2 if 0 < abs(value) < 0.095 else 1 if abs(value) < 9.95 else 0  # noqa: PLR2004
    return f"{value:+.{digits}f}"


def _table(pair: Pair, kpis: Mapping[str, Kpi], info: RunInfo) -> str:
    from tallyclerk.cli.output import paragraphs
    from tallyclerk.cli.table import Column, one_line, shortened, table, width, wrapped

    parts = [one_line(_title(pair, info))]
    for role, rows in groupby(pair.rows, key=lambda row: row.role):
        names = [h.format(first=pair.first, second=second(pair)) for h in HEADINGS]
        right = {2, 4}
        columns = [
            Column(shortened(name, WIDEST_NAME), right=i in right, flexible=i in {0, 6})
            for i, name in enumerate(names)
        ]
        above = [f"as {role}", *lanes(pair, role)]
        shown = [part for line in above for part in wrapped(one_line(line), width())]
        parts.append(
            "\n".join(shown) + f"\n{table(columns, [_cells(pair, row, kpis) for row in rows])}"
        )
    below = [line for note in notes(pair, kpis) for line in wrapped(note, width())]
    return paragraphs(*parts, "\n".join(below))


def _markdown(pair: Pair, kpis: Mapping[str, Kpi], info: RunInfo) -> str:
    from tallyclerk.cli.table import one_line

    names = [h.format(first=pair.first, second=second(pair)) for h in HEADINGS]
    lines = [f"**{one_line(_title(pair, info))}**", ""]
    lines += [f"- as {told.role}: {line}" for told in pair.lanes for line in lanes(pair, told.role)]
    lines += ["", _md_row(names), _md_row(["---"] * 7)]
    lines += [_md_row(_cells(pair, row, kpis)) for row in pair.rows]
    return "\n".join([*lines, "", *(f"- {line}" for line in notes(pair, kpis))])


def _md_row(cells: list[str]) -> str:
    from tallyclerk.cli.table import one_line

    return "| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in cells) + " |"

"""`tallyclerk tally`: results, in total or by a cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import format_option, reading

if TYPE_CHECKING:
    from tallyclerk.cli.table import Row
    from tallyclerk.domain.kpi import Kpi
    from tallyclerk.domain.results import Result
    from tallyclerk.judge.portfolio import Cuts
    from tallyclerk.pipeline import Run

CUTS = ("lane", "month", "counterpart", "chain", "service", "rule")


@click.command
@click.option(
    "--by", multiple=True, type=click.Choice(CUTS), help="Finer rows instead of the totals."
)
@format_option("table", "csv", "json")
@reading(default="all")
def command(run: Run, cuts: Cuts, by: tuple[str, ...], form: str) -> None:
    """Print results, in total or by lane, month, counterpart and more."""
    from tallyclerk.cli.output import say
    from tallyclerk.report.render.data import results_object, results_table

    if len(by) > 1:
        raise click.UsageError(f"--by {' and --by '.join(by)}: give one at a time.")
    cut = by[0] if by else None
    results = run.results(cuts, cut)
    info = run.info(cuts.period or run.months)
    if form == "json":
        say(results_object(info, results))
    elif form == "csv":
        say(results_table({f"{cut}s" if cut else "totals": results}))
    else:
        from tallyclerk.cli.output import heading, paragraphs, provisional_note

        tables = _tables(run, results, cut) if results else ["no results for this choice"]
        say(paragraphs(heading(info, info.period), *tables, provisional_note(results)))


def _tables(run: Run, results: Sequence[Result], cut: str | None) -> list[str]:
    """A table per partner and role."""
    from tallyclerk.cli.table import one_line
    from tallyclerk.judge.portfolio import name_of
    from tallyclerk.report.states import page_order

    ordered = sorted(
        results, key=lambda r: (r.partner_id, r.role, page_order(r), _cut_value(r, cut))
    )
    tables = []
    for (partner, role), rows in groupby(ordered, key=lambda r: (r.partner_id, r.role)):
        name = name_of(partner, run.settings)
        title = f"{partner} ({name}), {role}" if name != partner else f"{partner}, {role}"
        tables.append(f"{one_line(title)}\n{_table(run.kpis, rows, cut)}")
    return tables


def _table(kpis: Mapping[str, Kpi], results: Iterable[Result], cut: str | None) -> str:
    from tallyclerk.cli.table import Column, table

    columns = [Column("KPI", flexible=True)]
    columns += [Column(cut, flexible=True)] if cut else []
    columns += [Column("value", right=True), Column("95 % interval"), Column("n", right=True)]
    columns += [] if cut else [Column("target", right=True), Column("counted")]
    columns += [Column("state")]
    return table(columns, [_row(kpis, result, cut) for result in results])


def _row(kpis: Mapping[str, Kpi], result: Result, cut: str | None) -> Row:
    from tallyclerk.cli import output
    from tallyclerk.cli.table import Row
    from tallyclerk.report.text import goal

    first = [output.kpi_label(kpis, result)]
    first += [_cut_value(result, cut)] if cut else []
    if result.value is None:
        return Row([*first, output.DASH], rest=result.reason or "")
    cells = [*first, output.value(result), output.interval(result), output.cases(result)]
    if not cut:
        cells += [goal(result.target, result.better, result.unit), result.counted or ""]
    return Row([*cells, output.state(result)])


def _cut_value(result: Result, cut: str | None) -> str:
    if cut is None:
        return ""
    return str(getattr(result, "period" if cut == "month" else cut) or "")

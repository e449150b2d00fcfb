"""`tallyclerk tally`: results, in total or by a cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import format_option, reading

if TYPE_CHECKING:
    from tallyclerk.cli.table import Row
    from tallyclerk.domain.results import Result
    from tallyclerk.judge.compared import Comparison
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import Run

CUTS = ("lane", "month", "counterpart", "chain", "handovers", "service", "rule")
OF_CHAINS = {"chain", "handovers"}
"""Cuts under which what another handover adds is said too."""


@click.command
@click.option(
    "--by",
    multiple=True,
    type=click.Choice((*CUTS, "feed")),
    help="Finer rows instead of the totals (repeatable: each lane in each month); feed, alone: "
    "what each source adds to the others.",
)
@format_option("table", "csv", "json")
@reading(default="all")
def command(run: Run, cuts: Cuts, by: tuple[str, ...], form: str) -> None:
    """Print results, in total or by lane, month, counterpart and more.

    --by feed says instead which source tells milestones first, and which silences it ends.
    """
    from tallyclerk.cli.output import say
    from tallyclerk.judge.compared import comparison_rows
    from tallyclerk.report.render.data import results_object, results_table

    by = tuple(dict.fromkeys(by))
    if "feed" in by:
        from tallyclerk.cli import feeds

        if len(by) > 1:
            raise click.UsageError("--by feed stands alone.")
        say(feeds.answer(run, cuts, form))
        return
    results = run.results(cuts, by)
    info = run.info(cuts.period or run.months)
    added = run.added_by_handover(cuts) if OF_CHAINS & {*by} else None
    if form == "json":
        finer = {"added_by_handover": comparison_rows(added)} if added else {}
        say(results_object(info, results, **finer))
    elif form == "csv":
        say(results_table({" × ".join(f"{cut}s" for cut in by) or "totals": results}))
    else:
        from tallyclerk.cli.output import heading, paragraphs, provisional_note

        tables = _tables(run, results, by) if results else ["no results for this choice"]
        said = _added(added, run) if added else ""
        say(paragraphs(heading(info, info.period), *tables, said, provisional_note(results)))


def _added(added: Comparison, run: Run) -> str:
    """What each additional handover adds, a line for each statistic."""
    from tallyclerk.cli.table import one_line, width, wrapped
    from tallyclerk.report.handovers import added_lines

    lines = [one_line(line) for line in added_lines(added, run.kpis)]
    none = "all chains have equally many handovers: nothing says what another one adds"
    told = ["what each additional handover adds to whole chains:", *lines] if lines else [none]
    return "\n".join(part for line in told for part in wrapped(line, width()))


def _tables(run: Run, results: Sequence[Result], by: Sequence[str]) -> list[str]:
    """A table per partner and role; where one KPI is asked for, a single one of all partners."""
    from tallyclerk.cli.output import kpi_label
    from tallyclerk.cli.table import one_line
    from tallyclerk.judge.portfolio import name_of
    from tallyclerk.report.states import page_order

    ordered = sorted(results, key=lambda r: (r.partner_id, r.role, page_order(r), _places(r, by)))
    if len({(r.kpi, r.statistic) for r in results}) == 1 < len({r.partner_id for r in results}):
        label = kpi_label(run.kpis, ordered[0])
        first = ("partner", lambda r: f"{r.partner_id}, {r.role}")
        return [f"{one_line(label)}\n{_table(first, ordered, by)}"]
    tables = []
    for (partner, role), rows in groupby(ordered, key=lambda r: (r.partner_id, r.role)):
        name = name_of(partner, run.settings)
        title = f"{partner} ({name}), {role}" if name != partner else f"{partner}, {role}"
        first = ("KPI", lambda r: _label(run, r))
        own = list(rows)
        shown = [one_line(title), _table(first, _once(own, by), by), *_answered(run, own, by)]
        tables.append("\n".join(shown))
    return tables


def _answered(run: Run, results: Iterable[Result], by: Sequence[str]) -> Iterator[str]:
    """Of totals over those who answered, a line each: how many of all did."""
    from tallyclerk.cli.table import one_line
    from tallyclerk.report.verdict import response

    told = [(run.kpis[r.kpi].label, response(r)) for r in results if not by]
    yield from (one_line(f"{label}: {share}") for label, share in told if share)


def _label(run: Run, result: Result) -> str:
    """The KPI; with its statistic, unless none of them has a value."""
    from tallyclerk.cli.output import kpi_label

    return run.kpis[result.kpi].label if result.n == 0 else kpi_label(run.kpis, result)


def _once(results: Iterable[Result], by: Sequence[str]) -> list[Result]:
    """One row for a KPI without cases, whatever statistics it has."""
    first = {(r.kpi, r.statistic if r.n else "", _places(r, by)): r for r in results}
    return list(first.values())


Named = tuple[str, "Callable[[Result], str]"]


def _table(first: Named, results: Iterable[Result], by: Sequence[str]) -> str:
    from tallyclerk.cli.table import Column, table

    results = list(results)
    is_doubted = any(result.in_doubt for result in results)
    columns = [Column(first[0], flexible=True)]
    columns += [Column(cut, flexible=True) for cut in by]
    columns += [Column("value", right=True), Column("95 % interval")]
    columns += [Column("at worst", right=True, needed=False)] if is_doubted else []
    columns += [Column("n", right=True)]
    agreed = [Column("target", right=True, needed=False), Column("counted", needed=False)]
    columns += [] if by else agreed
    columns += [Column("state")]
    rows = [_row(first[1], result, by, is_doubted=is_doubted) for result in results]
    return table(columns, rows)


def _row(
    name: Callable[[Result], str], result: Result, by: Sequence[str], *, is_doubted: bool
) -> Row:
    from tallyclerk.cli import output
    from tallyclerk.cli.table import Row
    from tallyclerk.report import verdict
    from tallyclerk.report.reasons import reason
    from tallyclerk.report.text import goal

    lead = [name(result), *_places(result, by)]
    if result.value is None:
        return Row([*lead, output.DASH], rest=reason(result.reason) if result.reason else "")
    cells = [*lead, verdict.value(result), output.interval(result)]
    cells += [output.worst(result)] if is_doubted else []
    cells.append(output.cases(result))
    if not by:
        cells += [goal(result.target, result.better, result.unit), result.counted or ""]
    return Row([*cells, output.state(result)])


def _places(result: Result, by: Sequence[str]) -> tuple[str, ...]:
    """Where a finer row stands in each cut."""
    return tuple(str(getattr(result, "period" if c == "month" else c) or "") for c in by)

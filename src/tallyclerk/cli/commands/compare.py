"""`tallyclerk compare`: partners side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import format_option, reading

if TYPE_CHECKING:
    from tallyclerk.domain.results import RunInfo
    from tallyclerk.judge.compared import Comparison
    from tallyclerk.judge.portfolio import Cuts
    from tallyclerk.pipeline import Run


@click.command
@click.argument("partners", nargs=-1, required=True, metavar="A B [C]...")
@format_option("table", "csv", "json", "md", "html", "pdf")
@reading(default="all")
def command(run: Run, cuts: Cuts, partners: tuple[str, ...], form: str) -> None:
    """Compare partners: differences with what is proven of them.

    Two are compared with each other, more are each compared with the rest. Below each KPI stands
    the same on the lanes that both use, weighted to one mix: who serves the harder lanes is not
    the worse for it.
    """
    from tallyclerk.cli.output import say

    names = run.known.all_of("partner", partners)
    if len(names) < 2:  # noqa: PLR2004 - two to compare
        raise click.UsageError("compare needs two different partners, such as: compare A B.")
    _refuse_paper_on_a_terminal(form)
    info = run.info(cuts.period or run.months)
    say(_answer(run, run.compare(replace(cuts, partners=names), names), info, form))


def _answer(run: Run, comparison: Comparison, info: RunInfo, form: str) -> str | bytes:
    from tallyclerk.cli import comparing
    from tallyclerk.cli.output import as_json, heading
    from tallyclerk.judge.compared import comparison_object, comparison_rows
    from tallyclerk.report.comparison import comparison_page
    from tallyclerk.report.render.data import csv_bytes, run_object

    if form == "json":
        return as_json({"run": run_object(info), **comparison_object(comparison)})
    if form == "csv":
        rows = list(comparison_rows(comparison))
        header = list(rows[0]) if rows else []
        return csv_bytes(header, [[row[name] for name in header] for row in rows])
    if form in {"html", "pdf"}:
        from tallyclerk.report.look import look_of
        from tallyclerk.report.render.pages import comparison_html
        from tallyclerk.report.render.pdf import comparison_pdf

        with look_of(run.settings.brand, run.settings.base, None).speaking():
            page = comparison_page(comparison, run.kpis, info)
            return comparison_pdf(page) if form == "pdf" else comparison_html(page).encode()
    page = comparison_page(comparison, run.kpis, info)
    draw = comparing.as_markdown if form == "md" else comparing.as_tables
    return draw(page, heading(info, info.period))


def _refuse_paper_on_a_terminal(form: str) -> None:
    import sys

    if form == "pdf" and sys.stdout.isatty():
        raise click.UsageError("a PDF is no text for a terminal: write it with > FILE.pdf")

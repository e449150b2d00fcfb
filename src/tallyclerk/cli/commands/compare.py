"""`tallyclerk compare`: partners side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import format_option, reading, templates_option

if TYPE_CHECKING:
    from pathlib import Path

    from tallyclerk.domain.judgement import RunInfo
    from tallyclerk.judge.compared import Comparison
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import Run

PAGES = frozenset({"html", "pdf"})


@click.command
@click.argument("partners", nargs=-1, required=True, metavar="A B [C]...")
@format_option("table", "csv", "json", "md", "html", "pdf")
@templates_option
@reading(default="all")
def command(
    run: Run, cuts: Cuts, partners: tuple[str, ...], form: str, templates: Path | None
) -> None:
    """Compare partners: differences with what is proven of them.

    Two are compared with each other, more are each compared with the rest. Below each KPI stands
    the same on the lanes that both use, weighted to one mix: who serves the harder lanes is not
    the worse for it. Pages (html, pdf) have the names, the look and the language of [brand].
    """
    from tallyclerk.cli.output import say

    names = run.known.all_of("partner", partners)
    if len(names) < 2:  # noqa: PLR2004 - two to compare
        raise click.UsageError("compare needs two different partners, such as: compare A B.")
    if templates and form not in PAGES:
        raise click.UsageError("--templates is for pages: --format html or --format pdf.")
    _refuse_paper_on_a_terminal(form)
    info = run.info(cuts.period or run.months)
    comparison = run.compare(replace(cuts, partners=names), names)
    if form in PAGES:
        say(_page(run, comparison, info, form, templates))
    else:
        say(_answer(run, comparison, info, form))


def _page(
    run: Run, comparison: Comparison, info: RunInfo, form: str, templates: Path | None
) -> bytes:
    """A comparison in the look of the other pages."""
    from tallyclerk.judge.portfolio import name_of
    from tallyclerk.report.comparison import comparison_page
    from tallyclerk.report.comparison_names import with_names
    from tallyclerk.report.look import look_of
    from tallyclerk.report.render.pages import comparison_html
    from tallyclerk.report.render.pdf import comparison_pdf

    look = look_of(run.settings.brand, run.settings.base, templates)
    names = {who: name_of(who, run.settings) for who in run.known.names["partner"]}
    named = with_names(comparison, names)
    with look.speaking():
        page = comparison_page(named, run.kpis, info, look.brand)
        if form == "pdf":
            return comparison_pdf(page, look.templates)
        return comparison_html(page, look.templates).encode()


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
    page = comparison_page(comparison, run.kpis, info)
    draw = comparing.as_markdown if form == "md" else comparing.as_tables
    return draw(page, heading(info, info.period))


def _refuse_paper_on_a_terminal(form: str) -> None:
    import sys

    if form == "pdf" and sys.stdout.isatty():
        raise click.UsageError("a PDF is no text for a terminal: write it with > FILE.pdf")

"""`tallyclerk report`: the scorecards of a period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import reading, templates_option
from tallyclerk.cli.session import session_of
from tallyclerk.report.names import DRAFT, FORMATS

if TYPE_CHECKING:
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import Run
    from tallyclerk.report.write import ReportOutcome


class Formats(click.ParamType[frozenset[str]]):
    """Formats with commas between them, "html,pdf"."""

    name = "formats"

    def convert(
        self,
        value: str | frozenset[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> frozenset[str]:
        """Read them, each a known one."""
        if isinstance(value, frozenset):
            return value
        names = [part.strip().lower() for part in value.split(",") if part.strip()]
        for name in names or [value]:
            if name not in FORMATS:
                self.fail(f"{name!r} is not a format; there are {', '.join(FORMATS)}.", param, ctx)
        return frozenset(names)


@click.command
@click.option(
    "--format",
    "formats",
    type=Formats(),
    default=",".join(FORMATS),
    show_default=True,
    metavar="LIST",
    help="What to write, with commas between.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder to write, replacing the report in it. Default: run.reports / the period.",
)
@templates_option
@click.option(
    "--issue",
    "is_issue",
    is_flag=True,
    help="Keep this report for good, as r1, r2, … in the folder of the period.",
)
@click.option(
    "--allow-missing",
    is_flag=True,
    help="Report although exports that are expected have not come.",
)
@reading(default="month")
@click.pass_context
def command(  # noqa: PLR0913 - one argument per option
    ctx: click.Context,
    run: Run,
    cuts: Cuts,
    formats: frozenset[str],
    out: Path | None,
    templates: Path | None,
    *,
    is_issue: bool,
    allow_missing: bool,
) -> None:
    """Write the scorecards of a period.

    In `send`, a folder for each partner with all that it gets, in which others are a role and a
    letter; in `internal`, the index and the numbers as data. --partner limits it to some. Where an
    expected export has not come, nothing is written unless --allow-missing.
    """
    from tallyclerk.cli.output import say
    from tallyclerk.errors import PagesError
    from tallyclerk.report.folders import next_issue
    from tallyclerk.report.wishes import Wishes

    period = cuts.period or run.last_complete_month
    if not allow_missing:
        run.require_exports(period)
    folder = out or run.settings.resolve(run.settings.run.reports) / period.label
    wishes = Wishes(
        formats=formats,
        issue=next_issue(folder) if is_issue else DRAFT,
        pdf_for=frozenset(cuts.partners),
    )
    outcome = run.report(cuts, folder, wishes, templates)
    say(told(outcome, formats, run.settings.run.small_partner_shipments))
    for finding in run.findings():
        session_of(ctx).note(f"note: {finding}")
    if outcome.failures:
        lines = "".join(f"\n  {partner}: {why}" for partner, why in outcome.failures)
        raise PagesError(
            f"{len(outcome.failures)} of the partners could not be written:{lines}\n",
            how="the others are written; mend the cause and run again",
        )


def told(outcome: ReportOutcome, formats: frozenset[str], small: int) -> str:
    """Where the report is, and what is in it."""
    from tallyclerk.report.text import plural

    html = [page for page in outcome.pages if page.endswith(".html")]
    pdf = [page for page in outcome.pages if page.endswith(".pdf")]
    counts = [f"{len(html)} HTML"] if "html" in formats else []
    counts += [f"{len(pdf)} PDF"] if "pdf" in formats else []
    start = "internal/index.html" if "html" in formats else "internal/manifest.json"
    pages = f"scorecards: {' and '.join(counts)}\n" if counts else ""
    if outcome.without_pdf:
        pages += (
            f"no PDF: {plural(outcome.without_pdf, 'partner')} below {plural(small, 'shipment')} "
            "(run.small_partner_shipments); --partner ID draws one\n"
        )
    if outcome.restated:
        pages += f"restated since the last report: {outcome.restated:,} figures, see each annex\n"
    return f"report: {outcome.folder}\n{pages}start with: {outcome.folder / start}"

"""`tallyclerk export`: a table of the run for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import reading
from tallyclerk.cli.session import session_of

if TYPE_CHECKING:
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import Run

TABLES = ("events", "journeys", "handovers", "incidents", "facts")
FORMATS = ("csv", "parquet", "ocel2")


@click.command
@click.option("--table", type=click.Choice(TABLES), required=True, help="What to write.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="csv",
    show_default=True,
    help="ocel2: an object-centric event log (OCEL 2.0, JSON) of what actually happened.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write, replacing it; its folder is made. Default: stdout.",
)
@reading(default="all")
@click.pass_context
def command(
    ctx: click.Context, run: Run, cuts: Cuts, table: str, form: str, out: Path | None
) -> None:
    """Write events, journeys, handovers, incidents or facts for other tools.

    Times are UTC. The months of --month, --last and the like are those of the event, of the
    dispatch (journeys, incidents), of the release (handovers) or of the KPI's cohort (facts).
    """
    from tallyclerk.cli.folders import writable
    from tallyclerk.cli.output import say

    if out is None:
        run.export(cuts, table, form, None, say)
        return
    with writable(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        rows = run.export(cuts, table, form, out, say)
    session_of(ctx).note(f"{rows:,} {'events' if form == 'ocel2' else 'rows'} written: {out}")

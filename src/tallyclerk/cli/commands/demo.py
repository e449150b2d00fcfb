"""`tallyclerk demo`: simulated exports, and the scorecard of their last month."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tallyclerk.cli.session import session_of

SHIPMENTS, SEED = 1500, 1


@click.command
@click.argument(
    "directory",
    metavar="[DIR]",
    required=False,
    default="demo",
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option("--shipments", type=click.IntRange(min=1), default=SHIPMENTS, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True)
@click.pass_context
def command(ctx: click.Context, directory: Path, shipments: int, seed: int) -> None:
    """Simulate exports and make a scorecard of them, in two minutes.

    Everything is written into DIR (default: demo).
    """
    from tallyclerk.cli.commands.report import told
    from tallyclerk.cli.folders import require_free
    from tallyclerk.cli.output import say
    from tallyclerk.config import load
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import open_run
    from tallyclerk.report.wishes import Wishes
    from tallyclerk.simulate import simulate

    require_free(directory, ("config.toml", "exports", "reports"))
    with session_of(ctx).progress() as progress:
        progress("simulating", 0, 1)
        simulate(directory, shipments, seed, truth=False)
        progress("simulating", 1, 1)
        run = open_run(load(directory / "config.toml", os.environ), progress=progress)
        period = run.last_complete_month
        folder = run.settings.resolve(run.settings.run.reports) / period.label
        wishes = Wishes()
        outcome = run.report(Cuts(period=period), folder, wishes)
    config = directory / "config.toml"
    say(
        f"exports: {directory / 'exports'}\n"
        f"{told(outcome, wishes.formats, run.settings.run.small_partner_shipments)}\n"
        f"then try: tallyclerk --config {config} tally --by month\n"
        f"          tallyclerk --config {config} compare acme nordlog"
    )

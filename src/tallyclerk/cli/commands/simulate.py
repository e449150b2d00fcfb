"""`tallyclerk simulate`: realistic exports."""

from __future__ import annotations

from pathlib import Path

import click

from tallyclerk.cli.session import session_of

SHIPMENTS, SEED = 2000, 1


@click.command
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--shipments", type=click.IntRange(min=1), default=SHIPMENTS, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True)
@click.option(
    "--truth/--no-truth",
    default=None,
    help="Write the true answers too. Default: up to 50,000 shipments.",
)
@click.pass_context
def command(
    ctx: click.Context, directory: Path, shipments: int, seed: int, *, truth: bool | None
) -> None:
    """Write realistic exports with the true answers beside them.

    DIR gets exports/ in several formats, a config.toml that reads them and truth.json. The same seed gives the same
    files.
    """
    from tallyclerk.cli.folders import require_free
    from tallyclerk.cli.output import say
    from tallyclerk.simulate import MOST_WITH_TRUTH, simulate

    require_free(directory, ("config.toml", "exports", "truth.json"))
    has_truth = shipments <= MOST_WITH_TRUTH if truth is None else truth
    with session_of(ctx).progress() as progress:
        progress("simulating", 0, 1)
        simulate(directory, shipments, seed, has_truth)
        progress("simulating", 1, 1)
    files = sum(path.is_file() for path in (directory / "exports").rglob("*"))
    answers = f"answers: {directory / 'truth.json'}\n" if has_truth else ""
    say(
        f"exports: {directory / 'exports'} ({files:,} files of {shipments:,} shipments)\n"
        f"{answers}next: tallyclerk --config {directory / 'config.toml'} report"
    )

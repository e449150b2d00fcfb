"""`tallyclerk reproduce`: a report once more, and what differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.session import session_of

if TYPE_CHECKING:
    from tallyclerk.pipeline.reproduce import Difference

FOR_PEOPLE = 40


@click.command
@click.argument(
    "folder", metavar="REPORT_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=FOR_PEOPLE,
    show_default=True,
    help="Differences shown at most; 0: all.",
)
@click.pass_context
def command(ctx: click.Context, folder: Path, limit: int) -> None:
    """Make a report again and say what differs, and why.

    Settings, data and filters are those that the report remembers; superseded exports are kept in
    the ledger for this. Every figure and the bytes of every file are compared.
    """
    from tallyclerk.cli.output import say
    from tallyclerk.errors import DifferencesError
    from tallyclerk.pipeline.reproduce import reproduce

    session = session_of(ctx)
    with session.progress() as progress:
        found = reproduce(folder, session.settings(), progress)
    compared = f"{found.figures:,} figures and {found.files:,} files compared"
    if not found.differences:
        say(f"identical: {found.folder}\n{compared}")
        return
    count = len(found.differences)
    raise DifferencesError(
        f"{count:,} differences; {compared}:{_lines(found.differences, limit or count)}\n",
        where=str(found.folder),
        how="a changed rule or late data call for a new issue, which says what it restates",
    )


def _lines(differences: tuple[Difference, ...], most: int) -> str:
    shown = [f"\n  {each.what}: {each.how} [{each.cause}]" for each in differences[:most]]
    rest = len(differences) - len(shown)
    return "".join(shown) + (f"\n  and {rest:,} more; --limit 0 shows all" if rest else "")

"""`tallyclerk forget`: a source or a file out of the ledger."""

from __future__ import annotations

import click

from tallyclerk.cli.session import session_of


@click.command
@click.argument("what", metavar="SOURCE|FILE")
@click.pass_context
def command(ctx: click.Context, what: str) -> None:
    """Take a source or a file out of the ledger.

    A source goes by its name in the configuration, a file by its path relative to it. What still is
    configured and still lies there comes back with the next ingest.
    """
    from tallyclerk.cli.output import say
    from tallyclerk.ingest.state import forget_named

    settings = session_of(ctx).settings()
    gone = forget_named(settings, what)
    lines = [f"{source}: {rows:,} rows taken out" for source, rows in sorted(gone.items())]
    say("\n".join(lines) or "nothing that counted was taken out")
    if set(gone) & set(settings.sources):
        session_of(ctx).note(
            "note: what is still configured and still lies there is read again by the next command"
        )

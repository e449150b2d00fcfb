"""`tallyclerk status`: what is in the ledger, per source."""

from __future__ import annotations

import datetime as dt

import click

from tallyclerk.cli.options import format_option
from tallyclerk.cli.session import session_of


@click.command
@format_option("table", "json")
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """Show what came, what is missing, and what partners know of each other.

    Per source: files, rows, what is expected and missing, until when it is complete, times and
    formats. Exports that are new or have changed are read first.
    """
    from dataclasses import asdict

    from tallyclerk.cli import sources
    from tallyclerk.cli.output import as_json, paragraphs, say
    from tallyclerk.ingest.state import look
    from tallyclerk.report.text import moment

    session = session_of(ctx)
    with session.progress() as progress:
        state = look(session.settings(), progress)
    if form == "json":
        say(as_json(asdict(state)))
        return
    until = moment(dt.datetime.fromisoformat(state.data_until)) if state.data_until else "—"
    held = f"{state.events:,} events of {state.shipments:,} shipments, data until {until}"
    found = sources.findings(state.findings)
    say(
        paragraphs(
            f"ledger {state.store}: {held}",
            sources.accounts(state.sources),
            sources.calendar(state.details),
            sources.forms(state.sources),
            sources.links(state.survey),
            f"look at\n{found}" if found else "",
        )
    )

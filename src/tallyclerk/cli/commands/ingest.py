"""`tallyclerk ingest`: exports into the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import format_option
from tallyclerk.cli.session import session_of

if TYPE_CHECKING:
    from tallyclerk.ingest.report import IngestReport


@click.command
@format_option("table", "json")
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """Read exports into the ledger: counts, rejects, unmapped statuses.

    Only files that are new or have changed are read. Prints what became of every row: read =
    accepted + rejected + duplicates + pending + left out, what was refused, and what wants
    looking at.
    """
    from tallyclerk.cli.output import as_json, say
    from tallyclerk.ingest.state import read_exports, refused

    session = session_of(ctx)
    settings = session.settings()
    with session.progress() as progress:
        outcome = read_exports(settings, progress)
    found = refused(settings)
    if form == "json":
        say(as_json(asdict(outcome) | {"rejects": found}))
        return
    from tallyclerk.cli import sources
    from tallyclerk.cli.output import paragraphs

    look = sources.findings([f for f in outcome.findings if f.kind not in _IN_REJECTS])
    say(
        paragraphs(
            _files(outcome),
            sources.accounts(outcome.sources),
            sources.coverage(outcome.details),
            sources.links(outcome.survey, sources.MOST),
            sources.rejects(found),
            f"look at\n{look}" if look else "",
        )
    )


_IN_REJECTS = {"rejected", "bad_cells"}


def _files(outcome: IngestReport) -> str:
    from tallyclerk.report.text import plural

    return (
        f"{plural(outcome.files_read, 'file')} read, {outcome.files_known:,} known already; "
        f"the ledger holds {outcome.events:,} events of {outcome.shipments:,} shipments"
    )

"""`tallyclerk doctor`: what is installed, what is missing, how to mend it."""

from __future__ import annotations

import click

from tallyclerk.cli.options import format_option
from tallyclerk.cli.session import session_of


@click.command
@format_option("table", "json")
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """Say what is installed, what is missing and how to mend it.

    Exit code 4 when something is missing.
    """
    from dataclasses import asdict

    from tallyclerk.cli.checks import everything
    from tallyclerk.cli.output import as_json, say
    from tallyclerk.cli.table import Column, Row, table
    from tallyclerk.errors import InputError

    session = session_of(ctx)
    checks = list(everything(session.config))
    if form == "json":
        say(as_json([asdict(check) for check in checks]))
    else:
        rows = [
            Row(["ok" if check.is_fine else "MISSING", check.name], rest=check.what)
            for check in checks
        ]
        say(table([Column(""), Column("")], rows))
    missing = [check for check in checks if not check.is_fine]
    if missing:
        lines = "".join(f"\n  {check.name}: {check.what}. Mend: {check.mend}" for check in missing)
        raise InputError(f"{len(missing)} of {len(checks)} checks failed:{lines}")

"""The command line as a whole: its commands, its global options, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module

import click

from tallyclerk import __version__
from tallyclerk.cli.endings import ending_of
from tallyclerk.cli.session import global_options

COMMANDS: dict[str, str] = {
    "init": "Write a commented config.toml, the folders, and the next step.",
    "demo": "Simulate exports and make a scorecard of them, in two minutes.",
    "inspect": "Say what exports are, and print the block that reads them.",
    "status": "Show what came, what is missing, and what partners know of each other.",
    "ingest": "Read exports into the ledger: counts, rejects, unmapped statuses.",
    "forget": "Take a source or a file out of the ledger.",
    "report": "Write the scorecards of a period.",
    "tally": "Print results, in total or by lane, month, counterpart and more.",
    "compare": "Compare partners: differences with what is proven of them.",
    "vet": "Vet partners: approve, conditional or reject, with reasons.",
    "kpis": "Print the KPI dictionary.",
    "explain": "List the shipments behind a number.",
    "trace": "Show one journey: events, custody, handovers, gaps, incidents.",
    "reproduce": "Make a report again and say what differs, and why.",
    "export": "Write events, journeys, handovers, incidents or facts for other tools.",
    "simulate": "Write realistic exports with the true answers beside them.",
    "doctor": "Say what is installed, what is missing and how to mend it.",
}
"""Every command in the order of a first use, with its line in `--help`; its module has its name."""


WIDEST, NARROWEST = 100, 50


def help_width() -> int:
    """Columns for help, as `shutil` tells them, whose import takes longer than all of the help."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
    except (OSError, ValueError):
        columns = WIDEST
    return max(NARROWEST, min(columns or WIDEST, WIDEST) - 2)


class LazyGroup(click.Group):
    """A group that knows its commands' names and lines, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands in the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"tallyclerk.cli.commands.{cmd_name}")
        command: click.Command = global_options(module.command, hidden=True)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; an unknown one is answered with the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": WIDEST,
        "terminal_width": help_width(),
    },
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def tallyclerk() -> None:
    """Turn the shipment event exports of suppliers, forwarders and couriers into scorecards."""


global_options(tallyclerk)


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        args: Arguments, default: those of the process.

    Returns:
        The exit code.
    """
    try:
        given = None if args is None else list(args)
        code = tallyclerk.main(given, prog_name="tallyclerk", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - here every error ends
        return ending_of(error)
    return code if isinstance(code, int) else 0

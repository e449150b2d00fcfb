"""How a command ends: every error is one message on stderr and one exit code."""

from __future__ import annotations

import os
import sys

import click

from tallyclerk.errors import TallyclerkError

BUG, INTERRUPTED, PIPE_CLOSED = 1, 130, 141
"""Exit codes beside those of `tallyclerk.errors`; the last two are those of shells."""


class PipeClosedError(Exception):
    """The reader of stdout has gone, which is its right."""


def ending_of(error: Exception) -> int:
    """Say what went wrong, and give the exit code."""
    if isinstance(error, PipeClosedError):
        _discard_stdout()
        return PIPE_CLOSED
    if isinstance(error, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, TallyclerkError):
        click.echo(f"Error: {printable(str(error))}", err=True)
        return error.exit_code
    _report_bug(error)
    return BUG


def _report_bug(error: Exception) -> None:
    import traceback

    if _wants_traceback():
        traceback.print_exception(error)
    what = printable(f"{type(error).__name__}: {error}").strip()
    click.echo(
        f"Error: bug: {what} (at {_place(error)}); please report it, with this line. "
        "Mend: -vv shows where it comes from",
        err=True,
    )


def _wants_traceback() -> bool:
    shorts = [arg for arg in sys.argv[1:] if arg.startswith("-") and not arg.startswith("--")]
    verbose = sum(arg.count("v") for arg in shorts if set(arg) <= set("-vq"))
    return verbose + sys.argv[1:].count("--verbose") > 1


def _place(error: Exception) -> str:
    """The innermost line of ours that the error passed."""
    import traceback
    from pathlib import Path

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "tallyclerk" in Path(frame.filename).parts]
    if not (ours or frames):
        return "an unknown place"
    last = (ours or frames)[-1]
    return f"{'/'.join(Path(last.filename).parts[-2:])}:{last.lineno}"


def _discard_stdout() -> None:
    """Let the interpreter flush into nothing when it ends."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())


def printable(text: str) -> str:
    """Text from files and errors without what could steer a terminal; lines stay."""
    from tallyclerk.report.text import clean

    return "\n".join(clean(line) for line in text.split("\n"))

"""How a command ends: every error is one message on stderr and one exit code."""

from __future__ import annotations

import errno
import os
import re
import sys

import click

from tallyclerk.errors import InputError, TallyclerkError

BUG, INTERRUPTED, PIPE_CLOSED = 1, 130, 141
"""Exit codes beside those of `tallyclerk.errors`; the last two are those of shells."""
_SURROUNDINGS = {
    errno.ENOSPC: "make room on the disk and run again; what was there before still is",
    errno.EDQUOT: "make room within the quota and run again; what was there before still is",
    errno.EROFS: "choose a folder that can be written: run.store, run.reports, --out",
    errno.EACCES: "allow this user to read and write it, or choose another folder",
    errno.EPERM: "allow this user to read and write it, or choose another folder",
    errno.EIO: "check the disk",
}
_NUMBER = re.compile(r"os error (\d{1,4})")


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
    how = _mend_of(error) if isinstance(error, OSError) else None
    if isinstance(error, OSError) and how:
        what = error.strerror or str(error)
        told = InputError(what, where=str(error.filename) if error.filename else None, how=how)
        click.echo(f"Error: {printable(str(told))}", err=True)
        return told.exit_code
    _report_bug(error)
    return BUG


def _mend_of(error: OSError) -> str | None:
    """What mends the surroundings that an error comes from; None where it does not."""
    number = error.errno or int((_NUMBER.search(str(error)) or ("", "0"))[1])
    return _SURROUNDINGS.get(number)


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

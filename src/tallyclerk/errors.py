"""The errors a user can meet. Each is one message: what, where, how to mend it; each has its exit code."""

from __future__ import annotations

from typing import ClassVar


class TallyclerkError(Exception):
    """Something the user can mend.

    Attributes:
        what: What is wrong, one sentence without a full stop.
        where: File, row, column or key, as far as it is known.
        how: How to mend it.
        exit_code: Exit code of the command that met it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | None = None, how: str | None = None) -> None:
        """Store the three parts and build the message from those that are known."""
        self.what = what
        self.where = where
        self.how = how
        super().__init__(message(what, where=where, how=how))


class UsageError(TallyclerkError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class ConfigError(TallyclerkError):
    """The configuration cannot be used; every problem found is in the one message."""

    exit_code = 3


class InputError(TallyclerkError):
    """No input can be used."""

    exit_code = 4


class VerdictError(TallyclerkError):
    """A partner is below the line and `--strict` asked to know."""

    exit_code = 5


class DifferencesError(TallyclerkError):
    """A report does not come out again as it was."""

    exit_code = 6


class PagesError(TallyclerkError):
    """Some pages of a report failed; the others are written."""

    exit_code = 7


class LeakError(TallyclerkError):
    """What is to be sent to a partner tells who another one is; nothing was written."""

    exit_code = 7


def message(what: str, *, where: str | None = None, how: str | None = None) -> str:
    """One message out of what is wrong, where, and how to mend it.

    Example:
        >>> message("the file is empty", where="a.csv", how="export it again")
        'a.csv: the file is empty. Mend: export it again'
    """
    text = f"{where}: {what}" if where else what
    end = "\n" if "\n" in text else ". "
    return f"{text}{end}Mend: {how}" if how else text

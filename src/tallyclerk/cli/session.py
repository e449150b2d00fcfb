"""What a command knows of its surroundings: the configuration, and how to speak beside the answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tallyclerk.progress import Progress, silent

if TYPE_CHECKING:
    from pathlib import Path

    from tallyclerk.config.models import Settings

CONFIG = "config.toml"
Decorated = TypeVar("Decorated", bound=click.Command)


class Session:
    """The global options of one call.

    Attributes:
        file: The configuration file as it is named.
        verbosity: More than 0: also say what is being done; below 0: no warnings either.
        has_progress: Whether progress bars are wanted.
        engine: What counts the buckets, in place of what the configuration says.
    """

    def __init__(self) -> None:
        """Begin with the defaults."""
        self.file = CONFIG
        self.verbosity = 0
        self.has_progress = True
        self.engine: str | None = None

    @property
    def config(self) -> Path:
        """The configuration file."""
        from pathlib import Path

        return Path(self.file)

    def settings(self) -> Settings:
        """The checked configuration.

        Raises:
            ConfigError: With everything that is wrong with it.
        """
        from tallyclerk.config import load

        named = {"TALLYCLERK_ENGINE__NAME": self.engine} if self.engine else {}
        return load(self.config, {**os.environ, **named})

    def progress(self) -> AbstractContextManager[Progress]:
        """Bars on a terminal, a line per step with `-v`, else nothing."""
        if self.verbosity < 0:
            return nullcontext(silent)
        if self.has_progress and sys.stderr.isatty():
            from tallyclerk.cli.bars import Bars

            return Bars()
        return nullcontext(_Lines().tell if self.verbosity else silent)

    def note(self, text: str) -> None:
        """Say something beside the answer, unless `-q`."""
        from tallyclerk.cli.endings import printable

        if self.verbosity >= 0:
            click.echo(printable(text), err=True)


class _Lines:
    """One line on stderr when a piece of work begins."""

    def __init__(self) -> None:
        self._last = ""

    def tell(self, what: str, done: int, total: int | None) -> None:  # noqa: ARG002
        if what != self._last:
            self._last = what
            click.echo(what if total is None else f"{what} ({total})", err=True)


def session_of(ctx: click.Context) -> Session:
    """The session of a call; there is one for the whole command line."""
    return ctx.find_root().ensure_object(Session)


def global_options(command: Decorated, *, hidden: bool = False) -> Decorated:
    """Give a command the options that all have; commands take them too, without listing them."""
    names = {param.name for param in command.params}
    made = [option for option in _options(hidden=hidden) if option.name not in names]
    command.params = [*command.params, *made]
    return command


def _options(*, hidden: bool) -> list[click.Option]:
    def option(*names: str, does: Callable[[Session, Any], None], **attrs: Any) -> click.Option:
        def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
            if value:
                does(session_of(ctx), value)

        return click.Option(names, expose_value=False, hidden=hidden, callback=callback, **attrs)

    return [
        option(
            "--config",
            type=click.Path(dir_okay=False),
            metavar="FILE",
            help="The configuration (default: config.toml in this folder).",
            does=lambda session, path: setattr(session, "file", path),
        ),
        option(
            "-v",
            "--verbose",
            count=True,
            help="Say what is being done; twice: show where a bug comes from.",
            does=lambda session, count: setattr(session, "verbosity", session.verbosity + count),
        ),
        option(
            "-q",
            "--quiet",
            count=True,
            help="No progress and no warnings.",
            does=lambda session, count: setattr(session, "verbosity", session.verbosity - count),
        ),
        option(
            "--no-progress",
            is_flag=True,
            help="No progress bars (they are shown on a terminal only).",
            does=lambda session, _: setattr(session, "has_progress", False),
        ),
        option(
            "--engine",
            type=click.Choice(["local", "spark"]),
            help="What counts: this machine, or the Spark cluster of [engine].",
            does=lambda session, name: setattr(session, "engine", name),
        ),
    ]

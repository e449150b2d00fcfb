"""`tallyclerk inspect`: what an export is, and the block that reads it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tallyclerk.cli.options import format_option
from tallyclerk.cli.session import Session, session_of

if TYPE_CHECKING:
    from tallyclerk.ingest.inspect import Inspection


@click.command
@click.argument(
    "paths", metavar="PATH...", required=True, nargs=-1, type=click.Path(path_type=Path)
)
@click.option("--write", is_flag=True, help="Write the blocks into the configuration.")
@format_option("table", "toml", "json")
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], form: str, *, write: bool) -> None:
    """Say what exports are, and print the block that reads them.

    Of files and folders that nobody has described: format, encoding, columns, times, statuses, and a
    complete [sources.NAME] block for files of the same shape. What nothing in them proves, such as a
    time zone, is left open in the block as a question. With --write the blocks go into the
    folder that the configuration includes, else to its end; blocks that are there are kept.
    """
    from tallyclerk.cli import inspected
    from tallyclerk.cli.output import as_json, say
    from tallyclerk.ingest.inspect import inspect

    session = session_of(ctx)
    settings = session.settings() if session.config.exists() else None
    with session.progress() as progress:
        found = inspect(paths, settings, session.config.parent, progress)
    written = _write(found, session) if write else []
    if form == "json":
        say(as_json(asdict(found) | {"written": [path.as_posix() for path in written]}))
    elif form == "toml":
        say(inspected.blocks(found))
    else:
        say(inspected.told(found, written, session.file, is_written=write))
    if not any(group.blocks for group in found.groups):
        raise inspected.nothing_usable(found)


def _write(found: Inspection, session: Session) -> list[Path]:
    """Write the blocks; the files that were made or have grown."""
    from tallyclerk.cli.commands.init import starter
    from tallyclerk.cli.folders import writable
    from tallyclerk.ingest.inspect.writing import additions

    written = []
    for addition in additions(found, session.config, starter()):
        with writable(addition.path.parent):
            if addition.is_new and addition.path.exists():
                session.note(f"{addition.path} is there already; its block was not written")
                continue
            addition.path.parent.mkdir(parents=True, exist_ok=True)
            mode = "x" if addition.is_new else "a"
            with addition.path.open(mode, encoding="utf-8", newline="\n") as file:
                file.write(addition.text)
        written.append(addition.path)
    return written

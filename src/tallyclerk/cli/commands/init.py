"""`tallyclerk init`: a configuration to fill in."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

FOLDERS = ("exports", "sources", "reports")


@click.command
@click.argument(
    "directory",
    metavar="[DIR]",
    required=False,
    default=".",
    type=click.Path(file_okay=False, path_type=Path),
)
def command(directory: Path) -> None:
    """Write a commented config.toml, the folders, and the next step.

    Into DIR (default: this folder); nothing is ever overwritten.
    """
    from tallyclerk.cli.folders import require_free, writable
    from tallyclerk.cli.output import say

    require_free(directory, ("config.toml",))
    with writable(directory):
        for name in FOLDERS:
            (directory / name).mkdir(parents=True, exist_ok=True)
        text = starter()
        with (directory / "config.toml").open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    is_here = directory == Path()
    config = "" if is_here else f" --config {directory / 'config.toml'}"
    say(
        f"written: {directory / 'config.toml'}, and the folders {', '.join(FOLDERS)}\n"
        f"next: put exports into {directory / 'exports'}, then let\n"
        f"      `tallyclerk{config} inspect {directory / 'exports'} --write` describe them"
    )


def starter() -> str:
    """The configuration that `init` writes."""
    return (files("tallyclerk.cli") / "starter.toml").read_text(encoding="utf-8")

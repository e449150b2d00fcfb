"""What the program needs of its surroundings, looked at piece by piece."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from tallyclerk.errors import TallyclerkError

OLDEST_PYTHON = (3, 11)
LIBRARIES = {
    "pages as PDF": ("weasyprint", "`make report` names the package to install for this system"),
    "charts": ("vl_convert", "install the requirements again: pip install --force-reinstall"),
    "hashes": ("polars_hash", "install the requirements again: pip install --force-reinstall"),
}
"""Modules that load libraries of the system; each is tried in a process of its own."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    is_fine: bool
    what: str
    mend: str = ""


def everything(config: Path) -> Iterator[Check]:
    """Every check, the most basic ones first."""
    yield _python()
    yield from _packages()
    yield from (_library(name, *how) for name, how in LIBRARIES.items())
    yield _fonts()
    yield from _configuration(config)


def _python() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    oldest = ".".join(str(part) for part in OLDEST_PYTHON)
    is_new = sys.version_info[:2] >= OLDEST_PYTHON
    return Check("Python", is_new, found, f"install Python {oldest} or newer")


def _packages() -> Iterator[Check]:
    """The packages that ours requires, with the version that is there."""
    try:
        wanted = requires("tallyclerk") or []
    except PackageNotFoundError:
        yield Check("tallyclerk", is_fine=False, what="not installed", mend="pip install .")
        return
    for requirement in wanted:
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        least = re.search(r">=\s*([\d.]+)", requirement)
        mend = f"pip install '{requirement}'"
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Check(name, is_fine=False, what="not installed", mend=mend)
            continue
        is_new = least is None or _parts(found) >= _parts(least[1])
        what = found if is_new else f"{found} is older than {least[1] if least else ''}"
        yield Check(name, is_new, what, mend)


def _parts(text: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(text)[:3]]


def _library(name: str, module: str, mend: str) -> Check:
    """Whether a module loads: in its own process, for a broken library may end it."""
    command = [sys.executable, "-c", f"import {module}"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if tried.returncode == 0:
        return Check(name, is_fine=True, what=f"{module} loads")
    last = (tried.stderr.strip().splitlines() or [f"exit {tried.returncode}"])[-1]
    return Check(name, is_fine=False, what=f"{module} does not load: {last}", mend=mend)


def _fonts() -> Check:
    from tallyclerk.report.bundled import bundled_templates

    mend = "install tallyclerk again; its templates folder is incomplete"
    try:
        folder = bundled_templates()
    except FileNotFoundError as error:
        return Check("fonts", is_fine=False, what=str(error), mend=mend)
    found = [path.name for path in folder.rglob("*") if path.suffix in {".ttf", ".woff2"}]
    return Check("fonts", bool(found), f"{len(found)} bundled", mend)


def _configuration(config: Path) -> Iterator[Check]:
    from tallyclerk.config import load

    if not config.exists():
        yield Check("configuration", is_fine=True, what="none here; `tallyclerk init` writes one")
        return
    try:
        settings = load(config, os.environ)
    except TallyclerkError as error:
        yield Check("configuration", is_fine=False, what=error.what, mend=error.how or "")
        return
    yield Check("configuration", is_fine=True, what=f"{config}: {len(settings.sources)} sources")
    for name, path in (("store", settings.run.store), ("reports", settings.run.reports)):
        yield _access(name, settings.resolve(path))


def _access(name: str, folder: Path) -> Check:
    """Whether a folder can be written, or made where it would be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    is_fine = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    what = f"{folder} can be written" if is_fine else f"{there} cannot be written"
    return Check(name, is_fine, what, f"give yourself the right to write to {there}")

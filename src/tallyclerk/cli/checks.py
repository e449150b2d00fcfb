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

from packaging.requirements import Requirement

from tallyclerk.errors import TallyclerkError

OLDEST_PYTHON = (3, 11)
OLDEST_JAVA = 17
LIBRARIES = {
    "pages as PDF": ("weasyprint", "`make report` names the package to install for this system"),
    "charts": ("vl_convert", "install the requirements again: pip install --force-reinstall"),
    "hashes": ("polars_hash", "install the requirements again: pip install --force-reinstall"),
}
"""Modules that load libraries of the system; each is tried in a process of its own."""
EXTRAS = ("spark",)
"""Packages that only some settings need."""


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


def _packages(extra: str = "") -> Iterator[Check]:
    """The packages that ours requires here, or those that an extra adds, with the version there is."""
    try:
        wanted = [Requirement(each) for each in requires("tallyclerk") or []]
    except PackageNotFoundError:
        yield Check("tallyclerk", is_fine=False, what="not installed", mend="pip install .")
        return
    for requirement in wanted:
        if _extra(requirement) == extra:
            yield _package(requirement)


def _extra(requirement: Requirement) -> str | None:
    """The extra that a package belongs to, "" without one; None where this system does without."""
    marker = requirement.marker
    fitting = (e for e in ("", *EXTRAS) if marker is None or marker.evaluate({"extra": e}))
    return next(fitting, None)


def _package(requirement: Requirement) -> Check:
    mend = f"pip install '{requirement.name}{requirement.specifier}'"
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return Check(requirement.name, is_fine=False, what="not installed", mend=mend)
    is_fine = requirement.specifier.contains(found, prereleases=True)
    what = found if is_fine else f"{found} is not {requirement.specifier}"
    return Check(requirement.name, is_fine, what, mend)


def _library(name: str, module: str, mend: str) -> Check:
    """Whether a module loads: in its own process, for a broken library may end it."""
    command = [sys.executable, "-c", f"import {module}"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if tried.returncode == 0:
        return Check(name, is_fine=True, what=f"{module} loads")
    last = (tried.stderr.strip().splitlines() or [f"exit {tried.returncode}"])[-1]
    return Check(name, is_fine=False, what=f"{module} does not load: {last}", mend=mend)


def _java() -> Check:
    """The Java that Spark starts: that of JAVA_HOME, else the first one on the path."""
    mend = f"install Java {OLDEST_JAVA} (openjdk-{OLDEST_JAVA}-jre-headless), or name it: JAVA_HOME"
    home = os.environ.get("JAVA_HOME")
    command = [str(Path(home, "bin", "java")) if home else "java", "-version"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        return Check("Java", is_fine=False, what=f"{command[0]}: {error.strerror}", mend=mend)
    found = re.search(r'version "(\d+)[^"]*"', told.stderr)
    is_fine = found is not None and int(found[1]) >= OLDEST_JAVA
    what = found[0] if found else f"{command[0]} does not tell its version"
    return Check("Java", is_fine=is_fine, what=what, mend=mend)


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
    if settings.engine.name in EXTRAS:
        yield from _packages(settings.engine.name)
        if not (settings.engine.remote or "").startswith("sc:"):  # Connect is served elsewhere
            yield _java()
    for name, path in (("store", settings.run.store), ("reports", settings.run.reports)):
        yield _access(name, settings.resolve(path))


def _access(name: str, folder: Path) -> Check:
    """Whether a folder can be written, or made where it would be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    is_fine = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    what = f"{folder} can be written" if is_fine else f"{there} cannot be written"
    return Check(name, is_fine, what, f"give yourself the right to write to {there}")

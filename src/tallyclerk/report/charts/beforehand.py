"""Charts compiled beforehand: pages are drawn without describing or compiling any.

That would take each process half a second before its first page. What the charts come to stands in a
file, which `make charts` writes and a test holds against their descriptions. It says nothing of data,
and nothing in any language (see `labels`).
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tallyclerk.report.charts.theme import Specification

FILE = Path(__file__).with_name("compiled.json")
UNITS = ("rate", "hours")
Described = Callable[[str], Specification]


def known(specification: Described, unit: str) -> dict[str, Any] | None:
    """Give what a chart comes to, None where the file does not have it.

    Args:
        specification: Describes the chart for a unit.
        unit: The unit.
    """
    return _file().get(_name(specification, unit))


def described() -> Iterator[tuple[str, Described, str]]:
    """Give every chart for every unit: its name in the file, what describes it, the unit."""
    here = Path(__file__).parent
    for found in pkgutil.iter_modules([str(here)]):
        module = import_module(f"{__package__}.{found.name}")
        if specification := getattr(module, "specification", None):
            for unit in UNITS:
                yield _name(specification, unit), specification, unit


def _name(specification: Described, unit: str) -> str:
    return f"{specification.__module__.rpartition('.')[2]} {unit}"


@lru_cache(maxsize=1)
def _file() -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return told

"""The definitions for reading only, without the library that counts.

Every KPI file imports polars for its `facts`, and polars takes longer to import than everything
else that `tallyclerk kpis` does. Here a stand-in takes its place until something of it is used,
which reading never does. (`importlib.util.LazyLoader` does not help: a second `import` statement of
the same module loads it.)
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from tallyclerk.domain.kpi import Kpi


def definitions() -> Mapping[str, Kpi]:
    """The KPIs by name, sorted, for their words."""
    if "polars" not in sys.modules:
        sys.modules["polars"] = _StandIn("polars")
    from tallyclerk.kpis.registry import all_kpis  # noqa: PLC0415 - imports polars

    return all_kpis()


class _StandIn(ModuleType):
    """A module that is imported by the first use of anything in it."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = import_module(self.__name__)
        self.__dict__.update(real.__dict__)
        return getattr(real, name)

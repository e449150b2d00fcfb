"""Every KPI, found by its file in the catalogue."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from tallyclerk.domain.kpi import Kpi
from tallyclerk.kpis import catalogue


@cache
def all_kpis() -> Mapping[str, Kpi]:
    """The KPIs by name, sorted."""
    names = sorted(module.name for module in pkgutil.iter_modules(catalogue.__path__))
    kpis = [import_module(f"{catalogue.__name__}.{name}").KPI for name in names]
    return MappingProxyType({kpi.name: kpi for kpi in kpis})

"""`[kpis.NAME]` of the configuration, checked against the definitions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from tallyclerk.domain.kpi import Kpi
from tallyclerk.errors import ConfigError


def parameters_of(
    kpis: Mapping[str, Kpi],
    configured: Mapping[str, Mapping[str, Any]],
    excused: Iterable[str] = (),
) -> dict[str, dict[str, int]]:
    """The parameters of each KPI: the configured ones over the defaults.

    Args:
        kpis: Definitions by name.
        configured: `[kpis.NAME]` of the configuration.
        excused: Names of KPIs in its `[[excuses]]`, which must be known too.

    Raises:
        ConfigError: Naming every unknown KPI or parameter and every value that is no whole number
            of 0 or more.
    """
    unknown = sorted(set(excused) - set(kpis))
    problems = [f"[[excuses]] kpis: no KPI {name}{_nearest(name, kpis)}" for name in unknown]
    for name, block in configured.items():
        if name not in kpis:
            problems.append(f"[kpis.{name}]: no such KPI{_nearest(name, kpis)}")
            continue
        known = kpis[name].parameters
        for key, value in block.items():
            if key not in known:
                problems.append(f"[kpis.{name}] {key}: no such parameter{_nearest(key, known)}")
            elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
                problems.append(f"[kpis.{name}] {key} = {value!r}: a whole number of 0 or more")
    if problems:
        raise ConfigError("; ".join(problems), how="`tallyclerk kpis NAME` lists the parameters")
    return {name: {**kpi.parameters, **configured.get(name, {})} for name, kpi in kpis.items()}


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    choice = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known) or 'none'}"
    return f" ({choice})"

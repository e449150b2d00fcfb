"""Which target holds for a result: the most specific agreement, else the KPI's default."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tallyclerk.config.models import Target
from tallyclerk.domain.kpi import Goal, Kpi, Statistic

SPECIFIC = ("partner", "lane", "service", "role")
"""What makes a target more specific, most telling first."""


def goal_for(
    targets: Sequence[Target],
    kpi: Kpi,
    statistic: Statistic,
    place: dict[str, str | None],
    day: dt.date,
) -> Goal | None:
    """The agreed target and limit.

    Args:
        targets: `[[targets]]` of the configuration.
        kpi: The KPI.
        statistic: Its statistic; a rate's target may be named by the KPI alone.
        place: partner, role, lane and service of the result.
        day: Last day of the period: an old month is judged by what was valid then.

    Returns:
        The goal, with the target itself as limit where none was agreed; None without a target.
    """
    names = {f"{kpi.name}.{statistic}"} | ({kpi.name} if kpi.is_rate else set())
    fitting = [
        target
        for target in targets
        if target.kpi in names
        and all(getattr(target, key) in {None, place[key]} for key in SPECIFIC)
        and (target.valid_from is None or target.valid_from <= day)
    ]
    if not fitting:
        return None
    best = max(fitting, key=_specificity)
    limit = best.target if best.limit is None else best.limit
    return Goal(target=best.target, limit=limit, clock=best.clock)


def _specificity(target: Target) -> tuple[tuple[bool, ...], dt.date]:
    named = tuple(getattr(target, key) is not None for key in SPECIFIC)
    return named, target.valid_from or dt.date.min

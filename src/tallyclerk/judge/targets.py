"""Which target holds for a result: the most specific agreement, else the KPI's default."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tallyclerk.config.models import Target
from tallyclerk.config.terms import Terms
from tallyclerk.domain.kpi import Goal, Kpi, Statistic

Agreed = TypeVar("Agreed", Target, Terms)
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
    best = most_specific((target for target in targets if target.kpi in names), place, day)
    if best is None:
        return None
    limit = best.target if best.limit is None else best.limit
    return Goal(target=best.target, limit=limit, clock=best.clock)


def most_specific(
    agreed: Iterable[Agreed], place: Mapping[str, str | None], day: dt.date
) -> Agreed | None:
    """The most specific agreement that holds at a place on a day; the latest among equals."""
    fitting = [
        each
        for each in agreed
        if all(getattr(each, key) in {None, place[key]} for key in SPECIFIC)
        and (each.valid_from is None or each.valid_from <= day)
    ]
    return max(fitting, key=_specificity, default=None)


def _specificity(target: Target | Terms) -> tuple[tuple[bool, ...], dt.date]:
    named = tuple(getattr(target, key) is not None for key in SPECIFIC)
    return named, target.valid_from or dt.date.min

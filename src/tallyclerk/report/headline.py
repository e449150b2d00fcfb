"""Which figures stand on the first page: what a role is asked for, and all that is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.results import Result, State
from tallyclerk.domain.roles import Role
from tallyclerk.report.states import AGAINST, by_severity, page_order

MOST = 8
Wish = tuple[str, str]
"""KPI and statistic."""

_CARRIER: tuple[Wish, ...] = (
    ("handover_ack_rate", "rate"),
    ("handover_in_hours", "p90"),
    ("on_time_controllable_rate", "rate"),
    ("transit_on_time_rate", "rate"),
    ("transit_hours", "p90"),
    ("loss_rate", "rate"),
    ("damage_rate", "rate"),
    ("blackout_rate", "rate"),
    ("miscommunication_rate", "rate"),
)
WISHES: Mapping[str, tuple[Wish, ...]] = {
    Role.SUPPLIER: (
        ("dispatch_on_time_rate", "rate"),
        ("dispatch_hours", "p90"),
        ("handover_out_hours", "p90"),
        ("handover_incident_rate", "rate"),
        ("on_time_controllable_rate", "rate"),
        ("milestone_completeness_rate", "rate"),
        ("late_record_rate", "rate"),
        ("miscommunication_rate", "rate"),
    ),
    Role.BROKER: (("clearance_hours", "p90"), ("customs_hold_rate", "rate"), *_CARRIER),
    Role.COURIER: (
        ("handover_ack_rate", "rate"),
        ("on_time_rate", "rate"),
        ("on_time_controllable_rate", "rate"),
        ("transit_hours", "p90"),
        ("first_attempt_success_rate", "rate"),
        ("loss_rate", "rate"),
        ("damage_rate", "rate"),
        ("blackout_rate", "rate"),
        ("miscommunication_rate", "rate"),
    ),
}
"""What each role answers for, in the order in which it is asked; carriers share one list."""


def headline(role: str, totals: Sequence[Result]) -> list[Result]:
    """Choose the rows of the first page, in the order of the page.

    What is proven against the partner always stands there; then what its role is asked for, figures
    without a value or a target after those that have one.

    Args:
        role: The role.
        totals: Its totals.
    """
    wishes = {wish: place for place, wish in enumerate(WISHES.get(role, _CARRIER))}
    proven = sorted((r for r in totals if r.state in AGAINST), key=by_severity)
    asked = [r for r in totals if (r.kpi, r.statistic) in wishes and r not in proven]
    asked.sort(key=lambda r: (_is_idle(r), wishes[r.kpi, r.statistic]))
    other = [r for r in totals if r.target is not None and r not in proven and r not in asked]
    chosen = [*proven, *asked, *sorted(other, key=page_order)][:MOST]
    return sorted(chosen, key=page_order)


def _is_idle(result: Result) -> int:
    """Rank what says less: no target, then nothing at all."""
    if result.state is State.NOT_ASSESSABLE:
        return 2
    return int(result.target is None)

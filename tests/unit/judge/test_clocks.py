"""A target agreed in business hours is judged in them; plain hours stand beside."""

from __future__ import annotations

import datetime as dt

from tests.support.tallies import durations, tallies

from tallyclerk.config.models import Target
from tallyclerk.domain.results import Result, State
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.registry import all_kpis

KPI = "handover_in_hours"
TARGET = Target(kpi=f"{KPI}.p90", target=12, limit=20, clock="business_hours", partner="p")


def judged(*, is_timed: bool, partner: str = "p") -> Result:
    groups = [[60 * 40] * 5] * 20
    plain = durations(KPI, groups, partner=partner)
    timed = [row | {"minutes": 60 * 10, "rule": "business_hours"} for row in plain]
    judge = Judge(
        kpis={KPI: all_kpis()[KPI]},
        targets=(TARGET,),
        period="2026-01",
        last_day=dt.date(2026, 1, 31),
    )
    found = judge.results(tallies(plain, timed if is_timed else ()))
    return next(result for result in found if result.statistic == "p90")


def test_the_agreed_clock_decides() -> None:
    result = judged(is_timed=True)
    assert (result.value, result.in_hours, result.n) == (10, 40, 100)
    assert (result.clock, result.counted, result.state) == ("business_hours", "met", State.MEETS)


def test_without_a_calendar_nothing_is_judged_on_it() -> None:
    result = judged(is_timed=False)
    assert (result.value, result.in_hours, result.state) == (None, 40, State.INSUFFICIENT)
    assert result.reason == "agreed on a business clock, but the partner has no calendar"


def test_other_partners_keep_plain_hours() -> None:
    result = judged(is_timed=True, partner="q")
    assert (result.value, result.in_hours, result.clock) == (40, None, "hours")

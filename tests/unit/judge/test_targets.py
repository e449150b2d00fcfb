"""Targets are dated: an old month is judged by what was valid then."""

import datetime as dt

import polars as pl
import pytest

from tallyclerk.config.models import Settings, Target
from tallyclerk.domain.judgement import RunInfo
from tallyclerk.domain.kpi import Goal, Statistic
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import State
from tallyclerk.domain.tables import TALLIES
from tallyclerk.judge.cuts import Cuts
from tallyclerk.judge.portfolio import judgement
from tallyclerk.judge.targets import goal_for
from tallyclerk.kpis.registry import all_kpis

KPIS = all_kpis()
KPI = KPIS["blackout_rate"]
JANUARY, SEPTEMBER = dt.date(2026, 1, 1), dt.date(2026, 9, 1)
TARGETS = (
    Target(kpi="blackout_rate", target=0.20, limit=0.30),
    Target(kpi="blackout_rate", target=0.10, valid_from=JANUARY),
    Target(kpi="blackout_rate", target=0.05, limit=0.08, valid_from=SEPTEMBER),
    Target(kpi="blackout_rate.rate", role="courier", target=0.12, valid_from=JANUARY),
    Target(kpi="blackout_rate", service="express", target=0.03),
    Target(kpi="blackout_rate", lane="CN>DE", target=0.15),
    Target(kpi="blackout_rate", partner="a", target=0.25, valid_from=SEPTEMBER),
)
PLACE = {"partner": "b", "role": "forwarder", "lane": None, "service": None}


@pytest.mark.parametrize(
    ("place", "day", "target"),
    [
        ({}, dt.date(2025, 12, 31), 0.20),
        ({}, dt.date(2026, 1, 31), 0.10),
        ({}, dt.date(2026, 8, 31), 0.10),
        ({}, dt.date(2026, 9, 30), 0.05),
        ({"role": "courier"}, dt.date(2026, 9, 30), 0.12),
        ({"role": "courier"}, dt.date(2025, 9, 30), 0.20),
        ({"role": "courier", "service": "express"}, dt.date(2026, 9, 30), 0.03),
        ({"service": "express", "lane": "CN>DE"}, dt.date(2026, 9, 30), 0.15),
        ({"partner": "a", "lane": "CN>DE"}, dt.date(2026, 9, 30), 0.25),
        ({"partner": "a", "lane": "CN>DE"}, dt.date(2026, 8, 31), 0.15),
    ],
)
def test_the_most_specific_target_of_the_day_holds(place, day, target):
    goal = goal_for(TARGETS, KPI, Statistic.RATE, PLACE | place, day)
    assert goal.target == target


def test_without_a_limit_the_target_is_the_limit():
    day = dt.date(2026, 3, 31)
    assert goal_for(TARGETS, KPI, Statistic.RATE, PLACE, day) == Goal(target=0.10, limit=0.10)


def judged(partners=()):
    """A partner with 9 % in every batch of every month, a stricter target from September on."""
    rows = [
        {"kpi": "blackout_rate", "partner_id": partner, "role": "forwarder", "month": month,
         "lane": "CN>DE", "batch": f"{partner}{month}{i}", "rows": 100, "n": 100, "hits": 9}
        for partner in ("a", "b")
        for month in (202510, 202607, 202608, 202609)
        for i in range(40)
    ]  # fmt: skip
    settings = Settings(targets=(TARGETS[1], TARGETS[2]))
    cuts = Cuts(period=Period(202609, 202609), partners=partners)
    info = RunInfo(
        as_of=dt.datetime(2026, 10, 20, tzinfo=dt.UTC), version="1", config_digest="c" * 8,
        inputs_digest="i" * 8, period="2026-09", timezone="UTC", currency="EUR",
    )  # fmt: skip
    tallies = pl.LazyFrame(rows, schema=TALLIES)
    return judgement(tallies, cuts, settings, {KPI.name: KPI}, info)


def test_an_old_month_is_judged_by_what_was_agreed_then():
    said = judged()
    months = {m.period: m for m in said.months if m.partner_id == "a"}
    assert (months["2026-08"].target, months["2026-08"].counted) == (0.10, "met")
    assert (months["2026-09"].target, months["2026-09"].counted) == (0.05, "missed")
    assert months["2026-09"].state is State.BREACH
    assert (months["2025-10"].target, months["2025-10"].state) == (None, State.NO_TARGET)


def test_trailing_totals_look_back_from_the_end_of_the_period():
    said = judged()
    by = {(m, r.partner_id): r for m, results in said.trailing.items() for r in results}
    three, twelve = by[3, "a"], by[12, "a"]
    assert (three.period, three.n, three.hits) == ("2026-07..2026-09", 12_000, 1080)
    assert (twelve.period, twelve.n) == ("2025-10..2026-09", 16_000)
    assert (three.target, three.counted, three.state) == (0.05, "missed", State.BREACH)


def test_a_month_without_a_change_is_within_noise():
    total = judged().totals[0]
    assert (total.previous, total.change, total.change_year) == (0.09, "within_noise", None)


def test_the_partners_asked_for_change_nothing_of_each_other():
    both = {r.partner_id: r for r in judged().totals}
    alone = {r.partner_id: r for r in judged(("a",)).totals}
    assert alone == {"a": both["a"]}

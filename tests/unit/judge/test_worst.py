"""The worst case by hand: what is in doubt decides the state, and changes neither value nor count."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from tests.support.tallies import Row, batches, durations, tallies

from tallyclerk.config.models import Settings, Target
from tallyclerk.domain.results import Result, State
from tallyclerk.domain.vetting import Decision
from tallyclerk.judge.results import Judge
from tallyclerk.judge.vet import vet
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.retold import IN_DOUBT, WORST, on_clock

KPIS = all_kpis()
DARK, OUT = "blackout_rate", "handover_out_hours"
TARGETS = [
    Target(kpi=DARK, target=0.05, limit=0.10),
    Target(kpi=f"{OUT}.p90", target=24.0, limit=36.0),
]


def under(rule: str, rows: list[Row]) -> list[Row]:
    return [row | {"rule": rule} for row in rows]


def result(frame: pl.LazyFrame, kpi: str, *, cut: str | None = None) -> Result:
    judge = Judge(
        kpis={kpi: KPIS[kpi]}, targets=TARGETS, period="2026-01", last_day=dt.date(2026, 1, 31)
    )
    return judge.results(frame, cut)[-1]


CLEAN = batches(DARK, [(20, 0)] * 20)


def test_cases_in_doubt_count_as_misses_for_the_state_alone() -> None:
    plain = result(tallies(CLEAN), DARK)
    doubted = tallies(
        CLEAN,
        under(IN_DOUBT, batches(DARK, [(4, 0)] * 20)),
        under(WORST, batches(DARK, [(4, 4)] * 20)),
    )
    found = result(doubted, DARK)
    assert (found.n, found.hits, found.value, found.counted) == (400, 0, 0.0, "met")
    assert (plain.low, plain.high) == (found.low, found.high)
    assert (plain.state, found.state) == (State.MEETS, State.BREACH)
    # 80 cases of 400, in batches all alike
    assert (plain.in_doubt, plain.worst) == (0, None)
    assert (found.in_doubt, found.worst) == (80, 0.2)
    assert found.worst_low is not None
    assert 0.15 < found.worst_low < 0.2


def test_cases_that_only_the_worst_case_knows_are_misses_beside_nothing() -> None:
    found = result(tallies(under(WORST, batches(DARK, [(5, 5)] * 20))), DARK)
    assert (found.n, found.value, found.counted) == (0, None, None)
    assert (found.worst, found.state) == (1.0, State.BREACH)
    assert found.reason is not None
    assert "in doubt" in found.reason


def test_what_is_missing_proves_nothing_good() -> None:
    """20 clean cases are too few, however many more there may be in the worst case."""
    few = tallies(batches(DARK, [(1, 0)] * 20), under(WORST, batches(DARK, [(20, 0)] * 20)))
    assert result(few, DARK).state is State.INSUFFICIENT


@pytest.mark.parametrize("cut", ["month", "lane"])
def test_finer_rows_have_their_own_worst_case(cut: str) -> None:
    here = [row | {"lane": "CN>DE"} for row in CLEAN]
    there = [row | {"lane": "CN>FR"} for row in under(WORST, batches(DARK, [(5, 5)] * 20))]
    found = result(tallies(here, there), DARK, cut=cut)
    assert found.worst == (0.2 if cut == "month" else 1.0)


def test_a_percentile_takes_the_worst_times() -> None:
    """Of 200 handovers an hour long 40 may have taken 50: the P90 is 50 hours at worst."""
    hand = durations(OUT, [[60] * 10] * 20)
    doubted = under(IN_DOUBT, durations(OUT, [[60] * 2] * 20))
    slow = under(WORST, durations(OUT, [[3000] * 2] * 20))
    found = result(tallies(hand, doubted, slow), OUT)
    assert (found.n, found.value, found.worst) == (200, 1.0, 50.0)
    assert (result(tallies(hand), OUT).state, found.state) == (State.MEETS, State.BREACH)


def test_endless_times_are_beyond_any_limit() -> None:
    """A fifth that may never have been handed over: the P90 is not reached, and that is proven."""
    hand = durations(OUT, [[60] * 16] * 20)
    endless = under(WORST, durations(OUT, [[0] * 4] * 20, ending="never"))
    found = result(tallies(hand, [row | {"minutes": None} for row in endless]), OUT)
    assert (found.n, found.value, found.worst, found.worst_low) == (320, 1.0, None, None)
    assert found.state is State.BREACH


def test_a_business_clock_has_its_worst_case_too() -> None:
    hand = durations(OUT, [[600] * 10] * 20)
    clock = "business_hours"
    on_it = under(clock, durations(OUT, [[60] * 10] * 20))
    doubted = [
        row
        for rule, minutes, ticked in ((IN_DOUBT, 600, 60), (WORST, 9000, 3000))
        for row in (
            under(rule, durations(OUT, [[minutes] * 2] * 20))
            + under(on_clock(rule, clock), durations(OUT, [[ticked] * 2] * 20))
        )
    ]
    judge = Judge(
        kpis={OUT: KPIS[OUT]},
        targets=[replace_clock(TARGETS[1], clock)],
        period="2026-01",
        last_day=dt.date(2026, 1, 31),
    )
    found = judge.results(tallies(hand, on_it, doubted))[-1]
    assert (found.value, found.worst, found.in_hours) == (1.0, 50.0, 10.0)


def replace_clock(target: Target, clock: str) -> Target:
    return target.model_copy(update={"clock": clock})


def test_vetting_approves_nobody_on_what_is_missing() -> None:
    asked = {"vetting": {"mandatory": {"courier": {DARK: {"cut": 0.05, "limit": 0.1}}}}}
    settings = Settings.model_validate(asked)
    worst = (
        under(IN_DOUBT, batches(DARK, [(4, 0)] * 20)),
        under(WORST, batches(DARK, [(4, 4)] * 20)),
    )
    [clean] = vet(tallies(CLEAN), settings, KPIS)
    [silent] = vet(tallies(CLEAN, *worst), settings, KPIS)
    assert (clean.decision, silent.decision) == (Decision.APPROVE, Decision.CONDITIONAL)
    [check] = silent.checks
    assert (check.n, check.hits, check.value) == (400, 0, 0.0)
    assert (check.in_doubt, check.worst) == (80, 0.2)
    assert check.bound is not None
    assert check.bound > 0.2

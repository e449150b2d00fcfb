"""What is excused is listed, and the figure with it stands beside the one without."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.support.tallies import batches, durations, tallies

from tallyclerk.judge.results import Judge
from tallyclerk.kpis.registry import all_kpis

WHY = "excused: strike (agreed by mail)"


def judge(kpi: str) -> Judge:
    return Judge(
        kpis={kpi: all_kpis()[kpi]}, targets=(), period="2026-01", last_day=dt.date(2026, 1, 31)
    )


def told(kpi: str, *parts) -> list:
    return judge(kpi).results(tallies(*parts))


def test_a_rate_is_net_with_the_gross_one_beside() -> None:
    net = batches("on_time_rate", [(10, 9)] * 10)
    gone = [
        row | {"reason": WHY, "rows": 20, "n": 0, "hits": 0}
        for row in batches("on_time_rate", [(20, 5)])
    ]
    kept = [row | {"rule": "excused"} for row in batches("on_time_rate", [(20, 5)])]
    [result] = told("on_time_rate", net, gone, kept)
    assert (result.n, result.hits, result.value) == (100, 90, 0.9)
    assert result.gross == pytest.approx(95 / 120)
    assert result.excluded == ((WHY, 20),)


def test_a_percentile_too() -> None:
    net = durations("transit_hours", [[60] * 5] * 10)
    kept = [row | {"rule": "excused"} for row in durations("transit_hours", [[600] * 100])]
    gone = [row | {"reason": WHY, "n": 0, "minutes": None, "ending": None} for row in kept]
    gone = [row | {"rule": None} for row in gone]
    found = {r.statistic: (r.value, r.gross, r.n) for r in told("transit_hours", net, kept, gone)}
    assert found == {"p50": (1, 10, 50), "p90": (1, 10, 50)}


def test_without_excuses_there_is_no_gross() -> None:
    [result] = told("on_time_rate", batches("on_time_rate", [(10, 9)] * 10))
    assert result.gross is None

"""Rows that are judged a lot at a time say what they say together."""

from dataclasses import replace
from random import Random

import polars as pl
import pytest
from tests.unit.test_remembered_months import JUDGE

from tallyclerk.domain.tables import TALLIES
from tallyclerk.judge.memory import UNSEEN, in_memory, lots
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.retold import IN_DOUBT, WORST
from tallyclerk.pipeline.months import Month, Remembering
from tallyclerk.store.answers import Answers

SUBJECTS = tuple((partner, "courier") for partner in ("fast", "odd", "slow", "silent"))


KPIS = {name: all_kpis()[name] for name in ("handover_in_hours", "on_time_rate")}


def tallies():
    """TALLIES of a duration and a rate of three partners in three months, and some without a month."""
    random = Random(7)  # noqa: S311 - repeatable
    rows = [
        {
            "kpi": kpi,
            "partner_id": random.choice(("fast", "odd", "slow")),
            "role": "courier",
            "month": random.choice((202606, 202607, 202608, None)),
            "lane": random.choice(("CN>DE", "CN>FR")),
            "rows": 1,
            "n": 1,
            **(of_a_rate(random) if KPIS[kpi].is_rate else of_a_duration(random)),
        }
        for kpi in KPIS
        for _ in range(600)
    ]
    return pl.LazyFrame(rows, schema=TALLIES)


def of_a_duration(random):
    return {
        "minutes": random.randrange(3000),
        "ending": random.choice(("observed", "observed", "censored")),
        "batch_group": random.randrange(20),
        "hits": 0,
    }


def of_a_rate(random):
    rule = random.choice((None, None, None, IN_DOUBT, WORST))
    return {"batch": f"flight {random.randrange(40)}", "hits": random.randrange(2), "rule": rule}


def judged(folder):
    """Totals, lanes and months."""
    rows = in_memory(tallies(), UNSEEN)
    judge = replace(JUDGE, kpis=KPIS, subjects=SUBJECTS)
    months = Remembering(Answers(folder, "months", "key", dict[int, Month]))
    timed = rows.filter(pl.col("month").is_not_null(), pl.col("kpi") == "handover_in_hours")
    of_months = months(timed, judge.about(["handover_in_hours"]))
    return judge.results(rows), judge.results(rows, "lane"), of_months


@pytest.mark.parametrize("most", [1, 250])
def test_a_lot_at_a_time_says_the_same(tmp_path, monkeypatch, most):
    whole = judged(tmp_path / "whole")
    assert {result.partner_id for result in whole[0]} == {"fast", "odd", "silent", "slow"}
    assert {result.period for result in whole[2]} == {"2026-06", "2026-07", "2026-08"}
    monkeypatch.setattr("tallyclerk.judge.memory.AT_ONCE", most)
    assert judged(tmp_path / "lots") == whole


def test_no_lot_has_many_rows(monkeypatch):
    monkeypatch.setattr("tallyclerk.judge.memory.AT_ONCE", 3)
    rows = pl.LazyFrame({"month": [1, 1, 2, 3, 3, 3, 3, 4, 5, None]})
    assert lots(rows, "month") == [[1, 2], [3], [4, 5]]
    assert lots(rows.filter(pl.col("month").is_null()), "month") == []

"""Months that tallies say the same of are not judged again."""

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.domain.tables import TALLIES
from tallyclerk.judge.results import Judge
from tallyclerk.judge.spans import judged_by_month
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.pipeline.months import marks_of

JUDGE = Judge(
    kpis={"handover_in_hours": all_kpis()["handover_in_hours"]},
    targets=(),
    period="2026-08",
    last_day=dt.date(2026, 8, 31),
)
TIMES = st.tuples(
    st.sampled_from(["fast", "slow"]),
    st.sampled_from(["observed", "observed", "censored", "never"]),
    st.integers(0, 50),
    st.integers(0, 19),
    st.integers(1, 40),
)


def durations(told):
    """TALLIES of a month: partner, ending, minutes, group and cases of each row."""
    rows = [
        {
            "kpi": "handover_in_hours",
            "partner_id": partner,
            "role": "courier",
            "month": 202608,
            "minutes": None if ending == "never" else minutes,
            "ending": ending,
            "batch_group": group,
            "rows": n,
            "n": n,
            "hits": 0,
        }
        for partner, ending, minutes, group, n in told
    ]
    return pl.DataFrame(rows, schema=TALLIES)


def aged(rows, minutes):
    """The same TALLIES some minutes later."""
    later = pl.when(ending="censored").then(minutes).otherwise(0)
    return rows.with_columns(pl.col("minutes") + later)


def said(rows):
    return judged_by_month(rows.lazy(), JUDGE)


@settings(deadline=None, max_examples=40)
@given(told=st.lists(TIMES, min_size=1, max_size=40), later=st.integers(1, 100))
def test_equal_marks_say_the_same(told, later):
    rows = durations(told)
    older = aged(rows, later)
    if marks_of(rows) == marks_of(older):
        assert said(rows) == said(older)
    # Nothing that ended took a hundred minutes.
    old, ancient = aged(rows, 100), aged(rows, 1100)
    assert marks_of(old) == marks_of(ancient)
    assert said(old) == said(ancient)


def test_what_ended_meanwhile_or_passed_an_end_has_another_mark():
    rows = durations([("fast", "observed", 30, 1, 5), ("fast", "censored", 20, 2, 3)])
    assert marks_of(rows) != marks_of(aged(rows, 5))
    assert marks_of(rows) != marks_of(aged(rows, 15))
    assert marks_of(aged(rows, 15)) == marks_of(aged(rows, 16))
    ended = durations([("fast", "observed", 30, 1, 5), ("fast", "observed", 45, 2, 3)])
    assert marks_of(ended) != marks_of(aged(rows, 25))


def test_what_gets_as_old_as_another_case_has_another_mark():
    two = durations(
        [("fast", "observed", 1, 1, 1), *(("fast", "censored", m, 2, 1) for m in (5, 6))]
    )
    one = durations([("fast", "observed", 1, 1, 1), ("fast", "censored", 6, 2, 2)])
    assert marks_of(two) == marks_of(aged(two, 7))
    assert marks_of(one) != marks_of(two)


@given(told=st.lists(TIMES, min_size=1, max_size=40), taken=st.data())
def test_counts_in_several_rows_have_the_mark_of_their_sum(told, taken):
    rows = durations(told)
    first = pl.Series([taken.draw(st.integers(0, n)) for n in rows["n"].to_list()], dtype=pl.Int64)
    parts = [rows.with_columns(rows=n, n=n) for n in (first, rows["n"] - first)]
    assert marks_of(pl.concat(parts)) == marks_of(rows)
    more = rows.with_columns(n=pl.col("n") + (pl.int_range(pl.len()) == 0))
    assert marks_of(more) != marks_of(rows)

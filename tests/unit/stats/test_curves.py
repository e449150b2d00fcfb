from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.stats.cluster_cells import ClusterCells
from tallyclerk.stats.cluster_curves import cluster_percentiles, percentiles_of
from tallyclerk.stats.curves import curves, percentiles
from tallyclerk.stats.survival import km_quantile
from tallyclerk.stats.woodruff import TimesOfCluster, woodruff

LEVELS = [Fraction(1, 2), Fraction(9, 10)]
CASES = {
    "key": pl.String,
    "cluster": pl.Int64,
    "time": pl.Int64,
    "ended": pl.Int64,
    "opened": pl.Int64,
}


def frame(rows) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema=CASES, orient="row")


def histogram(rows):
    bins: dict[int, list[int]] = {}
    never = 0
    for _, _, time, ended, opened in rows:
        if time is None:
            never += opened
        else:
            counts = bins.setdefault(time, [0, 0])
            counts[0] += ended
            counts[1] += opened
    return [(time, *bins[time]) for time in sorted(bins)], never


def close(told: float | None, expected: float | None) -> bool:
    if told is None or expected is None:
        return told is expected
    return told == pytest.approx(expected, rel=1e-6)


# A unit: its party, cluster and time, and whether it was seen to end, is open, or never will.
units = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 11),
        st.one_of(st.none(), st.integers(0, 40)),
        st.booleans(),
    ),
    min_size=1,
    max_size=150,
).map(
    lambda drawn: [
        (key, cluster, time, int(ended and time is not None), int(not ended or time is None))
        for key, cluster, time, ended in drawn
    ]
)


def test_a_curve_of_five_units_by_hand():
    # Ended at 10, open at 20, two ended at 30, one never: S = 4/5, then 4/5 · 1/3.
    rows = [
        ("a", 0, 10, 1, 0),
        ("a", 0, 20, 0, 1),
        ("a", 1, 30, 2, 0),
        ("a", 1, None, 0, 1),
    ]
    curve = curves(frame(rows), ["key"])
    assert curve["at_risk"].to_list() == [5, 4, 3]
    assert curve["survival"].to_list() == pytest.approx([4 / 5, 4 / 5, 4 / 15])
    assert percentiles(frame(rows), ["key"], LEVELS) == {("a",): [30, None]}


@given(units)
@settings(max_examples=25)
def test_many_parties_at_once_are_each_party_by_itself(rows):
    found = cluster_percentiles(frame(rows), ["key"], LEVELS)
    assert set(found) == {(row[0],) for row in rows}
    for (key,), both in found.items():
        own = [row for row in rows if row[0] == key]
        parts = [
            TimesOfCluster(*histogram([row for row in own if row[1] == cluster]))
            for cluster in {row[1] for row in own}
        ]
        for q, told in zip(LEVELS, both, strict=True):
            expected = woodruff(parts, q)
            assert told[:5] == expected[:5]
            assert close(told.effective_n, expected.effective_n)


@given(units)
@settings(max_examples=15)
def test_weights_of_one_size_change_no_time(rows):
    weighted = [(*row[:3], row[3] * 2**32, row[4] * 2**32) for row in rows]
    sizes = {(key,): sum(row[0] == key for row in rows) for key in {row[0] for row in rows}}
    plain = cluster_percentiles(frame(rows), ["key"], LEVELS)
    heavy = percentiles_of(ClusterCells.of(frame(weighted), ["key"]), LEVELS, sizes)
    for key, both in plain.items():
        assert [told[:3] for told in heavy[key]] == [told[:3] for told in both]
        for told, wanted in zip(heavy[key], both, strict=True):
            assert close(told.effective_n, wanted.effective_n)


def test_a_weight_stands_for_so_many_units():
    rows = [("a", 0, 10, 1, 0), ("a", 0, 20, 1, 0), ("a", 0, 30, 1, 0)]
    assert percentiles(frame(rows), ["key"], LEVELS) == {("a",): [20, 30]}
    heavy = [("a", 0, 10, 8, 0), *rows[1:]]
    assert percentiles(frame(heavy), ["key"], LEVELS) == {("a",): [10, 20]}


@given(units, st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_the_order_of_cases_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    there = cluster_percentiles(frame(rows), ["key"], LEVELS)
    assert there == cluster_percentiles(frame(shuffled), ["key"], LEVELS)


def test_a_tie_is_decided_as_in_whole_numbers():
    rows = [("a", cluster, time, 1, 0) for time in range(1000) for cluster in (time % 20,)]
    levels = [Fraction(parts, 100) for parts in range(1, 100)]
    bins, never = histogram(rows)
    exact = [km_quantile(bins, never, q) for q in levels]
    assert percentiles(frame(rows), ["key"], levels) == {("a",): exact}

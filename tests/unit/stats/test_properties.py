"""What must hold for any input: bounded, monotone, symmetric, independent of order."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tallyclerk.stats.clusters import cluster_spread, korn_graubard, sums_of
from tallyclerk.stats.competing import cumulative_incidence
from tallyclerk.stats.control_charts import laney_chart, xmr_chart
from tallyclerk.stats.counts import byar, garwood
from tallyclerk.stats.differences import mover, newcombe
from tallyclerk.stats.exact_amounts import apportion
from tallyclerk.stats.funnel import funnel_limits
from tallyclerk.stats.histograms import merge, quantile, size
from tallyclerk.stats.multiple import benjamini_hochberg, holm
from tallyclerk.stats.percentiles import order_statistic_rank, rank_interval
from tallyclerk.stats.ranking import rank_sets
from tallyclerk.stats.rates import clopper_pearson, jeffreys, one_sided_bounds, wilson
from tallyclerk.stats.score import utility
from tallyclerk.stats.shrinkage import shrink, spread_of_parties
from tallyclerk.stats.standardisation import observed_expected
from tallyclerk.stats.stratified import mantel_haenszel, stratified_newcombe
from tallyclerk.stats.survival import km_percentile, km_quantile
from tallyclerk.stats.survival_curve import km_curve
from tallyclerk.stats.woodruff import TimesOfCluster, woodruff


def always(*strategies):
    """Try a fixed set of inputs, however slow the machine."""
    fixed = settings(max_examples=60, deadline=None, derandomize=True)
    return lambda test: fixed(given(*strategies)(test))


LEVELS = st.fractions(min_value=Fraction(1, 50), max_value=Fraction(49, 50), max_denominator=100)
CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.998])
TIMES = st.lists(st.integers(0, 40), min_size=1, max_size=60)


@st.composite
def counted(draw, largest=2000):
    n = draw(st.integers(1, largest))
    return draw(st.integers(0, n)), n


@st.composite
def batches(draw, least=2):
    pairs = draw(st.lists(counted(60), min_size=least, max_size=25))
    return [(n, hits) for hits, n in pairs]


@st.composite
def histograms(draw):
    rows = draw(
        st.dictionaries(
            st.integers(0, 200), st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30
        )
    )
    return [(t, *rows[t]) for t in sorted(rows)]


def exact_quantile(histogram, never, q):
    at_risk = never + sum(d + c for _, d, c in histogram)
    share = Fraction(1)
    for duration, observed, censored in histogram:
        if observed:
            share *= Fraction(at_risk - observed, at_risk)
            if share <= 1 - q:
                return duration
        at_risk -= observed + censored
    return None


@always(counted(), CONFIDENCES)
def test_rate_intervals_enclose_the_rate_and_mirror(pair, confidence):
    hits, n = pair
    for method in (wilson, clopper_pearson, jeffreys):
        low, high = method(hits, n, confidence)
        assert 0.0 <= low <= high <= 1.0
        # At a low level Jeffreys' median-like limits may pass the raw rate at the ends only.
        if method is not jeffreys:
            assert low - 1e-12 <= hits / n <= high + 1e-12
        mirrored = method(n - hits, n, confidence)
        assert math.isclose(mirrored.low, 1 - high, abs_tol=1e-12)
        assert math.isclose(mirrored.high, 1 - low, abs_tol=1e-12)


@always(counted(), CONFIDENCES)
def test_rate_intervals_rise_with_hits_and_widen_with_confidence(pair, confidence):
    hits, n = pair
    for method in (wilson, clopper_pearson, jeffreys):
        low, high = method(hits, n, confidence)
        wide = method(hits, n, (1 + confidence) / 2)
        assert wide.low <= low <= high <= wide.high
        if hits < n:
            more = method(hits + 1, n, confidence)
            assert more.low >= low
            assert more.high >= high


@always(counted())
def test_one_sided_bounds_lie_within_two_sided_ones(pair):
    two, one = clopper_pearson(*pair), one_sided_bounds(*pair)
    assert two.low <= one.low <= one.high <= two.high


@always(st.integers(0, 3000), CONFIDENCES)
def test_count_intervals_enclose_and_rise(count, confidence):
    for method in (garwood, byar):
        low, high = method(count, confidence)
        assert 0.0 <= low <= count <= high
        assert method(count + 1, confidence).low >= low
        assert method(count + 1, confidence).high > high


@always(LEVELS, st.integers(1, 5000), CONFIDENCES)
def test_rank_intervals_enclose_the_rank_and_mirror(q, n, confidence):
    rank = order_statistic_rank(q, n)
    assert rank == math.ceil(q * n)
    lower, upper = rank_interval(q, n, confidence)
    assert lower is None or 1 <= lower <= rank
    assert upper is None or rank <= upper <= n
    mirrored = rank_interval(1 - q, n, confidence)
    assert mirrored == (upper and n + 1 - upper, lower and n + 1 - lower)


@always(TIMES, st.integers(0, 10), LEVELS, CONFIDENCES)
def test_without_censoring_kaplan_meier_is_the_order_statistic(times, never, q, confidence):
    tally = Counter(times)
    ordered = [*sorted(times), *[None] * never]
    histogram = [(t, tally[t], 0) for t in sorted(tally)]
    n = len(ordered)
    lower, upper = rank_interval(q, n, confidence)
    expected = [
        ordered[order_statistic_rank(q, n) - 1],
        None if lower is None else ordered[lower - 1],
        None if upper is None else ordered[upper - 1],
    ]
    assert list(km_percentile(histogram, never, q, confidence)) == expected


@always(histograms(), st.integers(0, 4), LEVELS, CONFIDENCES)
def test_kaplan_meier_is_exact_and_enclosed(histogram, never, q, confidence):
    value, low, high = km_percentile(histogram, never, q, confidence)
    assert value == exact_quantile(histogram, never, q)
    assert value == km_quantile(histogram, never, q)
    late = math.inf
    assert (0 if low is None else low) <= (late if value is None else value)
    assert (late if value is None else value) <= (late if high is None else high)


@always(histograms(), LEVELS)
def test_never_ending_is_censored_beyond_every_time(histogram, q):
    beyond = [*histogram, (10_000, 0, 3)]
    assert km_quantile(beyond, 0, q) == km_quantile(histogram, 3, q)


@always(histograms(), LEVELS, LEVELS)
def test_percentiles_rise_with_their_level(histogram, p, q):
    p, q = sorted((p, q))
    low, high = (km_quantile(histogram, 1, level) for level in (p, q))
    assert high is None or (low is not None and low <= high)


@always(histograms(), st.integers(0, 3))
def test_a_curve_falls_and_its_outcomes_add_up(histogram, never):
    curve = km_curve(histogram, never)
    shares = [1.0, *(step.survival for step in curve)]
    assert all(a >= b >= 0.0 for a, b in pairwise(shares))
    rows = [(t, (d // 2, d - d // 2), c) for t, d, c in histogram]
    result = cumulative_incidence(rows)
    if result is not None:
        assert math.isclose(sum(result.shares) + result.open, 1.0, abs_tol=1e-12)


@always(batches(), st.randoms(use_true_random=False))
def test_cluster_intervals_do_not_depend_on_order(clusters, random):
    shuffled = random.sample(clusters, len(clusters))
    assert korn_graubard(sums_of(shuffled)) == korn_graubard(sums_of(clusters))
    assert cluster_spread(sums_of(shuffled)) == cluster_spread(sums_of(clusters))


@always(batches())
def test_cluster_intervals_enclose_and_mirror(clusters):
    rate = korn_graubard(sums_of(clusters))
    assert 0.0 <= rate.low <= rate.share <= rate.high <= 1.0
    assert 0.0 < rate.effective_n <= rate.n
    mirrored = korn_graubard(sums_of([(n, n - hits) for n, hits in clusters]))
    assert math.isclose(mirrored.low, 1 - rate.high, abs_tol=1e-9)
    assert math.isclose(mirrored.high, 1 - rate.low, abs_tol=1e-9)


@always(batches())
def test_clusters_never_narrow_the_independent_interval(clusters):
    rate = korn_graubard(sums_of(clusters))
    naive = clopper_pearson(rate.hits, rate.n)
    assert rate.low <= naive.low + 1e-12
    assert rate.high >= naive.high - 1e-12


@always(st.lists(TIMES, min_size=2, max_size=12), LEVELS, st.randoms(use_true_random=False))
def test_clustered_percentiles_do_not_depend_on_order(groups, q, random):
    clusters = [
        TimesOfCluster([(t, k, k % 2) for t, k in sorted(Counter(g).items())], len(g) % 2)
        for g in groups
    ]
    result = woodruff(clusters, q)
    assert woodruff(random.sample(clusters, len(clusters)), q) == result
    assert result.low is None or result.value is None or result.low <= result.value
    assert result.high is None or result.value <= result.high


@always(st.lists(st.dictionaries(st.integers(0, 99), st.integers(0, 9)), max_size=6), LEVELS)
def test_merged_histograms_are_the_pooled_values(parts, q):
    pooled = sorted(v for part in parts for v, k in part.items() for _ in range(k))
    merged = merge(parts)
    assert size(merged) == len(pooled)
    assert merge(parts[::-1]) == merge([merge(parts[:2]), merge(parts[2:])]) == merged
    expected = pooled[order_statistic_rank(q, len(pooled)) - 1] if pooled else None
    assert quantile(merged, q) == expected


@always(counted(), counted())
def test_differences_are_antisymmetric_and_bounded(first, second):
    diff, low, high = newcombe(*first, *second)
    back = newcombe(*second, *first)
    assert -1.0 <= low <= diff <= high <= 1.0
    assert math.isclose(back.low, -high, abs_tol=1e-12)
    assert math.isclose(back.high, -low, abs_tol=1e-12)
    assert mover(0.0, 0.0, 0.0, *[0.0] * 3) == (0.0, 0.0, 0.0)


@always(st.lists(st.tuples(counted(80), counted(80)), min_size=1, max_size=8))
def test_stratified_differences_are_bounded_and_do_not_depend_on_order(strata):
    for method in (mantel_haenszel, stratified_newcombe):
        assert method(strata[::-1]) == method(strata)
    value, low, high = stratified_newcombe(strata)
    assert -1.0 <= low <= value + 1e-12
    assert value - 1e-12 <= high <= 1.0
    result = mantel_haenszel(strata)
    assert math.isclose(result.difference, value, abs_tol=1e-12)


@always(st.dictionaries(st.text(max_size=3), st.tuples(counted(90), counted(90)), max_size=8))
def test_expected_counts_do_not_depend_on_order(strata):
    reference = {name: (n, x) for name, ((x, n), _) in strata.items()}
    own = {name: (n, x) for name, (_, (x, n)) in strata.items()}
    result = observed_expected(reference, own)
    turned = dict(reversed(list(own.items())))
    assert observed_expected(reference, turned) == result
    if result is not None and result.ratio is not None:
        assert result.low <= result.ratio <= result.high
        assert result.coverage == 1.0


@always(st.lists(st.floats(0, 1), max_size=12))
def test_adjusted_p_values_keep_their_order_and_holm_is_stricter(p_values):
    fdr, family = benjamini_hochberg(p_values), holm(p_values)
    for p, q, h in zip(p_values, fdr, family, strict=True):
        assert p <= q * (1 + 1e-12)
        assert q <= h * (1 + 1e-12)
        assert h <= 1.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for adjusted in (fdr, family):
        assert [adjusted[i] for i in order] == sorted(adjusted)


@always(st.integers(1, 3000), st.floats(0.001, 0.999))
def test_funnels_enclose_their_rate_and_nest(n, rate):
    inner, outer = funnel_limits(n, rate), funnel_limits(n, rate, 0.998)
    assert 0.0 <= outer.low <= inner.low <= rate <= inner.high <= outer.high <= 1.0


@always(batches())
def test_shrunken_rates_lie_between_own_and_mean(parties):
    spread = spread_of_parties(parties)
    assume(spread is not None)
    for n, hits in parties:
        drawn = shrink(n, hits, spread)
        low, high = sorted((hits / n, spread.mean))
        assert low - 1e-12 <= drawn.value <= high + 1e-12
        assert 0.0 <= drawn.weight <= 1.0


@always(st.integers(0, 10**12), st.dictionaries(st.text(max_size=2), st.integers(0, 999)))
def test_parts_add_up_within_one_of_proportion(total, shares):
    whole = sum(shares.values())
    assume(whole)
    parts = apportion(total, shares)
    assert sum(parts.values()) == total
    for name, share in shares.items():
        assert abs(Fraction(total * share, whole) - parts[name]) < 1


@always(st.dictionaries(st.text(max_size=2), st.tuples(st.floats(0, 1), st.floats(0, 1))))
def test_rank_sets_are_ranks(estimates):
    for best, worst in rank_sets(estimates).values():
        assert 1 <= best <= worst <= len(estimates)


@always(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_utility_is_bounded(value, floor, target):
    assume(floor != target)
    assert 0.0 <= utility(value, floor, target) <= 100.0
    assert utility(floor, floor, target) == 0.0
    assert utility(target, floor, target) == 100.0


@always(batches(), st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_charts_enclose_their_centre(periods, values):
    chart = laney_chart(periods)
    if chart is not None:
        assert all(p.low <= chart.centre <= p.high for p in chart.points)
    xmr = xmr_chart(values)
    assert xmr.low <= xmr.mean <= xmr.high

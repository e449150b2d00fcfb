"""Our comparisons and survival curves against statsmodels and lifelines, on fixed inputs.

Not oracles, as they are wrong: statsmodels' score interval of a difference (its issue 10269) and
lifelines' Aalen-Johansen, which jitters tied times.
"""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import pytest

from tallyclerk.stats.clusters import cluster_spread, korn_graubard, sums_of
from tallyclerk.stats.competing import cumulative_incidence
from tallyclerk.stats.differences import newcombe
from tallyclerk.stats.multiple import holm
from tallyclerk.stats.rates import jeffreys
from tallyclerk.stats.stratified import mantel_haenszel
from tallyclerk.stats.survival import km_quantile
from tallyclerk.stats.survival_curve import km_curve

np = pytest.importorskip("numpy")
with warnings.catch_warnings():
    # Libraries under test warn of each other's deprecations when imported.
    warnings.simplefilter("ignore")
    scipy_stats = pytest.importorskip("scipy.stats")
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    duration = pytest.importorskip("statsmodels.duration.survfunc")
    lifelines = pytest.importorskip("lifelines")

# Levels that no product of small fractions meets, where floats cannot decide wrongly.
LEVELS = (Fraction(3137, 10_007), Fraction(5003, 10_007), Fraction(9001, 10_007))


class Numbers:
    """A fixed stream of whole numbers, so that no test depends on a generator's version."""

    def __init__(self, seed):
        self.state = seed * 2654435761 % 2**32 + 1

    def below(self, limit):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return (self.state >> 8) % limit

    def hits(self, largest):
        n = 1 + self.below(largest)
        return self.below(n + 1), n


def test_newcombe_of_two_thousand_pairs():
    numbers = Numbers(1)
    for _ in range(2000):
        (x1, n1), (x2, n2) = numbers.hits(300), numbers.hits(300)
        theirs = proportion.confint_proportions_2indep(x1, n1, x2, n2, method="newcomb")
        diff, low, high = newcombe(x1, n1, x2, n2)
        assert diff == pytest.approx(x1 / n1 - x2 / n2, abs=1e-15)
        assert (low, high) == pytest.approx(theirs, abs=1e-9)


def test_jeffreys_of_two_thousand_rates():
    numbers = Numbers(2)
    counts = [numbers.hits(2000) for _ in range(2000)]
    theirs = proportion.proportion_confint(*np.array(counts).T, method="jeffreys")
    for (hits, n), low, high in zip(counts, *theirs, strict=True):
        ours = jeffreys(hits, n)
        assert ours.low == (pytest.approx(low, abs=1e-9) if hits else 0.0)
        assert ours.high == (pytest.approx(high, abs=1e-9) if hits < n else 1.0)


def test_mantel_haenszel_of_two_thousand_tables():
    numbers = Numbers(3)
    for _ in range(2000):
        strata = [(numbers.hits(90), numbers.hits(90)) for _ in range(2 + numbers.below(5))]
        result = mantel_haenszel(strata)
        cells = [[[x1, n1 - x1], [x2, n2 - x2]] for (x1, n1), (x2, n2) in strata]
        table = tables.StratifiedTable([np.array(cell, dtype=float) for cell in cells])
        if result.odds_ratio is not None:
            assert result.odds_ratio == pytest.approx(table.oddsratio_pooled, rel=1e-9)
        if result.rate_ratio is not None:
            assert result.rate_ratio == pytest.approx(table.riskratio_pooled, rel=1e-9)
        theirs = table.test_null_odds(correction=False)
        assert result.chi_squared == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-12)
        assert result.p_value == pytest.approx(theirs.pvalue, rel=1e-9, abs=1e-12)


def test_holm_of_some_families():
    numbers = Numbers(4)
    for size in (1, 2, 7, 20):
        p_values = [numbers.below(1001) / 1000 for _ in range(size)]
        theirs = multitest.multipletests(p_values, method="holm")[1]
        assert holm(p_values) == pytest.approx(theirs, abs=1e-12)


def test_korn_graubard_of_two_thousand_samples():
    numbers = Numbers(5)
    ours, parts = [], []
    for _ in range(2000):
        batches = [numbers.hits(80) for _ in range(2 + numbers.below(30))]
        sizes = np.array([n for _, n in batches], dtype=float)
        hits = np.array([x for x, _ in batches], dtype=float)
        n, k, p = sizes.sum(), len(batches), hits.sum() / sizes.sum()
        variance = k / (k - 1) * ((hits - p * sizes) ** 2).sum() / n**2
        sums = sums_of([(size, x) for x, size in batches])
        assert cluster_spread(sums).se == pytest.approx(math.sqrt(variance), abs=1e-12)
        if 0 < p < 1 and variance > 1e-15:
            parts.append((n, k, p, variance))
            ours.append(korn_graubard(sums)[1:3])
    n, k, p, variance = np.array(parts).T
    shrink = scipy_stats.t.ppf(0.975, n - 1) / scipy_stats.t.ppf(0.975, k - 1)
    size = np.minimum(n, p * (1 - p) / variance * shrink**2)
    low = scipy_stats.beta.ppf(0.025, p * size, size - p * size + 1)
    high = scipy_stats.beta.ppf(0.975, p * size + 1, size - p * size)
    assert len(ours) > 1900
    assert np.array(ours) == pytest.approx(np.array([low, high]).T, abs=1e-9)


def sample(numbers):
    """Give durations and whether each ended, with many ties."""
    size = 5 + numbers.below(60)
    return [(1 + numbers.below(25), int(numbers.below(4) > 0)) for _ in range(size)]


def histogram_of(rows):
    times = sorted({t for t, _ in rows})
    return [(t, rows.count((t, 1)), rows.count((t, 0))) for t in times]


def test_survival_curves_of_two_thousand_samples():
    numbers = Numbers(6)
    for _ in range(2000):
        rows = sample(numbers)
        times, flags = zip(*rows, strict=True)
        theirs = duration.SurvfuncRight(np.array(times), np.array(flags))
        curve = km_curve(histogram_of(rows))
        assert [step.duration for step in curve] == list(theirs.surv_times)
        assert [step.at_risk for step in curve] == list(theirs.n_risk)
        assert [step.survival for step in curve] == pytest.approx(theirs.surv_prob, abs=1e-12)
        errors = [(s.se, se) for s, se in zip(curve, theirs.surv_prob_se, strict=True)]
        assert all(s == pytest.approx(se, abs=1e-12) for s, se in errors if not math.isnan(se))


def test_curve_limits_and_percentiles_of_lifelines():
    # At some twenty times and three levels each: thousands of numbers.
    numbers = Numbers(7)
    for _ in range(150):
        rows = sample(numbers)
        times, flags = zip(*rows, strict=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitter = lifelines.KaplanMeierFitter().fit(times, flags)
            theirs = {q: fitter.percentile(float(1 - q)) for q in LEVELS}
        histogram = histogram_of(rows)
        limits = fitter.confidence_interval_
        for step in km_curve(histogram):
            if step.low is not None:
                drawn = limits.loc[float(step.duration)]
                assert (step.low, step.high) == pytest.approx(tuple(drawn), abs=1e-8)
        for q, expected in theirs.items():
            value = km_quantile(histogram, 0, q)
            assert value == (None if math.isinf(expected) else expected)


def test_cumulative_incidence_of_a_thousand_samples():
    # Three shares at three times of each.
    numbers = Numbers(8)
    for _ in range(1000):
        size = 5 + numbers.below(60)
        rows = [(1 + numbers.below(25), numbers.below(4)) for _ in range(size)]
        if {code for _, code in rows} != {0, 1, 2, 3}:
            continue
        times, codes = (np.array(column) for column in zip(*rows, strict=True))
        theirs = duration.CumIncidenceRight(times, codes)
        histogram = [
            (t, [rows.count((t, k)) for k in (1, 2, 3)], rows.count((t, 0)))
            for t in sorted(set(times.tolist()))
        ]
        for until in (5, 13, 25):
            shares = cumulative_incidence(histogram, until).shares
            at = np.searchsorted(theirs.times, until, side="right") - 1
            for share, curve in zip(shares, theirs.cinc, strict=True):
                assert share == pytest.approx(curve[at] if at >= 0 else 0.0, abs=1e-9)

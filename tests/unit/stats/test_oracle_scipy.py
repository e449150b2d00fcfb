"""Our distributions and intervals against scipy, on thousands of fixed inputs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallyclerk.stats.binomial import binomial_cdf, binomial_quantile
from tallyclerk.stats.counts import garwood
from tallyclerk.stats.distributions import (
    beta_quantile,
    gamma_quantile,
    normal_quantile,
    student_quantile,
)
from tallyclerk.stats.multiple import benjamini_hochberg, p_rate_above, p_rate_below
from tallyclerk.stats.percentiles import rank_interval
from tallyclerk.stats.rates import clopper_pearson, one_sided_bounds, wilson
from tallyclerk.stats.special import incomplete_beta, incomplete_gamma

np = pytest.importorskip("numpy")
scipy_stats = pytest.importorskip("scipy.stats")
special = pytest.importorskip("scipy.special")

PROBABILITIES = (1e-6, 0.0005, 0.01, 0.025, 0.05, 0.3, 0.5, 0.7, 0.95, 0.975, 0.999, 1 - 1e-6)
SHAPES = (0.05, 0.5, 1.0, 1.5, 2.0, 7.3, 15.9, 16.0, 40.0, 333.25, 5e3, 1e5, 1e6, 1e7)
SIZES = (1, 2, 3, 5, 8, 13, 30, 47, 100, 365, 999, 2500, 10_000, 250_000, 10_000_000)


def some_hits(n):
    tried = {0, 1, 2, n // 100, n // 7, n // 3, n // 2, n - n // 5, n - 1, n}
    return sorted(hits for hits in tried if hits <= n)


COUNTS = [(hits, n) for n in SIZES for hits in some_hits(n)]


def test_beta_quantiles():
    cases = [(p, a, b) for p in PROBABILITIES for a in SHAPES for b in SHAPES]
    ours = np.array([beta_quantile(*case) for case in cases])
    p, a, b = np.array(cases).T
    theirs = scipy_stats.beta.ppf(p, a, b)
    assert len(cases) > 2000
    assert np.abs(ours - theirs).max() < 1e-9


def test_beta_function():
    cases = [(a, b, x / 50) for a in SHAPES for b in SHAPES for x in range(51)]
    a, b, x = np.array(cases).T
    ours = np.array([incomplete_beta(*case) for case in cases])
    assert np.abs(ours - special.betainc(a, b, x)).max() < 1e-9


def test_gamma_quantiles():
    # Beyond shapes of 1e5 scipy's far tails are themselves off: there the inverse is checked.
    cases = [(p, a) for p in PROBABILITIES for a in (*SHAPES[:-2], *range(2, 200))]
    ours = np.array([gamma_quantile(*case) for case in cases])
    p, a = np.array(cases).T
    assert len(cases) > 2000
    assert ours == pytest.approx(scipy_stats.gamma.ppf(p, a), rel=1e-9, abs=1e-300)
    for shape in SHAPES:
        for p in PROBABILITIES:
            assert incomplete_gamma(shape, gamma_quantile(p, shape)) == pytest.approx(p, rel=1e-8)


def test_gamma_function():
    cases = [(a, a * x / 20 + x / 100) for a in SHAPES[:-2] for x in range(60)]
    a, x = np.array(cases).T
    ours = np.array([incomplete_gamma(*case) for case in cases])
    assert np.abs(ours - special.gammainc(a, x)).max() < 1e-9


def test_student_quantiles():
    sizes = [*range(1, 150), 0.5, 2.5, 1e3, 1e5, 1e7]
    cases = [(p, df) for p in PROBABILITIES for df in sizes]
    ours = np.array([student_quantile(*case) for case in cases])
    p, df = np.array(cases).T
    assert ours == pytest.approx(scipy_stats.t.ppf(p, df), rel=1e-9, abs=1e-9)


def test_normal():
    levels = np.linspace(0.0005, 0.9995, 999)
    ours = [normal_quantile(float(p)) for p in levels]
    assert ours == pytest.approx(special.ndtri(levels), abs=1e-12)


def test_binomial_tails_and_quantiles():
    for hits, n in COUNTS:
        for p in (0.001, 0.05, 0.5, 0.93):
            theirs = scipy_stats.binom.cdf(hits, n, p)
            assert binomial_cdf(hits, n, p) == pytest.approx(theirs, abs=1e-9)
    for n in SIZES:
        for p in (0.001, 0.05, 0.5, 0.93):
            for tail in (0.001, 0.025, 0.05, 0.5, 0.975, 0.999):
                assert binomial_quantile(tail, n, p) == scipy_stats.binom.ppf(tail, n, p)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.998])
def test_rate_intervals(confidence):
    for hits, n in COUNTS:
        result = scipy_stats.binomtest(hits, n) if n < 3000 else None
        if result is not None:
            exact = result.proportion_ci(confidence, "exact")
            score = result.proportion_ci(confidence, "wilson")
            assert clopper_pearson(hits, n, confidence) == pytest.approx(exact[:2], abs=1e-9)
            assert wilson(hits, n, confidence) == pytest.approx(score[:2], abs=1e-9)
        low, high = one_sided_bounds(hits, n, confidence)
        assert low == pytest.approx(
            scipy_stats.beta.ppf(1 - confidence, hits, n - hits + 1) if hits else 0.0, abs=1e-9
        )
        assert high == pytest.approx(
            scipy_stats.beta.ppf(confidence, hits + 1, n - hits) if hits < n else 1.0, abs=1e-9
        )


def test_exact_p_values():
    for hits, n in COUNTS:
        for limit in (0.002, 0.1, 0.6):
            above = scipy_stats.binom.sf(hits - 1, n, limit)
            assert p_rate_above(hits, n, limit) == pytest.approx(above, abs=1e-9)
            below = scipy_stats.binom.cdf(hits, n, limit)
            assert p_rate_below(hits, n, limit) == pytest.approx(below, abs=1e-9)


def test_count_intervals():
    counts = np.array([*range(1, 1001), 5000, 20_000, 99_999])
    ours = np.array([garwood(int(x)) for x in counts])
    theirs = np.array(
        [
            scipy_stats.chi2.ppf(0.025, 2 * counts) / 2,
            scipy_stats.chi2.ppf(0.975, 2 * counts + 2) / 2,
        ]
    )
    assert ours == pytest.approx(theirs.T, rel=1e-9)


def test_rank_intervals():
    levels = [Fraction(k, 20) for k in (1, 5, 10, 15, 18, 19)] + [Fraction(99, 100)]
    for q in levels:
        for n in [*range(1, 120), 500, 2500, 10_000, 10_000_000]:
            lower, upper = rank_interval(q, n)
            # Ranks by the definition, from scipy's binomial quantile at the tail.
            at = int(scipy_stats.binom.ppf(0.025, n, float(q)))
            at += scipy_stats.binom.cdf(at, n, float(q)) <= 0.025
            assert lower == (at or None)
            top = int(scipy_stats.binom.isf(0.025, n, float(q))) + 1
            assert upper == (top if top <= n else None)


def test_quantile_test_of_scipy():
    for n in range(5, 80, 3):
        values = np.arange(1, n + 1)
        for q in (Fraction(1, 4), Fraction(1, 2), Fraction(9, 10)):
            result = scipy_stats.quantile_test(values, q=0, p=float(q))
            theirs = [None if np.isnan(x) else int(x) for x in result.confidence_interval(0.95)]
            assert list(rank_interval(q, n)) == theirs


def test_false_discovery_control():
    for seed in range(300):
        p_values = [((seed * 37 + k * k * 101) % 997) / 997 for k in range(1 + seed % 25)]
        theirs = scipy_stats.false_discovery_control(p_values)
        assert benjamini_hochberg(p_values) == pytest.approx(theirs, abs=1e-12)

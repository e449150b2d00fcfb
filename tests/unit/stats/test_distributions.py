"""Closed forms and refusals of the special functions and quantiles."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats.binomial import binomial_cdf, binomial_quantile
from tallyclerk.stats.distributions import (
    beta_quantile,
    gamma_quantile,
    normal_quantile,
    student_quantile,
    two_sided_t,
    two_sided_z,
)
from tallyclerk.stats.special import incomplete_beta, incomplete_gamma


def test_beta_has_closed_forms():
    for x in (0.0, 0.001, 0.3, 0.999, 1.0):
        assert incomplete_beta(1.0, 1.0, x) == pytest.approx(x, abs=1e-15)
        assert incomplete_beta(3.0, 1.0, x) == pytest.approx(x**3, abs=1e-15)
        arcsine = 2 / math.pi * math.asin(math.sqrt(x))
        assert incomplete_beta(0.5, 0.5, x) == pytest.approx(arcsine, abs=1e-14)
    assert beta_quantile(0.2, 1.0, 1.0) == pytest.approx(0.2, abs=1e-15)
    assert beta_quantile(0.5, 1e7, 1e7) == pytest.approx(0.5, abs=1e-15)


def test_gamma_is_exponential_at_shape_one():
    for x in (0.0, 1e-9, 0.5, 3.0, 50.0):
        assert incomplete_gamma(1.0, x) == pytest.approx(-math.expm1(-x), rel=1e-13)
    assert gamma_quantile(0.5, 1.0) == pytest.approx(math.log(2.0), rel=1e-14)


def test_student_is_cauchy_at_one_and_normal_at_many():
    for p in (0.001, 0.3, 0.5, 0.8, 0.999):
        cauchy = math.tan(math.pi * (p - 0.5))
        assert student_quantile(p, 1) == pytest.approx(cauchy, rel=1e-12, abs=1e-15)
        z = normal_quantile(p)
        fisher = z + (z**3 + z) / 4e7
        assert student_quantile(p, 1e7) == pytest.approx(fisher, abs=1e-9)
    assert two_sided_t(0.95, 2) == pytest.approx(0.95 / math.sqrt(0.04875), abs=1e-12)
    assert two_sided_z(0.95) == pytest.approx(1.959963984540054, abs=1e-15)


def test_a_coin_thrown_twice():
    below = [binomial_cdf(k, 2, 0.5) for k in (-1, 0, 1, 2, 3)]
    assert below == pytest.approx([0.0, 0.25, 0.75, 1.0, 1.0], abs=1e-14)
    assert [binomial_quantile(p, 2, 0.5) for p in (0.1, 0.25, 0.26, 0.75, 0.76)] == [0, 0, 1, 1, 2]
    assert binomial_quantile(0.5, 5, 0.0) == 0
    assert binomial_quantile(0.5, 5, 1.0) == 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: incomplete_beta(0.0, 1.0, 0.5), "beta shapes"),
        (lambda: incomplete_beta(1.0, math.nan, 0.5), "beta shapes"),
        (lambda: incomplete_beta(1.0, 1.0, 1.5), "within 0..1"),
        (lambda: incomplete_gamma(0.0, 1.0), "gamma shape"),
        (lambda: incomplete_gamma(1.0, -1.0), "not be negative"),
        (lambda: beta_quantile(1.0, 1.0, 1.0), "probability"),
        (lambda: gamma_quantile(0.0, 1.0), "probability"),
        (lambda: normal_quantile(math.nan), "probability"),
        (lambda: student_quantile(0.5, 0), "degrees of freedom"),
        (lambda: binomial_cdf(0, 0, 0.5), "trials"),
        (lambda: binomial_quantile(0.0, 5, 0.5), "probability"),
        (lambda: two_sided_z(1.0), "confidence"),
    ],
)
def test_arguments_out_of_range_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

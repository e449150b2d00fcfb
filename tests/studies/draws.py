"""Simulated cases of one partner in batches that share their fate.

The generator is numpy's RandomState, whose stream is frozen: the same seed draws the same numbers
with every version.
"""

from __future__ import annotations

import numpy as np

LARGEST_BATCH = 30
MEDIAN_MINUTES = 300
SPREAD = 0.6
"""Standard deviation of the logarithm of a duration, between and within batches together."""
Z90 = 1.2815515655446004


def rates(random, rounds, batches, rate, correlation):
    """Beta-binomial hits in batches of 1-30 cases: two arrays (rounds, batches), cases and hits."""
    cases = random.randint(1, LARGEST_BATCH + 1, size=(rounds, batches))
    if correlation == 0:
        return cases, random.binomial(cases, rate)
    scale = 1 / correlation - 1
    shares = random.beta(rate * scale, (1 - rate) * scale, size=cases.shape)
    return cases, random.binomial(cases, shares)


def realised_correlation(cases, hits, rate):
    """The intraclass correlation of what was drawn: of all pairs of cases of one batch."""
    squares = hits * (1 - rate) ** 2 + (cases - hits) * rate**2
    products = ((hits - rate * cases) ** 2 - squares).sum()
    return products / (cases * (cases - 1)).sum() / (rate * (1 - rate))


def durations(random, batches, correlation, open_share):
    """Lognormal durations of batches of 1-30 cases, seen at one moment.

    Returns:
        Arrays with one entry per case: whole minutes, whether it was still open then, and the
        number of its batch; and the group (0-19) of each batch. A share of the cases is open: the
        young batches, whole, wherever their cases then stand.
    """
    sizes = random.randint(1, LARGEST_BATCH + 1, size=batches)
    of = np.repeat(np.arange(batches), sizes)
    shared, own = random.normal(size=batches), random.normal(size=len(of))
    deviates = np.sqrt(correlation) * shared[of] + np.sqrt(1 - correlation) * own
    minutes = MEDIAN_MINUTES * np.exp(SPREAD * deviates)
    # A batch as young as twice the median has about half of its cases open.
    is_young = random.uniform(size=batches) < open_share * 1.8
    ages = np.where(is_young, random.uniform(0, 2 * MEDIAN_MINUTES, size=batches), np.inf)[of]
    is_open = minutes > ages
    whole = np.minimum(minutes, ages).astype(np.int64)
    return whole, is_open, of, random.randint(0, 20, size=batches)


def true_minutes(is_ninetieth):
    """The percentile of whole minutes that the draws have."""
    return int(MEDIAN_MINUTES * np.exp(SPREAD * Z90 * is_ninetieth))

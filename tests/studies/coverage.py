"""What the 95 % intervals of a scorecard cover, on simulated partners whose batches share a fate.

Every interval is the one that a scorecard prints: `judge.estimates.estimate`, gates included. Beside
it stands the naive one, which takes shipments for independent: Wilson for rates, order statistics
for percentiles. A line is drawn until 1,000 intervals are printed and its coverage is above 93 % by
three standard errors, else until the standard error is below 0.4 points; it fails if its coverage is
then below 93 % by more than two standard errors. `drawn` is the intraclass correlation of the draws.

Run by `make coverage-study`; exit code 1 if a line fails.
"""

from __future__ import annotations

import itertools
import math
import sys
from dataclasses import dataclass, field

import numpy as np
from tests.studies import draws

from tallyclerk.domain.kpi import Statistic
from tallyclerk.domain.results import Histogram
from tallyclerk.judge.counts import Count
from tallyclerk.judge.estimates import MIN_BATCHES, estimate, pooled
from tallyclerk.stats.clusters import ClusterSums
from tallyclerk.stats.rates import wilson
from tallyclerk.stats.survival import km_percentile

CORRELATIONS = (0.0, 0.01, 0.05)
BATCHES = (8, 12, 20, 50, 200)
RATES = (0.005, 0.02, 0.1, 0.5, 0.9, 0.97)
OPEN_SHARES = (0.0, 0.2)
PERCENTILES = (Statistic.P50, Statistic.P90)

LEAST = 0.93
LARGEST_ERROR = 0.004
ROUND = 250
LEAST_PRINTED = 1000
MOST_DRAWS = 40_000
NAIVE_DRAWS = 500
CORRELATION_ERROR = 0.01


@dataclass
class Tally:
    """What became of the intervals of one line."""

    truth: float
    draws: int = 0
    printed: int = 0
    covered: int = 0
    widths: list[float] = field(default_factory=list)
    naive_printed: int = 0
    naive_covered: int = 0
    naive_widths: list[float] = field(default_factory=list)

    def add(self, low, high):
        self.draws += 1
        if low is None and high is None:
            return
        self.printed += 1
        self.covered += is_within(self.truth, low, high)
        if low is not None and high is not None:
            self.widths.append(high - low)

    def add_naive(self, low, high):
        self.naive_printed += 1
        self.naive_covered += is_within(self.truth, low, high)
        if low is not None and high is not None:
            self.naive_widths.append(high - low)

    @property
    def share(self):
        return self.covered / self.printed

    @property
    def error(self):
        """Standard error of the coverage, by Laplace's rule above 0 when all are covered."""
        share = (self.covered + 1) / (self.printed + 2)
        return math.sqrt(share * (1 - share) / max(1, self.printed))

    @property
    def is_enough(self):
        if self.draws >= MOST_DRAWS or self.printed < LEAST_PRINTED:
            return self.draws >= MOST_DRAWS
        return self.share - 3 * self.error > LEAST or self.error < LARGEST_ERROR

    @property
    def is_failed(self):
        return self.printed > 0 and self.share + 2 * self.error < LEAST


def is_within(truth, low, high):
    return (low is None or low <= truth) and (high is None or truth <= high)


def study_rate(random, batches, rate, correlation):
    """Draws one line of the table of rates: its tally and the correlation that was drawn."""
    tally = Tally(rate)
    all_cases, all_hits = [], []
    while not tally.is_enough:
        cases, hits = draws.rates(random, ROUND, batches, rate, correlation)
        all_cases.append(cases)
        all_hits.append(hits)
        squares = zip(
            cases.sum(1).tolist(),
            hits.sum(1).tolist(),
            (cases * cases).sum(1).tolist(),
            (hits * hits).sum(1).tolist(),
            (cases * hits).sum(1).tolist(),
            strict=True,
        )
        for n, found, *products in squares:
            sums = ClusterSums(batches, n, found, *products)
            counts = Count(partner_id="p", role="courier", n=n, hits=found, batches=sums)
            result = estimate(counts, Statistic.RATE)
            tally.add(result.low, result.high)
            tally.add_naive(*wilson(found, n))
    drawn = np.concatenate(all_cases), np.concatenate(all_hits)
    return tally, draws.realised_correlation(*drawn, rate)


def groups_of(minutes, is_open, groups):
    """Histograms of each group of batches, as tallies keep them."""
    keys = (groups * 10_000_000 + minutes) * 2 + is_open
    found, counts = np.unique(keys, return_counts=True)
    bins = {}
    for key, count in zip(found.tolist(), counts.tolist(), strict=True):
        place, opened = divmod(key, 2)
        group, minute = divmod(place, 10_000_000)
        cell = bins.setdefault(group, {}).setdefault(minute, [0, 0])
        cell[opened] += count
    return tuple(
        Histogram(bins=tuple((minute, *cell) for minute, cell in times.items()))
        for times in bins.values()
    )


def study_durations(random, batches, correlation, open_share):
    """Draws the lines of both percentiles, from the same partners; and the share that was open."""
    tallies = {q: Tally(draws.true_minutes(q is Statistic.P90) / 60) for q in PERCENTILES}
    opened = cases = 0
    while not all(tally.is_enough for tally in tallies.values()):
        for _ in range(ROUND):
            minutes, is_open, of, groups = draws.durations(random, batches, correlation, open_share)
            opened, cases = opened + int(is_open.sum()), cases + len(minutes)
            if len(set(groups.tolist())) < MIN_BATCHES:
                # The gate, before any work is done: nothing is printed.
                for tally in tallies.values():
                    tally.add(None, None)
                continue
            times = groups_of(minutes, is_open, groups[of])
            counts = Count(partner_id="p", role="courier", n=len(minutes), times=times)
            for statistic, tally in tallies.items():
                if tally.naive_printed < NAIVE_DRAWS:
                    tally.add_naive(*naive_percentile(times, statistic))
                result = estimate(counts, statistic)
                tally.add(result.low, result.high)
    return tallies, opened / cases


def naive_percentile(times, statistic):
    """The order-statistic interval in hours, batches forgotten."""
    found = km_percentile(pooled(times).bins, 0, statistic.quantile)
    return tuple(None if limit is None else limit / 60 for limit in (found.low, found.high))


def line_of(tally, scale):
    """Coverage, width and share printed; then the naive coverage and width."""
    if not tally.printed:
        return "    –  never printed"
    widths, naive = (
        np.mean(w) * scale if w else math.nan for w in (tally.widths, tally.naive_widths)
    )
    verdict = "  FAILED" if tally.is_failed else ""
    return (
        f"{100 * tally.share:6.1f} ±{100 * tally.error:4.2f} {widths:8.2f} "
        f"{100 * tally.printed / tally.draws:8.0f} |"
        f"{100 * tally.naive_covered / tally.naive_printed:7.1f} {naive:8.2f}{verdict}"
    )


HEAD = "covered  ± se    width  printed | naive    width"


def main():
    """Prints both tables and returns the exit code."""
    failed = 0
    print(f"Rates, 95 % intervals, %; widths in points\n  icc batches   rate  drawn  {HEAD}")
    cells = itertools.product(CORRELATIONS, BATCHES, RATES)
    for seed, (correlation, batches, rate) in enumerate(cells):
        tally, drawn = study_rate(np.random.RandomState(seed), batches, rate, correlation)
        is_wrong = 0.05 < rate < 0.95 and abs(drawn - correlation) > CORRELATION_ERROR
        failed += tally.is_failed or is_wrong
        line = line_of(tally, 100) + ("  WRONG CORRELATION" if is_wrong else "")
        print(f"{correlation:5} {batches:7} {rate:6} {drawn:6.3f} {line}", flush=True)
    print(f"\nPercentiles of durations; widths in hours\n  icc batches   open         {HEAD}")
    cells = itertools.product(CORRELATIONS, BATCHES, OPEN_SHARES)
    for seed, (correlation, batches, share) in enumerate(cells):
        random = np.random.RandomState(1000 + seed)
        tallies, opened = study_durations(random, batches, correlation, share)
        for statistic, tally in tallies.items():
            failed += tally.is_failed
            line = line_of(tally, 1)
            print(f"{correlation:5} {batches:7} {opened:6.2f}    {statistic} {line}", flush=True)
    print(f"\n{failed} lines failed." if failed else "\nEvery line covers at least 93 %.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

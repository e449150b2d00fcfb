"""Screening: which partners look worse than their peers on the same lanes, all of them at once.

Each partner's bad outcomes stand against what the other partners of its role had on its lanes
(observed over expected, leave-one-out). Over all partners and the KPIs that vetting asks of them the false discovery
rate is held at 5 % (Benjamini-Hochberg). A flag orders the index and says nothing else: it is no
state, and no verdict.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import Result
from tallyclerk.judge.counts import count
from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES
from tallyclerk.stats.multiple import benjamini_hochberg, p_rate_above, two_sided_p
from tallyclerk.stats.sparse import cautious_design_effect
from tallyclerk.stats.standardisation import (
    Strata,
    leave_one_out,
    observed_expected,
    standardised_z,
)

FALSE_DISCOVERIES = 0.05
MIN_COVERAGE = 0.6
"""Share of the cases on lanes that peers use too, below which nobody is screened."""
RARE = 10
"""Expected bad outcomes below which the normal approximation is not trusted."""
Subject = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Screened:
    """One partner in one role under one KPI against its peers.

    Attributes:
        subject: Partner, role and KPI.
        observed: Bad outcomes on the lanes that peers use too.
        expected: What the peers' rates would have given there.
        p: One-sided p value of "not worse than the peers".
    """

    subject: Subject
    observed: int
    expected: float
    p: float


def screened(
    tallies: pl.LazyFrame, kpi: Kpi, asked: Mapping[str, frozenset[str]]
) -> list[Screened]:
    """One test per partner and role that can be tested under a mandatory rate.

    Args:
        tallies: TALLIES of every partner in the period.
        kpi: The KPI.
        asked: Names of the KPIs that vetting asks of each role.

    Returns:
        Sorted by partner and role; none where a partner has fewer than 30 cases or 8 batches, or
        less than 60 % of its cases on lanes that other partners of the role use.
    """
    roles = {role for role, names in asked.items() if kpi.name in names}
    if not kpi.is_rate or not roles:
        return []
    by_role = _strata(tallies, kpi)
    tests = []
    for found in count(tallies, kpi):
        if found.role not in roles or found.n < MIN_CASES:
            continue
        effect = cautious_design_effect(found.batches)
        if effect is None or found.batches.clusters < MIN_BATCHES:
            continue
        partners = by_role[found.role]
        own = partners[found.partner_id]
        test = _test(_sum(partners.values()), own, max(1.0, effect))
        if test:
            observed, expected, p = test
            subject = (found.partner_id, found.role, kpi.name)
            tests.append(Screened(subject=subject, observed=observed, expected=expected, p=p))
    return tests


def with_flags(totals: Sequence[Result], tests: Sequence[Screened]) -> list[Result]:
    """Totals with `is_flagged` for those that were screened.

    Args:
        totals: Results of the period.
        tests: Of every partner and mandatory KPI, also of partners that `totals` leaves out.
    """
    adjusted = benjamini_hochberg([test.p for test in tests])
    flags = {test.subject: p <= FALSE_DISCOVERIES for test, p in zip(tests, adjusted, strict=True)}
    return [
        replace(total, is_flagged=flags.get((total.partner_id, total.role, total.kpi)))
        for total in totals
    ]


def _strata(tallies: pl.LazyFrame, kpi: Kpi) -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    """(n, bad outcomes) by role, partner and lane."""
    rows = (
        tallies.filter(pl.col("kpi") == kpi.name, pl.col("rule").is_null())
        .group_by("role", "partner_id", "lane")
        .agg(pl.col("n").sum(), pl.col("hits").sum())
        .filter(pl.col("n") > 0)
        .with_columns(pl.col("lane").fill_null(""))
        .collect()
    )
    strata: dict[str, dict[str, dict[str, tuple[int, int]]]] = defaultdict(dict)
    for role, partner, lane, n, hits in sorted(rows.iter_rows()):
        bad = n - hits if kpi.better == "higher" else hits
        strata[role].setdefault(partner, {})[lane] = (n, bad)
    return strata


def _sum(partners: Iterable[Strata]) -> dict[str, tuple[int, int]]:
    total: dict[str, tuple[int, int]] = {}
    for lanes in partners:
        for lane, (n, hits) in lanes.items():
            known = total.get(lane, (0, 0))
            total[lane] = (known[0] + n, known[1] + hits)
    return total


def _test(everyone: Strata, own: Strata, effect: float) -> tuple[int, float, float] | None:
    """Observed, expected and p value of one partner; None where too few cases can be compared.

    The variance holds the doubt about the peers' rates too. Rare events are tested exactly: of the
    bad outcomes that both sides had on a lane, a partner like its peers has the share of its cases.
    """
    others = leave_one_out(everyone, own)
    found = observed_expected(others, own)
    if found is None or found.coverage < MIN_COVERAGE:
        return None
    shared = [(*own[lane], *others[lane]) for lane in sorted(others) if lane in own]
    if found.expected < RARE:
        total = sum(hits + x for _, hits, _, x in shared)
        due = math.fsum((hits + x) * n / (n + m) for n, hits, m, x in shared)
        p = p_rate_above(found.observed / effect, total / effect, due / total) if total else 1.0
    else:
        doubt = math.fsum(n * n * x * (m - x) / m**3 for n, _, m, x in shared)
        z = standardised_z(found.observed, found.expected, (found.variance + doubt) * effect)
        p = 1.0 if z is None else _upper_tail(z)
    return found.observed, found.expected, p


def _upper_tail(z: float) -> float:
    tail = two_sided_p(z) / 2.0
    return tail if z > 0 else 1.0 - tail

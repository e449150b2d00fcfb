"""What peers would have had on a partner's lanes: expected values, ratios and their coverage.

Indirect standardisation. The peers of a partner are the *other* partners of its role (leave-one-out)
on the same lanes; their figures are weighted by the partner's own cases of each lane. Two ratios
are never compared with each other, for each has its own weights: that is what
`tallyclerk.judge.compare` is for.

- A rate: `expected` = sum n_l p_l / sum n_l with the peers' rate p_l on lane l, over the lanes that
  peers use too; `ratio` = hits there over sum n_l p_l.
- A percentile: `expected` = that percentile of the peers' times with each lane's cases weighted to
  the partner's share of it (Kaplan-Meier, open cases included); `ratio` = the partner's own
  percentile on these lanes over it.

A lane of which no column is known ("?>?") is no lane: its cases are covered by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import fsum
from typing import NamedTuple

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.results import Result
from tallyclerk.judge.lane_times import percentiles_beside

MIN_COVERAGE = 0.6
"""Share of the cases on lanes that peers use too, below which nothing is expected."""
MINUTES_PER_HOUR = 60
Place = tuple[str, str, str | None]
"""Partner, role, and the lane of a finer row."""


class Expected(NamedTuple):
    """What a result is set against.

    Attributes:
        value: Expected value in the result's unit, None where peers do not say.
        ratio: Observed over expected on the lanes covered, None where nothing was expected.
        coverage: Share of the cases that lie on those lanes.
        cases: Cases of the peers there.
    """

    value: float | None
    ratio: float | None
    coverage: float
    cases: int


def with_expected(
    results: Iterable[Result], tallies: pl.LazyFrame, kpis: Mapping[str, Kpi]
) -> list[Result]:
    """Results with `expected`, `ratio`, `coverage` and `peers_n`, in the order given.

    Args:
        results: Totals, or rows by lane, of one period; other rows are given back as they are.
        tallies: TALLIES of that period, of every partner.
        kpis: Definitions by name.
    """
    results = list(results)
    judged = [r for r in results if _is_judged(r)]
    subjects = sorted({(r.partner_id, r.role) for r in judged})
    cuts = {(r.kpi, r.lane is not None) for r in judged}
    found: dict[tuple[str, str], dict[Place, Expected]] = {}
    for name in sorted({name for name, _ in cuts}):
        kpi = kpis[name]
        places = _shared(tallies, kpi, subjects)
        if kpi.is_rate:
            found[name, str(Statistic.RATE)] = _rates(places)
            continue
        for is_by_lane in (False, True):
            if (name, is_by_lane) in cuts:
                for key, told in _times(tallies, kpi, places, is_by_lane=is_by_lane).items():
                    found[key] = found.get(key, {}) | told
    return [_enriched(result, found) for result in results]


def is_known_lane(lane: str = "lane") -> pl.Expr:
    """Whether any column of a lane is known."""
    name = pl.col(lane).cast(pl.String)
    return name.is_not_null() & ~name.str.contains(r"^\?(>\?)*$")


def _is_judged(result: Result) -> bool:
    cuts = (result.service, result.chain, result.counterpart, result.rule)
    return result.n > 0 and not any(cuts)


def _enriched(result: Result, found: Mapping[tuple[str, str], Mapping[Place, Expected]]) -> Result:
    if not _is_judged(result):
        return result
    told = found[result.kpi, result.statistic].get((result.partner_id, result.role, result.lane))
    if told is None:
        return replace(result, coverage=0.0)
    if told.coverage < MIN_COVERAGE:
        return replace(result, coverage=told.coverage)
    return replace(
        result,
        expected=told.value,
        ratio=told.ratio,
        coverage=told.coverage,
        peers_n=told.cases,
    )


def _shared(tallies: pl.LazyFrame, kpi: Kpi, subjects: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Cases of each subject and lane beside those of its peers, sorted.

    Returns:
        partner_id, role, lane, n, hits, peers_n and peers_hits (0 where nobody else is), is_shared.
    """
    own = (
        tallies.filter(pl.col("kpi") == kpi.name, pl.col("rule").is_null(), pl.col("n") > 0)
        .group_by("partner_id", "role", "lane")
        .agg(pl.col("n").sum(), pl.col("hits").sum())
    )
    everyone = own.group_by("role", "lane").agg(
        all_n=pl.col("n").sum(), all_hits=pl.col("hits").sum()
    )
    kinds = own.select("partner_id", "role").collect_schema()
    asked = pl.LazyFrame(subjects, schema=kinds, orient="row")
    return (
        own.join(asked, on=["partner_id", "role"], how="semi")
        .join(everyone, on=["role", "lane"], how="left", nulls_equal=True)
        .with_columns(
            peers_n=pl.col("all_n") - pl.col("n"), peers_hits=pl.col("all_hits") - pl.col("hits")
        )
        .with_columns(is_shared=(pl.col("peers_n") > 0) & is_known_lane())
        .drop("all_n", "all_hits")
        .sort("partner_id", "role", "lane")
        .collect()
    )


def _rates(places: pl.DataFrame) -> dict[Place, Expected]:
    """Expected rates of the totals and of each lane."""
    shared = places.filter("is_shared").with_columns(
        expected=pl.col("n") * pl.col("peers_hits") / pl.col("peers_n")
    )
    found: dict[Place, Expected] = {
        (partner, role, lane): Expected(hits / m, _over(own, n * hits / m), 1.0, m)
        for partner, role, lane, n, own, m, hits in shared.select(
            "partner_id", "role", "lane", "n", "hits", "peers_n", "peers_hits"
        ).iter_rows()
    }
    cases = _cases(places)
    summed = shared.group_by("partner_id", "role", maintain_order=True).agg(
        pl.col("n").sum(), pl.col("hits").sum(), "expected", pl.col("peers_n").sum()
    )
    for partner, role, n, hits, parts, m in summed.iter_rows():
        hoped = fsum(parts)
        found[partner, role, None] = Expected(
            hoped / n, _over(hits, hoped), n / cases[partner, role], m
        )
    return found


def _cases(places: pl.DataFrame) -> dict[tuple[str, str], int]:
    """All cases of each subject, on lanes shared or not."""
    cases = places.group_by("partner_id", "role").agg(pl.col("n").sum())
    return {(partner, role): n for partner, role, n in cases.iter_rows()}


def _over(observed: float, expected: float) -> float | None:
    return observed / expected if expected else None


def _times(
    tallies: pl.LazyFrame, kpi: Kpi, places: pl.DataFrame, *, is_by_lane: bool
) -> dict[tuple[str, str], dict[Place, Expected]]:
    """Expected percentiles by KPI and statistic: of the totals, or of each lane."""
    levels = [statistic.quantile or Fraction(1, 2) for statistic in kpi.statistics]
    shared = places.filter("is_shared")
    subject = ["partner_id", "role", "lane"] if is_by_lane else ["partner_id", "role"]
    own_n = shared.group_by(subject).agg(pl.col("n").sum(), pl.col("peers_n").sum())
    all_n = {} if is_by_lane else _cases(places)
    reached = percentiles_beside(tallies, kpi, shared, subject, levels)
    nothing: list[int | None] = [None] * len(levels)
    found: dict[tuple[str, str], dict[Place, Expected]] = {
        (kpi.name, str(statistic)): {} for statistic in kpi.statistics
    }
    for *key, n, m in own_n.iter_rows():
        own, peers = (reached.get((*key, is_own), nothing) for is_own in (True, False))
        coverage = n / all_n.get((key[0], key[1]), n)
        place = (key[0], key[1], key[2] if is_by_lane else None)
        for i, statistic in enumerate(kpi.statistics):
            found[kpi.name, str(statistic)][place] = _set_against(own[i], peers[i], coverage, m)
    return found


def _set_against(own: int | None, peers: int | None, coverage: float, cases: int) -> Expected:
    if peers is None:
        return Expected(None, None, coverage, cases)
    ratio = None if own is None else _over(own, peers)
    return Expected(peers / MINUTES_PER_HOUR, ratio, coverage, cases)

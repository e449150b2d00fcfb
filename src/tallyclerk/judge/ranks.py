"""Ranks that noise allows partners, on the lanes that all of them use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tallyclerk.domain.kpi import Kpi
from tallyclerk.judge.cells import Cells
from tallyclerk.judge.compared import Ranked
from tallyclerk.judge.estimates import MIN_CASES
from tallyclerk.judge.lanes import MIN_COVERAGE
from tallyclerk.judge.same_lanes import Side, Standardised, standardised
from tallyclerk.stats.distributions import two_sided_z
from tallyclerk.stats.ranking import rank_sets


def rank_rows(cells: Cells, kpis: Mapping[str, Kpi], partners: Sequence[str]) -> Iterator[Ranked]:
    """The rank sets of partners under each statistic, in order.

    Nothing is ranked where a partner has less than 60 % of its cases on the lanes that all use,
    too few cases or batches there, or no finite interval.

    Args:
        cells: Of the rows of these partners.
        kpis: Definitions by name.
        partners: Three or more.
    """
    for (role, kpi, statistic), told in standardised(cells, partners).items():
        errors = _errors(told)
        if len(errors) < len(partners):
            continue
        sets = rank_sets(errors, higher_is_better=kpis[kpi].better == "higher")
        for partner in sorted(sets):
            yield Ranked(
                role=role,
                kpi=kpi,
                statistic=statistic,
                partner=partner,
                value=errors[partner][0],
                best=sets[partner].best,
                worst=sets[partner].worst,
                of=len(sets),
            )


def _errors(told: Standardised) -> dict[str, tuple[float, float]]:
    """Value and standard error of the partners that can be ranked."""
    found = {partner: _error(side) for partner, side in told.sides.items()}
    return {partner: error for partner, error in found.items() if error}


def _error(side: Side) -> tuple[float, float] | None:
    """The standard error is that of the longer arm of the interval."""
    told = side.estimate
    if told.value is None or told.low is None or told.high is None:
        return None
    if side.share < MIN_COVERAGE or (told.effective_n or 0.0) < MIN_CASES:
        return None
    return told.value, max(told.high - told.value, told.value - told.low) / two_sided_z(0.95)

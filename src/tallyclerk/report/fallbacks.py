"""Which figures of the first page are those of an earlier month, and the cases behind each figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from tallyclerk.domain.periods import Period, month_of
from tallyclerk.domain.results import Result
from tallyclerk.kpis.evidence import FIGURE
from tallyclerk.report.headline import headline
from tallyclerk.report.model import PartnerInput
from tallyclerk.report.months import by_month
from tallyclerk.report.roles import roles_of


def fallback(result: Result, months: Mapping[str, Result], period: str) -> Result | None:
    """The result of the latest mature month, where that of the period is not mature.

    Args:
        result: Of the period.
        months: The same statistic by month.
        period: The period.
    """
    if not (result.provisional and result.waiting):
        return None
    first = period.partition("..")[0]
    mature = [m for m in months if m < first and not months[m].provisional and months[m].n]
    return months[max(mature)] if mature else None


def fallbacks(given: PartnerInput) -> tuple[Result, ...]:
    """The results of earlier months that the first page of a partner shows, in its order."""
    series = by_month(given.months)
    found = (
        fallback(r, series.get((r.role, r.kpi, r.statistic), {}), given.run.period)
        for role in roles_of(given)
        for r in headline(role, [t for t in given.totals if t.role == role])
    )
    return tuple(r for r in found if r is not None)


def wanted(results: Iterable[Result]) -> pl.DataFrame:
    """FIGURE of the cases behind results of single months, each once, sorted."""
    keys = {(r.partner_id, r.role, r.kpi, month_of(str(r.period))) for r in results}
    schema = dict(zip(FIGURE, (pl.String, pl.String, pl.String, pl.Int32), strict=True))
    return pl.DataFrame(sorted(keys), schema=schema, orient="row")


def is_within(period: str | None) -> pl.Expr:
    """Whether one of FACTS is of the months of a period; each is for none."""
    if not period:
        return pl.lit(value=True)
    months = Period.of(period)
    return pl.col("month").is_between(months.first, months.last)

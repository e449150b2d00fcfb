"""The months a page looks back on."""

from __future__ import annotations

from collections.abc import Iterable

from tallyclerk.domain.results import Result


def months_up_to(period: str, how_many: int) -> tuple[str, ...]:
    """Give the months up to the end of a period, oldest first, as "2026-10"."""
    year, month = (int(part) for part in period.rsplit("..", maxsplit=1)[-1].split("-")[:2])
    last = year * 12 + month - 1
    return tuple(f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(last - how_many + 1, last + 1))


def period_before(period: str) -> str:
    """Give the period of equal length that ends where this one begins."""
    first, _, last = period.partition("..")
    length = len(_between(first, last or first))
    months = months_up_to(first, length + 1)[:-1]
    return months[0] if length == 1 else f"{months[0]}..{months[-1]}"


def _between(first: str, last: str) -> range:
    ends = [int(month[:4]) * 12 + int(month[5:7]) for month in (first, last)]
    return range(ends[0], ends[1] + 1)


def by_month(results: Iterable[Result]) -> dict[tuple[str, str, str], dict[str, Result]]:
    """Give the monthly results by (role, kpi, statistic) and month."""
    series: dict[tuple[str, str, str], dict[str, Result]] = {}
    for result in results:
        if result.period:
            series.setdefault((result.role, result.kpi, result.statistic), {})[result.period] = (
                result
            )
    return series

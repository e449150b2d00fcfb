"""Figures with the excused cases in them, beside those without: gross and net."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.judge.counts import Count, count
from tallyclerk.judge.estimates import estimate
from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.kpis.retold import EXCUSED

Key = tuple[str, str, str | int | None]


def gross(tallies: pl.LazyFrame) -> pl.LazyFrame:
    """TALLIES as if nothing had been excused: excused cases count for what they were."""
    is_excused = pl.col("rule") == EXCUSED
    return tallies.filter(
        ~pl.col("reason").cast(pl.String).str.starts_with(PREFIX).fill_null(value=False)
    ).with_columns(rule=pl.when(~is_excused.fill_null(value=False)).then("rule"))


def gross_counts(
    net: Iterable[Count], tallies: pl.LazyFrame, kpi: Kpi, cut: str | None
) -> Mapping[Key, Count]:
    """Gross counts by partner, role and value of the cut, of those that excuses changed."""
    changed = {_key(counts) for counts in net if is_excused(counts)}
    if not changed or cut == "rule":
        return {}
    return {_key(c): c for c in count(gross(tallies), kpi, cut) if _key(c) in changed}


def gross_value(counts: Count, found: Mapping[Key, Count], statistic: Statistic) -> float | None:
    """The value of a statistic in plain hours with the excused cases, None without any."""
    whole = found.get(_key(counts))
    return estimate(whole, statistic).value if whole else None


def is_excused(counts: Count) -> bool:
    """Whether some of the cases were excused."""
    return any(reason.startswith(PREFIX) for reason, _ in counts.excluded)


def _key(counts: Count) -> Key:
    return counts.partner_id, counts.role, counts.value

"""The cases behind the figures of one partner: what counts against it, found once per figure."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.judge.against import is_miss
from tallyclerk.kpis.retold import is_evidence, is_told_late
from tallyclerk.report.fallbacks import is_within

VARIANTS = ("disputed", "whole_chain")
"""Rules that tell a whole case by another reckoning, and name no part of it."""
PARTS = pl.List(pl.Struct({"rule": pl.String, "minutes": pl.Int64}))


class Cases:
    """FACTS of one partner: a page asks for the cases against the same few figures again and again."""

    def __init__(self, facts: pl.DataFrame) -> None:
        self.facts = facts
        self._missed: dict[tuple[object, ...], pl.DataFrame] = {}

    def missed(self, result: Result) -> pl.DataFrame:
        """The cases that count against one result, the longest or oldest first.

        Returns:
            FACTS with `parts` (a list of rule and minutes): the rules that a case broke, or the
            parts that its evidence names.
        """
        rule = (result.unit, result.better, result.target, result.clock)
        key = (result.kpi, result.role, result.period, *rule)
        if key not in self._missed:
            against = pl.col("rule").is_null() & is_miss(*rule)
            self._missed[key] = _with_parts(self._mine(result), against, result)
        return self._missed[key]

    def listed(self, result: Result) -> pl.DataFrame:
        """What stands under a figure line by line: missed cases, of late messages each message."""
        messages = self._mine(result).filter(is_told_late())
        if messages.is_empty():
            return self.missed(result)
        each = pl.concat_list(pl.struct("rule", pl.lit(None, dtype=pl.Int64).alias("minutes")))
        return messages.with_columns(parts=each).sort(
            "minutes", "shipment_id", descending=[True, False]
        )

    def _mine(self, result: Result) -> pl.DataFrame:
        return self.facts.filter(
            pl.col("kpi") == result.kpi, pl.col("role") == result.role, is_within(result.period)
        )


def _with_parts(mine: pl.DataFrame, against: pl.Expr, result: Result) -> pl.DataFrame:
    """The cases against the partner, in order, each with its parts; null where it has none."""
    cases = mine.filter(against)
    if cases.is_empty():
        return cases.with_columns(parts=pl.lit(None, dtype=PARTS))
    is_part = pl.col("rule").is_not_null() & ~is_evidence() & ~pl.col("rule").is_in(VARIANTS)
    named = mine.filter(is_evidence())
    broken = mine.filter(is_part & is_miss(result.unit, result.better))
    of_case = ["shipment_id"] if named.is_empty() else ["shipment_id", "counterpart"]
    parts = (
        pl.concat([broken, named])
        .lazy()
        .sort("minutes", "rule", descending=[True, False], nulls_last=True)
        .group_by(of_case, maintain_order=True)
        .agg(parts=pl.struct("rule", "minutes").unique(maintain_order=True))
    )
    return (
        cases.lazy()
        .join(parts, on=of_case, how="left", nulls_equal=True)
        .sort(
            ["minutes", "cohort_at", "shipment_id", "counterpart"],
            descending=[True, False, False, False],
            nulls_last=True,
        )
        .collect()
    )

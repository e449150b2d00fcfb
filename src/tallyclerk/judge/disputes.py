"""Disputed cases: counted beside the figures that they are in, which stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.store.hashing import row_hash

KEY = ("partner_id", "role", "kpi", "month")
CASE = ("partner_id", "kpi", "role", "shipment_id", "cohort_at", "from_event", "to_event")
"""Columns of FACTS that tell cases apart, whatever period or run they are told in."""
Disputed = Mapping[tuple[str, str, str, int], int]
"""Cases by partner, role, KPI and month."""


def with_case_ids(facts: pl.DataFrame) -> pl.DataFrame:
    """FACTS with a case_id: sixteen letters and digits that name a case in every report."""
    number = row_hash(facts, CASE).reinterpret(signed=False)
    names = pl.Series("case_id", [f"{each:016x}" for each in number.to_list()], dtype=pl.String)
    return facts.with_columns(names)


def with_disputes(facts: pl.DataFrame, disputes: pl.DataFrame) -> pl.DataFrame:
    """FACTS with case_id, and the view of it that the partner took (`dispute`, null for none).

    Its reasons stay in its own workbook: they may name others, who are not named to each other.
    """
    views = dict(disputes.select("case_id", "view").iter_rows())
    told = pl.col("case_id").replace_strict(views, default=None, return_dtype=pl.String)
    return with_case_ids(facts).with_columns(dispute=pl.when(pl.col("rule").is_null()).then(told))


def disputed(evidence: pl.LazyFrame, disputes: pl.DataFrame) -> Disputed:
    """How many cases in n are disputed.

    Args:
        evidence: FACTS of the months that pages show.
        disputes: DISPUTES, of any period.
    """
    if disputes.is_empty():
        return {}
    is_counted = pl.col("rule").is_null() & (pl.col("n") > 0)
    facts = evidence.filter(is_counted).select(*CASE, "month").collect()
    found = with_case_ids(facts).join(disputes, on="case_id", how="semi")
    counted = found.group_by(KEY).agg(pl.len().cast(pl.Int64))
    return {tuple(key): cases for *key, cases in counted.iter_rows()}


def beside(judgement: Judgement, counts: Disputed) -> Judgement:
    """A judgement whose totals and months say how many of their cases are disputed."""
    if not counts:
        return judgement
    return replace(
        judgement,
        totals=tuple(_with_count(result, counts) for result in judgement.totals),
        months=tuple(_with_count(result, counts) for result in judgement.months),
    )


def _with_count(result: Result, counts: Disputed) -> Result:
    months = Period.of(result.period).months if result.period else ()
    key = (result.partner_id, result.role, result.kpi)
    return replace(result, disputed=sum(counts.get((*key, month), 0) for month in months))

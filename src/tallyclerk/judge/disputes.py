"""Disputed cases: counted beside the figures that they are in, which stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from tallyclerk.domain.results import Judgement
from tallyclerk.store.hashing import row_hash

CASE = ("partner_id", "kpi", "role", "shipment_id", "cohort_at", "from_event", "to_event")
"""Columns of FACTS that tell cases apart, whatever period or run they are told in."""
Disputed = Mapping[tuple[str, str, str], int]


def with_case_ids(facts: pl.DataFrame) -> pl.DataFrame:
    """FACTS with a case_id: sixteen letters and digits that name a case in every report."""
    number = row_hash(facts, CASE).reinterpret(signed=False)
    names = pl.Series("case_id", [f"{each:016x}" for each in number.to_list()], dtype=pl.String)
    return facts.with_columns(names)


def with_disputes(facts: pl.DataFrame, disputes: pl.DataFrame) -> pl.DataFrame:
    """FACTS with case_id, and the view of it that the partner took (`dispute`, null for none).

    Its reasons stay in its own workbook: they may name others, who are not named to each other.
    """
    told = disputes.select("case_id", dispute="view")
    named = with_case_ids(facts).join(told, on="case_id", how="left", maintain_order="left")
    return named.with_columns(dispute=pl.when(pl.col("rule").is_null()).then(pl.col("dispute")))


def disputed(evidence: pl.LazyFrame, disputes: pl.DataFrame) -> dict[tuple[str, str, str], int]:
    """How many cases in n are disputed, by partner, role and KPI.

    Args:
        evidence: FACTS of the period.
        disputes: DISPUTES, of any period.
    """
    if disputes.is_empty():
        return {}
    facts = evidence.filter(pl.col("rule").is_null(), pl.col("n") > 0).select(CASE).collect()
    found = with_case_ids(facts).join(disputes, on="case_id", how="semi")
    counted = found.group_by("partner_id", "role", "kpi").agg(pl.len().cast(pl.Int64))
    return {(partner, role, kpi): cases for partner, role, kpi, cases in counted.iter_rows()}


def beside(judgement: Judgement, counts: Disputed) -> Judgement:
    """A judgement whose totals say how many of their cases are disputed."""
    if not counts:
        return judgement
    return replace(
        judgement,
        totals=tuple(
            replace(r, disputed=counts.get((r.partner_id, r.role, r.kpi), 0))
            for r in judgement.totals
        ),
    )

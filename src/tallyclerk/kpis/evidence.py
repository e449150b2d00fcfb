"""FACTS with what a reader needs to check them: the events behind them, and where those stand."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.domain.tables import UTC, Schema
from tallyclerk.kpis.retold import (
    CLOCKS,
    EXCUSED,
    LATE,
    WORST,
    is_evidence,
    is_retold,
    is_told_late,
)

CASE = ["kpi", "shipment_id", "partner_id", "role", "counterpart", "cohort_at", "from_event"]
"""Columns that two facts about one case share."""
FIGURE = ("partner_id", "role", "kpi", "month")
"""Columns that the cases of one figure of a month share."""
PLACED_COLUMNS = [
    "event_id",
    "shipment_id",
    "milestone",
    "partner_id",
    "occurred_at",
    "recorded_at",
    "source_file",
    "source_row",
]
"""What is read of EVENTS for it."""
REFERENCE_COLUMNS = ["shipment_id", "kind", "reference", "partner_id"]
"""What is read of REFERENCES for it."""
PROOF: Schema = {
    "from_file": pl.String,
    "from_row": pl.Int64,
    "from_at": UTC,
    "from_milestone": pl.String,
    "to_file": pl.String,
    "to_row": pl.Int64,
    "to_at": UTC,
    "to_milestone": pl.String,
    "own_file": pl.String,
    "own_row": pl.Int64,
    "own_reference": pl.String,
    **dict.fromkeys(CLOCKS, pl.Int64),
    "excused_n": pl.Int64,
    "excused_hits": pl.Int64,
    "excused_minutes": pl.Int64,
    "worst_n": pl.Int64,
    "worst_hits": pl.Int64,
    "worst_minutes": pl.Int64,
    "worst_ending": pl.String,
}
"""Columns that evidence adds to FACTS.

`own_file` and `own_row` are where the subject itself speaks of the shipment: the start or end of
the fact where it told them, else the first that it told. `own_reference` is the number by which the
subject knows the shipment. A clock's column has the minutes on it; `excused_…` what an excused case
would have been; a message told late ends when it was recorded; `worst_…` what a case in doubt may have been (see `tallyclerk.kpis.worst`).
"""
ONLY_IN_DOUBT = "in doubt"
"""Reason of a case that nothing but the worst case knows: it is out of n."""


def located(
    stated: pl.DataFrame, events: pl.DataFrame, references: pl.DataFrame, kinds: Mapping[str, str]
) -> pl.DataFrame:
    """Adds to FACTS what they can be checked by.

    Args:
        stated: FACTS.
        events: PLACED_COLUMNS of the same shipments, one row per event.
        references: REFERENCE_COLUMNS of the same shipments.
        kinds: By partner, the kind of reference its own exports are keyed by, where it is not ours.

    Returns:
        FACTS and PROOF, one row per case and rule: what tells a case again (see
        `tallyclerk.kpis.retold`), on another clock, as it was before it was excused or as the worst
        that it may have been, stands in columns of the case.
    """
    worst = stated.filter(pl.col("rule") == WORST)
    cases = _with_hidden(_shown(stated), worst)
    cases = _beside(cases, worst, WORST)
    for rule in (*CLOCKS, EXCUSED):
        cases = _beside(cases, stated.filter(pl.col("rule") == rule), rule)
    for side in ("from", "to"):
        cases = cases.join(
            events.select(
                pl.col("event_id").alias(f"{side}_event"),
                pl.col("source_file").alias(f"{side}_file"),
                pl.col("source_row").alias(f"{side}_row"),
                pl.col("occurred_at").alias(f"{side}_at"),
                pl.col("milestone").alias(f"{side}_milestone"),
                pl.col("partner_id").alias(f"{side}_by"),
            ),
            on=f"{side}_event",
            how="left",
        )
    told = events.select(to_event="event_id", told_at="recorded_at")
    cases = cases.join(told, on="to_event", how="left").with_columns(
        to_at=pl.when(is_told_late()).then("told_at").otherwise("to_at")
    )
    known = _own_references(references, kinds, cases)
    proven = cases.join(_first_told(events), on=["shipment_id", "partner_id"], how="left")
    proven = proven.join(known, on=["shipment_id", "partner_id"], how="left")
    return proven.with_columns(
        own_file=_own("file"),
        own_row=_own("row"),
        own_reference=pl.coalesce("own_reference", "shipment_id"),
    ).select(*stated.columns, *(pl.col(name).cast(kind) for name, kind in PROOF.items()))


def _shown(stated: pl.DataFrame) -> pl.DataFrame:
    """FACTS without what is told again, but for parts that evidence names.

    A share of a late shipment's lateness counts minutes as n: it is a part of so many minutes.
    """
    is_share = pl.col("rule").str.starts_with(LATE).fill_null(value=False)
    return stated.filter(~is_retold() | is_evidence()).with_columns(
        n=pl.when(is_share).then(0).otherwise("n"),
        minutes=pl.when(is_share).then("n").otherwise("minutes"),
    )


def _with_hidden(cases: pl.DataFrame, worst: pl.DataFrame) -> pl.DataFrame:
    """Cases, and those that only the worst case knows as cases out of n."""
    whole = cases.filter(pl.col("rule").is_null())
    hidden = worst.join(whole.select(CASE), on=CASE, how="anti", nulls_equal=True)
    none = pl.lit(0, dtype=pl.Int64)
    out = hidden.with_columns(
        n=none,
        hits=pl.when(pl.col("hits").is_not_null()).then(none),
        minutes=pl.lit(None, dtype=pl.Int64),
        ending=pl.lit(None, dtype=pl.String),
        rule=pl.lit(None, dtype=pl.String),
        reason=pl.lit(ONLY_IN_DOUBT),
    )
    return pl.concat([cases, out.cast(dict(cases.schema))])  # type: ignore[arg-type]


def _beside(cases: pl.DataFrame, again: pl.DataFrame, rule: str) -> pl.DataFrame:
    """What a rule tells again of the whole cases, as columns."""
    names = {"minutes": rule}
    if rule in {EXCUSED, WORST}:
        names = {name: f"{rule}_{name}" for name in ("n", "hits", "minutes")}
    if rule == WORST:
        names["ending"] = f"{WORST}_ending"
    whole = again.select(*CASE, *(pl.col(name).alias(column) for name, column in names.items()))
    whole = whole.unique(CASE, keep="first", maintain_order=True)
    is_whole = pl.col("rule").is_null()
    joined = cases.join(whole, on=CASE, how="left", nulls_equal=True)
    return joined.with_columns(pl.when(is_whole).then(pl.col(c)).alias(c) for c in names.values())


def _own(what: str) -> pl.Expr:
    """File or row of the subject's own word on a case."""
    subject = pl.col("partner_id")
    return (
        pl.when(pl.col("from_by") == subject)
        .then(f"from_{what}")
        .when(pl.col("to_by") == subject)
        .then(f"to_{what}")
        .otherwise(f"first_{what}")
    )


def _first_told(events: pl.DataFrame) -> pl.DataFrame:
    """The first that each partner tells of each shipment: first_file, first_row."""
    return (
        events.filter(pl.col("partner_id").is_not_null())
        .sort("occurred_at", "event_id")
        .group_by("shipment_id", "partner_id")
        .agg(
            pl.col("source_file").first().alias("first_file"),
            pl.col("source_row").first().alias("first_row"),
        )
    )


def _own_references(
    references: pl.DataFrame, kinds: Mapping[str, str], cases: pl.DataFrame
) -> pl.DataFrame:
    """The number by which each subject knows each shipment: one told for it, or of its exports' kind."""
    own = pl.DataFrame(
        {"subject": list(kinds), "kind": list(kinds.values())},
        schema={"subject": pl.String, "kind": pl.String},
    )
    named = references.filter(pl.col("partner_id").is_not_null()).with_columns(
        subject=pl.col("partner_id"), rank=pl.lit(0)
    )
    of_kind = references.join(own, on="kind").with_columns(rank=pl.lit(1))
    columns = ["shipment_id", "subject", "reference", "rank"]
    return (
        pl.concat([named.select(columns), of_kind.select(columns)])
        .join(cases.select("shipment_id").unique(), on="shipment_id", how="semi")
        .sort("rank", "reference")
        .group_by("shipment_id", pl.col("subject").alias("partner_id"))
        .agg(pl.col("reference").first().alias("own_reference"))
    )

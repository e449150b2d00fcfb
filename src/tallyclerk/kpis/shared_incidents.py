"""Facts of the two KPIs that count shipments with incidents: serious ones, and the others."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import first_by
from tallyclerk.kpis.measure import case
from tallyclerk.kpis.worst import is_lacking, lacking, unseen_cases


def incident_facts(journeys: Journeys, mature: dt.timedelta, *, serious: bool) -> pl.LazyFrame:
    """Shipments a partner had or was to have, and whether an incident is held against it.

    Returns:
        One row per shipment and subject (rule null), and one per rule that it broke; a rule's n is
        that of the subject's total.
    """
    is_ours = pl.col("is_serious") == serious
    found = journeys.incidents.lazy().filter(is_ours)
    excused = journeys.outage_incidents.lazy().filter(is_ours).select("sid", "partner").unique()
    subjects = (
        _subjects(journeys)
        .join(lacking(journeys), on=["sid", "partner"], how="left")
        .join(
            excused.with_columns(is_excused=pl.lit(value=True)), on=["sid", "partner"], how="left"
        )
    )
    per_subject = found.pipe(first_by, "sid", "partner")
    total = _cases(journeys, subjects.join(per_subject, on=["sid", "partner"], how="left"), mature)
    per_rule = found.pipe(first_by, "sid", "partner", "rule")
    by_rule = _cases(journeys, subjects.join(per_rule, on=["sid", "partner"]), mature)
    return pl.concat(
        [
            total.with_columns(rule=pl.lit(None, dtype=pl.String), n=pl.lit(1, dtype=pl.Int64)),
            by_rule.filter(pl.col("reason").is_null()).with_columns(n=pl.lit(0, dtype=pl.Int64)),
            unseen_cases(journeys)
            .join(subjects.select("sid", "partner"), on=["sid", "partner"], how="anti")
            .with_columns(n=pl.lit(1, dtype=pl.Int64)),
        ],
        how="diagonal_relaxed",
    )


def _subjects(journeys: Journeys) -> pl.LazyFrame:
    """Who had custody of a shipment or was named to receive it: sid, partner, since, end_at."""
    had = journeys.custody.lazy().select("sid", "partner", "end_at", since="taken_at")
    named = (
        journeys.handovers.lazy()
        .filter(pl.col("taker").is_not_null())
        .pipe(first_by, "sid", "taker")
        .select("sid", partner="taker", since="released_at")
        .join(had, on=["sid", "partner"], how="anti")
    )
    return pl.concat([had, named], how="diagonal")


def _cases(journeys: Journeys, rows: pl.LazyFrame, mature: dt.timedelta) -> pl.LazyFrame:
    over_at = pl.col("end_at") + mature
    at_once = pl.lit(journeys.context.as_of, dtype=pl.Datetime("us", "UTC"))
    shown = case(
        journeys.context,
        hit=pl.col("rule").is_not_null(),
        cohort="since",
        matures_at=pl.coalesce(over_at, at_once),
        events=("from_event", "to_event"),
    )
    is_excused = pl.col("is_excused").fill_null(value=False)
    is_in_doubt = shown["reason"].is_null() & (is_lacking() | is_excused)
    return rows.select("sid", "partner", "rule", counterpart="other", **shown, in_doubt=is_in_doubt)

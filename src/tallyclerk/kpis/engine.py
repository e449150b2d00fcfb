"""The engine: definitions and the journeys of a bucket to FACTS, and FACTS to TALLIES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.roles import Role
from tallyclerk.domain.tables import FACTS, TALLIES
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import yyyymm
from tallyclerk.kpis.clocks import on_clocks
from tallyclerk.kpis.excuses import with_excuses
from tallyclerk.kpis.links import without_unlinked
from tallyclerk.kpis.measure import Parameters
from tallyclerk.stats.jackknife import stable_group


def facts(
    journeys: Journeys, kpis: Iterable[Kpi], parameters: Mapping[str, Parameters]
) -> pl.DataFrame:
    """FACTS of a bucket under some KPIs.

    Args:
        journeys: Of the bucket.
        kpis: Definitions.
        parameters: By KPI, complete (see `tallyclerk.kpis.parameters`).

    Returns:
        FACTS, in no particular order.
    """
    subjects = _subjects(journeys)
    context = journeys.context
    stated = []
    for kpi in kpis:
        own = on_clocks(kpi.facts(journeys, parameters[kpi.name]), context)
        stated.append(with_excuses(_complete(own, kpi, journeys, subjects), kpi, context))
    return without_unlinked(pl.concat(pl.collect_all(stated)), journeys)


def _subjects(journeys: Journeys) -> pl.LazyFrame:
    """What all facts of a shipment and partner share: sid, partner, role, own_batch."""
    own = journeys.custody.lazy().filter(pl.col("place") > 0).select("sid", "partner", "taken_at")
    shipments = journeys.shipments.lazy().select("sid", "lane", "batch_id", "dispatched_at")
    own_at = pl.when(pl.col("role") == Role.SUPPLIER).then("dispatched_at").otherwise("taken_at")
    return (
        journeys.members.lazy()
        .join(own, on=["sid", "partner"], how="left")
        .join(shipments, on="sid")
        .select(
            "sid",
            "partner",
            "role",
            own_batch=pl.coalesce("batch_id", _day_batch(own_at, journeys.context.timezone)),
        )
    )


def _day_batch(time: pl.Expr, timezone: str) -> pl.Expr:
    """The batch of shipments without a physical unit: partner, lane and local day."""
    day = time.dt.convert_time_zone(timezone).dt.date().cast(pl.String)
    return pl.concat_str(["partner", "lane", day], separator="|")


def _complete(
    stated: pl.LazyFrame, kpi: Kpi, journeys: Journeys, subjects: pl.LazyFrame
) -> pl.LazyFrame:
    """A KPI's rows as FACTS: every column there, typed, with what all facts share."""
    timezone = journeys.context.timezone
    shared = journeys.shipments.lazy().select("sid", "shipment_id", "lane", "service", "chain")
    roles = pl.col("partner").replace_strict(
        dict(journeys.context.roles), default=str(Role.WAREHOUSE), return_dtype=pl.String
    )
    local = pl.col("cohort_at").dt.convert_time_zone(timezone)
    given = stated.collect_schema().names()
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in FACTS.items()]
    blank = [column for column in missing if column.meta.output_name() not in {*given, *_SHARED}]
    is_in = pl.col("reason").is_null()
    n = pl.col("n") if "n" in given else pl.lit(1, dtype=pl.Int64)
    hits = pl.col("hits") if "hits" in given else pl.lit(None, dtype=pl.Int64)
    month = yyyymm(local) if "cohort_month" not in given else pl.col("cohort_month")
    return (
        stated.with_columns(blank)
        .join(shared, on="sid")
        .join(subjects, on=["sid", "partner"], how="left")
        .with_columns(
            kpi=pl.lit(kpi.name),
            partner_id="partner",
            role=pl.coalesce("role", roles),
            batch=pl.coalesce("own_batch", _day_batch(pl.col("cohort_at"), timezone)),
            month=month,
            n=pl.when(is_in).then(n).otherwise(0),
            hits=pl.when(is_in).then(hits).otherwise(0),
        )
        .select(pl.col(name).cast(kind) for name, kind in FACTS.items())
    )


_SHARED = ("shipment_id", "lane", "service", "chain", "role", "n", "hits")
TALLY_KEYS = [name for name in TALLIES if name not in {"rows", "n", "hits"}]


def tally(stated: pl.DataFrame) -> pl.DataFrame:
    """TALLIES of FACTS: the group-by sum, nothing else.

    Rates keep the batch; durations keep minutes and the batch's group. In no particular order.
    """
    is_duration = pl.col("ending").is_not_null()
    groups = stated.lazy().filter(is_duration).select("batch").unique().collect()
    numbered = groups.with_columns(
        batch_group=pl.Series(
            [stable_group(batch) for batch in groups["batch"].to_list()], dtype=pl.Int32
        )
    )
    grouped = stated.lazy().join(numbered.lazy(), on="batch", how="left")
    return _summed(
        grouped.with_columns(
            batch=pl.when(~is_duration).then("batch"),
            batch_group=pl.when(is_duration).then("batch_group"),
            rows=pl.lit(1, dtype=pl.Int64),
        )
    ).collect()


def add(tallies: pl.LazyFrame) -> pl.DataFrame:
    """TALLIES with equal keys added up, sorted by their whole key."""
    return _summed(tallies).sort(TALLY_KEYS).collect()


def _summed(tallies: pl.LazyFrame) -> pl.LazyFrame:
    return (
        tallies.group_by(TALLY_KEYS)
        .agg(pl.col("rows").sum(), pl.col("n").sum(), pl.col("hits").sum())
        .select(pl.col(name).cast(kind) for name, kind in TALLIES.items())
    )

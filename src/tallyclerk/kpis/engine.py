"""The engine: definitions and the journeys of a bucket to FACTS, and FACTS to TALLIES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.roles import Role
from tallyclerk.domain.tables import FACTS, TALLIES
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import yyyymm
from tallyclerk.kpis.clocks import on_clocks
from tallyclerk.kpis.excuses import with_excuses
from tallyclerk.kpis.links import without_unlinked
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.packing import CODED, summed
from tallyclerk.kpis.worst import with_worst
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
    return as_facts(coded_facts(journeys, kpis, parameters))


def coded_facts(
    journeys: Journeys, kpis: Iterable[Kpi], parameters: Mapping[str, Parameters]
) -> pl.DataFrame:
    """As `facts`, the texts but for ids of shipments still coded."""
    subjects = _subjects(journeys)
    shared = _shared(journeys)
    context = journeys.context
    chosen = list(kpis)
    found = pl.collect_all([kpi.facts(journeys, parameters[kpi.name]) for kpi in chosen])
    stated = []
    for kpi, cases in zip(chosen, found, strict=True):
        own = on_clocks(with_worst(cases, kpi), context)
        complete = _complete(own, kpi, context, shared, subjects)
        rows = with_excuses(complete, kpi, context)
        stated.append(rows.select(pl.col(name).cast(kind) for name, kind in _CODED_FACTS.items()))
    coded = _with_day_batches(pl.concat(pl.collect_all(stated)), context.timezone)
    if context.unlinked.is_empty():
        return coded
    return without_unlinked(as_facts(coded), journeys).cast(_CODED_FACTS)  # type: ignore[arg-type]


def as_facts(coded: pl.DataFrame) -> pl.DataFrame:
    """FACTS of coded ones."""
    return coded.cast(dict(FACTS))  # type: ignore[arg-type]


_CODED_FACTS = {
    name: CODED if kind == pl.String and name != "shipment_id" else kind
    for name, kind in FACTS.items()
}


def _shared(journeys: Journeys) -> pl.LazyFrame:
    """What all facts of a shipment share: sid, shipment_id, lane, service, chain."""
    return journeys.shipments.lazy().select(
        "sid", "shipment_id", pl.col("lane", "service", "chain").cast(CODED)
    )


def _subjects(journeys: Journeys) -> pl.LazyFrame:
    """What all facts of a shipment and partner share: sid, partner, role, own_batch."""
    own = journeys.custody.lazy().filter(pl.col("place") > 0).select("sid", "partner", "taken_at")
    shipments = journeys.shipments.lazy().select("sid", "lane", "batch_id", "dispatched_at")
    own_at = pl.when(pl.col("role") == Role.SUPPLIER).then("dispatched_at").otherwise("taken_at")
    batch = pl.coalesce("batch_id", _day_batch(own_at, journeys.context.timezone))
    return (
        journeys.members.lazy()
        .join(own, on=["sid", "partner"], how="left")
        .join(shipments, on="sid")
        .select(
            _subject_key(),
            role=pl.col("role").cast(CODED),
            own_batch=batch.cast(CODED),
        )
        .collect()
        .lazy()
    )


def _subject_key() -> pl.Expr:
    """Shipment and partner as one integer, for joins."""
    coded = pl.col("partner").cast(CODED).to_physical().cast(pl.Int64)
    return (pl.col("sid") * 2**32 + coded).alias("subject")


def _day_batch(time: pl.Expr, timezone: str) -> pl.Expr:
    """The batch of shipments without a physical unit: partner, lane and local day."""
    day = time.dt.convert_time_zone(timezone).dt.date().cast(pl.String)
    partner, lane = (pl.col(name).cast(pl.String) for name in ("partner", "lane"))
    return pl.concat_str([partner, lane, day], separator="|")


def _with_day_batches(stated: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """Facts without a batch get that of the day of their cohort."""
    places = stated["batch"].is_null().arg_true()
    without = stated.select("lane", "cohort_at", partner="partner_id")[places]
    days = without.select(_day_batch(pl.col("cohort_at"), timezone).cast(CODED)).to_series()
    return stated.with_columns(stated["batch"].scatter(places, days).alias("batch"))


def _complete(
    stated: pl.LazyFrame, kpi: Kpi, context: Context, shared: pl.LazyFrame, subjects: pl.LazyFrame
) -> pl.LazyFrame:
    """A KPI's rows with every column of FACTS: those of their own, and what all facts share.

    The batch is null where it is not that of shipment and partner.
    """
    roles = pl.col("partner").replace_strict(
        dict(context.roles), default=str(Role.WAREHOUSE), return_dtype=pl.String
    )
    local = pl.col("cohort_at").dt.convert_time_zone(context.timezone)
    given = stated.collect_schema().names()
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in FACTS.items()]
    blank = [column for column in missing if column.meta.output_name() not in {*given, *_SHARED}]
    is_in = pl.col("reason").is_null()
    n = pl.col("n") if "n" in given else pl.lit(1, dtype=pl.Int64)
    hits = pl.col("hits") if "hits" in given else pl.lit(None, dtype=pl.Int64)
    month = yyyymm(local) if "cohort_month" not in given else pl.col("cohort_month")
    return (
        stated.with_columns(*blank, _subject_key())
        .join(shared, on="sid")
        .join(subjects, on="subject", how="left")
        .with_columns(
            kpi=pl.lit(kpi.name),
            partner_id="partner",
            role=pl.coalesce("role", roles.cast(CODED)),
            batch="own_batch",
            month=month,
            n=pl.when(is_in).then(n).otherwise(0),
            hits=pl.when(is_in).then(hits).otherwise(0),
        )
        .select(FACTS.keys())
    )


_SHARED = ("shipment_id", "lane", "service", "chain", "role", "n", "hits")
TALLY_KEYS = [name for name in TALLIES if name not in {"rows", "n", "hits"}]


def tally(stated: pl.DataFrame) -> pl.DataFrame:
    """TALLIES of FACTS: the group-by sum, nothing else; sorted by their whole key.

    Rates keep the batch; durations keep minutes and the batch's group.
    """
    return as_tallies(coded_tally(stated))


def coded_tally(stated: pl.DataFrame) -> pl.DataFrame:
    """As `tally`, of facts that are coded or not; the texts are coded."""
    is_duration = pl.col("ending").is_not_null()
    batch = stated["batch"].cast(CODED)
    return _summed(
        stated.with_columns(
            _groups(batch.set(stated["ending"].is_null(), None)),
            batch=pl.when(~is_duration).then(batch),
            rows=pl.lit(1, dtype=pl.Int64),
        )
    )


def _groups(batches: pl.Series) -> pl.Series:
    """The group of each batch, as `batch_group`."""
    coded = batches.unique().drop_nulls()
    groups = [stable_group(batch) for batch in coded.cast(pl.String).to_list()]
    codes = coded.to_physical()
    size = int(codes.max() or 0) + 1  # type: ignore[arg-type]
    table = pl.Series([0], dtype=pl.Int32).new_from_index(0, size)
    table = table.scatter(codes, pl.Series(groups, dtype=pl.Int32))
    return table.gather(batches.to_physical()).alias("batch_group")


def as_tallies(coded: pl.DataFrame) -> pl.DataFrame:
    """TALLIES of coded ones."""
    return coded.cast(dict(TALLIES))  # type: ignore[arg-type]


def add(tallies: pl.LazyFrame) -> pl.DataFrame:
    """TALLIES with equal keys added up, sorted by their whole key; texts may come coded."""
    return as_tallies(_summed(tallies.collect()))


def _summed(tallies: pl.DataFrame) -> pl.DataFrame:
    return summed(tallies, TALLY_KEYS, ["rows", "n", "hits"]).select(TALLIES.keys())

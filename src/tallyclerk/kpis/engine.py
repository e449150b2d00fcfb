"""The engine: definitions and the journeys of a bucket to FACTS, and FACTS to TALLIES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.domain.roles import Role
from tallyclerk.domain.tables import FACTS, TALLIES
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import yyyymm
from tallyclerk.kpis.clocks import on_clocks
from tallyclerk.kpis.excuses import with_excuses
from tallyclerk.kpis.links import unfinished, without_unlinked
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.packing import CODED, distinct, summed
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
    return as_facts(pl.concat(coded_facts(journeys, kpis, parameters)))


def coded_facts(
    journeys: Journeys,
    kpis: Iterable[Kpi],
    parameters: Mapping[str, Parameters],
    months: Period | None = None,
) -> list[pl.DataFrame]:
    """As `facts` but by KPI, texts but for ids of shipments coded; of some months or of all."""
    chosen = list(kpis)
    found = pl.collect_all([kpi.facts(journeys, parameters[kpi.name]) for kpi in chosen])
    return stated_of(chosen, found, journeys, months)


def stated_of(
    chosen: Sequence[Kpi],
    found: Sequence[pl.DataFrame],
    journeys: Journeys,
    months: Period | None = None,
) -> list[pl.DataFrame]:
    """Coded facts of the rows found for each KPI: completed, agreed exclusions taken out."""
    context = journeys.context
    own = [
        _own(on_clocks(with_worst(cases, kpi), context), kpi, context.timezone)
        for kpi, cases in zip(chosen, found, strict=True)
    ]
    if months is not None:
        within = pl.col("month").is_between(months.first, months.last)
        own = [rows.filter(within) for rows in own]
    stated = _complete(pl.collect_all(own), journeys)
    if context.excuses:
        stated = [_excused(part, kpi, context) for part, kpi in zip(stated, chosen, strict=True)]
    if context.unlinked.is_empty():
        return stated
    open_ended = unfinished(journeys)
    return [
        _coded(without_unlinked(as_facts(part), context.unlinked, open_ended)) for part in stated
    ]


def as_facts(coded: pl.DataFrame) -> pl.DataFrame:
    """FACTS of coded ones."""
    return coded.cast(dict(FACTS))  # type: ignore[arg-type]


def _coded(stated: pl.DataFrame) -> pl.DataFrame:
    """Coded facts of FACTS."""
    texts = [n for n, kind in FACTS.items() if kind == pl.String and n != "shipment_id"]
    return stated.with_columns(pl.col(texts).cast(CODED))


def _shared(journeys: Journeys) -> pl.DataFrame:
    """What all facts of a shipment share: sid, shipment_id, lane, service, chain."""
    return journeys.shipments.select(
        "sid", "shipment_id", pl.col("lane", "service", "chain").cast(CODED)
    )


def _subjects(journeys: Journeys) -> pl.DataFrame:
    """What all facts of a shipment and partner share: subject (see `_subject_key`), role, batch."""
    own = journeys.custody.lazy().filter(pl.col("place") > 0).select("sid", "partner", "taken_at")
    shipments = journeys.shipments.lazy().select("sid", "lane", "batch_id", "dispatched_at")
    own_at = pl.when(pl.col("role") == Role.SUPPLIER).then("dispatched_at").otherwise("taken_at")
    batch = pl.coalesce("batch_id", _day_batch(own_at, journeys.context.timezone))
    return (
        journeys.members.lazy()
        .join(own, on=["sid", "partner"], how="left")
        .join(shipments, on="sid")
        .select(
            _subject_key("partner"),
            role=pl.col("role").cast(CODED),
            batch=batch.cast(CODED),
        )
        .collect()
    )


def _subject_key(partner: str) -> pl.Expr:
    """Shipment and partner as one integer, for joins."""
    coded = pl.col(partner).cast(CODED).to_physical().cast(pl.Int64)
    return (pl.col("sid") * 2**32 + coded).alias("subject")


def _day_batch(time: pl.Expr, timezone: str, partner: str = "partner") -> pl.Expr:
    """The batch of shipments without a physical unit: partner, lane and local day."""
    day = time.dt.convert_time_zone(timezone).dt.date().cast(pl.String)
    names = [pl.col(name).cast(pl.String) for name in (partner, "lane")]
    return pl.concat_str([*names, day], separator="|")


def _own(stated: pl.LazyFrame, kpi: Kpi, timezone: str) -> pl.LazyFrame:
    """A KPI's rows with what is their own of FACTS, and `sid`."""
    given = stated.collect_schema().names()
    is_in = pl.col("reason").is_null()
    local = pl.col("cohort_at").dt.convert_time_zone(timezone)
    made = {
        "kpi": pl.lit(kpi.name),
        "partner_id": pl.col("partner"),
        "month": pl.col("cohort_month") if "cohort_month" in given else yyyymm(local),
        "n": pl.when(is_in).then("n" if "n" in given else pl.lit(1, dtype=pl.Int64)).otherwise(0),
        "hits": pl.when(is_in).then("hits" if "hits" in given else None).otherwise(0),
    }
    columns = {
        name: made.get(name, pl.col(name) if name in given else pl.lit(None))
        for name in FACTS
        if name not in _SHARED
    }
    return stated.select(
        "sid",
        *(
            column.cast(CODED if FACTS[name] == pl.String else FACTS[name]).alias(name)
            for name, column in columns.items()
        ),
    )


_SHARED = ("shipment_id", "lane", "service", "chain", "role", "batch")


def _complete(own: Sequence[pl.DataFrame], journeys: Journeys) -> list[pl.DataFrame]:
    """FACTS, coded: with what all facts of a shipment, or of it and a partner, share."""
    context = journeys.context
    stated = (
        pl.concat(own)
        .lazy()
        .with_columns(_subject_key("partner_id"))
        .join(_shared(journeys).lazy(), on="sid", maintain_order="left")
        .join(_subjects(journeys).lazy(), on="subject", how="left", maintain_order="left")
        .select(FACTS.keys())
        .collect()
    )
    roles = (
        pl.col("partner_id")
        .cast(pl.String)
        .replace_strict(dict(context.roles), default=str(Role.WAREHOUSE), return_dtype=pl.String)
    )
    batches = _day_batch(pl.col("cohort_at"), context.timezone, partner="partner_id")
    filled = _filled(_filled(stated, "role", roles), "batch", batches)
    ends = list(accumulate(map(len, own)))
    return [filled.slice(end - len(part), len(part)) for end, part in zip(ends, own, strict=True)]


def _filled(stated: pl.DataFrame, name: str, value: pl.Expr) -> pl.DataFrame:
    """Facts with a coded text where it was null; it is made for those rows only."""
    places = stated[name].is_null().arg_true()
    made = stated[places].select(value.cast(CODED)).to_series()
    return stated.with_columns(stated[name].scatter(places, made).alias(name))


def _excused(stated: pl.DataFrame, kpi: Kpi, context: Context) -> pl.DataFrame:
    """Coded facts of a KPI with its agreed exclusions."""
    told = with_excuses(as_facts(stated).lazy(), kpi, context)
    return _coded(told.select(FACTS.keys()).collect())


TALLY_KEYS = [name for name in TALLIES if name not in {"rows", "n", "hits"}]


def tally(stated: pl.DataFrame) -> pl.DataFrame:
    """TALLIES of FACTS: the group-by sum, nothing else; sorted by their whole key.

    Rates keep the batch; durations keep minutes and the batch's group.
    """
    return as_tallies(coded_tally([stated])[0])


def coded_tally(stated: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """As `tally`, of facts by KPI that are coded or not; the texts are coded."""
    return summed_up(as_rows(stated))


def as_rows(stated: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Facts by KPI as TALLIES that are not added up yet, each with its `shipment_id`."""
    is_duration = pl.col("ending").is_not_null()
    timed = [part["batch"].cast(CODED).set(part["ending"].is_null(), None) for part in stated]
    group_of = _groups(timed)
    return [
        part.with_columns(
            pl.when(~is_duration).then("batch").alias("batch"),
            pl.when(is_duration).then("minutes").alias("minutes"),
            batch_group=group_of.gather(batches.to_physical()),
            rows=pl.lit(1, dtype=pl.Int64),
        ).select("shipment_id", *TALLIES)
        for part, batches in zip(stated, timed, strict=True)
    ]


def _groups(batches: Sequence[pl.Series]) -> pl.Series:
    """The group of each batch, as `batch_group`, by the physical code of the batch."""
    coded = distinct(batches)
    groups = [_group(batch) for batch in coded.cast(pl.String).to_list()]
    codes = coded.to_physical()
    size = int(codes.max() or 0) + 1  # type: ignore[arg-type]
    table = pl.Series([0], dtype=pl.Int32).new_from_index(0, size)
    return table.scatter(codes, pl.Series(groups, dtype=pl.Int32))


@lru_cache(maxsize=2**18)
def _group(batch: str) -> int:
    """See `stable_group`; a batch has shipments in many buckets."""
    return stable_group(batch)


def as_tallies(coded: pl.DataFrame) -> pl.DataFrame:
    """TALLIES of coded ones."""
    return coded.cast(dict(TALLIES))  # type: ignore[arg-type]


def as_coded(tallies: pl.LazyFrame) -> pl.LazyFrame:
    """TALLIES with texts coded."""
    return tallies.with_columns(pl.col(pl.String).cast(CODED))


def add(tallies: pl.LazyFrame) -> pl.DataFrame:
    """TALLIES with equal keys added up, sorted by their whole key; texts may come coded."""
    return as_tallies(summed_up([tallies.collect()])[0])


def summed_up(tallies: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """As `add`, each table by itself; the texts are coded."""
    added = summed(tallies, TALLY_KEYS, ["rows", "n", "hits"])
    return [part.select(TALLIES.keys()) for part in added]

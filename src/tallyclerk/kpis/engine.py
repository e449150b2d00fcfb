"""The engine: definitions and the journeys of a bucket to FACTS, and FACTS to TALLIES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.domain.tables import FACTS, TALLIES
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import yyyymm
from tallyclerk.kpis.clocks import on_clocks
from tallyclerk.kpis.completing import SHARED, Shared
from tallyclerk.kpis.excuses import applies, with_excuses
from tallyclerk.kpis.links import unfinished, without_unlinked
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.packing import CODED, by_code, summed
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
    return as_facts(pl.concat(list(coded_facts(journeys, kpis, parameters))))


def coded_facts(
    journeys: Journeys,
    kpis: Iterable[Kpi],
    parameters: Mapping[str, Parameters],
    months: Period | None = None,
    *,
    with_events: bool = True,
) -> Iterator[pl.DataFrame]:
    """As `facts` but by KPI, texts but for ids of shipments coded; of some months or of all.

    Each is made when it is asked for: memory holds the work of one KPI at a time. Without the
    events behind them, which no tally knows, facts are made faster.
    """
    left = () if with_events else ("from_event", "to_event")
    cases = ((kpi, kpi.facts(journeys, parameters[kpi.name])) for kpi in kpis)
    found = ((kpi, rows.drop(left, strict=False).collect()) for kpi, rows in cases)
    return stated_of(found, journeys, months)


def stated_of(
    found: Iterable[tuple[Kpi, pl.DataFrame]], journeys: Journeys, months: Period | None = None
) -> Iterator[pl.DataFrame]:
    """Coded facts of the rows found for each KPI: completed, agreed exclusions taken out."""
    context = journeys.context
    shared = Shared.of(journeys)
    open_ended = None if context.unlinked.is_empty() else unfinished(journeys)
    for kpi, cases in found:
        own = _own(on_clocks(with_worst(cases, kpi), context), kpi, context.timezone)
        if months is not None:
            own = own.filter(pl.col("month").is_between(months.first, months.last))
        stated = _excused(shared.completed(own.collect()), kpi, context)
        if open_ended is not None:
            stated = _coded(without_unlinked(as_facts(stated), context.unlinked, open_ended))
        yield stated


def as_facts(coded: pl.DataFrame) -> pl.DataFrame:
    """FACTS of coded ones."""
    return coded.cast(dict(FACTS))  # type: ignore[arg-type]


def _coded(stated: pl.DataFrame) -> pl.DataFrame:
    """Coded facts of FACTS."""
    texts = [n for n, kind in FACTS.items() if kind == pl.String and n != "shipment_id"]
    return stated.with_columns(pl.col(texts).cast(CODED))


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
        if name not in SHARED
    }
    return stated.select(
        "sid",
        *(
            column.cast(CODED if FACTS[name] == pl.String else FACTS[name]).alias(name)
            for name, column in columns.items()
        ),
    )


def _excused(stated: pl.DataFrame, kpi: Kpi, context: Context) -> pl.DataFrame:
    """Coded facts of a KPI with its agreed exclusions."""
    if not any(applies(excuse, kpi) for excuse in context.excuses):
        return stated
    told = with_excuses(as_facts(stated).lazy(), kpi, context)
    return _coded(told.select(FACTS.keys()).collect())


TALLY_KEYS = [name for name in TALLIES if name not in {"rows", "n", "hits"}]


def tally(stated: pl.DataFrame) -> pl.DataFrame:
    """TALLIES of FACTS: the group-by sum, nothing else; sorted by their whole key.

    Rates keep the batch; durations keep minutes and the batch's group.
    """
    return as_tallies(next(summed_up([as_rows(stated)])))


def as_rows(stated: pl.DataFrame) -> pl.DataFrame:
    """Facts (coded or not) as TALLIES that are not added up yet, each with its `shipment_id`."""
    is_duration = pl.col("ending").is_not_null()
    timed = stated.select(pl.when(is_duration).then(pl.col("batch").cast(CODED))).to_series()
    return stated.with_columns(
        pl.when(~is_duration).then("batch").alias("batch"),
        pl.when(is_duration).then("minutes").alias("minutes"),
        batch_group=_groups(timed),
        rows=pl.lit(1, dtype=pl.Int64),
    ).select("shipment_id", *TALLIES)


def _groups(batches: pl.Series) -> pl.Series:
    """The group of each batch, `batch_group`."""
    each = batches.unique().drop_nulls()
    groups = [_group(batch) for batch in each.cast(pl.String).to_list()]
    told = by_code(each, pl.Series(groups, dtype=pl.Int32))
    return told.gather(batches.to_physical())


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
    return as_tallies(added(tallies))


def added(tallies: pl.LazyFrame) -> pl.DataFrame:
    """As `add`, with texts coded: also as they are read, for they would take more than all else."""
    rows = as_coded(tallies).collect(engine="streaming").rechunk()
    return next(summed_up([rows]))


def summed_up(tallies: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """As `add`, each table by itself; the texts are coded."""
    for part in summed(tallies, TALLY_KEYS, ["rows", "n", "hits"]):
        yield part.select(TALLIES.keys())

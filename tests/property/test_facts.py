"""Properties that the facts of every KPI have, without naming any KPI."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import polars as pl
import pytest
from tests.support.buckets import bucket_of, context_of, facts_of
from tests.support.worlds import settings, world

from tallyclerk.domain.tables import FACTS, TALLIES
from tallyclerk.journey.context import Context
from tallyclerk.kpis.engine import TALLY_KEYS, add, tally
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.pipeline.archive import whole

SEEDS = range(3)
PARTNER_COLUMNS = (
    "partner_id",
    "counterpart_id",
    "supplier_id",
    "forwarder_id",
    "courier_id",
)
Tables = dict[str, list[dict[str, Any]]]


def stated(tables: Tables, seed: int, context: Context | None = None) -> pl.DataFrame:
    """The facts of some tables, sorted."""
    bucket = bucket_of(tables)
    found = facts_of(bucket, context or context_of([bucket], settings(seed)))
    return found.sort(pl.all())


@cache
def stated_of(seed: int) -> pl.DataFrame:
    """The facts of a world, sorted."""
    return stated(world(seed), seed)


def about(tables: Tables, chosen: set[str]) -> Tables:
    """The part of a world about some shipments."""
    return {
        name: [row for row in rows if row["shipment_id"] in chosen] for name, rows in tables.items()
    }


def shipments_of(tables: Tables) -> list[str]:
    return sorted({row["shipment_id"] for rows in tables.values() for row in rows})


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_counts_and_times_are_times(seed: int) -> None:
    found = stated_of(seed)
    assert dict(found.schema) == FACTS
    is_in = pl.col("reason").is_null()
    assert found.filter(pl.col("hits") < 0, pl.col("minutes") < 0).is_empty()
    assert found.filter(pl.col("rule").is_null(), pl.col("hits") > pl.col("n")).is_empty()
    assert found.filter(~is_in, pl.col("n") != 0).is_empty()
    assert found.filter(~is_in, pl.col("ending").is_not_null()).is_empty()
    has_minutes = pl.col("minutes").is_not_null()
    assert found.filter(pl.col("ending") == "never", has_minutes).is_empty()
    assert found.filter(pl.col("ending").is_in(["observed", "censored"]), ~has_minutes).is_empty()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_together_state_what_the_whole_states(seed: int) -> None:
    tables = world(seed)
    ids = shipments_of(tables)
    parts = [about(tables, set(ids[start::3])) for start in range(3)]
    context = context_of(map(bucket_of, parts), settings(seed))
    whole = stated_of(seed)
    states = [stated(part, seed, context) for part in parts]
    assert pl.concat(states).sort(pl.all()).equals(whole)
    added = add(pl.concat([tally(part).lazy() for part in states]))
    assert added.equals(tally(whole).sort(TALLY_KEYS))
    assert dict(added.schema) == TALLIES


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    tables = world(seed)
    shuffled = {name: Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}  # noqa: S311 nothing secret
    assert stated(shuffled, seed).equals(stated_of(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_renamed_partner_has_the_same_facts_under_its_new_name(seed: int) -> None:
    tables = world(seed)
    renamed = {
        name: [
            {
                key: f"x{value}" if key in PARTNER_COLUMNS and value else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in tables.items()
    }
    chosen = settings(seed)
    new = replace(
        chosen,
        roles={f"x{who}": role for who, role in chosen.roles.items()},
        must_report={f"x{who}": owed for who, owed in chosen.must_report.items()},
        commitments=tuple(
            replace(agreed, partner=f"x{agreed.partner}") for agreed in chosen.commitments
        ),
        outages=tuple(replace(out, partner=f"x{out.partner}") for out in chosen.outages),
        stamps=tuple(replace(each, partner=f"x{each.partner}") for each in chosen.stamps or ()),
    )
    bucket = bucket_of(renamed)
    after = facts_of(bucket, context_of([bucket], new)).with_columns(
        pl.col("partner_id", "counterpart").str.strip_prefix("x")
    )
    # Event ids are hashes that know the partner; chain and batch spell its name.
    forget = ["chain", "batch", "from_event", "to_event"]
    before = stated_of(seed).drop(forget).sort(pl.all())
    assert after.drop(forget).sort(pl.all()).equals(before)


@pytest.mark.parametrize("seed", SEEDS)
def test_strangers_on_other_lanes_change_nothing(seed: int) -> None:
    tables = world(seed)
    strangers = {
        name: [
            {
                key: f"other-{value}"
                if key == "shipment_id" or (key in PARTNER_COLUMNS and value)
                else ("ZZ" if key == "origin_country" else value)
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in tables.items()
    }
    strangers["shipments"] = [
        {**row, "destination_country": "ZZ"} for row in strangers["shipments"]
    ]
    mixed = {name: [*rows, *strangers[name]] for name, rows in tables.items()}
    found = stated(mixed, seed)
    ours = found.filter(~pl.col("shipment_id").str.starts_with("other-"))
    known_lane = pl.col("lane") != "?>?"
    assert ours.filter(known_lane).equals(stated_of(seed).filter(known_lane))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_whole_tells_moves_only_the_kpis_that_say_so(seed: int) -> None:
    """What an earlier run has counted of settled shipments stands by this."""
    tables = world(seed)
    bucket = bucket_of(tables)
    known = context_of([bucket], settings(seed))
    others = known.plans.with_columns(pl.col("minutes") + 60)
    follow = {name for name, kpi in all_kpis().items() if kpi.by_plans}
    moved = {"plans": (others, follow), "lane_p99": (known.lane_p99.clear(), {"loss_rate"})}
    for name, (frame, kpis) in moved.items():
        now = facts_of(bucket, replace(known, **{name: frame})).sort(pl.all())
        kept = [rows.filter(~pl.col("kpi").is_in(kpis)) for rows in (stated_of(seed), now)]
        assert kept[0].equals(kept[1])


@pytest.mark.parametrize("known", ["has_notices", "has_tickets", "has_reviews", "has_damage"])
def test_settled_facts_are_counted_anew_where_the_data_come_to_tell_of_something(
    known: str,
) -> None:
    tables = world(0)
    context = context_of([bucket_of(tables)], settings(0))
    before = replace(context, **{known: False})
    assert getattr(context, known)
    assert not stated(tables, 0, before).equals(stated_of(0))
    assert whole(before, set()) != whole(context, set())

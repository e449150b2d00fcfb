"""The waterfall of lateness: by hand, and in every world to the shipment and the minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from tests.support.buckets import bucket_of, context_of, facts_of
from tests.support.cases import FOLDER, read_case
from tests.support.worlds import settings, world

from tallyclerk.domain.lateness import Late, Waterfall
from tallyclerk.journey.agreements import Excused, commitment_columns
from tallyclerk.journey.build import build
from tallyclerk.judge.lateness import KPI, late_waterfalls
from tallyclerk.kpis.engine import tally
from tallyclerk.kpis.registry import all_kpis

ONLY = {KPI: all_kpis()[KPI]}
CASE = read_case(FOLDER / f"{KPI}.json")


def falls(bucket, context) -> dict[tuple[str, str], Waterfall]:
    return dict(late_waterfalls(tally(facts_of(bucket, context, ONLY)).lazy()))


def test_the_steps_of_the_worked_cases() -> None:
    """Of the forwarder's eleven: passed_on, both, never_tendered and lost are its own."""
    bucket = bucket_of(CASE.tables)
    lost = 983 * 60  # from the promise to as_of, over a change of clocks
    assert falls(bucket, CASE.context(bucket)) == {
        ("cou", "courier"): Waterfall(
            partner_id="cou",
            role="courier",
            others=Late(2, 480 + 480 + 240),  # and of "both" what was not its own
            disputed=Late(2, 480 + 480),
            controllable=Late(5, 240 + 360 + 540 + 480 + 480),
        ),
        ("fwd", "forwarder"): Waterfall(
            partner_id="fwd",
            role="forwarder",
            others=Late(5, 240 + 240 + 480 + 480 + 480 + 480),
            disputed=Late(2, 480 + 480),
            controllable=Late(4, 480 + 360 + 60 + 480 + lost),
        ),
        ("old", "forwarder"): Waterfall(
            partner_id="old", role="forwarder", no_plan=Late(1, 92 * 60)
        ),
        ("sup", "supplier"): Waterfall(
            partner_id="sup", role="supplier", controllable=Late(1, 480)
        ),
    }


def test_what_is_excused_is_a_step_of_its_own() -> None:
    bucket = bucket_of(CASE.tables)
    day = dt.date(2026, 3, 5)
    agreed = Excused("strike", "fwd", None, day, day, frozenset())
    context = CASE.context(bucket)
    before = falls(bucket, context)
    after = falls(bucket, replace(context, excuses=(agreed,)))
    fwd = ("fwd", "forwarder")
    assert after[fwd].excused == before[fwd].raw == after[fwd].raw
    assert after[fwd].net == Late()
    assert after["cou", "courier"] == before["cou", "courier"]


@pytest.mark.parametrize("seed", range(3))
def test_the_steps_add_up_in_every_world(seed: int) -> None:
    """Shipments: those late under the plain rule. Minutes: from the promise to the delivery."""
    bucket, chosen = bucket_of(world(seed, 200)), settings(seed)
    agreed = {"leg": "custody", "clock": "hours", "within": dt.timedelta(hours=30)}
    plain = context_of([bucket], chosen)
    context = replace(
        plain,
        commitments=pl.DataFrame(
            [agreed | {"partner": who} for who in ("fwd", "cou")], schema=commitment_columns()
        ),
        excuses=(Excused("strike", None, "CN>DE", dt.date.min, dt.date.max, frozenset()),),
    )
    stated = facts_of(bucket, context, {name: all_kpis()[name] for name in (KPI, "on_time_rate")})
    told = dict(late_waterfalls(tally(stated).lazy()))
    held = stated.filter(pl.col("kpi") == KPI, pl.col("rule").is_null())
    late = stated.filter(
        pl.col("kpi") == "on_time_rate",
        pl.col("rule").is_null() | (pl.col("rule") == "excused"),
        pl.col("n") > pl.col("hits"),
    )
    expected = held.join(late, on=["shipment_id", "partner_id"], how="semi")
    counted = {
        row[:2]: row[2] for row in expected.group_by("partner_id", "role").agg(pl.len()).iter_rows()
    }
    assert {who: fall.raw.shipments for who, fall in told.items() if fall.raw.shipments} == counted
    assert sum(counted.values()) > 30
    assert any(fall.excused.shipments for fall in told.values())
    minutes = _lateness(bucket, context, expected)
    assert {who: fall.raw.minutes for who, fall in told.items() if fall.raw.minutes} == minutes


def _lateness(bucket, context, cases: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Minutes from the promise to the delivery, else as_of, of shipments as each partner had them."""
    over = pl.coalesce("delivered_at", pl.lit(context.as_of)).dt.epoch("s").floordiv(60)
    lateness = build(bucket, context).shipments.select(
        "shipment_id", minutes=(over - pl.col("due_at").dt.epoch("s").floordiv(60)).clip(0)
    )
    cases = cases.select("shipment_id", "partner_id", "role")
    summed = cases.join(lateness, on="shipment_id").group_by("partner_id", "role")
    found = summed.agg(pl.col("minutes").sum()).filter(pl.col("minutes") > 0)
    return {row[:2]: row[2] for row in found.iter_rows()}

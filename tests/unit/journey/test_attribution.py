"""Lateness split over custody: by hand, and in every world to the minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from tests.support.buckets import bucket_of, context_of
from tests.support.truth import events, settings, utc
from tests.support.worlds import settings as world_settings
from tests.support.worlds import world

from tallyclerk.journey.agreements import commitment_columns
from tallyclerk.journey.attribution import parts, spans
from tallyclerk.journey.blame import blame
from tallyclerk.journey.build import build
from tallyclerk.journey.clocks import WorkingTime
from tallyclerk.journey.context import plan_columns
from tallyclerk.journey.plans import medians_of_others

HOUR = 60
SHIPMENT = {"shipment_id": "s", "forwarder_id": "fwd", "courier_id": "cou"}
OFFICE = WorkingTime("UTC", opens=dt.time(8), closes=dt.time(18))


def commitment(partner: str, **more) -> dict:
    return {"partner": partner, "leg": "custody", "clock": "hours"} | more


def split(log: str, *agreed: dict, promised: str = "03-05T12:00") -> set[tuple]:
    """Kind, partner, other, minutes, low and high of each part of the lateness of a shipment."""
    shipment = SHIPMENT | {"promised_at": utc(promised)}
    bucket = bucket_of({"events": events(log), "shipments": [shipment]})
    context = replace(
        context_of([bucket], settings("04-01T00:00")),
        commitments=pl.DataFrame(agreed, schema=commitment_columns()),
        calendars={"office": OFFICE},
    )
    return set(parts(spans(build(bucket, context))).drop("sid").rows())


def test_parts_by_hand() -> None:
    """As example 7.1 of the method: 6 hours over, a wait of 20 hours, and 6 hours made up."""
    log = """
        s ACCEPTED 03-01T00:00 fwd
        s RELEASED 03-02T06:00 fwd >cou
        s ACCEPTED 03-03T02:00 cou
        s DELIVERED 03-04T20:00 cou
    """
    agreed = (
        commitment("fwd", within=dt.timedelta(hours=24)),
        commitment("cou", within=dt.timedelta(hours=48)),
    )
    assert split(log, *agreed, promised="03-04T04:00") == {
        ("own", "fwd", None, 6 * HOUR, 6 * HOUR, 6 * HOUR),
        ("allowance", None, None, 2 * HOUR, 2 * HOUR, 2 * HOUR),
        ("disputed", "fwd", "cou", 18 * HOUR, 0, 18 * HOUR),
        ("own", "cou", None, -6 * HOUR, -6 * HOUR, -6 * HOUR),
        ("promise", None, None, -4 * HOUR, -4 * HOUR, -4 * HOUR),
    }


def test_without_a_plan_nobody_is_blamed() -> None:
    log = "s ACCEPTED 03-01T00:00 fwd\ns DELIVERED 03-06T12:00 fwd"
    assert split(log) == {
        ("no_plan", None, None, 132 * HOUR, 132 * HOUR, 132 * HOUR),
        ("promise", None, None, -108 * HOUR, -108 * HOUR, -108 * HOUR),
    }


def test_the_agreed_clock_says_what_is_too_long() -> None:
    """Friday noon to Monday noon are 10 working hours: 2 more than agreed."""
    log = "s ACCEPTED 03-06T12:00 fwd\ns DELIVERED 03-09T12:00 fwd"
    agreed = commitment(
        "fwd", within=dt.timedelta(hours=8), clock="business_hours", calendar="office"
    )
    found = {kind: minutes for kind, _, _, minutes, *_ in split(log, agreed)}
    assert found == {"own": 2 * HOUR, "promise": (70 + 24) * HOUR}


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_add_up_to_the_lateness_in_every_world(seed: int) -> None:
    bucket, chosen = bucket_of(world(seed, 200)), world_settings(seed)
    commitments = [
        commitment("fwd", within=dt.timedelta(hours=30)),
        commitment("cou", within=dt.timedelta(hours=9), clock="business_hours", calendar="office"),
        commitment("sup", leg="dispatch", within_days=1, clock="business_days", calendar="office"),
    ]
    plans = [(who, "airline", "CN>DE", 900) for who in ("air", None)]
    context = replace(
        context_of([bucket], chosen),
        commitments=pl.DataFrame(commitments, schema=commitment_columns()),
        calendars={"office": OFFICE},
        plans=pl.DataFrame(plans, schema=plan_columns(), orient="row"),
    )
    journeys = build(bucket, context)
    found = spans(journeys)
    lateness = dict(found.select("sid", "lateness").unique().rows())
    summed = parts(found).group_by("sid").agg(pl.col("minutes").sum())
    assert dict(summed.rows()) == lateness
    assert len(lateness) > 30
    assert {"own", "no_plan", "received", "promise"} <= set(parts(found)["kind"])
    actual = journeys.shipments.filter(pl.col("sid").is_in(list(lateness))).select(
        "sid",
        pl.coalesce("delivered_at", pl.lit(context.as_of)).dt.epoch("s").floordiv(60)
        - pl.col("due_at").dt.epoch("s").floordiv(60),
    )
    assert dict(actual.rows()) == lateness
    told = blame(found).collect()
    made_of = pl.col("took") - pl.col("planned") + pl.col("received")
    assert told.filter(pl.col("own").ne_missing(made_of)).is_empty()
    assert told.get_column("received").sum() > 0


def test_the_plan_is_the_median_of_the_others() -> None:
    def rows(partner: str, *cases: tuple[int, int]) -> list[tuple]:
        return [("courier", "CN>DE", partner, minutes, count) for minutes, count in cases]

    times = pl.DataFrame(
        [
            *rows("a", (100, 20), (200, 20)),
            *rows("b", (300, 35)),
            *rows("c", (10, 5)),
            ("courier", "CN>FR", "a", 100, 29),
        ],
        schema=["role", "lane", "partner", "minutes", "cases"],
        orient="row",
    )
    assert medians_of_others(times) == [
        (None, "courier", "CN>DE", 200),
        ("a", "courier", "CN>DE", 300),  # 5 and 35: rank 20 of 40
        ("b", "courier", "CN>DE", 100),  # 5, 20 and 20: rank 23 of 45
        ("c", "courier", "CN>DE", 200),  # 20, 20 and 35: rank 38 of 75
        ("a", "courier", "CN>FR", None),
    ]

"""The worked examples about journeys, where their file is at hand: told as events, counted by KPIs."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.support.buckets import bucket_of, context_of, facts_of
from tests.support.truth import settings, utc

from tallyclerk.journey.agreements import commitment_columns
from tallyclerk.journey.attribution import parts, spans
from tallyclerk.journey.build import build
from tallyclerk.kpis.registry import all_kpis

FILE = Path(__file__).resolve().parents[4] / "shared" / "examples" / "statistics.json"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the shared examples are not at hand")
START = utc("03-01T00:00")
NAMES = {"CREATED": "LABEL_CREATED", "TENDERED": "RELEASED", "DEPARTED": "DEPARTED_ORIGIN"}
ROLES = {"P1": "forwarder", "P2": "courier", "P3": "courier"}
CODES = {
    "H1": "missing_acknowledgement",
    "H2": "late_acknowledgement",
    "H4": "wrong_receiver",
    "H5": "acceptance_before_release",
    "H6": "pieces_differ",
    "H7": "weight_differs",
    "A1": "destination_differs",
    "S1": "event_after_terminal",
    "S2": "contradictory_terminal",
    "D2": "future_event",
}
"""Rule by code. D1 is a KPI of its own; H3 needs a giver that somebody knows."""


def example(name: str) -> tuple[Any, Any]:
    found = json.loads(FILE.read_text(encoding="utf-8"))["examples"]
    [only] = [each for each in found if each["id"].startswith(f"{name}-")]
    return only["inputs"], only["expected"]


def at(hours: float) -> dt.datetime:
    return START + dt.timedelta(hours=hours)


def event(milestone: str, hours: float, partner: str, shipment: str = "s", **more: Any) -> dict:
    row = {"shipment_id": shipment, "milestone": milestone, "occurred_at": at(hours)}
    return row | {"partner_id": partner} | more


def world(events: list[dict], shipments: list[dict] | None = None, as_of: str = "04-15T00:00"):
    tables = {"events": events, "shipments": shipments or [{"shipment_id": "s"}]}
    bucket = bucket_of(tables)
    return bucket, context_of([bucket], settings(as_of, roles=ROLES))


def facts(kpi: str, *told: Any) -> pl.DataFrame:
    return facts_of(*world(*told), {kpi: all_kpis()[kpi]}).filter(pl.col("rule").is_null())


def test_3_3_the_cohort_is_what_fell_due() -> None:
    given, expected = example("3.3")
    events, shipments = [], []
    for kind, count in given.items():
        if kind == "dispatched":
            continue
        for number in range(count):
            name = f"{kind}{number}"
            due = at(2000) if kind == "open_not_due" else at(100)
            shipments.append({"shipment_id": name, "courier_id": "P2", "promised_at": due})
            events.append(event("ACCEPTED", 0, "P2", name))
            ends = {"delivered_on_time": ("DELIVERED", 90), "delivered_late": ("DELIVERED", 110)}
            ends |= {"lost": ("LOST", 90), "returned_undeliverable": ("RETURNED", 90)}
            if kind in ends:
                events.append(event(*ends[kind], "P2", name))
    assert len(shipments) == given["dispatched"]
    found = facts("on_time_rate", events, shipments)
    assert (found["n"].sum(), found["hits"].sum()) == (expected["denominator"], expected["on_time"])


def test_3_4_the_cohort_is_what_was_taken_and_not_what_ended() -> None:
    """A fifth takes 35 days while volumes grow: what ends in March is mostly March's fast parcels."""
    given, expected = example("3.4")
    events = []
    for day, dispatched in zip((-45, -14, 14), given["dispatched"], strict=True):
        slow = round(dispatched // 50 * given["slow_share"])
        for number in range(dispatched // 50):
            name, days = f"{day}/{number}", 35 if number < slow else 5
            events.append(event("ACCEPTED", 24 * day, "P2", name))
            events.append(event("DELIVERED", 24 * (day + days), "P2", name))
    shipments = [{"shipment_id": name} for name in sorted({row["shipment_id"] for row in events})]
    stated = facts_of(
        *world(events, shipments, "06-01T00:00"), {"transit_hours": all_kpis()["transit_hours"]}
    ).filter(pl.col("rule").is_null(), pl.col("n") == 1)
    days = pl.col("minutes") / (24 * 60)
    told = stated.group_by(pl.col("cohort_at").dt.month()).agg(
        slow=(days > 10).mean(), mean=days.mean()
    )
    assert sorted(told["cohort_at"]) == [1, 2, 3]
    for row in told.rows(named=True):
        assert row["slow"] == pytest.approx(expected["by_dispatch_month"])
        assert row["mean"] == pytest.approx(expected["mean_days_dispatch"])
    ended = stated.filter((pl.col("cohort_at") + pl.duration(minutes="minutes")).dt.month() == 3)
    assert ended.select((days > 10).mean()).item() == pytest.approx(expected["by_delivery_month"])
    assert ended.select(days.mean()).item() == pytest.approx(expected["mean_days_delivery"])


def test_7_1_overruns_add_up_to_the_lateness() -> None:
    given, expected = example("7.1")
    (first, _, planned, began, ended), _, (second, plan_from, plan_to, took, done) = given["legs"]
    events = [
        event("ACCEPTED", began, first),
        event("RELEASED", ended, first, counterpart_id=second),
        event("ACCEPTED", took, second),
        event("DELIVERED", done, second),
    ]
    shipment = {"shipment_id": "s", "promised_at": at(plan_to)}
    agreed = [
        {"partner": who, "leg": "custody", "clock": "hours", "within": dt.timedelta(hours=hours)}
        for who, hours in ((first, planned), (second, plan_to - plan_from))
    ]
    bucket, context = world(events, [shipment])
    context = replace(context, commitments=pl.DataFrame(agreed, schema=commitment_columns()))
    split = parts(spans(build(bucket, context)))
    assert split["minutes"].sum() == expected["total_lateness"] * 60
    own = dict(split.filter(pl.col("kind") == "own").select("partner", "minutes").iter_rows())
    before, waited, after = expected["overrun"]
    assert own == {first: before * 60, second: after * 60}
    # The example plans four hours for the handover; the method allows two, and disputes the rest.
    rest = dict(split.filter(pl.col("kind") != "own").select("kind", "minutes").iter_rows())
    assert rest == {"allowance": 120, "disputed": 18 * 60, "promise": -(20 - waited) * 60}


def test_7_2_what_of_a_wait_is_disputed() -> None:
    given, expected = example("7.2")
    events = [
        event("ACCEPTED", 0, "P1"),
        event("RELEASED", given["giver_handover_h"], "P1", counterpart_id="P2"),
        event("ACCEPTED", given["receiver_accept_h"], "P2"),
        event("DELIVERED", 40, "P2"),
    ]
    split = parts(spans(build(*world(events, [{"shipment_id": "s", "promised_at": at(20)}]))))
    found = {kind: tuple(rest) for kind, *rest in split.select(
        "kind", "partner", "other", "minutes", "low", "high").iter_rows()}  # fmt: skip
    inside, excess = expected["within_allowance_h"] * 60, expected["excess_h"] * 60
    assert found["allowance"] == (None, None, inside, inside, inside)
    assert found["disputed"] == ("P1", "P2", excess, 0, excess)


def test_7_3_custody_and_the_handover_between() -> None:
    given, expected = example("7.3")
    events = [
        event(NAMES.get(code, code).replace("ARRIVED", "ARRIVED_DESTINATION"), hours, who)
        for who, code, hours in given["events"]
    ]
    split = spans(build(*world(events, [{"shipment_id": "s", "promised_at": at(10)}])))
    rows = {row["partner"]: row for row in split.iter_rows(named=True)}
    assert rows["P1"]["own_minutes"] == expected["P1_custody"] * 60
    assert rows["P1"]["gap_minutes"] == expected["handover_P1_P2"] * 60
    assert rows["P2"]["own_minutes"] == expected["P2_custody"] * 60


def test_8_1_the_incidents_of_a_log() -> None:
    given, expected = example("8.1")
    events = [
        {
            "shipment_id": row["shipment"],
            "milestone": NAMES.get(row["code"], row["code"]),
            "occurred_at": dt.datetime.fromisoformat(row["event_time"]).replace(tzinfo=dt.UTC),
            "recorded_at": dt.datetime.fromisoformat(row["recorded_time"]).replace(tzinfo=dt.UTC),
            "partner_id": row["reporter"],
            "counterpart_id": row["counterparty"],
            "pieces": row["pieces"],
            "weight_grams": row["weight_g"],
            "destination": row["dest"],
        }
        for row in given["events"]
    ]
    ids = sorted({row["shipment_id"] for row in events})
    bucket = bucket_of({"events": events, "shipments": [{"shipment_id": name} for name in ids]})
    chosen = settings(
        given["params"]["as_of"][5:], roles=ROLES | dict.fromkeys(("P1", "SHIPPER"), "supplier")
    )
    journeys = build(bucket, context_of([bucket], chosen))
    found = journeys.incidents.filter(pl.col("rule").is_in(list(CODES.values()))).join(
        journeys.shipments.select("sid", "shipment_id"), on="sid"
    )
    ours = {(row["shipment_id"], row["rule"]) for row in found.iter_rows(named=True)}
    theirs = {
        (shipment, CODES[code[:2]])
        for shipment, code, *_ in expected["incidents"]
        if code[:2] in CODES
    }
    assert theirs <= ours


def test_8_2_records_within_twelve_hours() -> None:
    given, expected = example("8.2")
    events = [
        event("IN_TRANSIT", place, "P2", recorded_at=at(place + late))
        for place, late in enumerate(given["latency_h"])
    ]
    found = facts("late_record_rate", events)
    assert 1 - found["hits"].sum() / found["n"].sum() == pytest.approx(expected["within_12h"])


def test_8_3_the_longest_silence() -> None:
    given, expected = example("8.3")
    times = [dt.datetime.fromisoformat(start) for start, _ in given["gaps"]]
    times.append(dt.datetime.fromisoformat(given["gaps"][-1][1]))
    names = ["ACCEPTED", *["IN_TRANSIT"] * (len(times) - 2), "DELIVERED"]
    events = [
        {
            "shipment_id": "s",
            "milestone": name,
            "occurred_at": time.replace(tzinfo=dt.UTC),
            "partner_id": "P2",
        }
        for name, time in zip(names, times, strict=True)
    ]
    assert facts("scan_gap_hours", events)["minutes"].to_list() == [expected["longest_h"] * 60]
    assert facts("blackout_rate", events)["hits"].to_list() == [1]


def test_8_4_told_before_the_promise_and_before_the_question() -> None:
    given, expected = example("8.4")
    events, shipments, notices, tickets = [], [], [], []
    for number, row in enumerate(given["delayed"]):
        name = f"s{number}"
        shipments.append({"shipment_id": name, "promised_at": at(row["promise"])})
        events += [event("ACCEPTED", 0, "P2", name), event("DELIVERED", 90, "P2", name)]
        if row["notice"]:
            notices.append({"shipment_id": name, "sent_at": at(row["notice"])})
        if row["ticket"]:
            ticket = {"ticket_id": name, "shipment_id": name, "opened_at": at(row["ticket"])}
            tickets.append(ticket)
    tables = {"events": events, "shipments": shipments, "notices": notices, "tickets": tickets}
    bucket = bucket_of(tables)
    journeys = build(bucket, context_of([bucket], settings("04-15T00:00", roles=ROLES)))
    untold = journeys.incidents.filter(pl.col("rule") == "delay_without_notice")["sid"].n_unique()
    assert (expected["delayed"] - untold, expected["delayed"]) == (expected["proactive"], 4)

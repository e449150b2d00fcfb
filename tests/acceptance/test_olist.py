"""Olist, a real marketplace: 3,000 orders, every number counted by hand from the exports."""

import csv
import datetime as dt

import polars as pl
import pytest
from tests.support.command import accounts, ask, evidence, ingest, summed
from tests.support.public_data import DATA, configuration, configured, needs_data
from tests.support.settings_file import write_tree

from tallyclerk.store import Ledger

pytestmark = needs_data

CHOSEN = [
    "--kpi=dispatch_on_time_rate",
    "--kpi=on_time_rate",
    "--kpi=miscommunication_rate",
]
"""What is counted by hand: 938 suppliers take long to judge."""


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return configured("olist", tmp_path_factory.mktemp("olist"))


@pytest.fixture(scope="module")
def told(config):
    return ingest(config)


@pytest.fixture(scope="module")
def results(config, told):
    assert told["files_read"] == 4
    return ask(config, "tally", *CHOSEN, "--format", "json").json["results"]


@pytest.fixture(scope="module")
def facts(config, told):
    assert told["files_read"] == 4
    return evidence(config)


def cases(facts, kpi, role="supplier"):
    return facts.filter(kpi=kpi, role=role).filter(pl.col("rule").is_null())


def ids(frame):
    return set(frame["shipment_id"])


def handed_over(facts):
    """The shipments that the carrier took: it has a transit time, or a reason why not."""
    return ids(cases(facts, "transit_hours", "courier"))


def delivered(facts):
    return ids(cases(facts, "lead_hours").filter(ending="observed"))


def accepted_before_approval():
    """Seconds between carrier and approval where they are in the wrong order, from the export."""
    folder = DATA / "olist_3000"
    with (folder / "olist_order_items_dataset.csv").open(encoding="utf-8") as file:
        sold = {(row["order_id"], row["seller_id"]) for row in csv.DictReader(file)}
    with (folder / "olist_orders_dataset.csv").open(encoding="utf-8") as file:
        orders = {row["order_id"]: row for row in csv.DictReader(file)}
    found = {}
    for order, seller in sold:
        row = orders.get(order, {})
        times = row.get("order_approved_at"), row.get("order_delivered_carrier_date")
        if all(times):
            approved, taken = map(dt.datetime.fromisoformat, times)
            if taken < approved:
                found[f"{order}/{seller}"] = (taken - approved).total_seconds()
    return found


def test_a_shipment_is_what_one_seller_sends_of_one_order(config, told):
    assert told["shipments"] == 3_024
    shipments = Ledger.open(config.parent / ".tallyclerk").read_table("shipments")
    assert (shipments.height, shipments["supplier_id"].n_unique()) == (3_024, 938)
    assert shipments["handover_due_at"].null_count() == shipments["promised_date"].null_count() == 0


def test_every_seller_is_a_supplier_and_the_carrier_a_courier(results):
    assert len({row["partner_id"] for row in results if row["role"] == "supplier"}) == 938
    assert {row["partner_id"] for row in results if row["role"] == "courier"} == {"carrier"}
    assert {row["role"] for row in results} == {"supplier", "courier"}


def test_every_row_is_accounted_for(told):
    found = accounts(told)
    assert {name: source["rows"] for name, source in found.items()} == {
        "items": 3_397,
        "orders": 3_000,
        "promises": 3_000,
        "reviews": 2_993,
    }
    assert all(source["rejected"] == source["bad_cells"] == 0 for source in found.values())


def test_orders_without_items_wait(told):
    assert accounts(told)["promises"]["pending"] == 24


def test_dispatch_is_late_for_266_of_3011(results):
    total = summed(results, "dispatch_on_time_rate", "supplier")
    assert (total["n"] - total["hits"], total["n"], total["waiting"]) == (266, 3_011, 0)
    assert total["cancelled"] == 13


def test_of_2994_handed_over_249_are_late_and_17_never_were(facts):
    due = cases(facts, "dispatch_on_time_rate").filter(n=1)
    taken = handed_over(facts)
    assert len(taken) == 2_994
    late = ids(due.filter(hits=0))
    assert len(late & taken) == 249
    assert len(late - taken) == 17
    assert len(ids(due) - taken) == 17


def test_on_time_by_day_is_late_for_246_of_3007(results):
    total = summed(results, "on_time_rate", "supplier")
    assert (total["n"] - total["hits"], total["n"], total["waiting"]) == (246, 3_007, 0)
    assert total["cancelled"] == 3_024 - 3_007


def test_of_2952_delivered_191_are_late_and_55_are_overdue(facts):
    due = cases(facts, "on_time_rate").filter(n=1)
    arrived = delivered(facts)
    assert len(arrived) == 2_952
    late = ids(due.filter(hits=0))
    assert len(late & arrived) == 191
    assert len(late - arrived) == 55
    assert len(ids(due) - arrived) == 55


def test_by_timestamp_286_are_late(tmp_path):
    tree = configuration("olist")
    columns = tree["sources"]["promises"]["columns"]
    columns["promised_at"] = columns.pop("promised_date")
    config = write_tree(tree, tmp_path / "config.toml")
    results = ask(config, "tally", "--kpi", "on_time_rate", "--format", "json").json["results"]
    total = summed(results, "on_time_rate", "supplier")
    assert (total["n"] - total["hits"], total["n"]) == (286, 3_007)


def test_none_of_the_50_accepted_before_approval_is_a_negative_duration(facts):
    early = accepted_before_approval()
    assert len(early) == 50
    assert facts.filter(pl.col("minutes") < 0).is_empty()
    hours = cases(facts, "dispatch_hours").filter(pl.col("shipment_id").is_in(set(early)))
    counted = hours.filter(n=1)
    assert (len(counted), set(counted["minutes"])) == (5, {0})
    assert set(hours.filter(n=0)["reason"]) == {"negative"}


def test_the_45_beyond_the_tolerance_are_incidents_of_the_carrier(facts, results):
    early = accepted_before_approval()
    beyond = {who for who, seconds in early.items() if seconds < -30 * 60}
    assert len(beyond) == 45
    found = facts.filter(kpi="miscommunication_rate", rule="strict_order")
    assert ids(found) == beyond
    assert set(found["partner_id"]) == {"carrier"}
    assert summed(results, "miscommunication_rate", "courier")["hits"] == 45


def reviewed_by_hand():
    """By shipment, the stars of its order's last review (the worst of one moment)."""
    folder = DATA / "olist_3000"
    last: dict[str, tuple[str, int]] = {}
    with (folder / "olist_order_reviews_dataset.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            said = (row["review_creation_date"], -int(row["review_score"]))
            last[row["order_id"]] = max(said, last.get(row["order_id"], said))
    with (folder / "olist_order_items_dataset.csv").open(encoding="utf-8") as file:
        sold = {(row["order_id"], row["seller_id"]) for row in csv.DictReader(file)}
    return {f"{order}/{seller}": -last[order][1] for order, seller in sold if order in last}


def promised_until(day):
    """Orders promised not after a day."""
    with (DATA / "olist_3000" / "olist_orders_dataset.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {r["order_id"] for r in rows if r["order_estimated_delivery_date"] <= day}


def test_low_reviews_are_those_counted_by_hand(facts):
    """The data end on 2018-09-27: 30 days are over for what was promised until 31 days before."""
    mature = promised_until("2018-08-27 00:00:00")
    stars = {w: said for w, said in reviewed_by_hand().items() if w.split("/")[0] in mature}
    found = cases(facts, "low_review_rate")
    counted = found.filter(n=1)
    assert (len(stars), sum(said <= 2 for said in stars.values())) == (2_879, 444)
    assert ids(counted) == set(stars)
    assert ids(counted.filter(hits=1)) == {who for who, said in stars.items() if said <= 2}
    silent = {who for who in delivered(facts) - set(stars) if who.split("/")[0] in mature}
    assert ids(found.filter(reason="not_reviewed")) == silent


def test_it_is_said_how_many_were_reviewed(config, told):
    """The carrier had 2,863 mature ones, of which 14 were not reviewed."""
    assert told["files_read"] == 4
    said = ask(config, "tally", "--kpi", "low_review_rate", "--role", "courier").text
    assert "Low reviews: of 2,863 shipments 99.5 % were reviewed" in said.replace("\u00a0", " ")

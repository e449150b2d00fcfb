"""Every dialect, read by the plain reader, says what the run says it emitted."""

from collections import Counter
from datetime import date

import pytest
from tests.unit.simulate.naive_reader import FIELDS, Reader, moment

from tallyclerk.simulate.dialects import DIALECTS


@pytest.fixture(scope="module")
def reader(run):
    return Reader(run[0] / "config.toml")


@pytest.fixture(scope="module")
def emitted(run):
    return Counter(run[1].events.select(FIELDS).rows())


def test_all_dialects_together_are_all_observations(reader, emitted):
    found = sum((reader.events(dialect.name) for dialect in DIALECTS), Counter())
    assert found == emitted


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_each_dialect_says_something_and_nothing_else(dialect, reader, emitted):
    found = reader.events(dialect.name)
    assert found
    assert not found - emitted


def test_orders_and_final_statuses(run, reader):
    ended = {row["shipment_id"]: row["outcome"] for row in reader.rows("erp")}
    words = reader.sources["erp"]["outcomes"]
    rows = {row["shipment_id"]: row for row in reader.rows("orders")}
    shipments = run[1].shipments.to_dicts()
    assert len(rows) == len(shipments)
    for truth in shipments:
        row = rows[truth["shipment_id"]]
        for name in (
            "order_id",
            "supplier_id",
            "forwarder_id",
            "courier_id",
            "batch_id",
            "service",
        ):
            assert row[name] == truth[name]
        for name in ("origin_country", "destination_country", "destination_timezone", "currency"):
            assert row[name] == truth[name]
        for name in ("handover_due_at", "promised_at"):
            assert moment(row[name], reader.sources["orders"]) == truth[name]
        promised = row["promised_date"]
        assert (date.fromisoformat(promised) if promised else None) == truth["promised_date"]
        assert round(float(row["value"]) * 100) == truth["value_minor"]
        assert words.get(ended.get(truth["shipment_id"])) == truth["outcome"]


@pytest.mark.parametrize("name", ["tickets", "reviews", "notices", "claims"])
def test_other_tables(name, run, reader):
    source, truth = reader.sources[name], getattr(run[1], name)
    rows = list(reader.rows(name))
    assert len(rows) == len(truth) > 0
    for row, meant in zip(rows, truth.to_dicts(), strict=True):
        for ours, value in row.items():
            if ours.endswith("_at"):
                assert moment(value, source) == meant[ours]
            elif ours == "amount":
                assert round(float(value.replace(",", ".")) * 100) == meant["amount_minor"]
            else:
                assert value == meant[ours]


def test_references_link_every_label_order_and_waybill(run, reader):
    found = {(r["shipment_id"], r["reference"], "tracking") for r in reader.rows("labels")}
    for row in reader.rows("orders"):
        for kind, column in (("order", "order_id"), ("mawb", "mawb"), ("batch", "batch_id")):
            if row[column]:
                found.add((row["shipment_id"], row[column], kind))
    assert found == set(run[1].references.select("shipment_id", "reference", "kind").rows())

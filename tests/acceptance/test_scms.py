"""SCMS, real deliveries of medicines: days without times, in two dialects of one export."""

import pytest
from tests.support.command import accounts, ask, ingest, summed
from tests.support.public_data import configuration, needs_data
from tests.support.settings_file import write_tree

from tallyclerk.store import Ledger

pytestmark = needs_data

FILES = {"CR-only with a BOM": "scms_bom_cr_only.csv", "plain": "scms_utf8_iso.csv"}


@pytest.fixture(scope="module", params=FILES.values(), ids=FILES)
def config(request, tmp_path_factory):
    tree = configuration("scms")
    for source in tree["sources"].values():
        source["path"] = source["path"].replace("scms_bom_cr_only.csv", request.param)
    return write_tree(tree, tmp_path_factory.mktemp("scms") / "config.toml")


@pytest.fixture(scope="module")
def told(config):
    return ingest(config)


def on_time(config, *args):
    answer = ask(config, "tally", "--kpi", "on_time_rate", "--format", "json", *args).json
    return answer["run"], summed(answer["results"], "on_time_rate", "supplier"), answer["results"]


def test_every_line_is_a_shipment_and_every_vendor_a_supplier(config, told):
    assert told["shipments"] == told["events"] == 10_324
    assert {row["partner_id"] for row in on_time(config)[2]} >= {"SCMS from RDC", "Orgenics, Ltd"}
    assert len({row["partner_id"] for row in on_time(config)[2]}) == 73
    for source in accounts(told).values():
        assert source["rows"] == source["accepted"] == 10_324
        assert source["bad_cells"] == 0
    ledger = Ledger.open(config.parent / ".tallyclerk")
    assert ledger.read_table("shipments")["supplier_id"].n_unique() == 73
    events = ledger.read_events(0, ["time_precision", "occurred_date"])
    assert events["time_precision"].unique().to_list() == ["day"]
    assert str(events["occurred_date"].min()) == "2006-05-02"


def test_as_of_february_1186_are_late_of_10324(config, told):
    assert told["files_read"]
    run, total, _ = on_time(config, "--as-of", "2016-02-01")
    assert run["as_of"] == "2016-02-01T23:59:59.999999+00:00"
    assert (total["n"] - total["hits"], total["n"], total["waiting"]) == (1_186, 10_324, 0)


def test_by_default_a_few_are_waiting(config, told):
    assert told["files_read"]
    _, total, rows = on_time(config)
    assert 0 < total["waiting"] < 100
    assert total["n"] + total["waiting"] == 10_324
    assert all(row["provisional"] == (row["waiting"] > 0) for row in rows)


def test_all_promises_are_judged_by_day(config, told):
    assert {form for source in told["sources"] for _, form in source["formats"]} <= {
        "%Y-%m-%d",
        "%d-%B-%y",
    }
    assert on_time(config)[0]["timezone"] == "UTC"

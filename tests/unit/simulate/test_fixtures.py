"""The committed fixtures are what the simulator writes, and cover what they are there for."""

import gzip
import json
import tomllib
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tallyclerk.simulate import FIXTURE_SEED, FIXTURE_SHIPMENTS, simulate
from tallyclerk.simulate.configure import config_text

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "fixtures"


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fixtures")
    simulate(folder, FIXTURE_SHIPMENTS, FIXTURE_SEED, truth=True)
    return folder


def names(folder):
    found = [folder / "config.toml", folder / "truth.json", *(folder / "exports").rglob("*.*")]
    return sorted(str(path.relative_to(folder)) for path in found)


def test_the_same_files_are_written(again):
    assert names(again) == names(FIXTURES)


def test_every_file_has_the_same_content(again):
    """Typed and compressed files by content: their bytes depend on the version of a library."""
    for name in names(FIXTURES):
        mine, theirs = again / name, FIXTURES / name
        if name.endswith(".parquet"):
            assert_frame_equal(pl.read_parquet(mine), pl.read_parquet(theirs))
        elif name.endswith(".gz"):
            assert gzip.decompress(mine.read_bytes()) == gzip.decompress(theirs.read_bytes()), name
        else:
            assert mine.read_bytes() == theirs.read_bytes(), name


def test_the_configuration_at_the_top_reads_the_fixtures():
    assert (ROOT / "config.toml").read_text(encoding="utf-8") == config_text("fixtures/")
    sources = tomllib.loads(config_text("fixtures/"))["sources"]
    assert all(list(ROOT.glob(source["path"])) for source in sources.values())


def test_they_stay_small():
    assert sum((FIXTURES / name).stat().st_size for name in names(FIXTURES)) < 4_000_000


def test_the_hour_that_comes_twice_and_the_one_that_never_comes_are_in_them():
    texts = [p.read_bytes().decode("cp1252") for p in FIXTURES.glob("exports/alpenpaket/*.csv")]
    assert any(";26.10.2025 02:" in text for text in texts)
    assert any(";29.03.2026 02:" in text for text in texts)


@pytest.fixture(scope="module")
def truth():
    rows = json.loads((FIXTURES / "truth.json").read_text(encoding="utf-8"))
    assert datetime.fromisoformat(rows["as_of"]).month == 10
    return {(r["partner_id"], r["kpi"], r["statistic"], r["rule"]): r for r in rows["results"]}


@pytest.mark.parametrize(
    ("kpi", "low", "high"),
    [
        ("on_time_rate", 0.8, 1),
        ("dispatch_on_time_rate", 0.85, 1),
        ("handover_ack_rate", 0.8, 1),
        ("loss_rate", 0, 0.03),
        ("damage_rate", 0, 0.03),
        ("miscommunication_rate", 0, 0.25),
        ("late_record_rate", 0, 0.3),
    ],
)
def test_the_levels_are_those_of_the_trade(truth, kpi, low, high):
    values = [r["value"] for (_, name, _, rule), r in truth.items() if name == kpi and rule is None]
    assert values
    assert all(low <= value <= high for value in values)


def test_the_partners_differ_as_they_should(truth):
    def value(partner, kpi, statistic="rate"):
        return truth[partner, kpi, statistic, None]["value"]

    assert value("nordlog", "handover_ack_rate") > value("acme", "handover_ack_rate") + 0.02
    assert value("translink", "late_record_rate") > 5 * value("nordlog", "late_record_rate")
    assert value("nordlog", "scan_gap_hours", "p90") < value("acme", "scan_gap_hours", "p90")
    assert value("nordlog", "miscommunication_rate") < value("acme", "miscommunication_rate")


def test_most_incidents_happen_to_somebody(truth):
    rules = {rule for (_, _, _, rule), row in truth.items() if rule and row["hits"]}
    assert rules >= {
        "missing_acknowledgement",
        "late_acknowledgement",
        "unannounced_acceptance",
        "wrong_receiver",
        "acceptance_before_release",
        "pieces_differ",
        "weight_differs",
        "destination_differs",
        "event_after_terminal",
        "contradictory_terminal",
        "strict_order",
        "customs_hold_documents",
        "delay_without_notice",
        "milestone_missing",
        "future_event",
        "batch_stamped",
    }


def test_one_supplier_has_a_dozen_shipments_and_one_forwarder_is_on_trial():
    orders = pl.read_csv(FIXTURES / "exports" / "merchant" / "orders.csv")
    assert orders.filter(pl.col("supplier") == "kaveri").height == 12
    trial = orders.filter(pl.col("forwarder") == "blueharbour")
    assert 5 < trial.height < 60
    assert orders["promised_on"].null_count() > orders["promised_at"].count()

from itertools import pairwise

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.unit.simulate.conftest import SEED, SHIPMENTS

from tallyclerk.simulate import exports, simulate
from tallyclerk.simulate.calendars import HORIZON
from tallyclerk.simulate.emitted import EVENTS
from tallyclerk.simulate.exports import export
from tallyclerk.simulate.journeys import journeys
from tallyclerk.simulate.orders import orders


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_same_seed_gives_the_same_bytes(run, tmp_path):
    export(tmp_path, SHIPMENTS, SEED, keep=False)
    assert contents(tmp_path) == contents(run[0] / "exports")


def test_another_seed_gives_others(run, tmp_path):
    other = export(tmp_path, SHIPMENTS, SEED + 1, keep=True)
    assert not other.events.equals(run[1].events)


def test_chunks_do_not_change_what_is_said(run, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 500)
    parts = export(tmp_path, SHIPMENTS, SEED, keep=True)
    by = list(EVENTS)
    airline = pl.col("partner_id").eq_missing("skybridge")  # a waybill of two chunks is told twice
    assert_frame_equal(
        parts.events.filter(~airline).sort(by), run[1].events.filter(~airline).sort(by)
    )
    assert_frame_equal(
        parts.events.filter(airline).unique().sort(by),
        run[1].events.filter(airline).unique().sort(by),
    )
    assert_frame_equal(parts.shipments, run[1].shipments)


def test_without_truth_there_is_no_answer(tmp_path):
    simulate(tmp_path / "new", 50, 1, truth=False)
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["config.toml", "exports"]


@pytest.mark.parametrize("shipments", [1, 13, 400])
def test_small_runs_work(tmp_path, shipments):
    emitted = export(tmp_path, shipments, 3, keep=True)
    assert emitted.shipments.height == shipments
    assert emitted.events["shipment_id"].is_in(emitted.shipments["shipment_id"].implode()).all()


def test_events_are_typed_known_and_in_the_past(run):
    events = run[1].events
    assert dict(events.schema) == EVENTS
    assert 12 < events.height / SHIPMENTS < 17
    for column in ("occurred_at", "recorded_at"):
        assert events[column].dt.epoch("s").max() < HORIZON
    assert events["shipment_id"].null_count() == 0


@pytest.fixture(scope="module")
def many():
    return journeys(orders(0, 30_000, 30_000, 5), 5).with_columns(
        (pl.col("departed") - pl.col("planned")).alias("delay")
    )


def test_parcels_of_one_flight_share_its_fate(many):
    per_flight = many.drop_nulls("departed").group_by("flight").agg(pl.col("delay").n_unique())
    assert per_flight["delay"].max() == 1
    assert many["flight"].drop_nulls().value_counts()["count"].mean() > 3


def test_lost_parcels_have_no_later_steps(many):
    lost = many.filter(pl.col("lost_at") > 0)
    assert 30 < lost.height < 300
    assert lost["delivered"].null_count() == lost.height


def test_there_is_a_peak_season_and_a_weekend(many):
    day = (pl.col("created") * 1_000_000).cast(pl.Datetime("us"))
    by_month = many.group_by(day.dt.strftime("%Y-%m").alias("m")).len().sort("m")
    months = dict(by_month.iter_rows())
    assert len(months) == 13
    assert months["2025-11"] > 1.3 * months["2025-10"]
    weekday = many.group_by(day.dt.weekday().alias("d")).len()
    counts = dict(weekday.iter_rows())
    assert counts[7] < 0.75 * counts[3]
    shut = (pl.col("released") // 86_400).is_between(20_497, 20_507)  # new year's week in China
    assert many.filter(pl.col("lane") < 4, shut).height == 0


def test_steps_follow_each_other(many):
    whole = many.filter(pl.col("lost_at") == 0).drop_nulls("departed")
    path = ["label", "ready", "released", "taken", "hub", "export_cleared", "departed", "arrived"]
    path += ["import_cleared", "given", "intake", "depot", "round", "delivered"]
    for first, second in pairwise(path):
        both = whole.drop_nulls([first, second])
        if (first, second) != ("import_cleared", "given"):
            assert (both[first] <= both[second]).mean() > 0.995, (first, second)

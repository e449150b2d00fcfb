"""Laws of the ledger: what is told counts once, however it is split, ordered or repeated."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.errors import InputError
from tallyclerk.ingest.run import forget, ingest
from tallyclerk.ingest.todo import up_to_date
from tallyclerk.store import Ledger

COLUMNS = {"shipment_id": "id", "status": "status", "occurred_at": "time"}
CELL = st.sampled_from(["ACCEPTED", "DELIVERED", "odd", "", "9.4E+21", "1", "2", "2024-01-05"])
TIME = st.sampled_from(["2024-01-05 10:00", "2024-01-06T11:00Z", "never", "", "2024-02-30"])
ROW = st.tuples(CELL, CELL, TIME)


def export(rows):
    return "id,status,time\n" + "".join(",".join(row) + "\n" for row in rows)


def outcome(workshop_at, files, bucket_count=None, held_rows=500_000):
    """Kept events (without their place), the digest, and the accounts of an ingest in a new store."""
    with tempfile.TemporaryDirectory() as folder:
        workshop = workshop_at(Path(folder))
        for name, rows in files.items():
            workshop.write(name, export(rows))
        source = {"path": "*.csv", "columns": COLUMNS}
        with pytest.MonkeyPatch.context() as patch:
            if bucket_count:
                patch.setattr("tallyclerk.ingest.run.bucket_count", lambda _: bucket_count)
            patch.setattr("tallyclerk.store.segments.HELD_ROWS", held_rows)
            report, ledger = workshop.ingest(a=source)
        place = {"source_file", "source_row"}
        events = [
            row
            for bucket in range(ledger.bucket_count)
            for row in ledger.read_events(bucket).drop(place).rows()
        ]
        return sorted(map(repr, events)), ledger.inputs_digest(), report.sources[0]


@settings(max_examples=10, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12), st.data())
def test_order_splits_and_repetitions_do_not_matter(workshop_at, rows, data):
    events, digest, account = outcome(workshop_at, {"a.csv": rows})
    cut = data.draw(st.integers(0, len(rows)))
    mixed = data.draw(st.permutations(rows))
    split = {"a.csv": mixed[:cut], "b.csv": mixed[cut:], "c.csv": rows}
    buckets, held_rows = data.draw(st.sampled_from([1, 4])), data.draw(st.integers(1, 20))
    again, same, more = outcome(workshop_at, split, buckets, held_rows)
    assert (again, same) == (events, digest)
    assert more.rows == 2 * account.rows
    assert more.rejected == 2 * account.rejected
    assert more.bad_cells == 2 * account.bad_cells


def test_the_same_exports_give_the_same_manifest(workshop, workshop_at, tmp_path):
    workshop.write("a.csv", export([("1", "ACCEPTED", "2024-01-05 10:00")]))
    source = {"path": "a.csv", "columns": COLUMNS}
    workshop.ingest(a=source)
    manifest = tmp_path / ".tallyclerk" / "manifest.json"
    first = manifest.read_bytes()
    report, _ = workshop.ingest(a=source)
    assert (report.files_read, report.files_known) == (0, 1)
    assert manifest.read_bytes() == first
    other = workshop_at(tmp_path / "elsewhere")
    other.write("a.csv", (tmp_path / "a.csv").read_bytes())
    other.ingest(a=source)
    assert (other.base / ".tallyclerk" / "manifest.json").read_bytes() == first


def test_changed_content_supersedes_and_is_kept(workshop):
    workshop.write("a.csv", export([("1", "ACCEPTED", "2024-01-05 10:00")]))
    source = {"path": "a.csv", "columns": COLUMNS}
    workshop.ingest(a=source)
    workshop.write("a.csv", export([("2", "ACCEPTED", "2024-01-05 10:00")]))
    assert up_to_date(workshop.settings(a=source)) is None
    _, ledger = workshop.ingest(a=source)
    assert up_to_date(workshop.settings(a=source)) is not None
    assert ledger.read_events(0)["shipment_id"].to_list() == ["2"]
    old = [s for s in ledger.manifest.segments if s.is_superseded]
    assert [(ledger.root / s.files[0]).exists() for s in old] == [True]


def test_a_changed_source_block_reads_the_file_again(workshop):
    workshop.write("a.csv", export([("1", "odd", "2024-01-05 10:00")]))
    source = {"path": "a.csv", "columns": COLUMNS}
    workshop.ingest(a=source)
    source["statuses"] = {"odd": "DELIVERED"}
    assert up_to_date(workshop.settings(a=source)) is None
    _, ledger = workshop.ingest(a=source)
    assert ledger.read_events(0)["milestone"].to_list() == ["DELIVERED"]


def test_a_later_snapshot_replaces_the_shipments_it_tells_of(workshop):
    workshop.write(
        "2024-01.csv", export([("1", "ACCEPTED", "2024-01-05"), ("2", "ACCEPTED", "2024-01-05")])
    )
    workshop.write("2024-02.csv", export([("1", "ACCEPTED", "2024-01-06")]))
    source = {"path": "*.csv", "columns": COLUMNS, "mode": "snapshot"}
    report, ledger = workshop.ingest(a=source)
    rows = ledger.read_events(0, ["shipment_id", "source_file"]).rows()
    assert rows == [("1", "2024-02.csv"), ("2", "2024-01.csv")]
    assert (report.sources[0].accepted, report.sources[0].duplicates) == (2, 1)


def test_of_equal_observations_the_earliest_recorded_is_kept(workshop):
    text = "id,status,time,recorded_at\n"
    row = "1,ACCEPTED,2024-01-05 10:00,"
    workshop.write("a.csv", f"{text}{row}\n{row}2024-01-05 12:00\n{row}2024-01-05 11:00\n")
    report, ledger = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS})
    assert ledger.read_events(0)["source_row"].to_list() == [4]
    assert report.sources[0].duplicates == 2


def test_forget_takes_a_source_or_a_file_out(workshop):
    workshop.write("a.csv", export([("1", "ACCEPTED", "2024-01-05")]))
    workshop.write("b.csv", export([("2", "ACCEPTED", "2024-01-05")]))
    sources = {n: {"path": f"{n}.csv", "columns": COLUMNS} for n in "ab"}
    workshop.ingest(**sources)
    configured = workshop.settings(**sources)
    assert forget(configured, "a", None) == {"a": 1}
    ledger = Ledger.open(workshop.base / ".tallyclerk")
    assert ledger.read_events(0)["shipment_id"].to_list() == ["2"]
    assert forget(configured, None, "b.csv") == {"b": 1}
    with pytest.raises(InputError, match="nothing of nobody"):
        forget(configured, "nobody", None)


def test_a_lone_latest_time_is_noticed(workshop):
    rows = [
        ("1", "ACCEPTED", "2024-01-05"),
        ("2", "ACCEPTED", "2024-01-06"),
        ("3", "INFO", "2042-01-06"),
    ]
    workshop.write("a.csv", export(rows))
    _, ledger = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS})
    latest = ledger.latest()
    assert (latest.is_lone, latest.shipment_id) == (True, "3")
    assert ledger.latest_time() == latest.at


def test_nothing_usable_is_an_error(workshop):
    with pytest.raises(InputError, match="no file matches"):
        ingest(workshop.settings(a={"path": "*.csv", "columns": COLUMNS}))
    with pytest.raises(InputError, match="names no source"):
        ingest(workshop.settings())
    with pytest.raises(InputError, match="no ledger here"):
        Ledger.open(workshop.base / ".tallyclerk")


@pytest.mark.parametrize("count", [1, 2])
def test_buckets_add_up_to_one_account(count, monkeypatch, workshop):
    """A row of an order is a duplicate once all its shipments have heard of it elsewhere."""
    monkeypatch.setattr("tallyclerk.ingest.run.bucket_count", lambda _: count)
    head = "key,status,time\n"
    told = [f"{key},LABEL_CREATED,2024-01-05 10:00\n" for key in ("O1", "S1", "S3", "O2", "O1")]
    workshop.write("ships.csv", "id,order\nS1,O1\nS2,O2\nS3,O1\nS4,O2\nS5,O2\nS6,O2\n")
    workshop.write("some.csv", head + told[1])
    workshop.write("whole.csv", head + told[0] + told[3] + told[4])
    columns = {"status": "status", "occurred_at": "time"}
    own = {"shipment_id": "key", **columns}
    shipments = {"shipment_id": "id", "order_id": "order"}
    sources = {
        "direct": {"path": "some*.csv", "columns": own},
        "orders": {"path": "whole.csv", "columns": {"order_id": "key", **columns}},
        "ships": {"path": "ships.csv", "table": "shipments", "columns": shipments},
    }
    report, ledger = workshop.ingest(**sources)
    assert [(s.source, s.duplicates) for s in report.sources if s.table == "events"] == [
        ("direct", 0),
        ("orders", 1),  # the second row of O1; the first one tells of S3, in another bucket
    ]
    assert ledger.summary.events == 6
    workshop.write("some2.csv", head + told[2])
    report, _ = workshop.ingest(**sources)
    assert next(s for s in report.sources if s.source == "orders").duplicates == 2

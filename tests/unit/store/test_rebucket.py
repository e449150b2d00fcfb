"""A ledger of other hashes, or with too few buckets, is sorted anew, and tells the same."""

import json

import polars as pl
import pytest

from tallyclerk.config.models import Settings
from tallyclerk.errors import InputError
from tallyclerk.ingest import room
from tallyclerk.ingest.run import ingest
from tallyclerk.ingest.todo import up_to_date
from tallyclerk.store import Ledger, rows, segments
from tallyclerk.store.hashing import bucket_expr, canary, row_hash

SCANS = "id,status,time,partner,is_void\n" + "".join(
    f"S{n},ACCEPTED,2026-01-{1 + n % 28:02d} 10:00,p{n % 3},{'yes' if n % 10 == 5 else ''}\n"
    for n in range(40)
)
ORDERS = "order_id,status,time\nO-1,DELIVERED,2026-02-01 10:00\n"
NAMES = "id,order_id\nS1,O-1\nS2,O-1\n"


def settings(base):
    columns = {"status": "status", "occurred_at": "time"}
    sources = {
        "scans": {"columns": {**columns, "shipment_id": "id", "partner_id": "partner"}},
        "orders": {"columns": columns},
        "names": {"columns": {"shipment_id": "id"}, "table": "references"},
    }
    for name, source in sources.items():
        source |= {"path": f"{name}.csv", "timezone": "UTC"}
    return Settings.model_validate({"sources": sources, "base": base})


def other_bucket(count, column="shipment_id"):
    return (bucket_expr(count, column) + 1) % count


def other_hash(frame, columns):
    return row_hash(frame, columns) + 1


def told(ledger):
    found = [ledger.read_events(bucket) for bucket in range(ledger.bucket_count)]
    return pl.concat(found).sort("event_id").rows(), ledger.inputs_digest()


def write(folder):
    for name, text in (("scans", SCANS), ("orders", ORDERS), ("names", NAMES)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def other(tmp_path, monkeypatch):
    """A folder whose ledger has every row in the wrong bucket under the wrong id."""
    write(tmp_path)
    monkeypatch.setattr("tallyclerk.ingest.run.bucket_count", lambda _: 4)
    with monkeypatch.context() as patch:
        patch.setattr(segments, "bucket_expr", other_bucket)
        patch.setattr(rows, "row_hash", other_hash)
        ingest(settings(tmp_path))
    path = tmp_path / ".tallyclerk" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "canary": "other"}), encoding="utf-8")
    return tmp_path


def test_it_is_sorted_anew_and_tells_what_a_new_ledger_tells(other, tmp_path_factory):
    assert up_to_date(settings(other)) is None
    report = ingest(settings(other))
    assert (report.files_read, report.findings[0].kind) == (0, "sorted_anew")
    fresh = tmp_path_factory.mktemp("fresh")
    for name in ("scans", "orders", "names"):
        (fresh / f"{name}.csv").write_bytes((other / f"{name}.csv").read_bytes())
    ingest(settings(fresh))
    ledgers = [Ledger.open(folder / ".tallyclerk") for folder in (other, fresh)]
    assert told(ledgers[0]) == told(ledgers[1])
    assert len(told(ledgers[0])[0]) == 38  # 40 scans, 4 of them taken back, and an order of two
    for bucket in range(4):
        ids = ledgers[0].read_events(bucket, ["shipment_id"])
        assert ids.select((bucket_expr(4) == bucket).all()).item()
    assert up_to_date(settings(other)) is not None
    assert all(f.kind != "sorted_anew" for f in ingest(settings(other)).findings)


def test_old_files_go_and_a_crash_before_the_end_leaves_them(other, monkeypatch):
    folder = other / ".tallyclerk"
    before = (folder / "manifest.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("tallyclerk.ingest.run._resolved", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ingest(settings(other))
    assert (folder / "manifest.json").read_bytes() == before
    ingest(settings(other))
    manifest = Ledger.open(folder).manifest
    data = {p.relative_to(folder).as_posix() for p in folder.glob("*/**/*.parquet")}
    assert manifest.canary == canary()
    assert {path for path in data if not path.startswith("cache/")} == manifest.known_files()


def test_what_only_reads_says_what_to_do(other):
    with pytest.raises(InputError, match="tallyclerk ingest"):
        Ledger.open(other / ".tallyclerk")


@pytest.fixture
def growing(tmp_path, monkeypatch):
    """A folder whose ledger of one bucket has 42 events, and is to have 20 in a bucket at most."""
    write(tmp_path)
    ingest(settings(tmp_path))
    monkeypatch.setattr(room, "EVENTS_PER_BUCKET", 10)
    monkeypatch.setattr(room, "MOST_PER_BUCKET", 20)
    assert Ledger.open(tmp_path / ".tallyclerk").bucket_count == 1
    return tmp_path


def more(folder):
    """One more file, of three shipments."""
    names = "".join(f"S{n},O-{n}\n" for n in (1, 2, 3))
    (folder / "names.csv").write_text(f"id,order_id\n{names}", encoding="utf-8")


def test_a_ledger_that_grows_gets_more_buckets_and_tells_what_a_new_one_tells(
    growing, tmp_path_factory
):
    assert ingest(settings(growing)).files_read == 0
    assert Ledger.open(growing / ".tallyclerk").bucket_count == 1  # nothing new, nothing done
    before = told(Ledger.open(growing / ".tallyclerk"))
    more(growing)
    ingest(settings(growing))
    grown, fresh = Ledger.open(growing / ".tallyclerk"), tmp_path_factory.mktemp("fresh")
    write(fresh)
    more(fresh)
    ingest(settings(fresh))
    assert grown.bucket_count == 8
    assert told(grown) == told(Ledger.open(fresh / ".tallyclerk")) != before
    sizes = [len(grown.read_events(bucket, ["shipment_id"])) for bucket in range(8)]
    assert max(sizes) <= 20
    ingest(settings(growing))
    assert Ledger.open(growing / ".tallyclerk").manifest.digest == grown.manifest.digest


def test_who_reads_a_ledger_that_grows_goes_on_reading(growing):
    former = Ledger.open(growing / ".tallyclerk")
    before = told(former)
    more(growing)
    ingest(settings(growing))
    assert told(Ledger.open(growing / ".tallyclerk")) != before
    assert told(former) == before


def test_a_crash_while_a_ledger_grows_leaves_it_as_it_was(growing, monkeypatch):
    before = told(Ledger.open(growing / ".tallyclerk"))
    more(growing)
    with monkeypatch.context() as patch:
        patch.setattr("tallyclerk.store.manifest.write_text", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ingest(settings(growing))
    left = Ledger.open(growing / ".tallyclerk")
    assert (left.bucket_count, told(left)) == (1, before)


@pytest.mark.parametrize(
    ("events", "buckets"),
    [
        (200_000, 1),
        (350_000, 1),
        (836_939, 4),  # a bucket for every process
        (1_100_000, 4),
        (5_000_000, 16),
        (100_000_000, 512),
        (10**10, 1024),
    ],
)
def test_a_bucket_holds_a_third_of_a_million_events_at_most(events, buckets):
    assert room._buckets_for(events) == buckets

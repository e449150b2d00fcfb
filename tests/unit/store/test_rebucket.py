"""A ledger written with other hashes is sorted anew, and tells the same."""

import json

import polars as pl
import pytest

from tallyclerk.config.models import Settings
from tallyclerk.errors import InputError
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


@pytest.fixture
def other(tmp_path, monkeypatch):
    """A folder whose ledger has every row in the wrong bucket under the wrong id."""
    for name, text in (("scans", SCANS), ("orders", ORDERS), ("names", NAMES)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    monkeypatch.setattr("tallyclerk.ingest.run._bucket_count", lambda _: 4)
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

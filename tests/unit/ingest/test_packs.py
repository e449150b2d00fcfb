"""Files that are read together share data files, and each of them still goes its own way."""

import polars as pl
import pytest

from tallyclerk.errors import InputError
from tallyclerk.ingest import packing
from tallyclerk.ingest.exports import Export
from tallyclerk.ingest.run import forget
from tallyclerk.ingest.todo import Unread
from tallyclerk.store import Ledger, segments

SOURCE = {
    "path": "*.csv",
    "columns": {"shipment_id": "id", "status": "status", "occurred_at": "time"},
}


def export(ids):
    return "id,status,time\n" + "".join(f"{i},ACCEPTED,2024-01-05 10:00\n" for i in ids)


def told(ledger):
    """Each shipment with the file that its event counts from."""
    buckets = range(ledger.bucket_count)
    rows = [ledger.read_events(n, ["shipment_id", "source_file"]).rows() for n in buckets]
    return sorted(f"{i}{file[0]}" for each in rows for i, file in each)


def on_disk(ledger):
    """The shipments that lie in data files, counted or not, and the files."""
    paths = sorted(ledger.root.glob("events/*/*.parquet"))
    ids = "".join(sorted(i for path in paths for i in pl.read_parquet(path)["shipment_id"]))
    return ids, {path.relative_to(ledger.root).as_posix() for path in paths}


def named(ledger):
    return {path for segment in ledger.manifest.segments for path in segment.files}


@pytest.fixture
def shared(workshop, monkeypatch):
    """A workshop with a ledger of two buckets and three files, which tell of some shipments twice."""
    monkeypatch.setattr("tallyclerk.ingest.run.bucket_count", lambda _: 2)
    for name, ids in (("a", "1234"), ("b", "3456"), ("c", "5678")):
        workshop.write(f"{name}.csv", export(ids))
    workshop.ingest(s=SOURCE)
    return workshop


def ledger_of(workshop):
    return Ledger.open(workshop.base / ".tallyclerk")


def test_files_that_are_read_together_share_a_data_file_in_each_bucket(shared):
    ledger = ledger_of(shared)
    assert len(named(ledger)) == 2
    assert told(ledger) == ["1a", "2a", "3a", "4a", "5b", "6b", "7c", "8c"]
    assert on_disk(ledger) == ("123344556678", named(ledger))


def test_a_file_that_is_forgotten_is_gone_from_the_disk_and_the_others_stay(shared):
    assert forget(shared.settings(s=SOURCE), None, "b.csv") == {"s": 4}
    ledger = ledger_of(shared)
    assert told(ledger) == ["1a", "2a", "3a", "4a", "5c", "6c", "7c", "8c"]
    assert on_disk(ledger) == ("12345678", named(ledger))
    report, ledger = shared.ingest(s=SOURCE)
    assert (report.files_read, told(ledger)[4:6]) == (1, ["5b", "6b"])
    assert forget(shared.settings(s=SOURCE), "s", None) == {"s": 12}
    assert on_disk(ledger) == ("", set())


def test_changed_content_counts_and_its_former_comes_back_unread(shared, monkeypatch):
    before = told(ledger_of(shared))
    shared.write("b.csv", export("9"))
    _, ledger = shared.ingest(s=SOURCE)
    assert told(ledger) == ["1a", "2a", "3a", "4a", "5c", "6c", "7c", "8c", "9b"]
    shared.write("b.csv", export("3456"))
    monkeypatch.setattr(packing, "read_segments", lambda *_: 1 / 0)
    report, ledger = shared.ingest(s=SOURCE)
    assert (report.files_read, told(ledger)) == (1, before)
    assert on_disk(ledger) == ("1233445566789", named(ledger))
    assert forget(shared.settings(s=SOURCE), None, "b.csv") == {"s": 4}
    assert on_disk(ledger)[0] == "12345678"


@pytest.mark.parametrize("held", [1, 3, 5])
def test_a_large_file_has_data_files_of_its_own(shared, monkeypatch, held):
    before = told(ledger_of(shared)), ledger_of(shared).inputs_digest()
    monkeypatch.setattr(segments, "HELD_ROWS", held)
    forget(shared.settings(s=SOURCE), "s", None)
    _, ledger = shared.ingest(s=SOURCE)
    assert (told(ledger), ledger.inputs_digest()) == before
    own = {path for path in named(ledger) if "/pack-" not in path}
    assert bool(own) == (held <= 4)
    assert on_disk(ledger) == ("123344556678", named(ledger))


def test_a_file_that_breaks_off_leaves_nothing_among_the_others(shared, monkeypatch):
    shared.write("d.csv", export("8"))
    shared.write("e.csv", export("9"))

    def breaking(rows, _):
        if rows._file == "d.csv":
            raise InputError("it breaks off")

    monkeypatch.setattr(packing._Rows, "__call__", breaking)
    report, ledger = shared.ingest(s=SOURCE)
    assert report.files_read == 1
    assert told(ledger)[8:] == ["9e"]
    assert on_disk(ledger) == ("1233445566789", named(ledger))


def test_packs_follow_from_the_files_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "LEAST_BYTES", 100)
    unread = []
    for number, size in enumerate((60, 30, 20, 250, 10, 90, 1)):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(bytes(size))
        export = Export(source="s", path=path, file=path.name)
        unread.append(Unread(export=export, file_digest="", source_digest=""))
    packs = packing.packs_of(unread)
    assert [[each.export.file[0] for each in pack] for pack in packs] == [
        ["0", "1"],
        ["2"],
        ["3"],
        ["4", "5"],
        ["6"],
    ]
    assert packing.packs_of([]) == []


def test_forgetting_and_moving_know_each_other(shared, monkeypatch):
    """A ledger that gets more buckets keeps what is forgotten, and what shares its files, apart."""
    monkeypatch.setattr("tallyclerk.ingest.room.EVENTS_PER_BUCKET", 2)
    monkeypatch.setattr("tallyclerk.ingest.room.MOST_PER_BUCKET", 3)
    shared.write("b.csv", export("9"))
    _, ledger = shared.ingest(s=SOURCE)
    assert ledger.bucket_count > 2
    assert told(ledger) == ["1a", "2a", "3a", "4a", "5c", "6c", "7c", "8c", "9b"]
    assert forget(shared.settings(s=SOURCE), None, "b.csv") == {"s": 1}
    ledger = ledger_of(shared)
    assert told(ledger) == ["1a", "2a", "3a", "4a", "5c", "6c", "7c", "8c"]
    assert on_disk(ledger) == ("12345678", named(ledger))

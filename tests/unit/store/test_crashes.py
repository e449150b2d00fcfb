"""A crash between any two file operations leaves the old state or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock

from tallyclerk.config.models import Settings
from tallyclerk.errors import InputError
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger, Manifest, files


class CrashError(BaseException):
    """Power is gone: nothing catches this."""


def settings(base):
    columns = {"shipment_id": "id", "status": "status", "occurred_at": "time"}
    source = {"path": "*.csv", "timezone": "UTC", "columns": columns}
    return Settings.model_validate({"sources": {"a": source}, "base": base})


def write(base, name, ids):
    rows = "".join(f"{i},ACCEPTED,2024-01-05 10:00\n" for i in ids)
    (base / name).write_text("id,status,time\n" + rows, encoding="utf-8")


def state(base):
    ledger = Ledger.open(base / ".tallyclerk")
    return ledger.read_events(0)["shipment_id"].to_list(), ledger.inputs_digest()


def crash_after(monkeypatch, count):
    """Let `count` file operations of the store happen, then crash at every further one."""
    left = [count]

    def limited(operation):
        def run(*args, **kwargs):
            if left[0] <= 0:
                raise CrashError
            left[0] -= 1
            return operation(*args, **kwargs)

        return run

    monkeypatch.setattr(files.os, "fsync", limited(os.fsync))
    monkeypatch.setattr(Path, "replace", limited(Path.replace))
    monkeypatch.setattr(Path, "unlink", limited(Path.unlink))
    for module in ("segments", "files"):
        monkeypatch.setattr(f"tallyclerk.store.{module}.write_frame", limited(files.write_frame))
    return left


def test_a_crash_anywhere_leaves_the_old_state_or_the_new(tmp_path, monkeypatch):
    write(tmp_path, "1.csv", ["1", "2"])
    ingest(settings(tmp_path))
    old = state(tmp_path)
    write(tmp_path, "1.csv", ["1", "3"])
    write(tmp_path, "2.csv", ["4"])
    seen = set()
    for count in range(60):
        with monkeypatch.context() as patch:
            left = crash_after(patch, count)
            with contextlib.suppress(CrashError):
                ingest(settings(tmp_path))
            is_done = left[0] > 0
        seen.add(tuple(state(tmp_path)[0]))
        if is_done:
            break
    assert is_done
    assert seen == {("1", "2"), ("1", "3", "4")}
    ingest(settings(tmp_path))
    assert state(tmp_path)[0] == ["1", "3", "4"]
    assert state(tmp_path) != old
    named = Manifest.load(tmp_path / ".tallyclerk").known_files()
    root = tmp_path / ".tallyclerk"
    assert {p.relative_to(root).as_posix() for p in root.rglob("*.parquet")} == named


def test_two_writers_take_turns(tmp_path):
    write(tmp_path, "1.csv", ["1"])
    write(tmp_path, "2.csv", ["2"])
    threads = [threading.Thread(target=ingest, args=(settings(tmp_path),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state(tmp_path)[0] == ["1", "2"]


def test_a_writer_that_waits_too_long_says_so(tmp_path):
    lock = FileLock(tmp_path / files.LOCK_NAME)
    with lock, pytest.raises(InputError, match="another process"), files.writing(tmp_path, 0.01):
        pass


def test_a_file_that_counts_is_there_while_it_is_written_again(tmp_path):
    path = tmp_path / "events" / "bucket=00" / "a-000.parquet"
    files.write_frame(path, pl.DataFrame({"n": [1]}))
    with path.open("rb") as held:
        files.write_frame(path, pl.DataFrame({"n": [1]}))
        assert pl.read_parquet(held).rows() == [(1,)]
    left = path.with_name(f"b-000.parquet.7{files.TEMPORARY}")
    left.touch()
    assert files.remove_orphans(tmp_path, {"events/bucket=00/a-000.parquet"}) == 1
    assert [each.name for each in path.parent.iterdir()] == [path.name]


KILLED = """
import os, sys
from pathlib import Path
from tallyclerk.store.files import scratch

with scratch(Path(sys.argv[1])) as folder:
    (folder / "ids").write_bytes(b"half")
    os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_was_at_is_removed_by_the_next_and_nobody_elses(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    cache = tmp_path / "cache"
    assert list(cache.rglob("ids"))
    with files.scratch(tmp_path) as first, files.scratch(tmp_path) as second:
        assert not list(cache.rglob("ids"))
        assert first.is_dir()
        assert second.is_dir()
    assert not list(cache.iterdir())


@pytest.mark.parametrize("content", ["{", '{"version": 0}', '{"version": 2, "canary": "x"}'])
def test_a_manifest_that_cannot_be_used_says_so(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"move the store folder away"):
        Manifest.load(tmp_path)


@pytest.mark.parametrize(("number", "is_borne"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_mounted_folder_that_cannot_be_flushed_will_do(tmp_path, monkeypatch, number, is_borne):
    def refuse(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with contextlib.nullcontext() if is_borne else pytest.raises(OSError, match="error"):
        files.sync_folder(tmp_path)

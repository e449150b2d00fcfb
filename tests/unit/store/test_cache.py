"""What many processes write is whole, or an error: a part that is not there is no smaller sum."""

import os
from pathlib import Path
from threading import Thread

import polars as pl
import pytest

from tallyclerk.errors import InputError
from tallyclerk.store.cache import Cache, alone


def summed(parts, _):
    yield parts.select(pl.all().sum()).collect()


def write(store, numbers):
    cache = Cache(store, "counts")
    with cache.writing("key") as draft:
        for number in numbers:
            draft.add(pl.DataFrame({"n": [10**number]}), number, "loss")
        draft.merge("loss", 3, summed)
    return cache


def test_parts_are_added_up_whatever_their_order(tmp_path):
    found = write(tmp_path, (2, 0, 1)).read("key")
    assert found.collect().rows() == [(111,)]
    left = (tmp_path / "cache" / "counts" / "key").glob("*.parquet")
    assert [path.name for path in left] == ["loss.parquet"]


def test_a_part_that_is_not_there_is_an_error_and_nothing_is_kept(tmp_path):
    with pytest.raises(InputError, match=r"1 of 3 parts .* are not there \(loss-00001.parquet\)"):
        write(tmp_path, (0, 2))
    assert Cache(tmp_path, "counts").read("key") is None


def test_a_part_that_a_lost_worker_writes_again_is_not_added_twice(tmp_path):
    cache = Cache(tmp_path, "counts")
    with cache.writing("key") as draft:
        for name in ("loss", "loss-late"):
            draft.add(pl.DataFrame({"n": [5]}), 0, name)
            draft.merge(name, 1, summed)
        draft.add(pl.DataFrame({"n": [5]}), 0, "loss")
        draft.add(pl.DataFrame({"n": [7]}), 0)
    assert sorted(cache.read("key").collect()["n"]) == [5, 5, 7]


def test_who_reads_a_table_may_finish_while_the_next_one_is_made(tmp_path):
    cache, held = Cache(tmp_path, "counts"), None
    for number in range(4):
        with cache.writing(f"{number}") as draft:
            draft.add(pl.DataFrame({"n": [number]}), 0)
        if held is not None:
            assert held.collect().rows() == [(number - 1,)]
        held = cache.read(f"{number}")
    kept = [path.name for path in (tmp_path / "cache" / "counts").iterdir()]
    assert sorted(kept) == ["2", "3"]


def test_two_that_tell_the_same_at_once_do_not_disturb_each_other(tmp_path, monkeypatch):
    unlink, replace, others = Path.unlink, Path.replace, []

    def already_gone(path, missing_ok=False):
        unlink(path)
        unlink(path, missing_ok)

    def after_another(path, target):
        if not others:
            others.append(target)
            with monkeypatch.context() as patch:
                patch.setattr(os, "getpid", lambda: 7)
                Cache(tmp_path, "told").told("new", lambda: [1])
        return replace(path, target)

    Cache(tmp_path, "told").told("old", lambda: [0])
    monkeypatch.setattr(Path, "unlink", already_gone)
    monkeypatch.setattr(Path, "replace", after_another)
    assert Cache(tmp_path, "told").told("new", lambda: [1]) == [1]
    assert [path.name for path in (tmp_path / "cache" / "told").iterdir()] == ["new.json"]


def test_who_derives_does_not_wait_for_itself(tmp_path):
    def derive():
        with alone(tmp_path), alone(tmp_path / "cache" / ".."):
            done.append(True)

    done = []
    thread = Thread(target=derive, daemon=True)
    thread.start()
    thread.join(10)
    assert done

"""Derived tables can be lost, damaged or made by two at once: what they say stays the same."""

from threading import Barrier, Thread

import pytest
from tests.support.shell import write_world

from tallyclerk.config import load
from tallyclerk.domain.periods import Period
from tallyclerk.pipeline import open_run
from tallyclerk.pipeline.deriving import Deriving

MONTH = Period(202609, 202609)


@pytest.fixture
def derive(tmp_path):
    """What is derived of a world, by a run of its own."""
    write_world(tmp_path)

    def run():
        opened = open_run(load(tmp_path / "config.toml", env={}))
        tables = (*opened.passes.derive(MONTH), opened.passes.earlier(Period(202608, 202608)))
        return [sorted(map(repr, table.collect().rows())) for table in tables]

    run.cache = tmp_path / ".tallyclerk" / "cache"
    return run


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [flipped, emptied, lambda path: path.unlink()])
def test_a_damaged_table_is_made_anew(derive, damage):
    first = derive()
    assert all(first)
    tables = [
        sorted(derive.cache.glob(f"{kind}/*/*.parquet"))
        for kind in ("tallies", "evidence", "earlier")
    ]
    for parts in tables:
        damage(max(parts, key=lambda path: path.stat().st_size))
    assert derive() == first
    assert all(path.stat().st_size for parts in tables for path in parts)


def test_two_runs_at_once_count_once(derive, monkeypatch):
    count, counted, found = Deriving.count, [], []
    start = Barrier(2)

    def counting(*args):
        counted.append(args)
        count(*args)

    def run():
        start.wait()
        found.append(derive())

    monkeypatch.setattr(Deriving, "count", counting)
    threads = Thread(target=run), Thread(target=run)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counted) == 1
    assert found[0] == found[1]

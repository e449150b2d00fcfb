"""Derived tables can be lost, damaged or made by two at once: what they say stays the same."""

from threading import Barrier, Thread

import polars as pl
import pytest
from tests.support.shell import write_world

from tallyclerk.config import load
from tallyclerk.domain.periods import Period
from tallyclerk.judge.cuts import Cuts
from tallyclerk.kpis.evidence import FIGURE
from tallyclerk.pipeline import open_run
from tallyclerk.pipeline.deriving import Deriving

MONTH, BEFORE = Period(202609, 202609), Period(202608, 202608)
CASES = pl.DataFrame(
    [
        ("fast", "forwarder", "handover_in_hours", BEFORE.first),
        ("slow", "forwarder", "loss_rate", BEFORE.first),
        ("sup", "supplier", "handover_out_hours", BEFORE.first),
    ],
    schema=dict.fromkeys(FIGURE[:3], pl.String) | {FIGURE[3]: pl.Int32},
    orient="row",
)
"""Some figures of the month before."""


@pytest.fixture
def derive(tmp_path):
    """What is derived of a world, by a run of its own."""
    write_world(tmp_path)

    def run():
        passes = open_run(load(tmp_path / "config.toml", env={})).passes
        tables = (*passes.derive(MONTH), passes.earlier(CASES))
        return [sorted(map(repr, table.collect().rows())) for table in tables]

    run.cache = tmp_path / ".tallyclerk" / "cache"
    return run


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def emptied(path):
    path.write_bytes(b"")


def removed(path):
    path.unlink()


def test_a_damaged_table_is_made_anew(derive):
    first = derive()
    assert all(first)
    tables = [
        sorted(derive.cache.glob(f"{kind}/*/*.parquet"))
        for kind in ("tallies", "evidence", "earlier")
    ]
    for damage in (flipped, emptied, removed):
        for parts in tables:
            damage(max(parts, key=lambda path: path.stat().st_size))
        assert derive() == first, damage
        assert all(path.stat().st_size for parts in tables for path in parts), damage


def test_evidence_of_some_figures_is_that_of_their_month(tmp_path):
    write_world(tmp_path)
    passes = open_run(load(tmp_path / "config.toml", env={})).passes
    found = passes.earlier(CASES).collect()
    whole = passes.evidence(BEFORE).join(CASES.lazy(), on=FIGURE, how="semi").collect()
    assert found.select(FIGURE).unique().height == len(CASES)
    assert sorted(map(repr, found.rows())) == sorted(map(repr, whole.rows()))


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


def told_again(folder, recorded, classifier):
    """What is said of one export, in which each acceptance is recorded at some time."""
    rows = ["shipment_id,occurred_at,recorded_at,classifier,milestone,partner_id,counterpart_id"]
    for number in range(9):
        day = f"2026-08-{number + 1:02}"
        rows += [
            f"S{number},{day} 08:00,{day} 08:10,actual,RELEASED,sup,fast",
            f"S{number},{day} 10:00,{day} {recorded},{classifier},ACCEPTED,fast,sup",
        ]
    rows.append("S8,2026-08-25 09:00,2026-08-25 23:59,actual,DELIVERED,fast,")
    (folder / "exports" / "scans-1.csv").write_text("\n".join(rows), encoding="utf-8")
    asked = Cuts(partners=("fast",), kpis=("handover_ack_rate", "late_record_rate"))
    found = open_run(load(folder / "config.toml", env={})).results(asked)
    return {(r.kpi, r.statistic): (r.n, r.hits) for r in found}


def test_what_is_no_part_of_an_identity_is_told_anew(tmp_path):
    write_world(tmp_path)
    (tmp_path / "exports" / "orders.csv").write_text("shipment_id\nS1\n", encoding="utf-8")
    late, acknowledged = ("late_record_rate", "rate"), ("handover_ack_rate", "rate")
    said = [
        told_again(tmp_path, *how)
        for how in (("10:10", "planned"), ("10:10", "actual"), ("23:10", "actual"))
    ]
    assert [found[acknowledged] for found in said] == [(9, 0), (9, 9), (9, 9)]
    assert [found[late] for found in said] == [(1, 1), (10, 1), (10, 10)]

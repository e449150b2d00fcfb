"""What a cluster counts is what one machine counts, also when a worker dies meanwhile."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import polars as pl
import pyspark
import pytest
from polars.testing import assert_frame_equal
from tests.benchmarks import months
from tests.support.archives import is_gone_on
from tests.support.command import tally

from tallyclerk.config import load
from tallyclerk.config.models import Engine
from tallyclerk.domain.periods import Period
from tallyclerk.ingest import run as ingest_run
from tallyclerk.ingest.run import ingest
from tallyclerk.judge.cuts import Cuts
from tallyclerk.kpis.engine import add
from tallyclerk.pipeline import Run, leaving, open_run
from tallyclerk.report.render.data import results_object
from tallyclerk.simulate import simulate
from tallyclerk.store import sections
from tallyclerk.store.cache import FOLDER
from tallyclerk.store.ledger import Ledger

SHIPMENTS = int(os.environ.get("CLUSTER_SHIPMENTS", "1500"))
BUCKETS = int(os.environ.get("CLUSTER_BUCKETS", "12"))
EVENTS_OF_A_MONTH = 1500
SEPTEMBER = Period(202609, 202609)


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Path:
    """A folder with a ledger of several buckets."""
    folder = tmp_path_factory.mktemp("world")
    simulate(folder, SHIPMENTS, seed=5, truth=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest_run, "bucket_count", lambda _: BUCKETS)
        ingest(load(folder / "config.toml", {}))
    return folder


def derived(folder: Path, engine=None):
    """Tallies, evidence and results.json, counted anew."""
    settings = load(folder / "config.toml", {})
    if engine:
        settings = settings.model_copy(update={"engine": engine})
    shutil.rmtree(settings.resolve(settings.run.store) / FOLDER, ignore_errors=True)
    run = open_run(settings)
    assert run.ledger.bucket_count == BUCKETS
    tallies, evidence = run.passes.derive(SEPTEMBER)
    told = results_object(run.info(run.months), run.results(Cuts()))
    keys = ["kpi", "partner_id", "role", "shipment_id", "counterpart", "cohort_at", "rule"]
    return tallies.collect(), evidence.sort(keys, nulls_last=True).collect(), told


@pytest.fixture(scope="session")
def local(world):
    return derived(world)


def assert_same(found, expected) -> None:
    assert_frame_equal(found[0], expected[0])
    assert_frame_equal(found[1], expected[1], check_row_order=False)
    assert found[2] == expected[2]


def test_a_cluster_reads_what_one_machine_reads(world, cluster, tmp_path):
    shutil.copytree(world / "exports", tmp_path / "exports")
    settings = load(Path(shutil.copy(world / "config.toml", tmp_path)), {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest_run, "bucket_count", lambda _: BUCKETS)
        ingest(settings.model_copy(update={"engine": cluster.engine}))
    read, expected = (Ledger.open(folder / settings.run.store) for folder in (tmp_path, world))
    assert read.manifest == expected.manifest
    assert read.inputs_digest() == expected.inputs_digest()


def test_a_cluster_counts_what_one_machine_counts(world, local, cluster):
    assert len(local[0]) > 1000
    assert_same(derived(world, cluster.engine), local)


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    """A file per table and month, over 13 months."""
    folder = tmp_path_factory.mktemp("exports")
    months.make(folder, EVENTS_OF_A_MONTH)
    return folder


def of_month(folder: Path, engine: Engine, as_of: dt.datetime) -> tuple[Run, list[pl.DataFrame]]:
    """A run on a ledger that is brought up to date first; tallies, added up, and evidence of its month."""
    settings = load(folder / "config.toml", {}).model_copy(update={"engine": engine})
    run = open_run(settings, as_of=as_of)
    tallies, evidence = run.passes.derive(run.last_complete_month)
    return run, [add(tallies), evidence.sort(pl.all()).collect()]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_cluster_and_one_machine_go_on_from_what_the_other_has_left(
    is_first, exports, cluster, tmp_path, monkeypatch
):
    """One counts twelve months, the other goes on with the last one: the rows of all counted."""
    monkeypatch.setattr(leaving, "WORTH_FROM", 0)
    monkeypatch.setattr(sections, "WORTH_FROM", 0)
    monkeypatch.setattr(ingest_run, "bucket_count", lambda _: 4)
    before, after = (dt.datetime(2026, *day, tzinfo=dt.UTC) for day in ((10, 2), (11, 1)))
    engines = [cluster.engine, Engine()] if is_first else [Engine(), cluster.engine]
    months.lay(exports, tmp_path, last=False)
    of_month(tmp_path, engines[0], before)
    months.lay(exports, tmp_path, last=True)
    run, found = of_month(tmp_path, engines[1], after)
    assert is_gone_on(run)
    shutil.rmtree(tmp_path / "ledger" / FOLDER)
    run, expected = of_month(tmp_path, Engine(), after)
    assert not is_gone_on(run)
    assert len(expected[0]) > 1000
    assert [one.equals(other) for one, other in zip(found, expected, strict=True)] == [True, True]


@pytest.mark.skipif(pyspark.__version__ < "4", reason="Connect of Spark 3.5 needs jars of its own")
def test_a_connect_server_counts_what_one_machine_counts(world):
    """In a process of its own, which has no classic session yet; Spark starts the server by it."""
    environ = {
        **os.environ,
        "TALLYCLERK_ENGINE__NAME": "spark",
        "TALLYCLERK_ENGINE__REMOTE": "local[2]",
    }
    command = ["tally", "--format", "json", "--config", str(world / "config.toml")]
    expected = tally(world / "config.toml")
    shutil.rmtree(world / ".tallyclerk" / FOLDER)
    told = subprocess.run(
        [sys.executable, "-m", "tallyclerk", "--no-progress", *command],
        env=environ,
        capture_output=True,
        check=True,
    )
    assert told.stdout == expected


def test_a_worker_killed_meanwhile_changes_nothing(world, local, cluster):
    """The first part of the tallies is there, and others are not: then one of two workers dies."""
    settings = load(world / "config.toml", {})
    parts = settings.resolve(settings.run.store) / FOLDER / "tallies"
    killed: list[int] = []
    is_over = threading.Event()

    def kill() -> None:
        while not is_over.wait(0.02):
            there = len(list(parts.glob(".*/loss_rate-*.parquet")))
            if there:
                cluster.kill_worker()
                killed.append(there)
                return

    watcher = threading.Thread(target=kill)
    watcher.start()
    try:
        found = derived(world, cluster.engine)
    finally:
        is_over.set()
        watcher.join()
    cluster.add_worker()
    assert killed
    assert killed[0] < BUCKETS
    assert_same(found, local)

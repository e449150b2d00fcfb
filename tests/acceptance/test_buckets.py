"""One bucket in this process or many in processes of their own: the same tallies and evidence."""

import shutil

import polars as pl
import pytest
from tests.support.command import evidence, ingest, tallies_digest

from tallyclerk import workers
from tallyclerk.simulate import simulate


@pytest.fixture
def outcome(tmp_path):
    """What a run over so many buckets gives."""
    simulate(tmp_path / "trade", 40, seed=3, truth=False)

    def given(buckets):
        folder = shutil.copytree(tmp_path / "trade", tmp_path / f"of-{buckets}")
        config = folder / "config.toml"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tallyclerk.ingest.run.bucket_count", lambda _: buckets)
            patch.setattr(workers.os, "cpu_count", lambda: 2)
            ingest(config)
            stated = evidence(config)
            digest = tallies_digest(config)
        assert not list(folder.glob(".tallyclerk/cache/begun/*/*")), "begun journeys are left"
        return digest, stated.sort(pl.all())

    return given


def test_processes_count_what_one_counts(outcome):
    few, many = outcome(1), outcome(workers.PARALLEL_FROM)
    assert few[0] == many[0]
    assert few[1].equals(many[1])

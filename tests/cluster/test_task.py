import pickle
import zlib

import pyarrow as pa
import pytest

from tallyclerk import engines
from tallyclerk.engines import _task, installed
from tallyclerk.errors import ConfigError


def square(number: int) -> int:
    return number * number


def told(numbers: list[int], expected: dict[str, str]) -> list[tuple[int, int]]:
    batches = [pa.RecordBatch.from_arrays([pa.array(numbers)], ["id"])]
    given = _task(pickle.dumps(square), expected)(iter(batches))
    rows = [row for batch in given for row in batch.to_pylist()]
    return [
        (row["number"], pickle.loads(zlib.decompress(row["given"])))  # noqa: S301
        for row in rows
    ]


def test_a_task_gives_the_number_and_the_bytes_of_what_the_work_gives():
    assert told([3, 4], installed()) == [(3, 9), (4, 16)]


def test_a_worker_with_another_polars_counts_nothing(monkeypatch):
    here = installed()
    monkeypatch.setattr(engines.pl, "__version__", "1.99")
    with pytest.raises(ConfigError, match=f"polars 1.99, not {here['polars']} as here"):
        told([3], here)


def test_a_worker_with_other_hashes_counts_nothing(monkeypatch):
    here = installed()
    monkeypatch.setattr(engines, "canary", lambda: "sings differently")
    with pytest.raises(ConfigError, match="a worker has hashes"):
        told([3], here)

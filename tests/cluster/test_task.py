import pickle

import pyarrow as pa

from tallyclerk.engines import _task


def square(number: int) -> int:
    return number * number


def test_a_task_gives_the_number_and_the_bytes_of_what_the_work_gives():
    batches = [pa.RecordBatch.from_arrays([pa.array([3, 4])], ["id"])]
    told = [batch.to_pylist() for batch in _task(pickle.dumps(square))(iter(batches))]
    rows = [row for batch in told for row in batch]
    assert [(row["number"], pickle.loads(row["given"])) for row in rows] == [(3, 9), (4, 16)]  # noqa: S301

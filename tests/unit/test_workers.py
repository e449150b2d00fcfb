"""Work for many parts gives the same, in order, whether processes do it or not."""

import os

import pytest

from tallyclerk import workers

HERE = os.getpid()
LAST = 4


def seen(number):
    """The part's number and how many threads are allowed; the last one fails."""
    if number == LAST:
        raise ValueError(number)
    return number, os.environ.get("POLARS_MAX_THREADS")


def test_little_work_is_done_here():
    assert list(workers.of_each(lambda _: os.getpid(), 5, spread=False)) == [HERE] * 5
    assert not workers.are_many(1)


def test_much_work_comes_back_in_order_from_processes_of_one_thread(monkeypatch):
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 2)
    monkeypatch.setenv("POLARS_MAX_THREADS", "7")
    given = workers.of_each(seen, LAST + 1, spread=True)
    assert [next(given) for _ in range(LAST)] == [(number, "1") for number in range(LAST)]
    with pytest.raises(ValueError, match=str(LAST)):
        next(given)
    assert os.environ["POLARS_MAX_THREADS"] == "7"

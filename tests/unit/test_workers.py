"""Work for many parts gives the same, in order, whether processes do it or not."""

import os
import subprocess
import sys

import pytest

from tallyclerk import workers
from tallyclerk.errors import InputError
from tallyclerk.report.workers import LIBRARIES

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


def killed(number):
    """The second part's process ends as one that the system kills."""
    if number == 1:
        os._exit(9)
    return number


def test_a_killed_process_is_said_and_the_next_work_gets_others(monkeypatch):
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 2)
    with pytest.raises(InputError, match="was killed"):
        list(workers.of_each(killed, 2, spread=True))
    assert [number for number, _ in workers.of_each(seen, 2, spread=True)] == [0, 1]


def process(_):
    """Who does a part."""
    return os.getpid()


def test_processes_end_when_their_memory_is_wanted_and_others_do_the_next_work(monkeypatch):
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 2)
    before = {*workers.of_each(process, 2, spread=True)}
    workers.rest()
    for each in before:
        with pytest.raises(ProcessLookupError):
            os.kill(each, 0)
    assert not before & {*workers.of_each(process, 2, spread=True)}
    workers.rest()
    workers.rest()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nothing is copied")
def test_what_drawing_processes_are_copied_with_has_no_threads():
    told = "; ".join(
        (
            "import importlib, os, sys",
            f"[importlib.import_module(name) for name in {LIBRARIES}]",
            "print(len(os.listdir('/proc/self/task')), 'polars' in sys.modules)",
        )
    )
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["1", "False"]


def test_processes_copied_from_one_that_has_loaded_libraries_do_their_work():
    with workers.one_thread_each(), workers.processes(2, ("jinja2",)) as pool:
        assert list(pool.map(abs, (-1, 2, -3))) == [1, 2, 3]

"""The same work for many parts, on all cores: one process per core, one thread in each.

Many small queries keep one thread busy and two in each other's way, so a process per core takes
half the processor time of threads. Little work is not worth the start of processes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

PARALLEL_FROM = 4
"""Buckets from which on processes are started."""
_THREADS = "POLARS_MAX_THREADS"

T = TypeVar("T")


def are_many(buckets: int) -> bool:
    """Whether so many buckets are worth processes of their own."""
    return buckets >= PARALLEL_FROM and (os.cpu_count() or 1) > 1


def of_each(work: Callable[[int], T], count: int, *, spread: bool) -> Iterator[T]:
    """What some work gives for each of so many parts, in their order.

    Args:
        work: Takes the number of a part; travels to other processes with all it holds.
        count: How many parts there are.
        spread: Whether to use processes of their own; else it is done here.
    """
    workers = min(os.cpu_count() or 1, count)
    if not spread or workers == 1:
        yield from map(work, range(count))
        return
    with (
        _one_thread_each(),
        ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_take_up, initargs=(work,)
        ) as pool,
    ):
        yield from pool.map(_do, range(count))


_taken_up: list[Callable[[int], Any]] = []


def _take_up(work: Callable[[int], Any]) -> None:
    """Give a process its work once, not with every part."""
    _taken_up[:] = [work]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed must not go on writing."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(number: int) -> Any:
    return _taken_up[0](number)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile compute on one thread."""
    former = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if former is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = former

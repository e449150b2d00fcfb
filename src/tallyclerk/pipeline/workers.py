"""The same work for many buckets, on all cores: one process per core, one thread in each.

Many small queries keep one thread busy and two in each other's way, so a process per core takes
half the processor time of threads. Few buckets are not worth the start of processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

PARALLEL_FROM = 4
"""Buckets from which on processes are started."""
_THREADS = "POLARS_MAX_THREADS"

T = TypeVar("T")


def are_many(count: int) -> bool:
    """Whether so many buckets are worth processes of their own."""
    return count >= PARALLEL_FROM and (os.cpu_count() or 1) > 1


def of_each(work: Callable[[int], T], count: int) -> Iterator[T]:
    """What some work gives for each bucket, in their order.

    Args:
        work: Takes the number of a bucket; travels to other processes with all it holds.
        count: How many buckets there are.
    """
    if not are_many(count):
        yield from map(work, range(count))
        return
    workers = min(os.cpu_count() or 1, count)
    with (
        _one_thread_each(),
        ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_take_up, initargs=(work,)
        ) as pool,
    ):
        yield from pool.map(_do, range(count))


_taken_up: list[Callable[[int], Any]] = []


def _take_up(work: Callable[[int], Any]) -> None:
    """Give a process its work once, not with every bucket."""
    _taken_up[:] = [work]


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

"""The same work for many parts, on all cores: one process per core, one thread in each.

Many small queries keep one thread busy and two in each other's way, so a process per core takes
half the processor time of threads. Little work is not worth the start of processes.
"""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import repeat
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, TypeVar

from tallyclerk.errors import InputError

PARALLEL_FROM = 4
"""Parts from which on processes are started."""
HELD = 16
"""Parts that are added up together."""
_THREADS = "POLARS_MAX_THREADS"

T = TypeVar("T")


def are_many(parts: int) -> bool:
    """Whether so many buckets, lots or sections are worth processes of their own."""
    return parts >= PARALLEL_FROM and (os.cpu_count() or 1) > 1


def lots(sizes: Iterable[tuple[T, int]], most: int) -> list[list[T]]:
    """Share out things in their order, so that none but a lot of one is larger than `most`.

    Args:
        sizes: Each thing with its size.
        most: Size of a lot.
    """
    found: list[list[T]] = []
    room = 0
    for each, size in sizes:
        if not found or size > room:
            found.append([])
            room = most
        found[-1].append(each)
        room -= size
    return found


def added_up(parts: Iterable[T], add: Callable[[list[T]], T]) -> T | None:
    """Add up what parts give as they come: memory holds the sum and a few of them.

    Args:
        parts: In any number; None comes of no part.
        add: Adds up some, also sums (at least one).
    """
    held: list[T] = []
    for part in parts:
        held.append(part)
        if len(held) > HELD:
            held = [add(held)]
    return add(held) if held else None


def of_each(work: Callable[[int], T], count: int, *, spread: bool) -> Iterator[T]:
    """What some work gives for each of so many parts, in their order.

    Args:
        work: Takes the number of a part; travels to other processes with all it holds.
        count: How many parts there are.
        spread: Whether to use processes of their own; else it is done here.

    Raises:
        InputError: A process was killed, as systems do that have no memory left.
    """
    if not spread or count == 1 or os.cpu_count() == 1:
        yield from map(work, range(count))
        return
    with tempfile.TemporaryDirectory(prefix="tallyclerk-") as folder:
        place = Path(folder) / "work"
        place.write_bytes(pickle.dumps(work))
        with one_thread_each():
            given = _pool().map(_do, repeat(str(place)), range(count))
        try:
            yield from given
        except BrokenProcessPool as error:
            _pool.cache_clear()
            raise InputError(
                "a process that did a part of the work was killed",
                how="most likely memory ran out: make some free, and run again; what was there "
                "before still is",
            ) from error


@cache
def _pool() -> ProcessPoolExecutor:
    """The processes of this one: they start with the first work and serve all that follows."""
    return processes(os.cpu_count() or 1)


def rest() -> None:
    """End the processes, for the memory that they keep; the next work starts others."""
    if _pool.cache_info().currsize:
        _pool().shutdown()
        _pool.cache_clear()


def processes(count: int, loaded: Sequence[str] = ()) -> ProcessPoolExecutor:
    """Processes that end with this one.

    Args:
        count: How many.
        loaded: Modules that all of them need: they are loaded once, by a process of which the others
            start as copies. None of these modules may start a thread, which a copy would lack; polars
            does. Only Linux copies a process safely; elsewhere each loads them itself.
    """
    if not loaded or not sys.platform.startswith("linux"):
        return ProcessPoolExecutor(count, get_context("spawn"), initializer=_end_with_parent)
    context = get_context("forkserver")
    context.set_forkserver_preload(list(loaded))
    return ProcessPoolExecutor(count, context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """What a process of a pool does first, so that it does not outlive a parent that is killed."""
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """A process whose parent was killed must not go on writing."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@lru_cache(maxsize=1)
def _taken_up(place: str) -> Callable[[int], Any]:
    """The work that lies in a file: each process takes it up once, not with every part."""
    work: Callable[[int], Any] = pickle.loads(Path(place).read_bytes())  # noqa: S301 - our own
    return work


def _do(place: str, number: int) -> Any:
    return _taken_up(place)(number)


@contextmanager
def one_thread_each() -> Iterator[None]:
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

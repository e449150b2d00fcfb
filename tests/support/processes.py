"""Steps run as processes of their own, as a user would run them, and what they took."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from resource import struct_rusage

from tests.support.memory import Peak

_SET_CHILD_SUBREAPER = 36  # of prctl
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True)
class Step:
    """What a process took: wall and processor seconds, the peak of its memory, its exit code."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    code: int


def run(name: str, args: list[str], log: Path) -> Step:
    """Run one step of Python to its end; what it prints goes to `log`.

    Processes that outlive the one that started them, as those do that draw pages, are waited for and
    count too (on Linux). The peak is that of all of them together, and of the largest where nothing
    is known of them together.
    """
    _adopt_orphans()
    start, peak = time.perf_counter(), Peak()
    with log.open("wb") as file:
        into = [(os.POSIX_SPAWN_DUP2, file.fileno(), number) for number in (1, 2)]
        group = os.posix_spawn(
            sys.executable, [sys.executable, *args], os.environ, file_actions=into, setpgroup=0
        )
    try:
        with peak.watched():
            ended = list(_ends(group))
    except BaseException:
        os.killpg(group, signal.SIGTERM)
        raise
    usages = [usage for _, _, _, usage in ended]
    (own,) = (each for each in ended if each[0] == group)
    return Step(
        name=name,
        seconds=own[1] - start,
        cpu_seconds=sum(usage.ru_utime + usage.ru_stime for usage in usages),
        peak_bytes=max(peak.bytes, *(usage.ru_maxrss * _UNIT for usage in usages)),
        code=os.waitstatus_to_exitcode(own[2]),
    )


def _ends(group: int) -> Iterator[tuple[int, float, int, struct_rusage]]:
    """Number, time, status and usage of each process of a group as it ends."""
    while True:
        try:
            process, status, usage = os.wait4(-group, 0)
        except ChildProcessError:
            return
        yield process, time.perf_counter(), status, usage


@cache
def _adopt_orphans() -> None:
    """Be the parent of those whose own has ended."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

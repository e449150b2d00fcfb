"""Steps run as processes of their own, as a user would run them, and what they took."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

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

    The peak is that of the largest of its processes: workers count one by one.
    """
    start = time.perf_counter()
    with log.open("wb") as file:
        into = [(os.POSIX_SPAWN_DUP2, file.fileno(), number) for number in (1, 2)]
        process = os.posix_spawn(
            sys.executable, [sys.executable, *args], os.environ, file_actions=into
        )
        _, status, usage = os.wait4(process, 0)
    return Step(
        name=name,
        seconds=time.perf_counter() - start,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * _UNIT,
        code=os.waitstatus_to_exitcode(status),
    )

"""What the processes started from here hold, as Linux tells it below /proc."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY_SECONDS = 0.5
STATUS, SHARES = "status", "smaps_rollup"


class Peak:
    """The most bytes that the processes started from here held at once, so far.

    What several of them share counts once: each has its part of it. Nothing is known where the
    system tells nothing, nor of what ended before it was looked at.
    """

    def __init__(self) -> None:
        """Nothing seen yet."""
        self.bytes = 0
        self._over = threading.Event()

    def _watch(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            sizes = [kilobytes(each, SHARES, "Pss:") for each in started_by("self")]
            self.bytes = max(self.bytes, sum(sizes) * 1024)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look twice a second."""
        watcher = threading.Thread(target=self._watch)
        watcher.start()
        try:
            yield
        finally:
            self._over.set()
            watcher.join()


def started_by(process: str) -> Iterator[str]:
    """The processes that one has started, and those that they have: some are copies of one."""
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in _told(task).split():
            yield child
            yield from started_by(child)


def kilobytes(process: str, where: str, what: str) -> int:
    """A size that is told of a process; none of one that has ended."""
    lines = _told(Path(f"/proc/{process}/{where}")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(what))


def _told(file: Path) -> str:
    """What the system tells of a process; nothing of one that has ended meanwhile."""
    try:
        return file.read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""

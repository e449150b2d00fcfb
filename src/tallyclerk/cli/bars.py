"""Progress bars on stderr; they are gone when the work is done."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed


class Bars:
    """A bar for the piece of work at hand, drawn once there is one."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            Elapsed(),
        )
        self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Begin to listen."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Take the bar away, so that nothing stands between the user and the answer."""
        self._bars.stop()

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Move the bar, or begin another one; a finished one makes room for the answer."""
        if self._task is None:
            self._bars.start()
            self._task = self._bars.add_task(what, total=total)
        self._bars.update(self._task, description=what, completed=done, total=total)
        if total is not None and done >= total:
            self._clear()

    def _clear(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = None
        self._bars.stop()

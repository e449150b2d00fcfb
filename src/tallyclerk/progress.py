"""How long work tells where it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told after each part of a piece of work."""

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Take note: of `total` parts of `what` (None: nobody knows how many), `done` are done."""


def silent(what: str, done: int, total: int | None) -> None:
    """A listener that does not care."""

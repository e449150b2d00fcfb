"""Answers that take longer to find than to read, kept beside the ledger; they can be thrown away."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from tallyclerk.store.cache import FOLDER
from tallyclerk.store.sealed import read_sealed, write_sealed

T = TypeVar("T")
MOST = 64
"""Answers of one kind that are kept: of more, those asked for first are asked for seldom."""


class Answers(Generic[T]):
    """Answers of one kind, under a key that says all they follow from besides their questions.

    Only those of the newest key are kept. One that is not as it was written is none: it is found anew.
    """

    def __init__(self, store: Path, kind: str, key: str, form: type[T]) -> None:
        """Keep answers of a form, which is a type that msgspec can tell."""
        self._folder = store / FOLDER / kind / key
        self._form = form

    def find(self, question: str) -> T | None:
        """The answer to a question, None where it is not there."""
        told = read_sealed(self._place(question))
        return None if told is None else msgspec.msgpack.decode(told, type=self._form)

    def keep(self, question: str, answer: T) -> None:
        """Write an answer, whole or not at all; a store that can only be read keeps none."""
        place = self._place(question)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for other in self._folder.parent.iterdir():
                if other != self._folder:
                    shutil.rmtree(other, ignore_errors=True)
            write_sealed(place, msgspec.msgpack.encode(answer))
            kept = sorted(self._folder.glob("*.answer"), key=lambda path: path.stat().st_mtime)
            for oldest in kept[:-MOST]:
                oldest.unlink(missing_ok=True)

    def _place(self, question: str) -> Path:
        return self._folder / f"{hashlib.sha256(question.encode()).hexdigest()[:32]}.answer"

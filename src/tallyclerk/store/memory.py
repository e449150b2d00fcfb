"""What was found once, beside the ledger: it can be deleted at any time, and is then found anew."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from tallyclerk.store.cache import FOLDER
from tallyclerk.store.sealed import read_sealed, write_sealed


class Memory:
    """What was found once, in files that are believed only as they were written."""

    def __init__(self, store: Path, kind: str, key: str) -> None:
        """Remember one kind of thing under a key that says how it is found."""
        self._folder = store / FOLDER / kind / key[:32]

    def find(self, name: str) -> Any:
        """What goes by a name, None where nothing does."""
        told = read_sealed(self._folder / name)
        return None if told is None else pickle.loads(told)  # noqa: S301 - our own, as its seal says

    def holds(self, name: str) -> bool:
        """Whether anything goes by a name."""
        return (self._folder / name).is_file()

    def keep(self, name: str, found: Any) -> None:
        """Write it, whole or not at all; a store that can only be read remembers nothing."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_sealed(self._folder / name, pickle.dumps(found))

    def forget_others(self, names: Collection[str]) -> None:
        """Remove what goes by any other name, or under a key that says another way to find it."""
        with suppress(OSError):
            for path in list(self._folder.iterdir()):
                if path.name not in names:
                    path.unlink()
            for other in {*self._folder.parent.iterdir()} - {self._folder}:
                shutil.rmtree(other, ignore_errors=True)

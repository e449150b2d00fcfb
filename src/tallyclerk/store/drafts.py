"""Files that are written beside their place and take it whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DRAFT = ".draft"


@contextmanager
def taking_place(path: Path, ending: str = DRAFT) -> Iterator[Path]:
    """A file to write, which takes the place of another when the block ends without an error.

    Each process that writes the same file has a draft of its own.

    Args:
        path: The place.
        ending: Of the draft's name, by which what killed processes leave is found.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}{ending}")
    yield draft
    draft.replace(path)

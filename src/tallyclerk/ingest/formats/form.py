"""What the registry holds of each format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.reader import Reader


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes:
        open: Opens a file of it under a source block; raises InputError if it is none.
        evidence: By what a file looks like one of it, in words; None if it does not.
    """

    open: Callable[[Path, Source], Reader]
    evidence: Callable[[Head], str | None]

"""Files of the same shape: one group becomes one block of the configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tallyclerk.ingest.inspect.profile import Profile


@dataclass(frozen=True)
class File:
    """A file that was read: how it is written, and how many rows it has."""

    path: Path
    rows: int
    bytes: int
    encoding: str | None
    delimiter: str | None
    line_end: str | None
    packing: str | None
    notes: tuple[str, ...]


@dataclass
class Group:
    """Files of the same shape.

    Attributes:
        folder: Where they are; `*` for folders that are named after a date.
        is_language: Whether the language of the column names told the code page.
    """

    folder: Path
    format: str
    records: str | None
    sheet: str | None
    evidence: str | None
    header: tuple[str, ...]
    profile: Profile
    files: list[File] = field(default_factory=list)
    language: str | None = None
    name: str = ""
    patterns: tuple[str, ...] = ()

    def path_of(self, file: int) -> Path:
        """The file that a `Place` names."""
        return self.files[file].path

"""Files of the same shape: one group becomes one block of the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
    names: frozenset[str] = frozenset()
    """Of its columns."""


@dataclass
class Group:
    """Files of the same shape.

    Attributes:
        folder: Where they are; `*` for folders that are named after a date.
        profile: What its columns hold.
        others: Of a format that feeds several tables, what each of the others has in its columns.
        is_part: Whether this is the group as one of these tables.
        history: The column of a table whose cells hold the events that are the rows of this group.
        histories: Such columns of the rows themselves.
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
    others: dict[str, Profile] = field(default_factory=dict)
    is_part: bool = False
    history: str | None = None
    histories: set[str] = field(default_factory=set)

    def path_of(self, file: int) -> Path:
        """The file that a `Place` names."""
        return self.files[file].path

    def parts(self, table: str) -> Iterator[tuple[str, Group]]:
        """The group as each table that its format feeds, by its name; it is read as `table`."""
        is_part = bool(self.others)
        yield table, replace(self, is_part=is_part)
        for other, profile in self.others.items():
            yield other, replace(self, profile=profile, is_part=is_part)

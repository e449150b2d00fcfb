"""The files of a configuration's sources, and what is known of them from last time."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tallyclerk.config.formats import FORMATS
from tallyclerk.config.models import Settings, Source
from tallyclerk.ingest.zipped import (
    SUFFIX,
    archive_of,
    blocks_of,
    files_in,
    is_archive,
    is_within,
    matched,
    matching,
)
from tallyclerk.store.files import write_text

SEEN = "seen.json"


@dataclass(frozen=True)
class Export:
    """A file of a source; `file` is its path relative to the configuration, posix."""

    source: str
    path: Path
    file: str


def exports_of(settings: Settings, source: str) -> list[Export]:
    """The files of a source, sorted: those its paths, globs and folders name."""
    found = {
        path
        for pattern in patterns_of(settings.sources[source])
        for path in _match(settings, source, pattern)
    }
    base = settings.base.resolve()
    named = ((Path(os.path.relpath(path, base)).as_posix(), path) for path in found)
    return [Export(source, path, file) for file, path in sorted(named)]


def without_match(settings: Settings, source: str) -> list[str]:
    """The paths, globs and folders of a source that no file matches."""
    patterns = patterns_of(settings.sources[source])
    return [p for p in patterns if next(_match(settings, source, p), None) is None]


def patterns_of(source: Source) -> tuple[str, ...]:
    """The paths, globs and folders of a source."""
    return (source.path,) if isinstance(source.path, str) else source.path


def _match(settings: Settings, source: str, pattern: str) -> Iterator[Path]:
    """The files that a pattern names; an archive stands for the files in it, as a folder does."""
    endings = FORMATS[settings.sources[source].format].endings
    for path in _named(settings.resolve(pattern).resolve(), endings):
        if not is_archive(path):
            yield path
            continue
        inside = files_in(path)
        yield from (p for p in inside if p == path or p.name.lower().endswith(endings))


def _named(path: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """The files and archives that a path, a folder or a pattern names."""
    if path.is_file():
        yield path
    elif path.is_dir():
        found = (*endings, SUFFIX)
        yield from (p for p in path.iterdir() if p.is_file() and p.name.lower().endswith(found))
    elif is_within(path):
        yield from matched(path)
    elif any(sign in path.as_posix() for sign in "*?["):
        yield from (found for found in matching(path) if found.is_file())


@dataclass
class Seen:
    """Digests of files by path, trusted as long as size and time of change stay the same.

    It lies beside the manifest and not in it: it is no part of the ledger's state.
    """

    root: Path
    entries: dict[str, list[object]] = field(default_factory=dict)

    @staticmethod
    def load(root: Path) -> Seen:
        """What is known from last time; nothing if that cannot be read."""
        try:
            raw = json.loads((root / SEEN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raw = {}
        return Seen(root, raw if isinstance(raw, dict) else {})

    def digest(self, export: Export) -> str:
        """sha256 of a file's content.

        Raises:
            OSError: If it cannot be read.
            InputError: If it is in an archive that is damaged.
        """
        archive = archive_of(export.path)
        stat = (archive or export.path).stat()
        key = [stat.st_size, stat.st_mtime_ns]
        known = self.entries.get(export.file)
        if known and known[:2] == key:
            return str(known[2])
        digest = _digest(export.path, archive)
        self.entries[export.file] = [*key, digest]
        return digest

    def save(self) -> None:
        """Remember for next time."""
        write_text(self.root / SEEN, json.dumps(self.entries, sort_keys=True))


def _digest(path: Path, archive: Path | None) -> str:
    if archive is None:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for block in blocks_of(path, archive):
        digest.update(block)
    return digest.hexdigest()

"""The manifest: the one file that says which segments count.

A segment is what one file said under one source block. Everything the ledger answers is a function
of the segments named here; the manifest has no clock and no absolute path, so that the same
exports give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tallyclerk.errors import InputError
from tallyclerk.store.files import write_text
from tallyclerk.store.hashing import canary
from tallyclerk.store.layout import pending_kind

NAME = "manifest.json"
VERSION = 2
WORDS = ("left_words", "unmapped", "unlisted")
"""What is known of words, each with its rows."""
PAIRS = ("formats", "met")
"""What is known of columns."""
_LATER: dict[str, Any] = {"left_words": (), "met": ()}
"""What manifests did not tell at first."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """A word for a status (or a partner name) that the settings do not know, in one segment."""

    word: str
    rows: int
    example: str
    nearest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Segment:
    """What one file said under one source block.

    Attributes:
        id: Hash of source block, path and content.
        source: Name of the source block.
        file: Path relative to the configuration, posix.
        table: Table the source feeds.
        key: "shipment", or the kind of reference its rows are keyed by; where they are keyed by
            several kinds, the finest that they could have.
        mode: append or snapshot.
        file_digest: sha256 of the file as it lies on disk.
        source_digest: sha256 of all settings that change its rows.
        is_superseded: Whether a newer segment took its place; it is kept, and does not count.
        rows: Data rows read.
        rejected: Of these, refused as a whole.
        bad_cells: Cells refused in rows that were kept.
        silent: Rows kept that carry nothing to count yet.
        left_out: Data rows of kinds that are not read.
        ambiguous: Local times that a clock change gave twice (taken as the earlier instant).
        nonexistent: Local times that a clock change skipped (shifted forward by the gap).
        clock_change: Place of the first of either.
        first_at: Earliest time of an observation, ISO-8601; `last_at`: latest.
        encoding: Encoding read; `delimiter`, `line_end` likewise, None where there is none.
        formats: Date formats found, by column.
        left_words: What says of rows that they are not read: a column and its word.
        met: The words by which rows are read that some row has, with their columns.
        unmapped: Statuses without a mapping.
        unlisted: Partner names without a block.
        notes: Other remarks on the file.
        files: Data files with rows of it, relative to the store; the table is the first folder.
        resolved: Data files made from rows keyed by a reference, once it was known.
        resolved_digest: Hash of the references used for them.
        pending: Rows whose reference is not known yet.
        waiting: Place of the first of them.
    """

    id: str
    source: str
    file: str
    table: str
    key: str
    mode: str
    file_digest: str
    source_digest: str
    is_superseded: bool = False
    rows: int = 0
    rejected: int = 0
    bad_cells: int = 0
    silent: int = 0
    left_out: int = 0
    ambiguous: int = 0
    nonexistent: int = 0
    clock_change: str | None = None
    first_at: str | None = None
    last_at: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    line_end: str | None = None
    formats: tuple[tuple[str, str], ...] = ()
    left_words: tuple[Status, ...] = ()
    met: tuple[tuple[str, str], ...] = ()
    unmapped: tuple[Status, ...] = ()
    unlisted: tuple[Status, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    resolved_digest: str = ""
    pending: int = 0
    waiting: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of references that key its rows."""
        return frozenset(kind for path in self.files if (kind := pending_kind(path)))

    @property
    def is_keyed(self) -> bool:
        """Whether rows of it name a reference instead of a shipment."""
        return self.key != "shipment" or bool(self.kinds)

    @property
    def names_shipments(self) -> bool:
        """Whether rows of it name shipments."""
        return self.key == "shipment" and (
            not self.kinds or any("/bucket=" in path for path in self.files)
        )


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A file that could not be read at all."""

    source: str
    file: str
    file_digest: str
    source_digest: str
    reason: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All segments of a ledger, sorted by source, file and id; those superseded included."""

    bucket_count: int = 1
    segments: tuple[Segment, ...] = ()
    failures: tuple[Failure, ...] = ()
    canary: str = field(default_factory=canary)
    version: int = VERSION

    @property
    def active(self) -> tuple[Segment, ...]:
        """The segments that count."""
        return tuple(segment for segment in self.segments if not segment.is_superseded)

    @cached_property
    def digest(self) -> str:
        """sha256 of the manifest's bytes."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def known_files(self) -> set[str]:
        """Every data file that a segment names."""
        return {path for s in self.segments for path in (*s.files, *s.resolved)}

    def to_json(self) -> str:
        """The bytes on disk, deterministic: a line for each segment and each failure."""
        parts = {
            "bucket_count": _json(self.bucket_count),
            "segments": _lines(in_order(self.segments)),
            "failures": _lines(sorted(self.failures, key=lambda f: (f.source, f.file))),
            "canary": _json(self.canary),
            "version": _json(self.version),
        }
        return "{\n" + ",\n".join(f'"{name}": {text}' for name, text in parts.items()) + "\n}\n"

    def save(self, root: Path) -> None:
        """Replace the manifest of a ledger atomically."""
        write_text(root / NAME, self.to_json())

    @property
    def is_ours(self) -> bool:
        """Whether today's hashes give the buckets and ids that its files have."""
        return self.canary == canary()

    @staticmethod
    def load(root: Path) -> Manifest | None:
        """The manifest of a ledger; None where there is no ledger yet.

        Raises:
            InputError: If it is damaged, or was written by another version or other hashes.
        """
        found = Manifest.read(root)
        if found is not None and not found.is_ours:
            raise InputError(
                "the ledger was written with other hashes than this installation has",
                where=str(root / NAME),
                how="run `tallyclerk ingest`, which sorts it anew",
            )
        return found

    @staticmethod
    def read(root: Path) -> Manifest | None:
        """As `load`, but whatever the hashes that its files were sorted by.

        Raises:
            InputError: If it is damaged, or was written by another version.
        """
        path = root / NAME
        try:
            written = path.read_bytes()
            raw = json.loads(written)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _unusable(path, f"the ledger's manifest is damaged ({error})") from error
        if raw.get("version") != VERSION:
            raise _unusable(path, "the ledger was written by another version of tallyclerk")
        try:
            found = _from_json(raw)
        except (KeyError, TypeError) as error:
            raise _unusable(path, f"the ledger's manifest is damaged ({error!r})") from error
        # To write it again for its digest would take longer than all else that a reader does.
        vars(found)["digest"] = hashlib.sha256(written).hexdigest()
        return found


def _lines(entries: Iterable[Segment | Failure]) -> str:
    """A list in JSON with a line for each entry."""
    return "[" + ",".join(f"\n{_json(entry)}" for entry in entries) + "]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=vars)


def in_order(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Segments as a manifest has them."""
    return tuple(sorted(segments, key=lambda s: (s.source, s.file, s.id)))


def _from_json(raw: dict[str, Any]) -> Manifest:
    return Manifest(
        bucket_count=raw["bucket_count"],
        segments=tuple(_segment(segment) for segment in raw["segments"]),
        failures=tuple(Failure(**failure) for failure in raw["failures"]),
        canary=raw["canary"],
        version=raw["version"],
    )


def _segment(raw: dict[str, Any]) -> Segment:
    lists = {name: tuple(raw[name]) for name in ("notes", "files", "resolved")}
    return Segment(**{**raw, **lists, **told_from({**_LATER, **raw})})


def told_from(raw: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """What is known of words and of columns, as JSON gives it."""
    words = {name: tuple(Status(**word) for word in raw[name]) for name in WORDS}
    pairs = {name: tuple((column, said) for column, said in raw[name]) for name in PAIRS}
    return {**words, **pairs}


def _unusable(path: Path, what: str) -> InputError:
    how = "move the store folder away and run `tallyclerk ingest` again"
    return InputError(what, where=str(path), how=how)

"""Files that would come out as they are: taken from the draft before instead of drawn again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import polars as pl

from tallyclerk.digests import code_digest, digest_of
from tallyclerk.report.names import MANIFEST, safe_name

DRAWING = ("domain", "judge", "report", "stats")
"""Packages whose code decides what stands in a file."""
LIBRARIES = ("altair", "jinja2", "vl-convert-python", "weasyprint", "xlsxwriter")
"""Libraries that decide its bytes."""
ROWS_AT_ONCE = 50_000
"""Rows that are turned into text together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The files of one partner in a draft that is there already.

    Attributes:
        folder: Where the draft is.
        key: What the files were made from.
        files: Digest of each, by path.
    """

    folder: Path
    key: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def contents(self, key: str) -> dict[str, bytes]:
        """The files by path; none where they were made of something else, or were changed since.

        Args:
            key: What they are to be made from.
        """
        if self.key != key:
            return {}
        found = {}
        for path, digest in self.files.items():
            try:
                found[path] = (self.folder / path).read_bytes()
            except OSError:
                return {}
            if hashlib.sha256(found[path]).hexdigest() != digest:
                return {}
        return found


def draft_in(out: Path) -> dict[str, Before]:
    """The files of each partner in the draft that a new one replaces, by its id."""
    try:
        told = json.loads((out / MANIFEST).read_text("utf-8"))
        files = {str(each["path"]): str(each["sha256"]) for each in told["outputs"]}
        keys = {str(partner): str(key) for partner, key in told["cards"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    owned: dict[str, dict[str, str]] = {}
    for path, digest in files.items():
        owned.setdefault(path.rpartition("/")[0].rpartition("/")[2], {})[path] = digest
    return {
        partner: Before(folder=out, key=key, files=owned.get(safe_name(partner), {}))
        for partner, key in keys.items()
    }


def key_of(told: object, facts: pl.DataFrame, templates: Path) -> str:
    """Digest of all that the files of a partner follow from.

    Args:
        told: What they are made from but the facts: frozen values whose `repr` says all they hold.
        facts: Its evidence.
        templates: Folder of the templates.
    """
    return digest_of(repr(told), _digest_of_frame(facts), _digest_of_templates(templates), _tools())


def _digest_of_frame(facts: pl.DataFrame) -> str:
    digest = hashlib.sha256(repr(facts.schema).encode())
    for part in facts.iter_slices(ROWS_AT_ONCE):
        digest.update(part.write_csv(include_header=False).encode())
    return digest.hexdigest()


@cache
def _digest_of_templates(folder: Path) -> str:
    return digest_of(*_read(folder))


def _read(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix()
            yield hashlib.sha256(file.read_bytes()).hexdigest()


@cache
def _tools() -> str:
    return digest_of(code_digest(*DRAWING), *(f"{name} {version(name)}" for name in LIBRARIES))

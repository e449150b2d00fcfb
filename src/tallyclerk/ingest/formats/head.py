"""The start of a file, as far as it takes to tell what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tallyclerk.ingest.formats.container import byte_blocks
from tallyclerk.ingest.formats.text import decoded

HEAD_BYTES = 256 * 2**10
_KEY = re.compile(r'"([^"\\\n]{1,60})"\s*:')


@dataclass(frozen=True)
class Head:
    """The start of a file.

    Attributes:
        path: The file.
        start: Its first bytes, unpacked.
        text: The same as text.
    """

    path: Path
    start: bytes
    text: str

    @property
    def is_json(self) -> bool:
        """Whether it starts as JSON does."""
        return self.text.lstrip("\ufeff \t\r\n").startswith(("{", "["))

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key of an object in it, where it is JSON."""
        return frozenset(_KEY.findall(self.text)) if self.is_json else frozenset()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The words of its first line that is not empty, in lower case, where it is a table in text."""
        line = next((line for line in self.text.splitlines() if line.strip("\ufeff \t\r\n")), "")
        words = re.split(r"[,;\t|]", line.strip("\ufeff"))
        return () if self.is_json else tuple(word.strip(' "').casefold() for word in words)

    def has_keys(self, *keys: str) -> str | None:
        """Evidence in words if it is JSON with all of these keys, else None."""
        return f"JSON with the keys {', '.join(keys)}" if set(keys) <= self.keys else None

    def has_columns(self, *names: str) -> str | None:
        """Evidence in words if it is a table in text with all of these columns, else None."""
        found = {name.casefold() for name in names} <= set(self.columns)
        return f"a table with the columns {', '.join(names)}" if found else None


def read_head(path: Path) -> Head:
    """The start of a file.

    Raises:
        InputError: If it is packed and the packing is damaged.
        OSError: If it cannot be read.
    """
    start = next(byte_blocks(path, HEAD_BYTES), b"")
    return Head(path, start, decoded(start))

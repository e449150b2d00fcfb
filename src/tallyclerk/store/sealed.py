"""Files that are believed only as they were written: what is in them can be found anew."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from tallyclerk.store.drafts import taking_place

_SHA = hashlib.sha256().digest_size


def read_sealed(path: Path) -> bytes | None:
    """What a file was written with; None where it is not there, or not as it was written."""
    with suppress(OSError):
        written = path.read_bytes()
        if hashlib.sha256(written[_SHA:]).digest() == written[:_SHA]:
            return written[_SHA:]
    return None


def write_sealed(path: Path, told: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    with taking_place(path) as draft:
        draft.write_bytes(hashlib.sha256(told).digest() + told)

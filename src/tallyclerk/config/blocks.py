"""What all tables of `config.toml` have in common."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, ConfigDict

from tallyclerk.domain.places import known_zones

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
STRICT = ConfigDict(extra="forbid", frozen=True)
"""Frozen, and an unknown key is an error."""


def _known_zone(name: str) -> str:
    if name not in known_zones():
        msg = f"{name!r} is not an IANA time zone such as Europe/Berlin or Asia/Shanghai"
        raise ValueError(msg)
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


def _in_the_file_system(path: str) -> str:
    if ADDRESS.match(path):
        msg = (
            "is an address, and only files and folders are read and written: mount what it names, "
            "and give the folder where it is mounted"
        )
        raise ValueError(msg)
    return path


Place = Annotated[str, AfterValidator(_in_the_file_system)]
"""A file or folder. An object store would need writes and renames that it does not have: a folder
is replaced by its next state in one step, and everybody sees the old one or the new one."""

"""What all tables of `config.toml` have in common."""

from __future__ import annotations

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict

STRICT = ConfigDict(extra="forbid", frozen=True)
"""Frozen, and an unknown key is an error."""


@cache
def _zones() -> set[str]:
    """Every zone; finding them reads a folder, so that one search has to do."""
    return available_timezones()


def _known_zone(name: str) -> str:
    if name not in _zones():
        msg = f"{name!r} is not an IANA time zone such as Europe/Berlin or Asia/Shanghai"
        raise ValueError(msg)
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]

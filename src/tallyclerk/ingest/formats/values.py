"""Values of payloads, taken as they come: any of them may be of any type, or missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Parcel = Mapping[str, Any]


def value_at(value: Any, path: Sequence[str]) -> Any:
    """The value at a path; a list of fields with ids and values is an object by these ids."""
    for part in path:
        if isinstance(value, list):
            fields = mappings(value)
            value = {str(one.get("id", one.get("name"))): one.get("value") for one in fields}
        value = value.get(part) if isinstance(value, dict) else None
    return value


def text_of(value: Any) -> str | None:
    """A value as text: numbers as written, nothing for lists and objects."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else None


def mapping(value: Any) -> Parcel:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[Parcel]:
    """The objects of a list; an object by itself is a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def joined(first: Any, second: Any, separator: str = ", ") -> str | None:
    """Two texts joined; the one there is, or None."""
    is_first, is_second = isinstance(first, str) and first, isinstance(second, str) and second
    if is_first and is_second:
        return f"{first}{separator}{second}"
    return is_first or is_second or None

"""Where the parcels of a JSON document are: found by their keys, whatever is around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.values import Parcel

MAX_DEPTH = 12
IsParcel = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Refused:
    """Something of a payload that is no row: by which rule, and what may be shown of it."""

    rule: str
    raw: str


def members(raw: msgspec.Raw, is_parcel: IsParcel, depth: int = 0) -> Iterator[Parcel | Refused]:
    """The parcels in a document, decoded one by one, so that one is held at a time.

    What stands in a list among parcels and is none is refused.
    """
    start = bytes(memoryview(raw)[:1])
    if start == b"{" and depth < MAX_DEPTH:
        parts = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        if is_parcel(parts):
            yield decoded(raw)
            return
        for part in parts.values():
            yield from members(part, is_parcel, depth + 1)
    elif start == b"[":
        others: list[Refused] = []
        found = False
        for item in msgspec.json.decode(raw, type=list[msgspec.Raw]):
            for parcel in of_value(decoded(item), is_parcel):
                if isinstance(parcel, Refused):
                    others.append(parcel)
                else:
                    found = True
                    yield parcel
            if found:
                yield from others
                others.clear()


def of_value(value: Any, is_parcel: IsParcel) -> Iterator[Parcel | Refused]:
    """The parcels in a value; where there is none, why not."""
    found = False
    for parcel in _inside(value, is_parcel):
        found = True
        yield parcel
    if not found:
        yield Refused("payload", f"no parcel in {_shown(value)}")


def one_after_the_other(content: bytes, error: Exception) -> Iterator[Any]:
    """Objects written one after the other, whatever stands between them.

    Raises:
        InputError: If the first of them is no JSON.
    """
    text = content.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    place = _start(text, 0)
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            if place == _start(text, 0):
                how = "check `format`, or export it again"
                raise InputError(f"the file is not JSON ({error})", how=how) from error
            yield None
            return
        yield from value if isinstance(value, list) else [value]
        place = _start(text, place)


def _start(text: str, place: int) -> int:
    """Where the next value starts."""
    while place < len(text) and text[place] in " \t\r\n,\x1e":
        place += 1
    return place


def decoded(raw: Any) -> Any:
    """The value of a piece of JSON; None where it is none."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        try:
            return json.loads(bytes(raw))
        except (ValueError, RecursionError):
            return None


def _inside(value: Any, is_parcel: IsParcel, depth: int = 0) -> Iterator[Parcel]:
    """Every parcel in a value, whatever is around it."""
    if isinstance(value, dict):
        if is_parcel(value):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list) and depth < MAX_DEPTH:
        for item in value:
            yield from _inside(item, is_parcel, depth + 1)


def _shown(value: Any) -> str:
    """What may be shown of a value: its keys."""
    if isinstance(value, dict):
        return f"an object with the keys {', '.join(list(value)[:8])}"
    return "a text that is not JSON" if value is None else "a value that is no object"

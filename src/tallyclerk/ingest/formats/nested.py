"""Records inside records: a parcel that holds its scans becomes one row per scan.

A place such as `data.items.scans` leads through objects and lists. An entry of the last list is a
record; it has the keys of what it lies in as well, and of equal keys its own. Those of what is around
it are then under `parent` (`parent.id`).

An object whose keys are times is a list too: of what it holds, each with its time as `key`. Rows that are
lists are called by the names beside or above them, or by their places ("1", "2").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

PARENT = "parent"
MAX_DEPTH = 12
_TIME = re.compile(r"^(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{2}[./]\d{2}[./]\d{4}|\d{10}(?:\d{3})?$)")

_WRAPPED = ('"{\\"', '"[{\\"')
"""How an object begins, or a list of them, that is a text of a document."""


def loaded(text: str) -> Any:
    """A document; objects that stand in it as texts, as in the envelopes of webhooks, are opened.

    Raises:
        ValueError: If it is no JSON.
    """
    value = json.loads(text)
    return _opened(value) if any(sign in text for sign in _WRAPPED) else value


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _opened(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_opened(held) for held in value]
    if isinstance(value, str) and value.startswith(("{", "[{")):
        with suppress(ValueError):
            return _opened(json.loads(value))
    return value


def entries(tree: Any, place: str | None) -> Iterator[Any]:
    """What the list at a place holds, each with the keys around it; nothing where there is no list."""
    yield from _entries(tree, place.split(".") if place else [], {})


class Inside(dict[str, Any]):
    """A record with the keys of what it lies in.

    Attributes:
        around: These.
        outermost: The object in whose lists it lies.
    """

    __slots__ = ("around", "outermost")

    def __init__(
        self, record: Mapping[str, Any], around: Mapping[str, Any], outermost: Any
    ) -> None:
        """Take a record that has all keys."""
        super().__init__(record)
        self.around = around
        self.outermost = outermost

    def is_outside(self, name: str) -> bool:
        """Whether a dotted path begins with a key of what lies around."""
        first = name.partition(".")[0]
        if first == PARENT and self.get(PARENT) is not self.around.get(PARENT):
            return True
        return first in self.around and self[first] is self.around[first]


def _entries(tree: Any, place: list[str], around: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(tree, list):
        for item in tree:
            yield from _inside(item, place, around)
    elif place:
        yield from _inside(tree, place, around)
    elif is_keyed(tree):
        yield from (_record(item, around) for item in keyed(tree))


def _inside(item: Any, place: list[str], around: Mapping[str, Any]) -> Iterator[Any]:
    """An entry of a list, or what lies deeper in it."""
    if not isinstance(item, dict):
        if not place:
            yield item
        return
    if not place:
        yield _record(item, around)
        return
    key, *rest = place
    if isinstance(item.get(key), list | dict):
        kept = {name: value for name, value in item.items() if name != key}
        held = item[key] if rest else named_rows(item[key], kept)
        outermost = around.outermost if isinstance(around, Inside) else item
        yield from _entries(held, rest, Inside(joined(kept, around), around, outermost))


def _record(item: Mapping[str, Any], around: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry of the last list, with what lies around it."""
    if not isinstance(around, Inside):
        return item
    return Inside(joined(item, around), around, around.outermost)


def is_keyed(tree: Any) -> bool:
    """Whether a value is an object whose keys are times."""
    return isinstance(tree, dict) and bool(tree) and all(_TIME.match(str(key)) for key in tree)


def keyed(tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an object holds by time, as a list of objects."""
    return [
        {"key": key, **value} if isinstance(value, dict) else {"key": key, "value": value}
        for key, value in tree.items()
    ]


def named_rows(rows: Any, beside: Mapping[str, Any]) -> Any:
    """Rows that are lists as objects; what is no list of lists stays as it is."""
    if not (isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows)):
        return rows
    names = next((v for v in beside.values() if _are_names(v) and len(v) == len(rows[0])), None)
    if (
        names is None
        and len(rows) > 1
        and _are_names(rows[0])
        and not any(map(_TIME.match, rows[0]))
    ):
        names, *rows = rows
    names = names or [str(place) for place in range(1, len(rows[0]) + 1)]
    return [dict(zip(names, row, strict=False)) for row in rows]


def _are_names(value: Any) -> bool:
    are_texts = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return are_texts and len(set(value)) == len(value) > 0


def joined(item: Mapping[str, Any], around: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object with the keys of what it lies in; equal ones are kept apart."""
    if not around:
        return item
    same = {name: around[name] for name in item if name in around}
    return {**around, **item, **({PARENT: same} if same else {})}


def places_of_lists(tree: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """Every list of objects, with its place and its entries; lists inside lists are one together."""
    if depth > MAX_DEPTH:
        return
    if isinstance(tree, list):
        tree = named_rows(tree, {})
        objects = [item for item in tree if isinstance(item, dict)]
        if objects and len(objects) == len(tree):
            yield place, objects
            yield from _merged(objects, place, depth)
    elif is_keyed(tree):
        yield place, keyed(tree)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            held = named_rows(value, {name: v for name, v in tree.items() if name != key})
            yield from places_of_lists(held, f"{place}.{key}" if place else str(key), depth + 1)


def _merged(objects: list[Any], place: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """The lists inside the entries of a list, each place once."""
    found: dict[str, list[Any]] = {}
    for item in objects:
        for inner, held in places_of_lists(item, place, depth + 1):
            found.setdefault(inner, []).extend(held)
    yield from found.items()

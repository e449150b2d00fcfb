"""Records inside records: a parcel that holds its scans becomes one row per scan.

A place such as `data.items.scans` leads through objects and lists. An entry of the last list is a
record; it has the keys of what it lies in as well, and of equal keys its own. Those of what is around
it are then under `parent` (`parent.id`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PARENT = "parent"
MAX_DEPTH = 6


def entries(tree: Any, place: str | None) -> Iterator[Any]:
    """What the list at a place holds, each with the keys around it; nothing where there is no list."""
    yield from _entries(tree, place.split(".") if place else [], {})


def _entries(tree: Any, place: list[str], around: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(tree, list):
        for item in tree:
            yield from _inside(item, place, around)
    elif place:
        yield from _inside(tree, place, around)


def _inside(item: Any, place: list[str], around: Mapping[str, Any]) -> Iterator[Any]:
    """An entry of a list, or what lies deeper in it."""
    if not isinstance(item, dict):
        if not place:
            yield item
        return
    if not place:
        yield joined(item, around)
        return
    key, *rest = place
    if isinstance(item.get(key), list | dict):
        kept = {name: value for name, value in item.items() if name != key}
        yield from _entries(item[key], rest, joined(kept, around))


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
        objects = [item for item in tree if isinstance(item, dict)]
        if objects and len(objects) == len(tree):
            yield place, objects
            yield from _merged(objects, place, depth)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from places_of_lists(value, f"{place}.{key}" if place else str(key), depth + 1)


def _merged(objects: list[Any], place: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """The lists inside the entries of a list, each place once."""
    found: dict[str, list[Any]] = {}
    for item in objects:
        for inner, held in places_of_lists(item, place, depth + 1):
            found.setdefault(inner, []).extend(held)
    yield from found.items()

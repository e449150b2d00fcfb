"""The words of a page: one catalogue file per language, `labels/LANGUAGE.toml` of the templates.

A page is built and filled while one language is spoken (`speaking`). What a catalogue does not
have is said in English; without any language spoken, as at a terminal, everything is English.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tallyclerk.errors import ConfigError
from tallyclerk.report.bundled import bundled_templates

ENGLISH = "en"
LONGEST_PATTERN = 2000


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Patterns of one language by dotted name; `decimal` and `group` are its signs in numbers."""

    language: str
    entries: Mapping[str, str]
    decimal: str = "."
    group: str = ","

    def __hash__(self) -> int:
        """A catalogue is as good as its language and its entries."""
        return hash((self.language, len(self.entries)))


_spoken: ContextVar[Catalogue | None] = ContextVar("spoken", default=None)


def say(key: str, **values: object) -> str:
    """Give a pattern of the language spoken, its places filled; see `labels/en.toml`.

    Args:
        key: Dotted name, such as "table.state".
        values: What stands in its places.
    """
    pattern = said(key)
    if pattern is None:
        raise KeyError(key)
    return pattern.format_map(values) if values else pattern


def said(key: str) -> str | None:
    """Give a pattern as it is, None where no catalogue has it."""
    spoken = _spoken.get()
    if spoken is not None and key in spoken.entries:
        return spoken.entries[key]
    return english().entries.get(key)


def named(kind: str, name: str) -> str:
    """Give one of a kind in words, as it is where no catalogue has it: ("role", "courier")."""
    return said(f"{kind}.{name}") or name


def noun(name: str, number: int) -> str:
    """Give a noun in the number that fits: shipment, shipments."""
    return say(f"noun.{name}.{'one' if number == 1 else 'many'}")


def language() -> str:
    """Give the language spoken, as a page states it."""
    spoken = _spoken.get()
    return ENGLISH if spoken is None else spoken.language


def signs() -> tuple[str, str]:
    """Give the signs between thousands and before decimals."""
    spoken = _spoken.get()
    return (",", ".") if spoken is None else (spoken.group, spoken.decimal)


@contextmanager
def speaking(name: str, folder: Path | None = None) -> Iterator[None]:
    """Speak a language while pages are built and filled.

    Args:
        name: The language: the name of its catalogue file.
        folder: Templates of the user; its catalogues go before the bundled ones.

    Raises:
        ConfigError: There is no such catalogue, or it cannot be used.
    """
    token = _spoken.set(catalogue(name, folder))
    try:
        yield
    finally:
        _spoken.reset(token)


@lru_cache(maxsize=1)
def english() -> Catalogue:
    """Give the catalogue that has everything."""
    return _read(bundled_templates() / "labels" / f"{ENGLISH}.toml", ENGLISH)


@lru_cache(maxsize=8)
def catalogue(name: str, folder: Path | None = None) -> Catalogue:
    """Give the catalogue of a language, the user's entries before the bundled ones.

    Raises:
        ConfigError: There is no such catalogue, or it cannot be used.
    """
    folders = dict.fromkeys((bundled_templates(), folder or bundled_templates()))
    files = [place / "labels" / f"{name}.toml" for place in folders]
    found = [_read(file, name) for file in files if file.is_file()]
    if not found:
        known = {file.stem for place in folders for file in (place / "labels").glob("*.toml")}
        raise ConfigError(
            f"there are no labels in {name!r}",
            where=" or ".join(str(file) for file in files),
            how=f"choose one of {', '.join(sorted(known))}, or write that file",
        )
    entries = {key: pattern for one in found for key, pattern in one.entries.items()}
    return Catalogue(
        language=name, entries=entries, decimal=found[-1].decimal, group=found[-1].group
    )


def _read(file: Path, name: str) -> Catalogue:
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(error), where=str(file), how="mend the file of labels") from error
    entries = dict(_flat(told, file))
    english_entries = {} if name == ENGLISH else english().entries
    for key, pattern in entries.items():
        _check(key, pattern, english_entries, file)
    return Catalogue(
        language=name,
        entries=entries,
        decimal=entries.get("number.decimal", "."),
        group=entries.get("number.group", ","),
    )


def _flat(told: Mapping[str, object], file: Path, above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in told.items():
        key = f"{above}{name}"
        if isinstance(value, dict):
            yield from _flat(value, file, f"{key}.")
        elif isinstance(value, str) and len(value) <= LONGEST_PATTERN:
            yield key, value
        else:
            raise ConfigError(f"{key} is not a text", where=str(file), how="put it in quotes")


def _check(key: str, pattern: str, known: Mapping[str, str], file: Path) -> None:
    """A pattern has the places of the English one, so that no page stumbles over it."""
    try:
        places = set(_places(pattern))
    except ValueError as error:
        raise ConfigError(
            f"{key}: {error}", where=str(file), how="write braces of the text itself twice"
        ) from error
    wanted = set(_places(known[key])) if key in known else places
    if not places <= wanted:
        raise ConfigError(
            f"{key} has the place {{{min(places - wanted)}}}, which the English text has not",
            where=str(file),
            how=f"use {', '.join(f'{{{place}}}' for place in sorted(wanted)) or 'no braces'}",
        )


def _places(pattern: str) -> Iterator[str]:
    for _, place, form, conversion in string.Formatter().parse(pattern):
        if place is None:
            continue
        if not place.isidentifier() or form or conversion:
            raise ValueError(f"{{{place}}} is no name of a place")
        yield place

"""Problems of a configuration, collected so that all of them are reported together."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tallyclerk.config.models import Settings

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the configuration, and where."""

    file: str
    key: str
    what: str

    def __str__(self) -> str:
        """One line: file, key, what."""
        return ": ".join(part for part in (self.file, self.key, self.what) if part)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name most like `name`, compared without case; None where nothing is near."""
    known = {candidate.casefold(): str(candidate) for candidate in names}
    found = difflib.get_close_matches(name.strip().casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A clause that names the nearest valid name, empty where nothing is near."""
    near = nearest(name, names)
    return f"; did you mean {near!r}?" if near else ""


def from_validation(error: ValidationError, files: Mapping[Key, str]) -> list[Problem]:
    """What pydantic found, in our words.

    Args:
        error: The validation error of `Settings`.
        files: File by key path (a block such as `("sources", "acme")`), for the places.

    Returns:
        One problem for each finding.
    """
    found: dict[Key, Problem] = {}
    for detail in sorted(error.errors(include_url=False), key=lambda d: -len(_key(d["loc"]))):
        key = _key(detail["loc"])
        if not any(known[: len(key)] == key for known in found):
            found[key] = Problem(_file_of(key, files), dotted(key), _sentence(dict(detail), key))
    return sorted(found.values(), key=lambda problem: (problem.file, problem.key))


def dotted(key: Key) -> str:
    """A key path as one writes it in TOML: `sources.acme.timezone`, `targets[2].kpi`."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _sentence(detail: dict[str, Any], key: Key) -> str:
    if detail["type"] == "extra_forbidden":
        names = _fields_at(key[:-1])
        hint = did_you_mean(str(key[-1]), names) or "."
        return f"unknown key{hint} Known: {', '.join(names)}"
    value = detail.get("input")
    said = f" (found {value!r})" if isinstance(value, str | int | float | bool) else ""
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input s")
    message = f"s{message}" if detail["msg"].startswith("Input s") else message
    allowed = detail.get("ctx", {}).get("expected")
    hint = did_you_mean(value, _quoted(allowed)) if allowed and isinstance(value, str) else ""
    return f"{message}{said}{hint}"


def _quoted(text: str) -> list[str]:
    return [part.strip(" '") for part in text.replace(" or ", ", ").split(",")]


def _file_of(key: Key, files: Mapping[Key, str]) -> str:
    return next((files[key[:n]] for n in range(len(key), -1, -1) if key[:n] in files), "")


def _key(loc: Key) -> Key:
    """A place without the member of a union that pydantic tried (`str`, `tuple[str, ...]`)."""
    members = {"str", "str-enum[Role]", "Role", "MilestoneColumn"}
    return tuple(
        part
        for part in loc
        if isinstance(part, int)
        or not (
            part in members or part.startswith(("tuple[", "list[", "dict[", "function-", "[key]"))
        )
    )


def _fields_at(key: Key) -> list[str]:
    """Names of the fields a block at `key` may have."""
    annotation: Any = Settings
    for part in key:
        model = _model_in(annotation)
        if model is not None and part in model.model_fields:
            annotation = model.model_fields[str(part)].annotation
        else:
            annotation = (get_args(annotation) or (Any,))[-1 if not isinstance(part, int) else 0]
    model = _model_in(annotation)
    return [f.alias or n for n, f in model.model_fields.items() if not f.exclude] if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation is, or the one a union has."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Union, types.UnionType}:
        return next((m for a in get_args(annotation) if (m := _model_in(a))), None)
    return None

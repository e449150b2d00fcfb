"""Settings from the environment: `TALLYCLERK_RUN__CURRENCY=USD`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tallyclerk.config.models import Settings
from tallyclerk.config.problems import Key, Problem, did_you_mean

PREFIX = "TALLYCLERK_"
DELIMITER = "__"


def merge(tree: dict[str, Any], env: Mapping[str, str], files: dict[Key, str]) -> list[Problem]:
    """Lay the environment over a tree of settings, in place.

    Args:
        tree: Settings as read from files.
        env: Environment; only names that start with the prefix and have a delimiter count.
        files: Learns which keys the environment set.

    Returns:
        Variables that name no setting, or whose value cannot be read.
    """
    ours = {k: v for k, v in env.items() if k.upper().startswith(PREFIX) and DELIMITER in k}
    if not ours:
        return []
    from tallyclerk.config.variables import SettingsError, settings_in  # noqa: PLC0415 - most name none

    problems = [problem for key in sorted(ours) if (problem := _unknown(key))]
    try:
        values = settings_in(ours)
    except SettingsError:
        odd = sorted(name for name, value in ours.items() if not _is_json(value))
        what = 'a list or a table is written as JSON, ["a", "b"]'
        return [*problems, Problem("environment", ", ".join(odd), what)]
    _overlay(tree, values, (), files)
    return problems


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _unknown(name: str) -> Problem | None:
    section = name[len(PREFIX) :].split(DELIMITER, 1)[0].lower()
    sections = [n for n, field in Settings.model_fields.items() if not field.exclude]
    if section in sections:
        return None
    return Problem("environment", name, f"no such section{did_you_mean(section, sections)}")


def _overlay(
    tree: dict[str, Any], values: Mapping[str, Any], at: Key, files: dict[Key, str]
) -> None:
    """Merge `values` into `tree`; block names are matched without case (variables have none)."""
    for key, value in values.items():
        name = next((k for k in tree if k.casefold() == key.casefold()), key)
        if isinstance(value, Mapping) and isinstance(tree.get(name, {}), dict):
            _overlay(tree.setdefault(name, {}), value, (*at, name), files)
        else:
            tree[name] = value
            files[*at, name] = "environment"

"""Configurations as trees: read, changed, and written again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Tree = dict[str, Any]


def read_tree(path: Path) -> Tree:
    """The configuration at `path`."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def write_tree(tree: Tree, path: Path) -> Path:
    """Write a configuration whose paths are relative to its own folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{_key(name)} = {_value(block)}" for name, block in tree.items() if _is_plain(block)]
    for name, block in tree.items():
        if name in {"sources", "partners", "kpis"}:
            lines += [line for key, each in block.items() for line in _table(f"{name}.{key}", each)]
        elif not _is_plain(block):
            lines += _table(name, block)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _is_plain(block: object) -> bool:
    return not isinstance(block, Mapping)


def _table(name: str, block: Mapping[str, Any]) -> list[str]:
    return [f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in block.items())]


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    """A value on one line; JSON's texts, numbers and lists are TOML's, its objects are not."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    return str(value)

"""Read, merge and check a configuration; every problem is reported, not just the first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tallyclerk.config import environment
from tallyclerk.config.holidays import read_holidays
from tallyclerk.config.models import Settings
from tallyclerk.config.problems import Key, Problem, from_validation
from tallyclerk.config.references import reference_problems
from tallyclerk.config.statuses import read_statuses
from tallyclerk.errors import ConfigError

Tree = dict[str, Any]


def load(path: Path | None, env: Mapping[str, str]) -> Settings:
    """Load the settings of a run.

    Args:
        path: `config.toml`, or None for the defaults and the environment alone.
        env: Environment; `TALLYCLERK_RUN__CURRENCY=USD` overrides `run.currency`.

    Returns:
        Checked settings; status tables kept in files are read into them.

    Raises:
        ConfigError: With every problem found, each with file, key and the nearest valid name.
    """
    problems: list[Problem] = []
    files: dict[Key, str] = {}
    tree = _with_includes(path, files, problems) if path else {}
    problems += environment.merge(tree, env, files)
    base = path.parent if path else Path()
    _load_statuses(tree, base, problems)
    _load_holidays(tree, base, problems)
    settings = None
    try:
        settings = Settings.model_validate({**tree, "base": base})
    except ValidationError as error:
        problems += from_validation(error, files)
    if settings is not None:
        problems += reference_problems(settings, files)
    if settings is None or problems:
        raise ConfigError(_together(problems), how="correct these and run again")
    return settings


def _together(problems: list[Problem]) -> str:
    lines = "".join(f"\n  {problem}" for problem in problems)
    count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
    return f"the configuration has {count}:{lines}"


def _with_includes(path: Path, files: dict[Key, str], problems: list[Problem]) -> Tree:
    """The tree of a file with the blocks of the files it includes; `files` learns who said what."""
    tree = _parse(path, problems)
    files[()] = str(path)
    _note_blocks(tree, str(path), files)
    globs = tree.pop("include", [])
    if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
        problems.append(
            Problem(str(path), "include", 'must be a list of paths: ["sources/*.toml"]')
        )
        return tree
    for glob in globs:
        found = sorted(p for p in path.parent.glob(glob) if p.resolve() != path.resolve())
        if not found and not _may_be_empty(path.parent / glob):
            folder = (path.parent / glob).parent
            missing = "" if folder.is_dir() else f": there is no folder {folder.name!r}, make it"
            problems.append(Problem(str(path), "include", f"no file matches {glob!r}{missing}"))
        for part in found:
            _merge_include(tree, part, files, problems)
    return tree


def _may_be_empty(glob: Path) -> bool:
    """Whether a pattern names files of a folder that is there, if only to be filled."""
    return "*" in glob.name and glob.parent.is_dir()


def _parse(path: Path, problems: list[Problem]) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(
            "there is no such configuration file",
            where=str(path),
            how="tallyclerk init writes one, --config FILE names another",
        ) from error
    except UnicodeDecodeError:
        problems.append(Problem(str(path), "", "is not UTF-8 text; save it as UTF-8"))
    except OSError as error:
        problems.append(Problem(str(path), "", f"cannot be read ({error.strerror or error})"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        key = f"line {place[1]}" if place else ""
        problems.append(Problem(str(path), key, f"not valid TOML: {error}"))
    return {}


def _merge_include(tree: Tree, path: Path, files: dict[Key, str], problems: list[Problem]) -> None:
    part = _parse(path, problems)
    for section, blocks in part.items():
        if isinstance(blocks, list) and isinstance(tree.get(section, []), list):
            tree[section] = [*tree.get(section, []), *blocks]
        elif section == "include" or not isinstance(blocks, dict):
            problems.append(Problem(str(path), section, "does not belong in an included file"))
        else:
            _merge_blocks(tree, section, blocks, str(path), files, problems)


def _merge_blocks(
    tree: Tree,
    section: str,
    blocks: Tree,
    file: str,
    files: dict[Key, str],
    problems: list[Problem],
) -> None:
    known = tree.setdefault(section, {})
    for name, block in blocks.items():
        if name in known:
            first = files.get((section, name), files[()])
            what = f"is already in {first}; a block stands in one file"
            problems.append(Problem(file, f"{section}.{name}", what))
        else:
            known[name] = block
            files[section, name] = file


def _note_blocks(tree: Tree, file: str, files: dict[Key, str]) -> None:
    for section, blocks in tree.items():
        if isinstance(blocks, dict):
            files.update({(section, name): file for name in blocks})


def _load_statuses(tree: Tree, base: Path, problems: list[Problem]) -> None:
    """Put the content of every `statuses = "file.csv"` in its place."""
    sources = tree.get("sources")
    for name, source in (sources if isinstance(sources, dict) else {}).items():
        if isinstance(source, dict) and isinstance(source.get("statuses"), str):
            key = f"sources.{name}.statuses"
            source["statuses"], found = read_statuses(base / source["statuses"], key)
            problems += found


def _load_holidays(tree: Tree, base: Path, problems: list[Problem]) -> None:
    """Put the content of every `holidays = "file"` in its place."""
    calendars = tree.get("calendars")
    for name, block in (calendars if isinstance(calendars, dict) else {}).items():
        if isinstance(block, dict) and isinstance(block.get("holidays"), str):
            key = f"calendars.{name}.holidays"
            block["holidays"], found = read_holidays(base / block["holidays"], key)
            problems += found

"""Where the blocks of an inspection go: files of the configuration that are new, or grow at the end.

A folder that `include` names gets one file per source and one for the partners; without one the
blocks go to the end of `config.toml`. What is there already is never changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.inspect.findings import Block, Inspection

PARTNERS = "partners.toml"
_HEAD = (
    "# Written by `tallyclerk inspect`; paths are relative to config.toml. What nothing in the files\n"
    "# proves is a QUESTION: answer it in the line below, without its #.\n"
)


@dataclass(frozen=True)
class Addition:
    """A text for a file: all of a new one, or the end of one that is there."""

    path: Path
    text: str
    is_new: bool


def additions(inspection: Inspection, config: Path, starter: str) -> list[Addition]:
    """What to write so that the configuration has every new block.

    Args:
        inspection: What was found.
        config: The configuration file.
        starter: Its text where there is none yet.
    """
    found: list[Addition] = []
    if all(block.skip for group in inspection.groups for block in group.blocks):
        return found
    if not config.exists():
        found.append(Addition(config, starter, is_new=True))
    folder = _included(config, starter)
    blocks = [b for group in inspection.groups for b in group.blocks if not b.skip]
    if folder is None:
        texts = [*(_source(block) for block in blocks), *_partners(inspection)]
        if texts:
            found.append(Addition(config, "\n" + _HEAD + "\n" + "\n".join(texts), is_new=False))
    else:
        found += [_new(folder / f"{b.name}.toml", f"{_HEAD}\n{_source(b)}") for b in blocks]
        partners = list(_partners(inspection))
        if partners:
            found.append(_grown(folder / PARTNERS, _HEAD, "\n".join(partners)))
    for block in blocks:
        if block.statuses_file:
            name, text = block.statuses_file
            found.append(_new(config.parent / name, text))
    return found


def _included(config: Path, starter: str) -> Path | None:
    """The first folder that `include` names with a pattern."""
    text = config.read_text(encoding="utf-8-sig") if config.exists() else starter
    globs = tomllib.loads(text).get("include", [])
    wild = [glob for glob in globs if isinstance(glob, str) and Path(glob).name == "*.toml"]
    return config.parent / Path(wild[0]).parent if wild else None


def _source(block: Block) -> str:
    """A block with, where statuses are open, the words that answer them."""
    if not any(not status.is_sure for status in block.statuses) or block.table != "events":
        return block.toml
    names = " ".join(Milestone)
    lines = [f"# {part}" for part in _wrapped(f"Milestones: {names}")]
    return "\n".join(lines) + "\n" + block.toml


def _wrapped(text: str, width: int = 96) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line


def _partners(inspection: Inspection) -> Iterator[str]:
    yield from (partner.toml for partner in inspection.partners)


def _new(path: Path, text: str) -> Addition:
    return Addition(path, text, is_new=True)


def _grown(path: Path, head: str, text: str) -> Addition:
    if path.exists():
        return Addition(path, "\n" + text, is_new=False)
    return Addition(path, head + "\n" + text, is_new=True)

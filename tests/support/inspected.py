"""Blocks as `inspect` writes them, with the answers that a person would give to their questions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from tests.support.settings_file import Tree

from tallyclerk.config import load
from tallyclerk.domain.tables import EVENTS, TABLES
from tallyclerk.ingest.inspect import Block, Inspection, inspect
from tallyclerk.ingest.run import ingest
from tallyclerk.ingest.vocabulary import WordTable
from tallyclerk.store import Ledger

OF_SOURCES = ["source", "source_file", "source_row", "status_rule"]
"""Columns that say who told it and how it was understood, which may differ."""


def inspected(paths: Sequence[Path], base: Path) -> Inspection:
    """What `inspect` finds, for a configuration in the folder `base`."""
    return inspect(paths, None, base)


def blocks_of(found: Inspection) -> dict[str, Block]:
    """Every block by its name."""
    return {block.name: block for group in found.groups for block in group.blocks}


def tree_of(block: Block) -> Tree:
    """The block as it is pasted."""
    tree: Tree = tomllib.loads(block.toml)["sources"][block.name]
    return tree


def answered(block: Block, hand: Mapping[str, Any]) -> tuple[Tree, set[str]]:
    """A block with its questions answered from a block written by hand.

    Returns:
        The block, and the keys that were answered.
    """
    tree = tree_of(block)
    asked: set[str] = set()
    for question in block.questions:
        key = question.answer.split(" = ", 1)[0].strip('"')
        if key in hand:
            tree[key] = hand[key]
            asked.add(key)
        elif key in hand.get("columns", {}):
            tree["columns"][key] = hand["columns"][key]
            asked.add(key)
    open_words = {s.theirs for s in block.statuses if not s.is_sure}
    if open_words:
        told = meaning_by_hand(hand, open_words)
        tree["statuses"] = {**tree.get("statuses", {}), **told}
        asked |= {"statuses"} if told else set()
    return tree, asked


def meaning_by_hand(hand: Mapping[str, Any], words: set[str]) -> dict[str, str]:
    """What the block written by hand says about these words, by its wildcards too."""
    table = WordTable(hand.get("statuses", {}))
    return {word: ours for word in sorted(words) if (ours := table.get(word))}


def everything(config: Path) -> dict[str, pl.DataFrame]:
    """All that a configuration's exports say, table by table, without who said it."""
    settings = load(config, {})
    ingest(settings)
    ledger = Ledger.open(settings.resolve(settings.run.store))
    events = pl.concat([ledger.read_events(b, list(EVENTS)) for b in range(ledger.bucket_count)])
    tables = {name: ledger.read_table(name) for name in TABLES if name != "events"}
    return {name: _plain(frame) for name, frame in {"events": events, **tables}.items()}


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    kept = frame.drop(OF_SOURCES, strict=False)
    return kept.sort(kept.columns, nulls_last=True)

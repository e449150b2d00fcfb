"""Simulated exports as files whose rows can be moved about: shuffled, split, joined."""

from __future__ import annotations

import gzip
import random
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.settings_file import Tree, read_tree

CODECS = {
    "hengda": "gb18030",
    "kaveri": "cp1252",
    "anadolu": "cp1254",
    "bergmann": "cp1252",
    "acme_europe": "cp1252",
    "alpenpaket": "cp1252",
    "hexagone": "utf-16",
    "parcelhub": "cp1250",
}
"""Encodings of the folders that are not UTF-8, as the simulator's configuration declares them."""
MOVABLE = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".jsonl")


@dataclass(frozen=True)
class Table:
    """The text of an export: what stands above the rows, and its rows with their line ends."""

    codec: str
    head: str
    rows: tuple[str, ...]


def kind_of(path: Path) -> str:
    """All endings of a file, such as .csv.gz."""
    return "".join(re.findall(r"\.[a-z]+", path.name))


def movable(folder: Path) -> list[Path]:
    """The files below a folder whose rows are lines, sorted."""
    return sorted(path for path in folder.rglob("*.*") if kind_of(path) in MOVABLE)


def read_table(path: Path) -> Table:
    """The table at `path`."""
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    codec = CODECS.get(path.parent.name, "utf-8")
    text = content.decode(codec)
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)", text)
    assert "".join(lines) == text, f"{path}: the last line has no end"
    heads = 0 if kind_of(path) == ".jsonl" else 1
    assert all(line.count('"') % 2 == 0 for line in lines), f"{path}: a row has several lines"
    return Table(codec, "".join(lines[:heads]), tuple(lines[heads:]))


def write_table(table: Table, path: Path) -> None:
    """Write a table, packed where the name says so."""
    content = (table.head + "".join(table.rows)).encode(table.codec)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def shuffle(folder: Path, seed: int) -> None:
    """Bring the rows of every file below a folder into another order."""
    chance = random.Random(seed)  # noqa: S311 nothing secret
    for path in movable(folder):
        table = read_table(path)
        write_table(replace(table, rows=tuple(chance.sample(table.rows, len(table.rows)))), path)


def join(folder: Path) -> None:
    """Make one file of the files of every partner."""
    for part in sorted({path.parent for path in movable(folder)} - {folder / "merchant"}):
        paths = movable(part)
        tables = [read_table(path) for path in paths]
        assert len({table.head for table in tables}) == 1, part
        rows = tuple(row for table in tables for row in table.rows)
        for path in paths:
            path.unlink()
        write_table(replace(tables[0], rows=rows), part / f"all{kind_of(paths[0])}")


def split(folder: Path, parts: int) -> None:
    """Deal the rows of every file below a folder to several files."""
    for path in movable(folder):
        table = read_table(path)
        for place in range(parts):
            part = replace(table, rows=table.rows[place::parts])
            write_table(part, path.with_name(f"part-{place}-{path.name}"))
        path.unlink()


def copied(original: Path, folder: Path) -> Path:
    """A copy of a simulated run without its ledger; gives the path of its configuration."""
    shutil.copytree(original, folder, ignore=shutil.ignore_patterns(".tallyclerk", "reports"))
    return folder / "config.toml"


def with_parts(config: Path) -> Tree:
    """The configuration of a run whose files were split: paths that named a file are globs."""
    tree = read_tree(config)
    for source in tree["sources"].values():
        folder, _, name = source["path"].rpartition("/")
        if "*" not in name and kind_of(Path(name)) in MOVABLE:
            source["path"] = f"{folder}/part-*-{name}"
    return tree


def moved(paths: Iterable[Path], folder: Path, target: Path) -> None:
    """Move files below a folder to the same places below another."""
    for path in paths:
        place = target / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)

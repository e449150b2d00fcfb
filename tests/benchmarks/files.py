"""What a small file costs: thousands of daily exports into a ledger, beside polars alone.

    python -m tests.benchmarks.files [FILES]

Files of a hundred rows of five partners, one of whom sends JSON Lines. In one run and in turns: polars
reading each of them, with the format of the times stated; the ingest of all into a new ledger; the
next one, which finds nothing new; and one that finds a single file more. Medians of CPU seconds, in
this one process. BENCH_RUNS says how many turns.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.reading import events, parsed_by_format

from tallyclerk.config import load
from tallyclerk.ingest.run import ingest

FILES = 1000
FILE_ROWS = 100
RUNS = 3
SOURCES = {"alpha": "csv", "beta": "csv", "gamma": "csv", "delta": "csv", "epsilon": "jsonl"}
CONFIG = """
[run]
timezone = "UTC"
store = "ledger"
"""
SOURCE = """
[sources.{name}]
path = "{name}"
format = "{form}"
timezone = "UTC"
"""


def make(folder: Path, files: int) -> Path:
    """Write so many files, a folder for each source, and `config.toml`; where one more would be."""
    text = CONFIG
    for name, form in SOURCES.items():
        (folder / name).mkdir()
        text += SOURCE.format(name=name, form=form)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    rows = events(files * FILE_ROWS)
    names = list(SOURCES)
    for number in range(files):
        name = names[number % len(names)]
        part = rows.slice(number * FILE_ROWS, FILE_ROWS)
        path = folder / name / f"{number:05}.{SOURCES[name]}"
        part.write_csv(path) if SOURCES[name] == "csv" else part.write_ndjson(path)
    return folder / names[0] / "new.csv"


def measured(folder: Path, new: Path) -> dict[str, float]:
    """Median CPU seconds of each way; `new` is a file that is there in the last one only."""
    settings = load(folder / "config.toml", {})
    paths = sorted(folder.glob("*/*"))
    ways: dict[str, Callable[[], object]] = {
        "polars, file by file": lambda: [parsed_by_format(path) for path in paths],
        "ingest of all": lambda: ingest(settings),
        "ingest, nothing new": lambda: ingest(settings),
        "ingest, one file more": lambda: ingest(settings),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(int(os.environ.get("BENCH_RUNS", RUNS))):
        shutil.rmtree(folder / "ledger", ignore_errors=True)
        new.unlink(missing_ok=True)
        for name, way in ways.items():
            if name == "ingest, one file more":
                events(FILE_ROWS).write_csv(new)
            begun = time.process_time()
            way()
            spent[name].append(time.process_time() - begun)
    return {name: statistics.median(runs) for name, runs in spent.items()}


def main(files: int) -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        found = measured(folder, make(folder, files))
    print(f"{files:,} files of {FILE_ROWS} rows     CPU s   ms a file")
    for way, cpu in found.items():
        print(f"{way:<28}{cpu:>7.2f}{1000 * cpu / files:>12.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)

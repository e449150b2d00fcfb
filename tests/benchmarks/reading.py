"""Reading one plain CSV of events into a ledger, beside polars alone parsing the same file.

    python -m tests.benchmarks.reading [ROWS]

In one run and in turns, so that a busy machine slows all alike: polars parsing the file with the
times it recognises itself, the same with the format stated, our reading of the file into a segment
(without the survey), and the whole `ingest`. Medians of CPU and wall seconds; all run in this one
process, so that its start counts nowhere. BENCH_RUNS says how many turns. At last the command as a
user runs it, once: CPU of all its processes and the memory of the largest.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from tallyclerk.config import load
from tallyclerk.config.models import Settings
from tallyclerk.ingest.exports import Export, exports_of
from tallyclerk.ingest.lots import read_segments
from tallyclerk.ingest.plan import Plan
from tallyclerk.ingest.run import ingest
from tallyclerk.ingest.segment import Job
from tallyclerk.store.segments import Pack

ROWS = 1_000_000
RUNS = 5
SHIPMENT_ROWS = 8
FORMAT = "%Y-%m-%d %H:%M:%S"
MILESTONES = ("RELEASED", "ACCEPTED", "IN_TRANSIT", "ARRIVED_DESTINATION", "DELIVERED")
PLACES = (
    *(("Leipzig", "DE"), ("Hamburg", "DE"), ("Rotterdam", "NL"), ("Lyon", "FR"), ("Graz", "AT")),
    *(("Milano", "IT"), ("Brno", "CZ"), ("Poznan", "PL"), ("Aarhus", "DK"), ("Basel", "CH")),
)
TEXTS = ("shipment_id", "milestone", "partner_id", "location", "country")
CONFIG = """
[run]
timezone = "UTC"
store = "ledger"

[sources.events]
path = "events.csv"
timezone = "UTC"
"""


def events(rows: int) -> pl.DataFrame:
    """So many events as plain texts: one row each, shipment by shipment."""
    number = pl.int_range(rows, dtype=pl.Int64)
    shipment = number // SHIPMENT_ROWS
    step = number % SHIPMENT_ROWS
    start = pl.datetime(2025, 1, 6) + pl.duration(seconds=shipment * 97 % (180 * 86_400))
    at = start + pl.duration(seconds=step * 7 * 3600 + number * 7919 % 3600)
    place = number * 31 % len(PLACES)
    names, countries = zip(*PLACES, strict=True)
    stage = step * len(MILESTONES) // SHIPMENT_ROWS
    return pl.select(
        shipment_id=pl.format("SHP-{}", shipment.cast(pl.String).str.zfill(8)),
        milestone=pl.lit(pl.Series(MILESTONES)).gather(stage),
        occurred_at=at.dt.strftime(FORMAT),
        recorded_at=(at + pl.duration(seconds=number * 104_729 % 20_000)).dt.strftime(FORMAT),
        partner_id=pl.format("partner-{}", shipment * 13 % 40),
        location=pl.lit(pl.Series(names)).gather(place),
        country=pl.lit(pl.Series(countries)).gather(place),
    )


def make(folder: Path, rows: int) -> None:
    """Write `events.csv` of so many rows, and `config.toml`."""
    events(rows).write_csv(folder / "events.csv")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")


def parsed(path: Path) -> None:
    """What an analyst writes: the types stated, the times recognised."""
    times = dict.fromkeys(("occurred_at", "recorded_at"), pl.Datetime("us"))
    pl.read_csv(path, schema_overrides={**dict.fromkeys(TEXTS, pl.String), **times})


def parsed_by_format(path: Path) -> None:
    """Texts first, and the times by their format."""
    is_csv = path.suffix == ".csv"
    frame = pl.read_csv(path, infer_schema=False) if is_csv else pl.read_ndjson(path)
    frame.with_columns(pl.col("occurred_at", "recorded_at").str.to_datetime(FORMAT))


def segment(settings: Settings, store: Path) -> None:
    """The file into a segment of a new ledger."""
    export: Export = exports_of(settings, "events")[0]
    job = Job(
        plan=Plan.of("events", settings),
        path=export.path,
        file=export.file,
        file_digest="digest",
        segment_id="0" * 20,
        on_rows=lambda _: None,
    )
    store.mkdir(parents=True)
    pack = Pack(store, [job.segment_id], 1)
    read_segments([job], pack)
    pack.finish()


def measured(ways: dict[str, Callable[[], None]], store: Path) -> dict[str, tuple[float, float]]:
    """Median CPU and wall seconds of each way."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(int(os.environ.get("BENCH_RUNS", RUNS))):
        for name, way in ways.items():
            shutil.rmtree(store, ignore_errors=True)
            cpu, wall = time.process_time(), time.perf_counter()
            way()
            spent[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    return {
        name: (statistics.median(c for c, _ in runs), statistics.median(w for _, w in runs))
        for name, runs in spent.items()
    }


def command(folder: Path, store: Path) -> tuple[float, float]:
    """CPU seconds and GB of `tallyclerk ingest` in processes of its own."""
    shutil.rmtree(store, ignore_errors=True)
    words = ["-m", "tallyclerk", "--config", str(folder / "config.toml"), "-q", "ingest"]
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("tallyclerk ingest failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20


def main(rows: int) -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        make(folder, rows)
        path, store = folder / "events.csv", folder / "ledger"
        settings = load(folder / "config.toml", {})
        ways: dict[str, Callable[[], None]] = {
            "polars, times recognised": lambda: parsed(path),
            "polars, times by format": lambda: parsed_by_format(path),
            "into a segment": lambda: segment(settings, store),
            "whole ingest": lambda: ingest(settings) and None,
        }
        found = measured(ways, store)
        cpu_of_command, memory = command(folder, store)
    floor = found["polars, times recognised"]
    print(f"{rows:,} rows         CPU s   wall s   rows/CPU s   CPU ratio  wall ratio")
    for way, (cpu, wall) in found.items():
        ratios = f"{cpu / floor[0]:>9.1f}{wall / floor[1]:>12.1f}"
        print(f"{way:<26}{cpu:>7.2f}{wall:>9.2f}{rows / cpu:>13,.0f}  {ratios}")
    per_second = rows / cpu_of_command
    print(f"{'the command':<26}{cpu_of_command:>7.2f}{per_second:>22,.0f}  {memory:.2f} GB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)

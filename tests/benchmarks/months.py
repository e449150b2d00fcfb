"""Adds a month to a ledger of twelve and reports it, beside the same month alone.

    python -m tests.benchmarks.months [EVENTS OF A MONTH]

Exports are simulated over 13 months, and written anew as a file of each table per month, of what
was recorded in it: an export at its end tells no more. Each step is a process of its own. The ledger
of twelve months is made, counted and reported once, as it was when its last month had come, and
copied; then in turns (BENCH_RUNS) a ledger of the last month alone is made and reported, and the last
month is added to the copy and reported. What is waited for is the same on both sides: the ingest, a
tally of the month, and its report (HTML and PDF; workbooks of all cases, the same work on both sides,
would outweigh the rest). The exit code is 1 where it takes more than twice as long.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from tests.benchmarks.plain import EVENTS_PER_SHIPMENT
from tests.support.processes import Step, run

from tallyclerk.config import load
from tallyclerk.ingest.run import ingest
from tallyclerk.simulate import simulate
from tallyclerk.store import Ledger

EVENTS = 1_000_000
MONTHS = 13
LAST, LAST_BEFORE = "2026-10", "2026-09"
BEFORE, AFTER = "2026-10-01", "2026-11-01"
RUNS = 3
PAGES = ("--format", "html,pdf")
MOST = 2.0
TIMES = "%Y-%m-%dT%H:%M:%S%.fZ"
CONFIG = """
[run]
timezone = "UTC"
store = "ledger"
lane = ["origin_country", "destination_country"]
"""
SOURCE = """
[sources.{name}]
path = "{name}-*.csv"
table = "{name}"
timezone = "UTC"
"""
PARTNER = """
[partners.{key}]
name = {name}
role = {roles}
disclose = true
"""
LEFT_OUT = ("event_id", "inherited", "is_physical", "time_source", "time_precision", "classifier")
MADE = ("source", "source_file", "source_row", "corrects_event_id")
"""Columns of EVENTS that ingest makes."""
TOLD = pl.coalesce("recorded_at", "occurred_at")
"""When an event is known."""


def make(folder: Path, events: int) -> None:
    """Write a file per table and month, and `config.toml`.

    Args:
        folder: An empty folder.
        events: About how many events a month.
    """
    shipments = round(events * MONTHS / EVENTS_PER_SHIPMENT)
    trade = folder / "trade"
    simulate(trade, shipments, 1, truth=False, houses=3)
    settings = load(trade / "config.toml", {})
    ingest(settings)
    ledger = Ledger.open(settings.resolve(settings.run.store))
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    tables = ("events", "shipments", "claims", "tickets", "notices")
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.writelines(SOURCE.format(name=name) for name in tables)
        for name, partner in settings.partners.items():
            words = (name, partner.name or name, [str(role) for role in partner.roles])
            key, called, roles = map(json.dumps, words)
            config.write(PARTNER.format(key=key, name=called, roles=roles))
    for bucket in range(ledger.bucket_count):
        rows = {name: _told(ledger, name, bucket) for name in tables}
        begun = rows["events"].group_by("shipment_id").agg(at=TOLD.min())
        rows["shipments"] = rows["shipments"].join(begun, on="shipment_id")
        for name, table in rows.items():
            _append(folder, name, table)
    shutil.rmtree(trade)


def _told(ledger: Ledger, name: str, bucket: int) -> pl.DataFrame:
    if name == "events":
        rows = ledger.read_events(bucket).filter(pl.col("classifier") == "actual")
        return rows.drop(*LEFT_OUT, *MADE)
    return ledger.read_table(name, bucket)


def _append(folder: Path, name: str, table: pl.DataFrame) -> None:
    """Add rows to the file of the month in which each was told."""
    first = next(column for column, kind in table.schema.items() if kind == pl.Datetime)
    time = TOLD if name == "events" else pl.col("at" if "at" in table.columns else first)
    month = time.dt.strftime("%Y-%m").alias("month")
    parts = table.with_columns(month).drop("at", strict=False)
    for (label,), part in parts.partition_by("month", as_dict=True, include_key=False).items():
        path = folder / f"{name}-{label}.csv"
        is_new = not path.exists()
        with path.open("ab") as file:
            part.write_csv(file, include_header=is_new, datetime_format=TIMES)


def ours(folder: Path, *command: str) -> list[str]:
    """What Python runs for one of our commands."""
    return ["-m", "tallyclerk", "--no-progress", "--config", str(folder / "config.toml"), *command]


def done(name: str, folder: Path, *command: str) -> Step:
    """One step, which must not fail.

    Raises:
        SystemExit: It did.
    """
    log = folder / f"{name}.log"
    step = run(name, ours(folder, *command), log)
    if step.code:
        raise SystemExit(f"{name} failed:\n{log.read_text(encoding='utf-8')[-4000:]}")
    return step


def lay(made: Path, folder: Path, *, last: bool) -> None:
    """Lay the files of the last month, or of those before it, into a folder."""
    folder.mkdir(exist_ok=True)
    shutil.copyfile(made / "config.toml", folder / "config.toml")
    for path in made.glob("*-20*.csv"):
        if path.stem.endswith(LAST) == last:
            os.link(path, folder / path.name)


def reported(folder: Path) -> Iterator[Step]:
    """What is waited for when a month has come."""
    asked = ("--month", LAST, "--as-of", AFTER)
    yield done("ingest", folder, "ingest")
    yield done("tally", folder, "tally", *asked)
    yield done("report", folder, "report", *asked, *PAGES, "--out", str(folder / "reports"))


def measured(made: Path, folder: Path) -> dict[str, list[list[Step]]]:
    """The steps of each run, alone and added."""
    twelve = folder / "twelve"
    lay(made, twelve, last=False)
    done("ingest", twelve, "ingest")
    done("tally", twelve, "tally", "--as-of", BEFORE)
    asked = ("--month", LAST_BEFORE, "--as-of", BEFORE)
    done("report", twelve, "report", *asked, *PAGES, "--out", str(twelve / "reports"))
    found: dict[str, list[list[Step]]] = {"alone": [], "added": []}
    for _ in range(int(os.environ.get("BENCH_RUNS", RUNS))):
        for name, runs in found.items():
            place = folder / name
            if name == "added":
                shutil.copytree(twelve, place, copy_function=os.link)
            lay(made, place, last=True)
            runs.append(list(reported(place)))
            shutil.rmtree(place)
    return found


def main(events: int) -> int:
    """Measure, print a table, and judge."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        made = Path(name) / "made"
        made.mkdir()
        make(made, events)
        found = measured(made, Path(name))
    print(f"{'CPU seconds':<24}{'alone':>9}{'added':>9}{'ratio':>8}{'peak GB':>9}")
    total = [0.0, 0.0]
    for place, step in enumerate(found["alone"][0]):
        both = [[steps[place] for steps in runs] for runs in found.values()]
        spent = [statistics.median(s.cpu_seconds for s in runs) for runs in both]
        total = [a + b for a, b in zip(total, spent, strict=True)]
        peak = max(s.peak_bytes for s in both[1]) / 10**9
        ratio = spent[1] / spent[0]
        print(f"{step.name:<24}{spent[0]:>9.2f}{spent[1]:>9.2f}{ratio:>8.2f}{peak:>9.2f}")
        print(f"{'… in all':<24}{total[0]:>9.2f}{total[1]:>9.2f}{total[1] / total[0]:>8.2f}")
    return int(total[1] > MOST * total[0])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))

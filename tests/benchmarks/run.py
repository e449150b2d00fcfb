"""Times tallyclerk beside other tools on the same plain exports, and writes the table to README.

BENCH_EVENTS says how many events (several sizes with commas between), BENCH_RUNS how often each is
run; medians count. Every step is a process of its own. The exit code is 1 if the tools disagree.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.peers import (
    PEERS,  # which loads no tool: the peak of a process begins at ours
)
from tests.support.processes import Step, run

README = Path(__file__).parents[2] / "README.md"
START, END = "<!-- generated:bench -->", "<!-- /generated:bench -->"
EVENTS = "1000000"
RUNS = 3
LABELS = {
    "floor": "nothing but parsing the files",
    "tallyclerk_alone": "tallyclerk: 7 KPIs, with ledger",
    "tallyclerk": "tallyclerk: its whole catalogue, with ledger",
    "duckdb_tuned": "DuckDB: 7 KPIs, tuned",
    "duckdb_plain": "DuckDB: 7 KPIs, plain views",
    "pandas": "pandas, vectorised: 7 KPIs",
}


def say(text: str) -> None:
    """Print at once, for this takes minutes."""
    print(text, flush=True)


def median(steps: Sequence[Step]) -> Step:
    """The medians of some runs of one step; the peak is the largest."""
    return Step(
        name=steps[0].name,
        seconds=statistics.median(s.seconds for s in steps),
        cpu_seconds=statistics.median(s.cpu_seconds for s in steps),
        peak_bytes=max(s.peak_bytes for s in steps),
        code=max(s.code for s in steps),
    )


def timed(name: str, args: list[str], log: Path, before: Callable[[], None] = lambda: None) -> Step:
    """One step a few times; `before` each time makes its start the same."""
    steps = []
    for _ in range(int(os.environ.get("BENCH_RUNS", RUNS))):
        before()
        steps.append(run(name, args, log))
        if steps[-1].code:
            raise SystemExit(f"{name} failed:\n{log.read_text(encoding='utf-8')[-4000:]}")
    found = median(steps)
    say(f"{name:<45}{found.seconds:>9.2f} s{found.cpu_seconds:>9.2f} s CPU")
    return found


def peers(folder: Path) -> list[Step]:
    """The same KPIs by each tool.

    Raises:
        SystemExit: They disagree.
    """
    steps, answers = [], {}
    for name in PEERS:
        log = folder / f"{name}.json"
        command = ["-m", "tests.benchmarks.peers", name, str(folder)]
        steps.append(timed(LABELS[name], command, log, lambda: forget(folder / "ledger")))
        answers[name] = json.loads(log.read_text(encoding="utf-8"))
    wrong = [name for name in answers if name != "floor" and answers[name] != answers["tallyclerk"]]
    if wrong:
        raise SystemExit(f"these count otherwise: {', '.join(wrong)}")
    return steps


def forget(folder: Path) -> None:
    """Remove what an earlier run left."""
    shutil.rmtree(folder, ignore_errors=True)


def commands(folder: Path) -> Iterator[Step]:
    """What a user waits for, on the simulated exports in many formats."""
    trade = folder / "trade"
    store, reports = trade / ".tallyclerk", folder / "reports"
    ours = ["-m", "tallyclerk", "--no-progress", "--config", str(trade / "config.toml")]
    log = folder / "log"
    forget(store)
    yield timed("ingest", [*ours, "ingest"], log, lambda: forget(store))
    yield timed("first tally", [*ours, "tally"], log, lambda: forget(store / "cache"))
    yield timed("tally again", [*ours, "tally"], log)
    yield timed("compare two partners", [*ours, "compare", "acme", "nordlog"], log)
    page = [*ours, "report", "--partner", "acme", "--format", "html,pdf", "--out", str(reports)]
    yield timed("first page", page, log, lambda: forget(store / "cache" / "evidence"))
    yield timed("page again", page, log)


def start_up(folder: Path) -> Iterator[Step]:
    """What needs no data."""
    for args in (["--help"], ["kpis"]):
        yield timed(" ".join(args), ["-m", "tallyclerk", *args], folder / "log")


def machine() -> str:
    """What all this ran on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    name = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores ({name or platform.machine()}), {platform.system()}{load}"


def table(heading: str, steps: Sequence[Step]) -> Iterator[str]:
    """A table of steps in Markdown."""
    yield f"| {heading} | seconds | CPU seconds | peak memory |"
    yield "| --- | --- | --- | --- |"
    for step in steps:
        memory = f"{step.peak_bytes / 10**9:.2f} GB"
        yield f"| {step.name} | {step.seconds:.2f} | {step.cpu_seconds:.2f} | {memory} |"


def measured(sizes: Sequence[int]) -> Iterator[str]:
    """The block of README."""
    runs = int(os.environ.get("BENCH_RUNS", RUNS))
    of = "One run" if runs == 1 else f"Medians of {runs} runs"
    yield f"{of} on {machine()}."
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            say(f"making exports of {size:,} events")
            run("make", ["-m", "tests.benchmarks.plain", str(folder), str(size)], folder / "log")
            if size == sizes[0]:
                yield from ("", *table("start-up", list(start_up(folder))))
            count = rows(folder)
            yield from ("", *table(f"{count:,} events in plain CSV", peers(folder)))
            yield from (
                "",
                *table(f"{size:,} events in the partners' formats", list(commands(folder))),
            )


def rows(folder: Path) -> int:
    """Events in the plain exports."""
    total = 0
    for path in folder.glob("events-*.csv"):
        with path.open("rb") as file:
            total += sum(block.count(b"\n") for block in iter(lambda: file.read(2**20), b"")) - 1
    return total


def write(block: Sequence[str]) -> None:
    """Put the block between its marks in README."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    README.write_text("\n".join([f"{before}{START}", *block, f"{END}{after}"]), encoding="utf-8")


def main() -> int:
    """Run everything and write the tables."""
    sizes = [int(size) for size in os.environ.get("BENCH_EVENTS", EVENTS).split(",")]
    write(list(measured(sizes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

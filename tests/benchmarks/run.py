"""Times tallyclerk beside other tools on the same plain exports, and writes the tables to README.

BENCH_EVENTS says how many events (several sizes with commas between), BENCH_RUNS how often each is
run; medians count. Every step is a process of its own. What README says of a size is replaced when
all of it is known, and stays where another is timed. The exit code is 1 if the tools disagree.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.peers import (
    PEERS,  # which loads no tool: the peak of a process begins at ours
)
from tests.support.processes import Step, run

README = Path(__file__).parents[2] / "README.md"
START, END = "<!-- generated:bench -->\n", "<!-- /generated:bench -->"
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


def peers(folder: Path) -> Iterator[Step]:
    """The same KPIs by each tool; one that memory does not suffice for is left out, and said.

    Raises:
        SystemExit: They disagree, or ours failed.
    """
    answers = {}
    for name in PEERS:
        log = folder / f"{name}.json"
        command = ["-m", "tests.benchmarks.peers", name, str(folder)]
        try:
            yield timed(LABELS[name], command, log, lambda: forget(folder / "ledger"))
        except SystemExit as error:
            if name.startswith("tallyclerk"):
                raise
            say(str(error))
        else:
            *_, told = log.read_text(encoding="utf-8").splitlines()  # below what a tool warns of
            answers[name] = json.loads(told)
    wrong = [name for name in answers if name != "floor" and answers[name] != answers["tallyclerk"]]
    if wrong:
        raise SystemExit(f"these count otherwise: {', '.join(wrong)}")


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


def table(heading: str, steps: Iterable[Step]) -> Iterator[str]:
    """A table of steps in Markdown."""
    yield f"| {heading} | seconds | CPU seconds | peak memory |"
    yield "| --- | --- | --- | --- |"
    for step in steps:
        memory = f"{step.peak_bytes / 10**9:.2f} GB"
        yield f"| {step.name} | {step.seconds:.2f} | {step.cpu_seconds:.2f} | {memory} |"


def measured(size: int) -> Iterator[tuple[str, list[str]]]:
    """The sections of README that a size gives: the heading and the lines of each."""
    runs = int(os.environ.get("BENCH_RUNS", RUNS))
    of = "One run" if runs == 1 else f"Medians of {runs} runs"
    where = f"{of} on {machine()}."
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        yield "Start-up", [where, "", *table("start-up", start_up(folder))]
        say(f"making exports of {size:,} events")
        run("make", ["-m", "tests.benchmarks.plain", str(folder), str(size)], folder / "log")
        plain = table(f"{rows(folder):,} events in plain CSV", peers(folder))
        own = table(f"{size:,} events in the partners' formats", commands(folder))
        yield f"{size:,} events", [where, "", *plain, "", *own]


def rows(folder: Path) -> int:
    """Events in the plain exports."""
    total = 0
    for path in folder.glob("events-*.csv"):
        with path.open("rb") as file:
            total += sum(block.count(b"\n") for block in iter(lambda: file.read(2**20), b"")) - 1
    return total


def write(heading: str, lines: Sequence[str]) -> None:
    """Put a section between the marks in README, in the order of sizes, instead of its former one."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    block, _, after = rest.partition(END)
    sections = {
        part.partition("\n")[0]: part for part in re.split(r"(?m)^(?=##### )", block) if part
    }
    sections[f"##### {heading}"] = "\n".join([f"##### {heading}", "", *lines, "", ""])
    ordered = sorted(sections, key=lambda title: int(re.sub(r"\D", "", title) or 0))
    block = "".join(sections[title] for title in ordered).rstrip("\n")
    README.write_text(f"{before}{START}{block}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run everything and write the tables."""
    for size in os.environ.get("BENCH_EVENTS", EVENTS).split(","):
        for heading, lines in measured(int(size)):
            write(heading, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())

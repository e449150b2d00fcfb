"""Times tallyclerk beside other tools on the same plain exports, and writes the tables to README.

BENCH_EVENTS says how many events (several sizes with commas between), BENCH_RUNS how often the tools
are run, in turns, BENCH_SECONDS how long a tool may take with all its runs before there is another,
and BENCH_COMMANDS how often the commands are run, if not as often; medians count. Every step is a
process of its own. What README says of a size is replaced when all of it is known, and stays where
another is timed. The exit code is 1 if the tools disagree.
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
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.peers import (
    PEERS,  # which loads no tool: the peak of a process begins at ours
)
from tests.support.processes import Step, run

README = Path(__file__).parents[2] / "README.md"
START, END = "<!-- generated:bench -->\n", "<!-- /generated:bench -->"
EVENTS = "1000000"
RUNS = 3
SECONDS = 1200
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


def runs_of_tools() -> int:
    """How often each tool is run."""
    return int(os.environ.get("BENCH_RUNS", RUNS))


def runs_of_commands() -> int:
    """How often each command is run."""
    return int(os.environ.get("BENCH_COMMANDS", runs_of_tools()))


def in_time(steps: Sequence[Step]) -> bool:
    """Whether a tool that was run before is run again."""
    return sum(s.seconds for s in steps) < int(os.environ.get("BENCH_SECONDS", SECONDS))


def timed(name: str, args: list[str], log: Path) -> Step:
    """One step, once.

    Raises:
        SystemExit: It failed.
    """
    step = run(name, args, log)
    if step.code:
        raise SystemExit(f"{name} failed:\n{log.read_text(encoding='utf-8')[-4000:]}")
    memory = f"{step.peak_bytes / 10**9:.2f} GB"
    say(f"{name:<45}{step.seconds:>9.2f} s{step.cpu_seconds:>9.2f} s CPU{memory:>11}")
    return step


def peers(folder: Path) -> Iterable[Sequence[Step]]:
    """The same KPIs by each tool; one that memory does not suffice for is left out, and said.

    Raises:
        SystemExit: They disagree, or ours failed.
    """
    steps: dict[str, list[Step]] = {name: [] for name in PEERS}
    answers = {}
    for _ in range(runs_of_tools()):
        for name in [name for name, before in steps.items() if in_time(before)]:
            forget(folder / "ledger")
            log = folder / f"{name}.json"
            command = ["-m", "tests.benchmarks.peers", name, str(folder)]
            try:
                steps[name].append(timed(LABELS[name], command, log))
            except SystemExit as error:
                if name.startswith("tallyclerk"):
                    raise
                say(str(error))
                del steps[name]
            else:
                *_, told = log.read_text(encoding="utf-8").splitlines()  # below what it warns of
                answers[name] = json.loads(told)
    wrong = [name for name in steps if name != "floor" and answers[name] != answers["tallyclerk"]]
    if wrong:
        raise SystemExit(f"these count otherwise: {', '.join(wrong)}")
    return steps.values()


def forget(folder: Path) -> None:
    """Remove what an earlier run left."""
    shutil.rmtree(folder, ignore_errors=True)


def commands(folder: Path) -> Iterator[Sequence[Step]]:
    """What a user waits for, on the simulated exports in many formats."""
    trade = folder / "trade"
    store, reports = trade / ".tallyclerk", folder / "reports"
    ours = ["-m", "tallyclerk", "--no-progress", "--config", str(trade / "config.toml")]
    page = [*ours, "report", "--partner", "acme", "--format", "html,pdf", "--out", str(reports)]
    steps: list[tuple[str, list[str], Path | None]] = [
        ("ingest", [*ours, "ingest"], store),
        ("first tally", [*ours, "tally"], store / "cache"),
        ("tally again", [*ours, "tally"], None),
        ("compare two partners", [*ours, "compare", "acme", "nordlog"], None),
        ("first page", page, store / "cache" / "evidence"),
        ("page again", page, None),
    ]
    for name, args, forgotten in steps:
        runs = []
        for _ in range(runs_of_commands()):
            if forgotten:
                forget(forgotten)
            runs.append(timed(name, args, folder / "log"))
        yield runs


def start_up(folder: Path) -> Iterator[Sequence[Step]]:
    """What needs no data."""
    for args in (["--help"], ["kpis"]):
        command = ["-m", "tallyclerk", *args]
        yield [timed(" ".join(args), command, folder / "log") for _ in range(runs_of_tools())]


def machine() -> str:
    """What all this ran on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    name = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"On {os.cpu_count()} cores ({name or platform.machine()}), {platform.system()}{load}."


def table(heading: str, steps: Iterable[Sequence[Step]]) -> Iterator[str]:
    """A table of steps in Markdown: the medians of the runs of each, and the largest peak."""
    yield f"| {heading} | runs | seconds | CPU seconds | peak memory |"
    yield "| --- | --- | --- | --- | --- |"
    for runs in steps:
        wall = statistics.median(run.seconds for run in runs)
        spent = statistics.median(run.cpu_seconds for run in runs)
        memory = max(run.peak_bytes for run in runs) / 10**9
        yield f"| {runs[0].name} | {len(runs)} | {wall:.2f} | {spent:.2f} | {memory:.2f} GB |"


def measured(size: int) -> Iterator[tuple[str, list[str]]]:
    """The sections of README that a size gives: the heading and the lines of each."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        yield "Start-up", [machine(), "", *table("command", start_up(folder))]
        say(f"making exports of {size:,} events")
        run("make", ["-m", "tests.benchmarks.plain", str(folder), str(size)], folder / "log")
        plain = table(f"{rows(folder):,} events in plain CSV", peers(folder))
        yield f"{size:,} events beside other tools", [machine(), "", *plain]
        if runs_of_commands():
            own = table("command", commands(folder))
            yield f"{size:,} events in the partners' formats", [machine(), "", *own]


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
    block = "".join(sections[title] for title in sorted(sections, key=place)).rstrip("\n")
    README.write_text(f"{before}{START}{block}\n{END}{after}", encoding="utf-8")


def place(title: str) -> tuple[int, str]:
    """Where a section stands: by the number of events in its title."""
    return int(re.sub(r"\D", "", title) or 0), title


def main() -> int:
    """Run everything and write the tables."""
    for size in os.environ.get("BENCH_EVENTS", EVENTS).split(","):
        for heading, lines in measured(int(size)):
            write(heading, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())

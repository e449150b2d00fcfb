"""A million shipments of 54 partners through ingest, tallies and pages: seconds and peak memory.

The partners are the simulator's cast in three houses; each gets a page, and a PDF if not small.
Every step is a process of its own, as a user would run it; the exports are simulated first. Two
partners are compared a few times, of which the median counts. The exit code is 1 if a step fails or
takes 4 GB or more, or a comparison a second or more: on a machine that has nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import Step, run

SHIPMENTS = 1_000_000
HOUSES = 3
MOST_BYTES = 4 * 10**9
COMPARE, MOST_SECONDS, COMPARISONS = "compare", 1.0, 5
SIMULATE = """
import sys
from pathlib import Path
from tallyclerk.simulate import simulate
simulate(Path(sys.argv[1]), int(sys.argv[2]), seed=1, truth=False, houses=int(sys.argv[3]))
"""


def line(step: Step) -> str:
    """A row of the table."""
    told = f"{step.name:<12}{step.seconds:>9.2f}{step.cpu_seconds:>9.2f}"
    return f"{told}{step.peak_bytes / 10**9:>9.2f}{step.code:>6}"


HEADING = f"{'step':<12}{'seconds':>9}{'CPU s':>9}{'peak GB':>9}{'exit':>6}"


def seconds(step: Step) -> float:
    """How long a step took."""
    return step.seconds


def say(text: str) -> None:
    """Print at once, for this takes minutes."""
    print(text, flush=True)  # noqa: T201


def steps(folder: Path, shipments: int) -> Iterator[tuple[str, list[str]]]:
    """The name of each step and what Python runs."""
    ours = ["-m", "tallyclerk", "--no-progress", "--config", str(folder / "config.toml")]
    yield "simulate", ["-c", SIMULATE, str(folder), str(shipments), str(HOUSES)]
    yield "ingest", [*ours, "ingest"]
    yield "tally", [*ours, "tally", "--format", "json"]
    yield "tally again", [*ours, "tally", "--format", "json"]
    yield COMPARE, [*ours, "compare", "translink", "nordlog"]
    yield "report", [*ours, "report"]


@contextmanager
def working_folder(given: Path | None) -> Iterator[Path]:
    """The folder asked for, which stays, else a temporary one."""
    if given is None:
        with tempfile.TemporaryDirectory(prefix="million-") as name:
            yield Path(name)
    else:
        given.mkdir(parents=True, exist_ok=True)
        yield given


def sized(folder: Path) -> str:
    """How large the files below a folder are."""
    return f"{sum(p.stat().st_size for p in folder.rglob('*') if p.is_file()) / 10**9:.2f} GB"


def summary(folder: Path) -> str:
    """What the run had to do with, and what it left."""
    config = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))
    partners, pages = len(config["partners"]), len(list((folder / "reports").rglob("*scorecard.*")))
    exports, ledger = sized(folder / "exports"), sized(folder / ".tallyclerk")
    return f"{partners} partners, exports {exports}, ledger {ledger}, {pages} pages written"


def main() -> int:
    """Run all steps and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shipments", type=int, default=SHIPMENTS)
    parser.add_argument("--folder", type=Path, help="work here and leave everything")
    args = parser.parse_args()
    say(f"{args.shipments:,} shipments, {os.cpu_count()} cores\n{HEADING}")
    wrong = []
    with working_folder(args.folder) as folder:
        for name, command in steps(folder, args.shipments):
            log = folder / f"{name}.log"
            times = COMPARISONS if name == COMPARE else 1
            step = sorted((run(name, command, log) for _ in range(times)), key=seconds)[times // 2]
            say(line(step))
            if name == COMPARE and step.seconds >= MOST_SECONDS:
                wrong.append(f"{name} took {step.seconds:.2f} s")
            if step.peak_bytes >= MOST_BYTES:
                wrong.append(f"{name} took {step.peak_bytes / 10**9:.2f} GB")
            if step.code:
                wrong.append(f"{name} failed:\n{log.read_text(encoding='utf-8')[-4000:]}")
                break
        if (folder / "config.toml").exists():
            say(summary(folder))
        if (folder / "ingest.log").exists():
            said = (folder / "ingest.log").read_text(encoding="utf-8").splitlines()
            say(f"ingest: {said[0] if said else 'said nothing'}")
    for text in wrong:
        say(f"WRONG: {text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

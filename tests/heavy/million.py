"""A million shipments of 54 partners through ingest, tallies and pages: seconds and peak memory.

The partners are the simulator's cast in three houses; each gets a page, and a PDF if not small.
Every step is a process of its own, as a user would run it; the exports are simulated first. The
exit code is 1 if a step fails or takes 4 GB or more.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SHIPMENTS = 1_000_000
HOUSES = 3
MOST_BYTES = 4 * 10**9
SIMULATE = """
import sys
from pathlib import Path
from tallyclerk.simulate import simulate
simulate(Path(sys.argv[1]), int(sys.argv[2]), seed=1, truth=False, houses=int(sys.argv[3]))
"""
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True)
class Step:
    """What a process took: wall and processor seconds, the peak of its memory, its exit code."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    code: int

    def line(self) -> str:
        """A row of the table."""
        told = f"{self.name:<10}{self.seconds:>9.1f}{self.cpu_seconds:>9.1f}"
        return f"{told}{self.peak_bytes / 10**9:>9.2f}{self.code:>6}"


HEADING = f"{'step':<10}{'seconds':>9}{'CPU s':>9}{'peak GB':>9}{'exit':>6}"


def say(text: str) -> None:
    """Print at once, for this takes minutes."""
    print(text, flush=True)  # noqa: T201


def run(name: str, args: list[str], log: Path) -> Step:
    """Run one step to its end; what it prints goes to `log`.

    The peak is that of the largest of its processes: workers count one by one.
    """
    start = time.perf_counter()
    with log.open("wb") as file:
        into = [(os.POSIX_SPAWN_DUP2, file.fileno(), number) for number in (1, 2)]
        process = os.posix_spawn(
            sys.executable, [sys.executable, *args], os.environ, file_actions=into
        )
        _, status, usage = os.wait4(process, 0)
    return Step(
        name=name,
        seconds=time.perf_counter() - start,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * _UNIT,
        code=os.waitstatus_to_exitcode(status),
    )


def steps(folder: Path, shipments: int) -> Iterator[tuple[str, list[str]]]:
    """The name of each step and what Python runs."""
    ours = ["-m", "tallyclerk", "--no-progress", "--config", str(folder / "config.toml")]
    yield "simulate", ["-c", SIMULATE, str(folder), str(shipments), str(HOUSES)]
    yield "ingest", [*ours, "ingest"]
    yield "tally", [*ours, "tally", "--format", "json"]
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
            step = run(name, command, log)
            say(step.line())
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

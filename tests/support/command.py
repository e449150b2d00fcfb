"""Commands run as a user runs them, but within the test's own process: that saves a second each."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tallyclerk.cli.app import run
from tallyclerk.config import load
from tallyclerk.pipeline import open_run

ACCOUNT = ("accepted", "rejected", "duplicates", "pending")


@dataclass(frozen=True)
class Answer:
    """What a command gave: exit code, stdout and stderr."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Stdout as text."""
        return self.out.decode()

    @property
    def json(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)


def call(*args: str | Path, cwd: Path | None = None) -> Answer:
    """Run a command in a folder, whatever its exit code."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.StringIO()
    place = contextlib.chdir(cwd) if cwd else contextlib.nullcontext()
    with place, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(arg) for arg in args])
    return Answer(code, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]


def ask(config: Path, *args: str | Path) -> Answer:
    """Run a command under a configuration; it must succeed."""
    answer = call(*args, "--config", config)
    assert answer.code == 0, answer.err
    return answer


def ingest(config: Path) -> dict[str, Any]:
    """Read the exports; the outcome as JSON, its accounts checked."""
    told: dict[str, Any] = ask(config, "ingest", "--format", "json").json
    check_accounts(told)
    return told


def check_accounts(told: dict[str, Any]) -> None:
    """Nothing is dropped in silence: what was read is the sum of what became of it."""
    assert told["sources"]
    for source in told["sources"]:
        assert source["rows"] == sum(source[name] for name in ACCOUNT), source


def accounts(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The account of each source by its name."""
    return {source["source"]: source for source in told["sources"]}


def tally(config: Path, *args: str) -> bytes:
    """What `tally --format json` prints."""
    return ask(config, "tally", "--format", "json", *args).out


def tallies_digest(config: Path) -> str:
    """sha256 of TALLIES as they stand: their rows, values and order."""
    told = open_run(load(config, {})).tallies.collect().write_csv()
    return hashlib.sha256(told.encode()).hexdigest()


def summed(results: list[dict[str, Any]], kpi: str, role: str) -> dict[str, int]:
    """One KPI over all partners in a role: n, hits, and each reason of exclusion."""
    rows = [row for row in results if (row["kpi"], row["role"]) == (kpi, role)]
    assert all(row["rule"] is None for row in rows)
    total = {name: sum(row[name] for row in rows) for name in ("n", "hits", "waiting")}
    for row in rows:
        for reason, count in row["excluded"].items():
            total[reason] = total.get(reason, 0) + count
    return total


def evidence(config: Path) -> pl.DataFrame:
    """Every fact of the whole span: what `explain` lists partner by partner."""
    opened = open_run(load(config, {}))
    assert opened.months
    return opened.passes.evidence(opened.months).collect()

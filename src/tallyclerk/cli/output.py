"""How answers reach stdout, and the words and numbers that all of them use."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from tallyclerk.domain.judgement import RunInfo
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import Result
from tallyclerk.report import text
from tallyclerk.report.states import MARKS

DASH = text.DASH


def say(answer: str | bytes) -> None:
    """Print the answer; bytes go out as they are (JSON and CSV are UTF-8 everywhere).

    Raises:
        PipeClosedError: Nobody reads any more.
    """
    from tallyclerk.cli.endings import PipeClosedError

    try:
        if isinstance(answer, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(answer)
        else:
            click.echo(_speakable(answer))
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise PipeClosedError from error


def _speakable(answer: str) -> str:
    """The answer in characters that this terminal can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return answer.encode(encoding, "replace").decode(encoding)


def as_json(value: object) -> bytes:
    """A value as JSON for machines, readable by people too."""
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def heading(run: RunInfo, period: str | None) -> str:
    """The line above every table: period, as of, run."""
    months = period or "no period"
    return f"{months}   as of {text.moment(run.as_of)}   run {run.run_id}"


def kpi_label(kpis: Mapping[str, Kpi], result: Result) -> str:
    """A KPI's title with its statistic where it has several."""
    return kpis[result.kpi].title(result.statistic)


def interval(result: Result) -> str:
    """The 95 % interval without its unit."""
    if result.value is None:
        return ""
    return text.interval(result.low, result.high, result.unit)


def worst(result: Result) -> str:
    """The value in the worst case, where scans that the partner owes are missing."""
    if not result.in_doubt:
        return ""
    return "not reached" if result.worst is None else text.quantity(result.worst, result.unit)


def cases(result: Result) -> str:
    """n, with a star while some of the cohort are not mature yet."""
    return f"{result.n:,}{'*' if result.provisional else ''}"


def state(result: Result) -> str:
    """The state as a word with its shape."""
    mark = MARKS[result.state]
    return f"{mark.shape} {mark.word}"


def provisional_note(results: Iterable[Result]) -> str:
    """What the star means, where there is one."""
    waiting = max((result.waiting for result in results), default=0)
    if not waiting:
        return ""
    return f"* provisional: up to {text.count(waiting)} cases of the cohort are not mature yet"


def paragraphs(*parts: str) -> str:
    """Parts that are not empty, a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def plain(value: Any) -> str:
    """Any value in a cell."""
    return DASH if value is None or value == "" else str(value)

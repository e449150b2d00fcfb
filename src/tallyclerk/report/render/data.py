"""Results as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from types import NoneType
from typing import Any

from tallyclerk.domain.judgement import Judgement, Restatement, RunInfo
from tallyclerk.domain.lateness import Waterfall
from tallyclerk.domain.money import Account
from tallyclerk.domain.results import Result
from tallyclerk.domain.scores import Score
from tallyclerk.judge.restate import restated

CUTS = ("totals", "months", "lanes", "counterparts", "rules")
COLUMNS = tuple(field.name for field in fields(Result))
_VALUES = attrgetter(*COLUMNS)
_PLAIN = {int, float, NoneType}
"""Types that a table has as they are: half of all cells of a large one."""
FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
"""What a spreadsheet would take for a formula, or skip to find one."""


@lru_cache(maxsize=2**14)
def formula_safe(text: str) -> str:
    """Give text that a spreadsheet shows instead of computing it."""
    return f"'{text}" if FORMULA.match(text) else text


def result_row(result: Result) -> dict[str, Any]:
    """Give a result with the names of the contract, `excluded` as an object."""
    row = {name: getattr(result, name) for name in COLUMNS}
    return {**row, "state": result.state.value, "excluded": dict(result.excluded)}


def results_json(judgement: Judgement) -> bytes:
    """Write everything that was judged: one object, one result a line; scores where there are."""
    told_apart = (*CUTS[1:], "scores") if judgement.scores else CUTS[1:]
    cuts = {cut: getattr(judgement, cut) for cut in told_apart}
    cuts |= {"money": judgement.money.values()} if judgement.money else {}
    cuts |= {"lateness": judgement.lateness.values()} if judgement.lateness else {}
    trailing = {f"trailing_{months}": judgement.trailing[months] for months in judgement.trailing}
    told = results_object(judgement.run, judgement.totals, **cuts, **trailing)
    if not judgement.restatements:
        return told
    rows = ",\n".join(_json(asdict(row)) for row in judgement.restatements)
    return told.removesuffix(b"}\n") + f',\n"restatements": [\n{rows}\n]}}\n'.encode()


def restatements_against(judgement: Judgement, path: Path) -> tuple[Restatement, ...]:
    """What a judgement says differently than the results.json it replaces.

    An equal run repeats what it said: equal inputs in an equal place give equal bytes.

    Args:
        judgement: The new one.
        path: The old results.json; where there is none, or one that cannot be read, nothing is
            restated.
    """
    try:
        old = json.loads(path.read_text("utf-8"))
        before, rows = old["run"], old["results"]
        if before == run_object(judgement.run):
            return tuple(
                Restatement(**row | {"causes": tuple(row["causes"])})
                for row in old.get("restatements", ())
            )
        return restated(before, rows, judgement.run, map(result_row, judgement.totals))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


Row = Result | Score | Waterfall | Account | dict[str, object]
"""One row of a list in results.json: of a type of its own, or plain."""


def results_object(run: RunInfo, results: Iterable[Row], **finer: Iterable[Row]) -> bytes:
    """Write the object of the contract: `run`, `results`, and finer rows under their own names."""
    parts = [f'"run": {_json(run_object(run))}', f'"results": {_lines(results)}']
    parts += [f'"{cut}": {_lines(rows)}' for cut, rows in finer.items()]
    return ("{" + ",\n".join(parts) + "}\n").encode()


def run_object(run: RunInfo) -> dict[str, Any]:
    """Give what names a run, as every answer for machines has it."""
    return asdict(run) | {"run_id": run.run_id, "as_of": run.as_of.isoformat()}


def _lines(results: Iterable[Row]) -> str:
    rows = [_json(_told(row)) for row in results]
    return "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"


def _told(row: Row) -> dict[str, Any]:
    if isinstance(row, dict):
        return row
    return result_row(row) if isinstance(row, Result) else asdict(row)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def results_csv(judgement: Judgement) -> bytes:
    """Write every result of every cut; `cut` says which (totals, months, lanes, …)."""
    cuts = {cut: getattr(judgement, cut) for cut in CUTS}
    trailing = {f"trailing_{months}": judgement.trailing[months] for months in judgement.trailing}
    return results_table(cuts | trailing)


def results_table(cuts: Mapping[str, Iterable[Result]]) -> bytes:
    """Write results by the name of their cut, one a line."""
    rows = ((cut, *_VALUES(result)) for cut, results in cuts.items() for result in results)
    return csv_bytes(("cut", *COLUMNS), rows)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table whose texts no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([v if type(v) in _PLAIN else _cell(v) for v in row] for row in rows)
    return out.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return formula_safe(" ".join(f"{why}:{n}" for why, n in value))
    return formula_safe(value) if isinstance(value, str) else value

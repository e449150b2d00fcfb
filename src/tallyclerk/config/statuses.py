"""Status tables kept in a CSV file beside the configuration: columns `theirs,ours`."""

from __future__ import annotations

import csv
from pathlib import Path

from tallyclerk.config.problems import Problem, did_you_mean
from tallyclerk.domain.milestones import Milestone


def read_statuses(path: Path, key: str) -> tuple[dict[str, str], list[Problem]]:
    """Read a status table.

    Args:
        path: CSV file with the columns `theirs` and `ours`; others, and rows without `ours`, say
            nothing.
        key: Key path of the setting that names the file, for the messages.

    Returns:
        Our milestone by the partner's status, and what is wrong with the file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        return {}, [Problem(str(path), key, f"the status table cannot be read: {reason}")]
    rows = csv.DictReader(text.splitlines())
    header = [name.strip().casefold() for name in rows.fieldnames or ()]
    if not {"theirs", "ours"} <= set(header):
        return {}, [Problem(str(path), key, f"needs the columns theirs,ours (found {header})")]
    rows.fieldnames = header
    return _checked(path, key, rows)


def _checked(
    path: Path, key: str, rows: csv.DictReader[str]
) -> tuple[dict[str, str], list[Problem]]:
    statuses: dict[str, str] = {}
    problems = []
    known = {m.casefold(): m.value for m in Milestone}
    for row in rows:
        theirs, ours = (row["theirs"] or "").strip(), (row["ours"] or "").strip()
        where = f"{key}, line {rows.line_num}"
        if not ours:
            continue  # nobody has decided yet: it stays unmapped
        milestone = known.get(ours.casefold())
        if milestone is None:
            what = f"{ours!r} is not a milestone{did_you_mean(ours, list(Milestone))}"
            problems.append(Problem(str(path), where, what))
        elif statuses.setdefault(theirs, milestone) != milestone:
            what = f"{theirs!r} is mapped twice, to {statuses[theirs]} and {milestone}"
            problems.append(Problem(str(path), where, what))
    return statuses, problems

"""Days off kept in a file beside the configuration: one date a line, what follows it is a remark."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from tallyclerk.config.problems import Problem

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?=\W|$)")


def read_holidays(path: Path, key: str) -> tuple[list[dt.date], list[Problem]]:
    """Read a list of days off.

    Args:
        path: Text file: lines such as "2026-12-25" or "2026-12-25,Christmas Day"; empty lines and
            lines that begin with # are left out, and so is a first line without a date.
        key: Key path of the setting that names the file, for the messages.

    Returns:
        The dates, and what is wrong with the file.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        return [], [Problem(str(path), key, f"the list of holidays cannot be read: {reason}")]
    dates: list[dt.date] = []
    problems = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        found = _date(text)
        if found is not None:
            dates.append(found)
        elif number > 1:
            what = f"{text!r} does not begin with a date such as 2026-12-25"
            problems.append(Problem(str(path), f"{key}, line {number}", what))
    return dates, problems


def _date(text: str) -> dt.date | None:
    match = _DATE.match(text)
    try:
        return dt.date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None

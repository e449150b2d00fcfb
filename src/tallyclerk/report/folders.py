"""The folder of a report: drafts that replace each other whole, and issues that stay as they are."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallyclerk.errors import UsageError
from tallyclerk.report.names import DRAFT, INTERNAL, MANIFEST, SEND

_ISSUE = re.compile(r"r([1-9]\d*)")


def issues(out: Path) -> list[Path]:
    """The issues of a report, the oldest first."""
    if not out.is_dir():
        return []
    numbered = {
        int(found[1]): path
        for path in out.iterdir()
        if (found := _ISSUE.fullmatch(path.name)) and (path / MANIFEST).is_file()
    }
    return [numbered[number] for number in sorted(numbered)]


def next_issue(out: Path) -> str:
    """The name of the next issue: r1, r2 and so on."""
    made = issues(out)
    return f"r{int(made[-1].name[1:]) + 1}" if made else "r1"


def said_before(out: Path) -> Path:
    """The data that a new report is held against: of the last issue, else of the last draft."""
    made = issues(out)
    return (made[-1] if made else out) / INTERNAL


def report_of(out: Path, period: str) -> Path:
    """The report of another period beside this one: its last issue, else its draft."""
    other = out.parent / period
    made = issues(other)
    return made[-1] if made else other


@contextmanager
def writing(out: Path, issue: str) -> Iterator[Path]:
    """Give an empty folder beside `out` that takes its place when all went well.

    A draft replaces the draft before; what was issued goes with it, untouched. An issue becomes a
    folder in `out` and takes the place of the draft, which says the same.

    Args:
        out: Folder of the report, such as reports/2026-10.
        issue: `DRAFT`, or the name of a new issue.

    Raises:
        UsageError: `out` holds something that is not a report.
    """
    _refuse_what_is_no_report(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    draft.chmod(0o755)
    try:
        yield draft
        if issue == DRAFT:
            _replace(out, draft)
        else:
            _add_issue(out, draft, issue)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _refuse_what_is_no_report(out: Path) -> None:
    is_report = (out / MANIFEST).is_file() or bool(issues(out))
    if out.exists() and not is_report and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            f"the folder holds something that is not a report (it has no {MANIFEST})",
            where=str(out),
            how="name an empty folder, or a report to replace",
        )


def _replace(out: Path, draft: Path) -> None:
    """Put a draft in the place of the one before; a crash leaves the issues in both or in one."""
    for issued in issues(out):
        shutil.copytree(issued, draft / issued.name, copy_function=_linked)
    old = draft.with_name(f"{draft.name}-old")
    if out.exists():
        out.rename(old)
    try:
        draft.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _linked(source: str, target: str) -> None:
    """Give a file a second name, or copy it where the file system cannot."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _add_issue(out: Path, draft: Path, issue: str) -> None:
    out.mkdir(exist_ok=True)
    draft.rename(out / issue)
    for name in (INTERNAL, SEND):
        shutil.rmtree(out / name, ignore_errors=True)

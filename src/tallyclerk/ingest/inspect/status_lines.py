"""The statuses of a block: mapped where they are sure, asked about where not, in a CSV where many."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.column import MAX_WORDS
from tallyclerk.ingest.inspect.draft import Draft
from tallyclerk.ingest.inspect.findings import Question
from tallyclerk.ingest.inspect.statuses import StatusLine

MOST_LINES = 40
"""More statuses than this go to a file of their own."""


def write_statuses(
    draft: Draft, statuses: Sequence[StatusLine] | None, *, is_known_format: bool
) -> tuple[str, str] | None:
    """Write `[sources.NAME.statuses]`.

    Args:
        draft: The block.
        statuses: What the status column holds; None where it holds too many.
        is_known_format: Whether the format maps its codes itself, so that only others need a line.

    Returns:
        Name and text of the CSV, where there is one.
    """
    if statuses is None:
        why = f"more than {MAX_WORDS:,} different texts: `tallyclerk ingest` lists those not understood"
        _put_before_tables(draft, toml.pair("vocabulary", '"texts"', why))
        return None
    lines = [s for s in statuses if not is_known_format or not s.is_sure]
    if not lines:
        return None
    if not is_known_format and any(line.rule.startswith("text:") for line in statuses):
        why = "words that have no line below are read as texts"
        _put_before_tables(draft, toml.pair("vocabulary", '"texts"', why))
    if len(lines) > MOST_LINES:
        name = f"{draft.name}-statuses.csv"
        _put_before_tables(draft, f"statuses = {toml.text(name)}")
        _ask(draft, [line for line in lines if not line.is_sure], f"the rows of {name}")
        return name, _csv(draft, lines)
    draft.lines.append(f"[sources.{toml.key(draft.name)}.statuses]")
    for line in lines:
        draft.lines.append(_line(line, "milestone"))
    _ask(draft, [line for line in lines if not line.is_sure], "its line in the block")
    return None


def write_outcomes(draft: Draft, outcomes: Sequence[StatusLine]) -> None:
    """Write `[sources.NAME.outcomes]`; statuses of shipments under way need none."""
    known = [line for line in outcomes if line.ours and line.theirs.casefold() != line.ours]
    others = [line for line in outcomes if not line.ours]
    if not known and not others:
        return
    draft.lines.append(f"[sources.{toml.key(draft.name)}.outcomes]")
    draft.lines += [
        toml.pair(line.theirs, toml.text(line.ours or ""), _count(line)) for line in known
    ]
    if others:
        names = ", ".join(line.theirs for line in others)
        draft.lines.append(toml.comment(f"no end of a shipment, as far as is known: {names}"))


def _line(line: StatusLine, what: str) -> str:
    if line.is_sure and line.ours:
        return toml.pair(line.theirs, toml.text(line.ours), _count(line))
    proposal = toml.text(line.ours or "")
    words = f"which {what}? {_count(line)}"
    if line.ours:
        words = f"is it that? {_count(line)}"
    return toml.question(f"{toml.key(line.theirs)} = {proposal}", words)


def _count(line: StatusLine) -> str:
    rows = f"{line.count:,} row{'s' if line.count != 1 else ''}"
    return f"{line.text}; {rows}" if line.text else rows


def _ask(draft: Draft, unsure: Sequence[StatusLine], where: str) -> None:
    """One question for all statuses of a block."""
    if not unsure:
        return
    shown = ", ".join(repr(line.theirs) for line in unsure[:6])
    more = f" and {len(unsure) - 6} more" if len(unsure) > 6 else ""  # noqa: PLR2004 - as shown
    what = "what does the status" if len(unsure) == 1 else f"what do {len(unsure)} statuses"
    words = f"{what} mean ({shown}{more})?"
    draft.questions.append(Question(draft.name, words, where))


def _put_before_tables(draft: Draft, line: str) -> None:
    """A setting of the block itself stands before its tables."""
    place = next((n for n, text in enumerate(draft.lines) if n and text.startswith("[")), None)
    draft.lines.insert(len(draft.lines) if place is None else place, line)


def _csv(draft: Draft, lines: Sequence[StatusLine]) -> str:
    """theirs, ours, count, example; `ours` is empty where somebody has to fill it in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("theirs", "ours", "count", "example"))
    for line in lines:
        place = f"{draft.group.path_of(line.example.file).name}:{line.example.row}"
        writer.writerow((_safe(line.theirs), line.ours if line.is_sure else "", line.count, place))
    return out.getvalue()


def _safe(text: str) -> str:
    """A text that a spreadsheet does not take for a formula; the outer space means nothing."""
    return f" {text}" if text.startswith(("=", "+", "-", "@")) else text

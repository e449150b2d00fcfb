"""What an inspection found, for people: file by file, then the blocks, then what is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tallyclerk.cli.output import paragraphs
from tallyclerk.cli.table import Column, Row, one_line, shortened, table, width, wrapped
from tallyclerk.errors import InputError

if TYPE_CHECKING:
    from tallyclerk.ingest.inspect import Block, GroupFindings, Inspection, Question

MOST_STATUSES = 40
MOST_NAMES = 40
_EXAMPLE = 24
_TELLING = 30


def told(found: Inspection, written: Sequence[Path], config: str, *, is_written: bool) -> str:
    """Everything that was found."""
    return paragraphs(
        *(part for group in found.groups for part in _group(group)),
        _refused(found),
        "" if is_written else blocks(found).rstrip(),
        _questions(found, written),
        _written(found, written, config) if is_written else _next(found, config),
    )


def blocks(found: Inspection) -> str:
    """The blocks as TOML."""
    texts = [block.toml for group in found.groups for block in group.blocks]
    return "\n".join([*texts, *(partner.toml for partner in found.partners)])


def nothing_usable(found: Inspection) -> InputError:
    """The error of an inspection that found no table of ours."""
    names = ", ".join(group.name for group in found.groups) or "the files"
    return InputError(
        f"nothing in {names} is a table that tallyclerk knows",
        how="export the events of shipments: a number, a status and its time in each row",
    )


def _group(group: GroupFindings) -> Iterator[str]:
    """A heading, then what each block reads."""
    files = f"{group.files:,} file{'s' if group.files != 1 else ''}"
    facts = f"{files}, {group.rows:,} rows, {group.format}"
    head = [
        f"== {one_line(', '.join(group.patterns[:3]))}",
        "   " + ", ".join(filter(None, (facts, group.how))),
    ]
    head += [line for note in group.notes for line in _item(note)]
    if not group.blocks:
        head += _item(f"columns: {_listed(group.unused)}")
    yield "\n".join(head)
    for block in group.blocks:
        layout = "a row per shipment, a column per milestone" if block.layout == "wide" else "long"
        yield f"[sources.{block.name}]: table {block.table}, {layout}"
        yield table(_COLUMNS, (_column(column) for column in block.columns))
        yield "\n".join(line for text in _facts(block, group) for line in _item(text))
        yield _statuses(block)


_COLUMNS = [
    Column("ours"),
    Column("theirs", flexible=True),
    Column("examples", flexible=True),
    Column("why", flexible=True),
]


def _column(column: object) -> Row:
    from tallyclerk.ingest.inspect.findings import ColumnLine

    assert isinstance(column, ColumnLine)  # noqa: S101
    examples = ", ".join(shortened(one_line(text), _EXAMPLE) for text in column.examples[:2])
    return Row([column.ours, column.theirs, examples, column.why])


def _facts(block: Block, group: GroupFindings) -> Iterator[str]:
    yield from (f"times: {text}" for text in block.times)
    if block.zone:
        yield f"zone: {block.zone}"
    if group.unused:
        yield f"not read: {_listed(group.unused)}"
    if block.skip:
        yield f"not written: {block.skip}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def _statuses(block: Block) -> str:
    if not block.statuses:
        return ""
    columns = [Column("status", flexible=True), Column("rows", right=True), Column("proposed")]
    columns += [Column("by", flexible=True), Column("first", flexible=True, needed=False)]
    rows = [
        Row(
            [
                f"{s.theirs}: {s.text}" if s.text else s.theirs,
                f"{s.count:,}",
                _proposal(s.ours, is_sure=s.is_sure),
                s.rule,
                s.example,
            ]
        )
        for s in block.statuses[:MOST_STATUSES]
    ]
    more = len(block.statuses) - MOST_STATUSES
    left = f"\n… and {more:,} more" if more > 0 else ""
    return table(columns, rows) + left


def _proposal(ours: str | None, *, is_sure: bool) -> str:
    return (ours if is_sure else f"{ours}?") if ours else "?"


def _refused(found: Inspection) -> str:
    lines = [
        line
        for path, what, how in found.refused
        for line in (*_item(f"{path}: {what}"), *_item(f"mend: {how}", "  "))
    ]
    return "\n".join(["cannot be read", *lines]) if lines else ""


def _questions(found: Inspection, written: Sequence[Path]) -> str:
    if not found.questions:
        new = any(not block.skip for group in found.groups for block in group.blocks)
        return "no open questions: the blocks can be used as they are" if new else ""
    where = "answer each in its line" if written else "they stand in the blocks as comments"
    lines = [f"{len(found.questions)} open questions; {where}"]
    texts = {path: path.read_text(encoding="utf-8").splitlines() for path in written}
    for number, question in enumerate(found.questions, 1):
        place = _place(question, texts) or question.source
        head = f"{place}: " if place else ""
        answer = f" → {question.answer}" if question.answer else ""
        lines += _item(f"{head}{question.text}{answer}", f"{number:>3}. ")
    return "\n".join(lines)


def _place(question: Question, texts: Mapping[Path, Sequence[str]]) -> str | None:
    """File and line at which a question waits, in the files that were written."""
    start = " ".join(question.text.split())[:_TELLING]
    for path, lines in texts.items():
        for number, line in enumerate(lines, 1):
            is_near = path.stem in {question.source, "partners", "config"}
            if is_near and f"QUESTION: {start}" in line:
                return f"{path}:{number}"
    for path, lines in texts.items():
        if path.stem == question.source:
            asked = [
                n
                for n, line in enumerate(lines, 1)
                if "QUESTION: which m" in line or "QUESTION: is it" in line
            ]
            return f"{path}:{asked[0]}" if asked else None
    return None


def _written(found: Inspection, written: Sequence[Path], config: str) -> str:
    if not any(group.blocks for group in found.groups):
        return "nothing was written"
    if not written:
        return "nothing was written: every block is there already"
    lines = [f"written: {', '.join(path.as_posix() for path in written)}"]
    option = "" if config == "config.toml" else f" --config {config}"
    if any(path.name == Path(config).name for path in written):
        lines.append(f"check: timezone and currency in [run] of {config}")
    lines.append(f"next: answer the questions there, then `tallyclerk{option} report`")
    return "\n".join(line for text in lines for line in wrapped(text, width()))


def _next(found: Inspection, config: str) -> str:
    if not any(group.blocks for group in found.groups):
        return ""
    return f"next: the same with --write puts the blocks beside {config}"


def _item(text: str, lead: str = " - ") -> list[str]:
    lines = wrapped(one_line(text), width() - len(lead))
    space = " " * len(lead)
    return [f"{space if number else lead}{line}" for number, line in enumerate(lines)]

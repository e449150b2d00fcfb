"""A comparison as a terminal and as Markdown show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallyclerk.cli.output import paragraphs
from tallyclerk.cli.table import Column, one_line, shortened, table, width, wrapped

if TYPE_CHECKING:
    from tallyclerk.report.comparison import ComparisonPage, PairLines, Ranks, RoleLines

WIDEST_NAME = 17
NUMBERS = {2, 4}
FLEXIBLE = {0, 6}


def as_tables(page: ComparisonPage, heading: str) -> str:
    """Every pair as tables of the terminal, the ranks below."""
    parts = [
        paragraphs(
            one_line(f"compare  {_title(pair, heading)}"),
            *(_table(pair, role) for role in pair.roles),
            "\n".join(line for note in pair.notes for line in wrapped(one_line(note), width())),
        )
        for pair in page.pairs
    ]
    return paragraphs(*parts, _ranks(page.ranks) if page.ranks else "")


def as_markdown(page: ComparisonPage, heading: str) -> str:
    """Every pair as a table of Markdown, the ranks below."""
    parts = [_markdown(pair, heading) for pair in page.pairs]
    if page.ranks and page.ranks.rows:
        rows = [("ranks that noise allows", *page.ranks.partners), *page.ranks.rows]
        parts.append("\n".join([*_md_table(rows), "", one_line(page.ranks.note)]))
    elif page.ranks:
        parts.append(one_line(page.ranks.note))
    return paragraphs(*parts)


def _title(pair: PairLines, heading: str) -> str:
    return f"{pair.first} vs {pair.second}   {heading}"


def _table(pair: PairLines, role: RoleLines) -> str:
    columns = [
        Column(shortened(one_line(name), WIDEST_NAME), right=i in NUMBERS, flexible=i in FLEXIBLE)
        for i, name in enumerate(pair.headings)
    ]
    above = [
        line
        for told in (f"as {role.role}", *role.lanes)
        for line in wrapped(one_line(told), width())
    ]
    return "\n".join([*above, table(columns, [line.cells for line in role.lines])])


def _ranks(ranks: Ranks) -> str:
    if not ranks.rows:
        return one_line(ranks.note)
    columns = [Column("ranks that noise allows", flexible=True), *map(Column, ranks.partners)]
    return f"{table(columns, ranks.rows)}\n{one_line(ranks.note)}"


def _markdown(pair: PairLines, heading: str) -> str:
    rows = [pair.headings, *(line.cells for role in pair.roles for line in role.lines)]
    lanes = [f"- as {role.role}: {line}" for role in pair.roles for line in role.lanes]
    notes = [f"- {note}" for note in pair.notes]
    title = f"**compare  {_title(pair, heading)}**"
    return "\n".join(
        [
            _md(title),
            "",
            *map(_md, lanes),
            "",
            *_md_table(rows),
            "",
            *map(_md, notes),
        ]
    )


def _md(text: str) -> str:
    """A line of Markdown in which no name is markup."""
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;")


def _md_table(rows: list[tuple[str, ...]]) -> list[str]:
    head, *body = (
        "| " + " | ".join(_md(cell).replace("|", "\\|") for cell in row) + " |" for row in rows
    )
    return [head, "| " + " | ".join(["---"] * len(rows[0])) + " |", *body]

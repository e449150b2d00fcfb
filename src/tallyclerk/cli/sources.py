"""What became of the exports, as tables: used by `ingest` and `status`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tallyclerk.cli.table import Column, Row, one_line, shortened, table, width, wrapped

if TYPE_CHECKING:
    from tallyclerk.ingest.report import Finding, SourceFindings
    from tallyclerk.ingest.survey import Link, Survey
    from tallyclerk.store.sources import SourceSummary

MOST = 5
_COUNTS = ("rows", "accepted", "rejected", "duplicates", "pending", "left_out", "bad_cells")
_SELDOM = ("left_out",)
"""Shown where there are any."""


def accounts(sources: Sequence[SourceSummary]) -> str:
    """Rows of each source: read = accepted + rejected + duplicates + pending + left out."""
    counts = [name for name in _COUNTS if name not in _SELDOM or _sum(sources, name)]
    columns = [Column("source", flexible=True), Column("table", needed=False)]
    columns += [Column("files", right=True, needed=False)]
    named = ("read" if name == "rows" else name.replace("_", " ") for name in counts)
    columns += [Column(name, right=True) for name in named]
    rows = [
        Row(
            [
                source.source,
                source.table,
                f"{len(source.files):,}",
                *(f"{getattr(source, name):,}" for name in counts),
            ]
        )
        for source in sources
    ]
    if len(rows) > 1:
        files = sum(len(source.files) for source in sources)
        sums = (f"{_sum(sources, name):,}" for name in counts)
        rows.append(Row(["total", "", f"{files:,}", *sums]))
    return table(columns, rows)


def _sum(sources: Sequence[SourceSummary], name: str) -> int:
    return sum(getattr(source, name) for source in sources)


def forms(sources: Sequence[SourceSummary]) -> str:
    """First and last time of each source, and how its files were read."""
    columns = [Column("source", flexible=True), Column("first"), Column("last")]
    columns += [Column("encoding"), Column("delimiter", needed=False)]
    columns += [Column("date formats", flexible=True)]
    rows = []
    for source in sources:
        formats = sorted({form for _, form in source.formats})
        ends = [(at or "—")[:10] for at in (source.first_at, source.last_at)]
        delimiters = [_DELIMITERS.get(sign, sign) for sign in source.delimiters]
        cells = [source.source, *ends, ", ".join(source.encodings) or "—"]
        rows.append(Row([*cells, " ".join(delimiters) or "—", ", ".join(formats) or "—"]))
    return table(columns, rows)


_DELIMITERS = {"\t": "tab", " ": "space", ",": "comma", ";": "semicolon", "|": "pipe"}


def calendar(details: Sequence[SourceFindings]) -> str:
    """Files in, what is expected and missing, and until when each source is complete."""
    columns = [Column("source", flexible=True), Column("files", right=True), Column("expected")]
    columns += [Column("missing", flexible=True), Column("data until")]
    columns += [Column("times by", flexible=True, needed=False)]
    rows = []
    for detail in details:
        files = f"{len(detail.account.files):,}" if detail.account else "0"
        until = detail.data_until.isoformat() if detail.data_until else "—"
        gaps = ", ".join(detail.missing) or ("none" if detail.expected else "—")
        cells = [detail.source, files, detail.expected or "—", gaps, until]
        rows.append(Row([*cells, detail.zone_evidence or "—"]))
    return table(columns, rows)


def coverage(details: Sequence[SourceFindings]) -> str:
    """How often each partner tells which milestones, source by source."""
    columns = [Column("source", flexible=True), Column("partner", flexible=True)]
    columns += [Column("tells", flexible=True)]
    rows = []
    for detail in details:
        told: dict[str, list[str]] = {}
        for cover in detail.covered:
            words = f"{cover.milestone} {cover.events:,}"
            told.setdefault(cover.partner or "(nobody named)", []).append(words)
        rows += [Row([detail.source, who, ", ".join(words)]) for who, words in told.items()]
    return table(columns, rows) if rows else ""


def links(survey: Survey, most: int | None = None) -> str:
    """What partners know of each other's shipments, the least known first.

    Args:
        survey: Of the ledger.
        most: Pairs to show; None: all.
    """
    from tallyclerk.ingest.survey import both_ways

    pairs = both_ways(survey.links)
    columns = [Column("partner A", flexible=True), Column("partner B", flexible=True)]
    columns += [Column("B knows of A's", right=True), Column("A knows of B's", right=True)]
    rows = [[link.partner, link.other, _known(link), _known(back)] for link, back in pairs[:most]]
    left = len(pairs) - len(rows)
    more = f"\nand {left} more pairs that know each other better: tallyclerk status" if left else ""
    return f"{table(columns, rows)}{more}" if rows else ""


def _known(link: Link) -> str:
    from tallyclerk.report.text import share

    return f"{link.known:,} of {link.shipments:,}, {share(link.rate)} %"


def findings(found: Sequence[Finding]) -> str:
    """What wants looking at: what, where and how to mend it."""
    return "\n".join(
        line
        for finding in found
        for line in (*_item(str(finding)), *_item(f"mend: {finding.mend}", "  "))
    )


def _item(text: str, lead: str = "- ") -> list[str]:
    """An item of a list, its further lines under its text."""
    lines = wrapped(one_line(text), width() - len(lead))
    return [f"{'  ' if number else lead}{line}" for number, line in enumerate(lines)]


def rejects(found: Sequence[dict[str, Any]]) -> str:
    """What was refused, by source and rule, each with a first example."""
    from tallyclerk.report.text import plural

    if not found:
        return ""
    parts = ["refused rows and cells"]
    for reject in found:
        refused = plural(reject["count"], "row" if reject["is_row"] else "cell")
        column = f", column {reject['column']}" if reject["column"] else ""
        first = f"first at {reject['source_file']}:{reject['source_row']}{column}"
        raw = shortened(one_line(repr(reject["raw"])), 60)
        head = f"{reject['source']}: {refused} by rule {reject['rule']}"
        parts += [*_item(f"{head}; {first}: {raw}"), *_item(f"mend: {reject['mend']}", "  ")]
    return "\n".join(parts)

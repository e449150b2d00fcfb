"""`tally --by feed`: what each source of events adds to the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from tallyclerk.cli.table import Column, Row, table
from tallyclerk.errors import UsageError

if TYPE_CHECKING:
    from tallyclerk.ingest.feeds import Feed
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import Run

NOTE = (
    "first: told no later than by any other feed; alone: told by no other. Without a feed, so many\n"
    "shipments would have a silence of more than 48 h between scans that they do not have now, and\n"
    "all silences together would be so many hours longer beyond 48."
)


def answer(run: Run, cuts: Cuts, form: str) -> str | bytes:
    """The answer in a format.

    Raises:
        UsageError: Rows of results are asked for: feeds are compared over all data.
    """
    from tallyclerk.cli.output import as_json, heading, paragraphs
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.report.render.data import run_object

    if cuts != Cuts():
        raise UsageError(
            "--by feed compares whole feeds: no filter and no period applies to it",
            how="leave the other options out",
        )
    feeds = run.feeds()
    if form == "json":
        return as_json(
            {"run": run_object(run.info(run.months)), "feeds": [asdict(f) for f in feeds]}
        )
    if form == "csv":
        return _csv(feeds)
    info = run.info(run.months)
    return paragraphs(heading(info, info.period), _table(feeds), NOTE)


def _table(feeds: Sequence[Feed]) -> str:
    columns = [Column("feed", flexible=True), Column("events", right=True)]
    columns += [Column("milestones", right=True), Column("first", right=True)]
    columns += [Column("alone", right=True), Column("blackouts removed", right=True)]
    columns += [Column("hours removed", right=True)]
    return table(columns, [_row(feed) for feed in feeds])


def _row(feed: Feed) -> Row:
    from tallyclerk.report.text import share

    def of_all(count: int) -> str:
        return f"{count:,} ({share(count / feed.milestones)} %)" if feed.milestones else "—"

    counts = [f"{feed.events:,}", f"{feed.milestones:,}", of_all(feed.first), of_all(feed.alone)]
    return Row([feed.source, *counts, f"{feed.blackouts:,}", f"{feed.blackout_minutes // 60:,}"])


def _csv(feeds: Sequence[Feed]) -> bytes:
    from tallyclerk.report.render.data import formula_safe

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    rows = [asdict(feed) for feed in feeds]
    writer.writerow(rows[0] if rows else ["source"])
    writer.writerows([formula_safe(str(v)) for v in row.values()] for row in rows)
    return text.getvalue().encode()

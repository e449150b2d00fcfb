"""What a ledger holds of its exports, in plain objects for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.config.problems import did_you_mean
from tallyclerk.errors import UsageError
from tallyclerk.ingest.accounts import source_findings
from tallyclerk.ingest.current import current_ledger
from tallyclerk.ingest.findings import findings_of, no_files
from tallyclerk.ingest.report import Finding, IngestReport, SourceFindings
from tallyclerk.ingest.run import forget, ingest
from tallyclerk.ingest.survey import Survey, survey_of
from tallyclerk.ingest.tallies import RULES
from tallyclerk.progress import Progress, silent
from tallyclerk.store import Ledger, SourceSummary

MOST_REJECTS = 40


@dataclass(frozen=True, kw_only=True)
class State:
    """A ledger as it stands.

    Attributes:
        store: Its folder.
        events: Observations kept; `shipments`: shipments known.
        data_until: The latest time of anything actual, ISO-8601.
        sources: The account of each source.
        details: All that is known of each source, those without a file included.
        survey: What the whole ledger shows of them.
        findings: Everything that wants looking at.
    """

    store: str
    events: int
    shipments: int
    data_until: str | None
    sources: tuple[SourceSummary, ...]
    details: tuple[SourceFindings, ...]
    survey: Survey
    findings: tuple[Finding, ...]


def read_exports(settings: Settings, progress: Progress = silent) -> IngestReport:
    """Bring the ledger up to date with the exports.

    Raises:
        InputError: There is nothing to read, or nothing usable in it.
    """
    return ingest(settings, progress)


def _ledger(settings: Settings) -> Ledger:
    return Ledger.open(settings.resolve(settings.run.store))


def look(settings: Settings, progress: Progress = silent) -> State:
    """The state of the ledger, after reading exports that are new or have changed."""
    ledger = current_ledger(settings, progress)
    until = ledger.latest_time()
    survey = survey_of(ledger, settings, progress)
    return State(
        store=settings.run.store,
        events=ledger.summary.events,
        shipments=ledger.summary.shipments,
        data_until=until.isoformat() if until else None,
        sources=ledger.sources(),
        details=source_findings(ledger, settings, survey),
        survey=survey,
        findings=(*no_files(settings), *findings_of(ledger, settings)),
    )


def refused(settings: Settings) -> list[dict[str, Any]]:
    """What was refused, by source and rule and most frequent first, each with its first example.

    Returns:
        Records: source, rule, is_row, count, source_file, source_row, column, raw, mend.
    """
    keys = ["source", "rule", "is_row"]
    first = ("source_file", "source_row", "column", "raw")
    found = (
        _ledger(settings)
        .rejects()
        .group_by(keys, maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("count"), *(pl.col(name).first() for name in first))
        .sort(["count", *keys], descending=[True, False, False, False])
        .head(MOST_REJECTS)
        .collect()
    )
    return [{**row, "mend": RULES.get(row["rule"], "")} for row in found.iter_rows(named=True)]


def forget_named(settings: Settings, what: str) -> Mapping[str, int]:
    """Take a source or a file out of the ledger.

    Args:
        settings: The configuration.
        what: Name of a source, else path of a file as the ledger knows it.

    Returns:
        Rows taken out, by source.

    Raises:
        UsageError: The ledger has neither a source nor a file of that name.
    """
    segments = _ledger(settings).manifest.segments
    sources, files = {s.source for s in segments}, {s.file for s in segments}
    path = what.removeprefix("./").replace("\\", "/")
    if what in sources:
        return forget(settings, what, None)
    if path in files:
        return forget(settings, None, path)
    hint = did_you_mean(what, [*sources, *files]).removeprefix("; ")
    known = f"its sources are: {', '.join(sorted(sources)) or 'none'}"
    raise UsageError(f"the ledger has no source and no file {what!r}", how=hint or known)

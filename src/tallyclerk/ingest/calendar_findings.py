"""The calendar of exports → findings in words: gaps, outages, and what was told anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from tallyclerk.config.models import Settings
from tallyclerk.domain.periods import last_complete_month
from tallyclerk.ingest.calendar import listed, missing_exports
from tallyclerk.ingest.report import Finding
from tallyclerk.ingest.survey import Restated, Survey


def calendar_findings(
    survey: Survey, settings: Settings, latest: dt.datetime | None
) -> Iterator[Finding]:
    """What is missing up to the last complete month, feeds that were out, and restatements."""
    if latest is not None:
        yield from _gaps(survey, settings, latest)
    for out in survey.outages:
        span = f"{out.first}" if out.first == out.last else f"{out.first} to {out.last}"
        yield Finding(
            kind="outage",
            source=None,
            where=f"{out.partner}, {span}",
            what=f"of {out.expected:,} messages that must have been {out.told:,} were told: "
            "one feed outage",
            mend="ask for these days again; until then their silence is the feed's",
            count=out.expected - out.told,
        )
    for change in survey.restated:
        yield _restated(change)


def _gaps(survey: Survey, settings: Settings, latest: dt.datetime) -> Iterator[Finding]:
    zone = settings.run.timezone
    until = last_complete_month(latest, zone).last_day
    local = latest.astimezone(ZoneInfo(zone)).date()
    for name, windows in missing_exports(survey, settings, until).items():
        yield Finding(
            kind="missing",
            source=name,
            where=None,
            what=f"nothing of {listed(windows)}, though the data go on to {local}",
            mend="get the export; report asks for it unless --allow-missing",
            count=len(windows),
        )


def _restated(change: Restated) -> Finding:
    counted = (
        (change.earlier, "moved to earlier, in its own favour"),
        (change.later, "moved to later"),
        (change.withdrawn, "taken back"),
    )
    said = "; ".join(f"{count:,} {words}" for count, words in counted if count)
    kept = f"; {change.kept:,} deliveries were late before and are not now" if change.kept else ""
    return Finding(
        kind="restated",
        source=change.source,
        where=None,
        what=f"a later file tells times of {change.milestone} differently: {said}{kept}. "
        + "; ".join(change.examples),
        mend="the last file counts; ask why, and for proof of what moved in its favour",
        count=change.earlier + change.later + change.withdrawn,
    )

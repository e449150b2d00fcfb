"""The head of every page: which run it belongs to."""

from __future__ import annotations

from tallyclerk.domain.results import RunInfo
from tallyclerk.report import text, words
from tallyclerk.report.model import Head


def head(run: RunInfo, issue: str = "", objections: str = "") -> Head:
    """Say which run a page belongs to, and which issue of it this is ("": a draft)."""
    return Head(
        period=text.span(run.period),
        as_of=text.moment(run.as_of),
        timezone=run.timezone,
        run_id=run.run_id,
        version=run.version,
        config_digest=run.config_digest[:16],
        inputs_digest=run.inputs_digest[:16],
        issue=issue or words.say("head.draft"),
        objections=objections,
    )

"""The head of every page: which run it belongs to, and whose page it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tallyclerk.domain.judgement import RunInfo
from tallyclerk.report import text, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Whose report it is.

    Attributes:
        company: Name of the company that reports.
        confidentiality: Mark at the head of each sheet.
        logo: The logo as a data URI, "" for none.
        colours: By name of the style sheet's property (accent, accent-ink).
    """

    company: str = ""
    confidentiality: str = ""
    logo: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every page says of its run."""

    period: str
    as_of: str
    timezone: str
    run_id: str
    version: str
    config_digest: str
    inputs_digest: str
    data_until: str = ""
    issue: str = ""
    """draft, or the number of an issue."""
    objections: str = ""
    """The day until which objections are heard; "" in a draft."""
    brand: Brand = field(default_factory=Brand)


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

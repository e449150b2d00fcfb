"""The JUDGEMENT of a run: its RESULTS at every cut, and what else its report may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from tallyclerk.domain.lateness import Waterfall
from tallyclerk.domain.money import Account, Liability
from tallyclerk.domain.results import ControlPoint, Histogram, Result
from tallyclerk.domain.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """The run behind a set of results: equal runs have equal results, byte for byte."""

    as_of: dt.datetime
    version: str
    config_digest: str
    inputs_digest: str
    period: str
    timezone: str
    currency: str
    definitions_digest: str = ""
    """Of the code that decides the numbers."""

    @property
    def run_id(self) -> str:
        """Six characters that name this run on pages and terminals."""
        return self.config_digest[:3] + self.inputs_digest[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """One total that a report of the same period says differently than the one it replaces.

    Attributes:
        partner_id: Whose; with `role`, `kpi` and `statistic` it names the row.
        causes: Why: "late data", "other as of", "changed rule", "changed config"; all that apply.
        before: The changed fields as they were: n, hits, value, low, high, counted, state, target,
            limit, waiting, excluded. Empty where the row is new.
        after: The same fields as they are now. Empty where the row is gone.
    """

    partner_id: str
    role: str
    kpi: str
    statistic: str
    unit: str
    causes: tuple[str, ...]
    before: Mapping[str, object]
    after: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOthers:
    """Shipments of one partner to which others did something of one kind.

    Attributes:
        count: How many.
        shipments: Their ids, sorted; of very many the first ones, for a list that people read.
    """

    count: int
    shipments: tuple[str, ...]


Ours = Mapping[tuple[str, str], Mapping[str, OfOthers]]
"""By (partner_id, role) and kind: shipments to which others did something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """What became of the rows of one source: read = accepted + rejected + duplicates + pending + left out.

    Attributes:
        left_out: Rows of kinds that are not read, by the source's `where`.
        missing: What of it was expected and has not come.
        data_until: Its last day with a normal number of rows.
        zone_evidence: Where its times got their zone from, in words.
        tells: Who tells which milestones in it, how often: (partner, milestone, events).
    """

    source: str
    files: int
    rows_read: int
    accepted: int
    rejected: int
    duplicates: int
    pending: int
    bad_cells: int
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    missing: tuple[str, ...] = ()
    data_until: dt.date | None = None
    zone_evidence: str = ""
    tells: tuple[tuple[str, str, int], ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything a report may say: results at each cut, and where they came from.

    Each tuple of results is sorted by partner, role, KPI, statistic, period and cut. `totals` has
    one row per partner, role, KPI and statistic for the period; `months` one per month of the 13
    up to its end; `lanes`, `counterparts` and `rules` split the period's total.
    """

    run: RunInfo
    totals: tuple[Result, ...]
    months: tuple[Result, ...] = ()
    lanes: tuple[Result, ...] = ()
    counterparts: tuple[Result, ...] = ()
    trailing: Mapping[int, tuple[Result, ...]] = field(default_factory=dict)
    """Totals of the 3 and of the 12 months up to the period's end, by number of months."""
    rules: tuple[Result, ...] = ()
    limits: Mapping[tuple[str, str, str, str], tuple[ControlPoint, ...]] = field(
        default_factory=dict
    )
    """Control chart of the 13 months by (partner_id, role, kpi, statistic), where there is one."""
    restatements: tuple[Restatement, ...] = ()
    """Totals that the report of this period said differently before."""
    histograms: Mapping[tuple[str, str, str], Histogram]
    """By (partner_id, role, kpi), durations only."""
    histograms_before: Mapping[tuple[str, str, str], Histogram] = field(default_factory=dict)
    """Of the period before, likewise."""
    shipments: Mapping[tuple[str, str], int]
    """Shipments of the period's cohorts by (partner_id, role): decides between page and half page."""
    names: Mapping[str, str]
    """Display name by partner_id."""
    sources: tuple[SourceCount, ...] = ()
    findings: tuple[str, ...] = ()
    """Plain sentences about the data: unmapped statuses, unlisted partners, milestones never sent."""
    lateness: Mapping[tuple[str, str], Waterfall] = field(default_factory=dict)
    """By (partner_id, role): what became of the late shipments of the period."""
    ours: Ours = field(default_factory=dict)
    """By (partner_id, role): the shipments that others gave it late, unannounced or without documents."""
    money: Mapping[tuple[str, str], Account] = field(default_factory=dict)
    """By (partner_id, role): what is owed, where `[[terms]]` are agreed with it."""
    liabilities: tuple[Liability, ...] = ()
    """The lost and damaged shipments behind it, of all months."""
    scores: tuple[Score, ...] = ()
    """Composites where `[score]` is configured: they stand after the KPIs, never before them."""

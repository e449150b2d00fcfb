"""What pages are built from: the part of a judgement about one partner, and the words of KPIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tallyclerk.domain.judgement import OfOthers, Restatement, RunInfo, SourceCount
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.lateness import Waterfall
from tallyclerk.domain.money import Account, Liability
from tallyclerk.domain.results import ControlPoint, Histogram, Result
from tallyclerk.domain.scores import Score
from tallyclerk.report import words
from tallyclerk.report.head import Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiText:
    """The words of a `Kpi`, without its code: what pages print and processes exchange."""

    name: str
    label: str
    question: str
    subject: str
    cohort: str
    eligible: str
    numerator: str
    maturity: str
    better: str
    unit: str
    hit_word: str
    caveats: str
    source: str
    self_reported: bool

    @classmethod
    def of(cls, kpi: Kpi) -> KpiText:
        """Take the words out of a definition, in the language spoken where its catalogue has them."""
        told = {name: getattr(kpi, name) for name in cls.__dataclass_fields__ if name != "unit"}
        told |= {
            name: found
            for name in cls.__dataclass_fields__
            if (found := words.said(f"kpi.{kpi.name}.{name}")) is not None
        }
        return cls(unit=kpi.unit, **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAction:
    """Something that an earlier report asked for, and what its own test says now.

    Attributes:
        key: Its id in actions.csv, the same in every report: "3fa29c01".
        role: Role in which the partner was asked.
        what: What was to be fixed, in words.
        proof: The test that was agreed on.
        status: fixed, not_fixed or too_early.
        found: What the test found, in words: "41 of 45, 91.1 %".
    """

    key: str
    role: str
    what: str
    proof: str
    status: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerInput:
    """The part of a judgement that is about one partner."""

    partner_id: str
    name: str
    run: RunInfo
    totals: tuple[Result, ...]
    months: tuple[Result, ...]
    lanes: tuple[Result, ...]
    counterparts: tuple[Result, ...]
    rules: tuple[Result, ...]
    histograms: Mapping[tuple[str, str], Histogram]
    """By (role, kpi)."""
    histograms_before: Mapping[tuple[str, str], Histogram] = field(default_factory=dict)
    """Of the period before, by (role, kpi)."""
    lateness: Mapping[str, Waterfall] = field(default_factory=dict)
    """By role: what became of the late shipments."""
    shipments: Mapping[str, int]
    """By role."""
    names: Mapping[str, str]
    """Display names of the counterparts."""
    sources: tuple[SourceCount, ...]
    findings: tuple[str, ...]
    trailing: Mapping[int, tuple[Result, ...]] = field(default_factory=dict)
    """By number of months."""
    limits: Mapping[tuple[str, str, str], tuple[ControlPoint, ...]] = field(default_factory=dict)
    """By (role, kpi, statistic)."""
    restatements: tuple[Restatement, ...] = ()
    scores: tuple[Score, ...] = ()
    ours: Mapping[str, Mapping[str, OfOthers]] = field(default_factory=dict)
    """By role and kind: shipments of the partner that others gave it late, unannounced or with a gap."""
    money: Mapping[str, Account] = field(default_factory=dict)
    """By role: what is owed, where terms are agreed."""
    liabilities: tuple[Liability, ...] = ()
    """The lost and damaged shipments behind it."""
    past_actions: tuple[PastAction, ...] = ()
    """What was to be done since the last report, each decided by its own test."""
    brand: Brand = field(default_factory=Brand)
    issue: str = ""
    """The number of an issue, "" for a draft; with the day until which objections are heard."""
    objections: str = ""

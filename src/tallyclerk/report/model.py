"""What stands on a page, frozen: built first, then drawn. Templates hold no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.lateness import Waterfall
from tallyclerk.domain.money import Account, Liability
from tallyclerk.domain.results import (
    ControlPoint,
    Histogram,
    Restatement,
    Result,
    RunInfo,
    SourceCount,
)
from tallyclerk.domain.scores import Score
from tallyclerk.report import words
from tallyclerk.report.head import Brand, Head
from tallyclerk.report.states import Mark


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
    ours: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By role: shipments of the partner that others gave it late, unannounced or with a gap."""
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
class Fix:
    """One of the three things to fix first, with the test that will tell whether it is fixed.

    Attributes:
        key: Its id in actions.csv, the same in every report that asks for the same: "3fa29c01".
        kpi: With `statistic` and `lane` (None = all) the figure that the test looks at.
        target: Value to be reached, in the unit of the KPI.
        least_n: Cases below which the test cannot tell.
        due: Month in which it is tested: "2026-10".
        is_proven: Whether the shortfall is more than chance.
        what: What is to be fixed.
        size: How much it is: cases, and how many more than agreed.
        owner: Who has to do it.
        proof: The test in words.
        mark: The state behind it.
    """

    key: str
    partner_id: str
    role: str
    kpi: str
    statistic: str
    lane: str | None
    target: float
    least_n: int
    due: str
    is_proven: bool
    what: str
    size: str
    owner: str
    proof: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the way from dispatched to counted: how many cases, and what became of them.

    Attributes:
        label: The step: "Due in Sep 2026".
        total: Cases in it, as printed.
        counted: Of these in n.
        rest: The others with the reasons, in words; "" where there are none.
        bar: SVG of the two.
    """

    label: str
    total: str
    counted: str
    rest: str
    bar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """SVG made by us, with a caption where a figure has several."""

    svg: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its finding as title, one line on how to read it, and its drawings.

    Where there are none, `instead` says why in words. `is_main`: it is on paper too.
    """

    key: str
    title: str
    how: str
    alt: str
    drawings: tuple[Drawing, ...] = ()
    instead: str = ""
    is_main: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A figure over the last 3 or 12 months, with all that is said of it in `title`.

    `word` is how it counted beside its state; without a target it is the value alone.
    """

    word: str
    mark: Mark | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodNote:
    """One method of a page: its formula, the numbers put in, the result, and a worked example."""

    key: str
    name: str
    formula: str
    source: str
    example: str
    numbers: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRow:
    """One line of the KPI table, every cell as it is printed; `bar` and `spark` are SVG."""

    kpi: str
    label: str
    value: str
    basis: str
    interval: str
    bar: str
    target: str
    counted: str
    mark: Mark
    note: str
    change: str
    change_css: str
    spans: tuple[Span | None, ...]
    """The last 3 and 12 months, None where nothing was judged."""
    year: str
    spark: str
    peers: str = ""
    """What peers had on the same lanes."""
    since: str = ""
    """The month shown, where it is not the one of the page, and what of that one is mature."""
    month: str = ""
    """The same month as "2026-10"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A small table of words: `columns` as (title, css class), cells as printed."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexPart:
    """The cases against the partner under one figure; `anchor` is what the first page links to."""

    anchor: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """How the figures add up, and the cases behind them, the most serious figures first."""

    totals: Table
    parts: tuple[AnnexPart, ...]
    money: Table
    """The lost and damaged shipments behind what is owed; without rows where there is none."""

    @property
    def anchors(self) -> frozenset[str]:
        """Figures that the first page can link to."""
        return frozenset(part.anchor for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What is known of one shipment: the figures it misses, and its steps (time, what, where)."""

    shipment: str
    reference: str
    missed: str
    steps: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A partner in one role."""

    role: str
    title: str
    answers: str
    """What a partner in this role answers for."""
    shipments: str
    verdict: tuple[str, ...]
    headline: tuple[KpiRow, ...]
    """The rows of the first page."""
    rows: tuple[KpiRow, ...]
    """Every row."""
    stages: tuple[Stage, ...]
    changes: tuple[str, ...]
    """What changed against the period before, where that is proven."""
    past: tuple[tuple[Mark, PastAction], ...]
    money: tuple[str, ...]
    """What is owed, or one line that nothing is agreed."""
    fixes: tuple[Fix, ...]
    nothing_to_fix: str
    """Why there is none."""
    ours: tuple[str, ...]
    """What is ours (or others'), not the partner's."""
    score: str
    needed: tuple[str, ...]
    """Below the gates: the parcels that each target needs."""
    figures: tuple[Figure, ...]
    not_drawn: tuple[str, ...]
    """Figures without data, each with the reason."""
    lanes: Table
    incidents: Table
    exclusions: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPage:
    """The scorecard of one partner."""

    partner_id: str
    name: str
    is_small: bool
    head: Head
    roles: str
    shipments: str
    provisional: str
    sections: tuple[Section, ...]
    sources: Table
    findings: tuple[str, ...]
    methods: tuple[KpiText, ...]
    notes: tuple[MethodNote, ...]
    annex: Annex
    trails: tuple[Trail, ...]
    restatements: Table
    before: str
    """The period before, in words."""
    running: str
    """Foot of every sheet: whose page it is, of which run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One partner in one role, for a director: what is found, what it touches, what to do.

    Attributes:
        finding: What is proven, in short; "" where nothing is.
        more: How many further findings there are.
        affected: Cases that are not as agreed.
        direction: Against the period before.
    """

    name: str
    role: str
    n: str
    finding: str
    more: str
    affected: str
    money: str
    direction: str
    decision: str
    mark: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionGroup:
    """Act now, keep an eye, fine, or too little data; `others` are partners only named."""

    key: str
    title: str
    count: str
    note: str
    lines: tuple[Decision, ...]
    others: tuple[tuple[str, str], ...]
    """Name, and what else is said of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Something that is said in a negotiation, and what backs or answers it."""

    point: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefPart:
    """What to know of a partner in one role; `asks` as cells of a table, `price` a note to them."""

    title: str
    volume: str
    strongest: tuple[Point, ...]
    raised: tuple[Point, ...]
    alternatives: tuple[str, ...]
    asks: tuple[tuple[str, ...], ...]
    money: tuple[str, ...]
    price: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The negotiation brief of one partner, for us alone."""

    head: Head
    name: str
    running: str
    parts: tuple[BriefPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage:
    """One sheet for a director."""

    head: Head
    running: str
    groups: tuple[DecisionGroup, ...]
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One partner on one lane; empty where it has no cases there."""

    value: str = ""
    n: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Partners of a role (rows, by name) on the largest lanes (columns)."""

    key: str
    title: str
    lanes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[MatrixCell, ...]], ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCell:
    """One KPI of one partner in the index."""

    label: str
    value: str
    title: str
    mark: Mark | None = None
    bar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The files of one partner, relative to the index; "" where there is none."""

    html: str = ""
    pdf: str = ""
    brief: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One partner in one role in the index."""

    name: str
    role: str
    links: Links
    n: str
    summary: str
    worst: str
    """The most serious finding, with the cases beyond what was agreed."""
    cells: tuple[IndexCell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """The overview of a run."""

    head: Head
    coverage: str
    groups: tuple[DecisionGroup, ...]
    changes: tuple[tuple[str, str], ...]
    """What is proven to have changed: partner, and a sentence."""
    funnels: tuple[Figure, ...]
    matrices: tuple[Matrix, ...]
    columns: tuple[tuple[str, str], ...]
    ranked: tuple[IndexRow, ...]
    unranked: tuple[IndexRow, ...]
    sources: Table
    feeds: Table
    findings: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]
    dictionary: tuple[KpiText, ...]
    inputs: Table
    content_digest: str = ""
    files: tuple[str, ...] = ()
    """Other files beside it."""

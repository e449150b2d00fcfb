"""The scorecard of one partner, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from tallyclerk.report.head import Head
from tallyclerk.report.model.common import Figure, Table
from tallyclerk.report.model.given import KpiText, PastAction
from tallyclerk.report.states import Mark


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
class Span:
    """A figure over the last 3 or 12 months, with all that is said of it in `title`.

    `word` is how it counted beside its state; without a target it is the value alone.
    """

    word: str
    mark: Mark | None
    title: str


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
    lanes_on_paper: Table
    """As many of them as the second sheet has room for."""
    incidents: Table
    exclusions: Table


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
    costs: tuple[str, ...]
    """What failures cost in each role that has terms."""

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

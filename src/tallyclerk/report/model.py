"""What stands on a page, frozen: built first, then drawn. Templates hold no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import (
    ControlPoint,
    Histogram,
    Restatement,
    Result,
    RunInfo,
    SourceCount,
)
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
        """Take the words out of a definition."""
        names = (name for name in cls.__dataclass_fields__ if name != "unit")
        return cls(unit=kpi.unit, **{name: getattr(kpi, name) for name in names})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its finding as title, one line on how to read it, and its drawings.

    `drawings` are SVG made by us; where there are none, `instead` says why in words.
    """

    key: str
    title: str
    how: str
    alt: str
    drawings: tuple[str, ...] = ()
    instead: str = ""


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
    spans: tuple[Span | None, ...]
    """The last 3 and 12 months, None where nothing was judged."""
    year: str
    spark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A small table of words: `columns` as (title, css class), cells as printed."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A partner in one role."""

    role: str
    shipments: str
    verdict: tuple[str, ...]
    rows: tuple[KpiRow, ...]
    figures: tuple[Figure, ...]
    lanes: Table
    incidents: Table
    exclusions: Table


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
    misses: Table
    restatements: Table
    running: str
    """Foot of every sheet: whose page it is, of which run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCell:
    """One KPI of one partner in the index."""

    label: str
    value: str
    title: str
    mark: Mark | None = None
    bar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One partner in one role in the index."""

    name: str
    role: str
    href: str
    pdf: str
    n: str
    summary: str
    cells: tuple[IndexCell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """The overview of a run."""

    head: Head
    coverage: str
    counts: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    ranked: tuple[IndexRow, ...]
    unranked: tuple[IndexRow, ...]
    sources: Table
    findings: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]
    dictionary: tuple[KpiText, ...]
    inputs: Table
    content_digest: str = ""
    files: tuple[tuple[str, str], ...] = field(default=())

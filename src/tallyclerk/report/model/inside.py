"""What only we read: the index, the director's sheet and the negotiation brief, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from tallyclerk.report.head import Head
from tallyclerk.report.model.common import Figure, Links, Table
from tallyclerk.report.model.given import KpiText
from tallyclerk.report.states import Mark


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

"""The evidence of one partner: every case behind its figures, and how each figure follows from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.report import text, verdict, words
from tallyclerk.report.evidence_cases import CASE, Sheet, counts_in, ending, sheet
from tallyclerk.report.fallbacks import fallbacks
from tallyclerk.report.model import KpiText, PartnerInput
from tallyclerk.report.money import money_sheet, year_sheet
from tallyclerk.report.ours import ours_rows
from tallyclerk.report.reasons import reason
from tallyclerk.report.states import kpi_place, mark, page_order


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure of page 1, and how to get it from the cases."""

    role: str
    label: str
    kpi: str
    counts_in: str
    statistic: str
    how: str
    n: int
    hits: int | None
    value: float | None
    shown: str
    unit: str
    waiting: int
    out: str
    target: str
    counted: str
    state: str
    misses: int | None
    disputed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBook:
    """A workbook of evidence: figures first, then the cases of each KPI."""

    title: str
    as_of: dt.datetime
    facts: tuple[tuple[str, str], ...]
    figures: tuple[FigureRow, ...]
    sheets: tuple[Sheet, ...]
    money: tuple[tuple[str | int | None, ...], ...] = ()
    """The lost and damaged shipments behind what is owed, in the columns of
    `tallyclerk.report.money.SHEET`."""
    costs: tuple[tuple[str | int | None, ...], ...] = ()
    """The months that what is told per 1,000 shipments follows from, in the columns of
    `tallyclerk.report.money.YEAR`."""
    ours: tuple[tuple[str | int | None, ...], ...] = ()
    """The shipments that others gave the partner a bad start with, in the columns of
    `tallyclerk.report.ours.SHEET`."""


def evidence_book(
    given: PartnerInput, facts: pl.DataFrame, kpis: Mapping[str, KpiText]
) -> EvidenceBook:
    """Put the evidence of a partner together.

    Args:
        given: Its part of the judgement.
        facts: Its FACTS of the period and of `fallbacks`, with
            `tallyclerk.kpis.evidence.PROOF`, as its reader may read them.
        kpis: The words of the definitions.
    """
    totals = sorted(given.totals, key=lambda r: (r.role, page_order(r)))
    shown = [*totals, *fallbacks(given)]
    names = sorted({r.kpi for r in totals}, key=kpi_place)
    sheets = {name: sheet(name, facts.filter(pl.col("kpi") == name), shown, kpis) for name in names}
    return EvidenceBook(
        title=words.say(
            "book.title", name=text.short(given.name), period=text.span(given.run.period)
        ),
        as_of=given.run.as_of,
        facts=tuple(
            (words.say(f"book.fact.{name}"), told)
            for name, told in (
                ("partner", text.short(given.name)),
                ("period", text.span(given.run.period)),
                ("as_of", text.moment(given.run.as_of)),
                ("run", given.run.run_id),
                ("months_in", given.run.timezone),
                ("times", "UTC"),
            )
        ),
        figures=tuple(_figure(r, sheets[r.kpi].rows, kpis) for r in shown),
        sheets=tuple(sheet for sheet in sheets.values() if not sheet.rows.is_empty()),
        money=money_sheet(given),
        costs=year_sheet(given),
        ours=ours_rows(given, facts),
    )


def _figure(result: Result, rows: pl.DataFrame, kpis: Mapping[str, KpiText]) -> FigureRow:
    mine = rows.filter(
        pl.col("role") == result.role,
        pl.col("kind") == CASE,
        pl.col("counts_in") == counts_in(result),
    )
    return FigureRow(
        role=result.role,
        label=verdict.label(result, kpis),
        kpi=result.kpi,
        counts_in=counts_in(result),
        statistic=result.statistic,
        how=_how(result, mine),
        n=result.n,
        hits=result.hits,
        value=result.value,
        shown=verdict.value(result),
        unit=result.unit,
        waiting=result.waiting,
        out=", ".join(f"{reason(why)}: {n}" for why, n in result.excluded),
        target=text.goal(result.target, result.better, result.unit),
        counted=words.say(f"counted.{result.counted}") if result.counted else text.DASH,
        state=mark(result.state).word,
        misses=_misses(result, mine),
        disputed=result.disputed,
    )


def _misses(result: Result, mine: pl.DataFrame) -> int | None:
    """How many cases count against the partner: of a rate what is not a hit (or is one)."""
    if result.hits is None and result.target is None:
        return None
    if result.hits is not None:
        return result.n - result.hits if result.better == "higher" else result.hits
    return int(mine.get_column("miss").sum())


def _how(result: Result, mine: pl.DataFrame) -> str:
    """How a figure follows from the cases, in words."""
    if not result.n:
        return reason(result.reason) if result.reason else words.say("book.how.nothing")
    chosen = words.say(
        "book.how.chosen", sheet=result.kpi, role=result.role, kind=CASE, cases=counts_in(result)
    )
    if result.unit == "rate":
        return words.say("book.how.rate", chosen=chosen)
    endless = [ending("censored"), ending("never")]
    tenths = 5 if result.statistic == "p50" else 9
    if mine.filter(pl.col("ending").is_in(endless), pl.col("n") > 0).is_empty():
        told = {"rank": -(-result.n * tenths // 10), "share": f"0.{tenths}", "n": result.n}
        return words.say("book.how.rank", chosen=chosen, **told)
    return words.say("book.how.open", chosen=chosen, left=f"0.{10 - tenths}")

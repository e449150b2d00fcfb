"""The evidence of one partner: every case behind its figures, and how each figure follows from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.judge.against import is_miss
from tallyclerk.report import text, verdict
from tallyclerk.report.fallbacks import fallbacks, within
from tallyclerk.report.model import KpiText, PartnerInput
from tallyclerk.report.money import money_sheet
from tallyclerk.report.reasons import reason
from tallyclerk.report.states import MARKS, kpi_place, page_order

CASE, PART = "case", "part"
"""Kinds of rows: a case of the KPI, and one rule or milestone of it."""
RATE_COLUMNS = ("hits",)
PART_TIMES = ("hours", "minutes")
"""What a rate has where its parts are times."""
TIME_COLUMNS = (*PART_TIMES, "ending", "rank")
ENDINGS = {"observed": "ended", "censored": "still open", "never": "never ends"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a sheet: its title, what it holds, and how wide it is in letters."""

    title: str
    note: str
    width: int = 12
    is_number: bool = False


COLUMNS: dict[str, Column] = {
    "own_reference": Column(title="your reference", note="the number your exports use", width=18),
    "own_file": Column(title="your file", note="where you tell of it", width=26),
    "own_row": Column(title="your row", note="row in that file", width=9, is_number=True),
    "shipment_id": Column(title="shipment", note="the number we use", width=18),
    "role": Column(title="role", note="in which it is judged", width=11),
    "kind": Column(title="kind", note="case, or part: one rule or milestone of it", width=7),
    "rule": Column(title="rule", note="incident or milestone of a part", width=26),
    "lane": Column(title="lane", note="origin and destination", width=10),
    "counterpart": Column(title="with", note="the other party of a handover", width=20),
    "counts_in": Column(
        title="counts in", note="the period, or the earlier month that page 1 shows", width=17
    ),
    "counted_by": Column(title="counted by", note="the time that gives the month, UTC", width=17),
    "started": Column(title="from", note="event it starts at, UTC", width=17),
    "ended": Column(title="to", note="event it ends at, UTC", width=17),
    "n": Column(title="in n", note="cases it stands for in n, 0: not counted", is_number=True),
    "hits": Column(title="hit", note="of these, in the numerator", is_number=True),
    "hours": Column(title="hours", note="the time, on the agreed clock", is_number=True),
    "minutes": Column(title="minutes", note="the same in minutes: exact", is_number=True),
    "ending": Column(title="ending", note="ended, still open, or never ends", width=11),
    "rank": Column(title="rank", note="place in n, the shortest first", is_number=True),
    "miss": Column(title="miss", note="1: counts against the partner", width=7, is_number=True),
    "at_worst": Column(
        title="at worst", note="what it may have been: a scan that you owe is missing", width=12
    ),
    "reason": Column(title="reason", note="why it is not in n", width=24),
    "from_place": Column(title="source of from", note="file and row", width=30),
    "to_place": Column(title="source of to", note="file and row", width=30),
    "batch": Column(title="travelled with", note="the batch, for the interval", width=24),
    "events": Column(title="events", note="our numbers of both events", width=22),
    "dispute": Column(title="objection", note="what the partner holds against it", width=24),
    "case_id": Column(title="case", note="names it in every report", width=19),
}
"""Every column of a sheet of cases, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The cases of one KPI, as they are printed: a column for each of `columns`."""

    kpi: str
    label: str
    columns: tuple[str, ...]
    rows: pl.DataFrame


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
    sheets = {
        name: _sheet(name, facts.filter(pl.col("kpi") == name), shown, kpis) for name in names
    }
    return EvidenceBook(
        title=f"{text.short(given.name)}: evidence {text.span(given.run.period)}",
        as_of=given.run.as_of,
        facts=(
            ("Partner", text.short(given.name)),
            ("Period", text.span(given.run.period)),
            ("As of", text.moment(given.run.as_of)),
            ("Run", given.run.run_id),
            ("Months in", given.run.timezone),
            ("Times", "UTC"),
        ),
        figures=tuple(_figure(r, sheets[r.kpi].rows, kpis) for r in shown),
        sheets=tuple(sheet for sheet in sheets.values() if not sheet.rows.is_empty()),
        money=money_sheet(given),
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
        counted=result.counted or text.DASH,
        state=MARKS[result.state].word,
        misses=_misses(result, mine),
        disputed=result.disputed,
    )


def counts_in(result: Result) -> str:
    """Name the months of a result in words that no spreadsheet takes for a date."""
    return f"cases of {result.period}"


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
        return result.reason or "nothing to count"
    chosen = (
        f"sheet {result.kpi}: role = {result.role}, kind = {CASE}, counts in = {counts_in(result)}"
    )
    if result.unit == "rate":
        return f"{chosen}; sum of hit / sum of in n"
    share = "0.5" if result.statistic == "p50" else "0.9"
    if mine.filter(
        pl.col("ending").is_in(["still open", "never ends"]), pl.col("n") > 0
    ).is_empty():
        rank = -(-result.n * (5 if result.statistic == "p50" else 9) // 10)
        return f"{chosen}, in n = 1; hours at rank {rank} = {share} × {result.n}, rounded up"
    return (
        f"{chosen}, in n = 1; Kaplan-Meier over hours, open cases censored: the first time at "
        f"which the share still open is not above {1 - float(share):.1f}"
    )


def _sheet(
    name: str, facts: pl.DataFrame, shown: Sequence[Result], kpis: Mapping[str, KpiText]
) -> Sheet:
    """The cases of one KPI, by period and role, what counts against the partner first."""
    mine = [r for r in shown if r.kpi == name]
    is_rate = mine[0].unit == "rate"
    cuts: dict[tuple[str, str], list[Result]] = {}
    for each in mine:
        cuts.setdefault((each.role, counts_in(each)), []).append(each)
    parts = [
        _cases(within(facts, found[0].period).filter(pl.col("role") == role), found)
        for (role, _), found in cuts.items()
    ]
    rows = pl.concat(parts)
    left_out: tuple[str, ...] = TIME_COLUMNS if is_rate else RATE_COLUMNS
    if is_rate and rows.get_column("minutes").is_not_null().any():
        left_out = left_out[len(PART_TIMES) :]
    columns = tuple(column for column in COLUMNS if column not in left_out)
    rows = rows.select(columns)
    return Sheet(
        kpi=name, label=kpis[name].label if name in kpis else name, columns=columns, rows=rows
    )


def _cases(facts: pl.DataFrame, results: Sequence[Result]) -> pl.DataFrame:
    """The rows of one KPI in one role."""
    first = results[0]
    targets = [r.target for r in results if r.target is not None]
    strictest = min(targets) if targets else None
    clock = next((r.clock for r in results if r.clock != "hours"), "hours")
    minutes = pl.col("minutes" if clock == "hours" else clock)
    is_case = pl.col("rule").is_null()
    in_n = is_case & (pl.col("n") > 0)
    never_last = pl.when(pl.col("ending") != "never").then(minutes)
    return (
        facts.with_columns(minutes=minutes)
        .with_columns(
            kind=pl.when(is_case).then(pl.lit(CASE)).otherwise(pl.lit(PART)),
            counts_in=pl.lit(counts_in(first)),
            counted_by=_time("cohort_at"),
            started=_time("from_at"),
            ended=_time("to_at"),
            hours=(pl.col("minutes") / 60).round(2),
            ending=pl.col("ending").replace_strict(ENDINGS, default=None, return_dtype=pl.String),
            rank=pl.when(in_n).then(
                never_last.fill_null(2**40).rank("ordinal").over(in_n).cast(pl.Int64)
            ),
            miss=is_miss(first.unit, first.better, strictest).cast(pl.Int64),
            reason=pl.col("reason").replace_strict(
                {why: reason(why) for why in facts.get_column("reason").unique().drop_nulls()},
                default=None,
                return_dtype=pl.String,
            ),
            at_worst=_at_worst(first.unit),
            from_place=_place("from"),
            to_place=_place("to"),
            events=_events(),
        )
        .sort(
            pl.col("kind"),
            pl.col("miss"),
            pl.col("n"),
            pl.col("minutes"),
            pl.col("cohort_at"),
            "shipment_id",
            "counterpart",
            "rule",
            descending=[False, True, True, True, False, False, False, False],
            nulls_last=True,
        )
        .select(COLUMNS.keys())
    )


def _time(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m-%d %H:%M")


def _place(side: str) -> pl.Expr:
    row = pl.col(f"{side}_row").cast(pl.String)
    return pl.concat_str([f"{side}_file", row], separator=":")


def _at_worst(unit: str) -> pl.Expr:
    """What a case in doubt may have been: hits of those in n, or hours; null where none is."""
    if unit == "rate":
        told = pl.concat_str([pl.col("worst_hits"), pl.col("worst_n")], separator=" of ")
    else:
        hours = pl.concat_str([(pl.col("worst_minutes") / 60).round(1), pl.lit(" h")])
        told = (
            pl.when(pl.col("worst_ending") == "never").then(pl.lit("never ends")).otherwise(hours)
        )
    return pl.when(pl.col("worst_n").is_not_null()).then(told)


def _events() -> pl.Expr:
    both = [pl.col(f"{side}_event").cast(pl.String) for side in ("from", "to")]
    return pl.concat_str(both, separator=" ", ignore_nulls=True)

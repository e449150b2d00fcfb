"""The cases behind the figures of one partner, as sheets of a workbook print them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.judge.against import is_miss
from tallyclerk.report.fallbacks import within
from tallyclerk.report.model import KpiText
from tallyclerk.report.reasons import reason
from tallyclerk.report.tables import rule

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


def counts_in(result: Result) -> str:
    """Name the months of a result in words that no spreadsheet takes for a date."""
    return f"cases of {result.period}"


def sheet(
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
            reason=_in_words(facts, "reason", reason),
            rule=_in_words(facts, "rule", rule),
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


def _in_words(facts: pl.DataFrame, column: str, said: Callable[[str], str]) -> pl.Expr:
    known = facts.get_column(column).unique().drop_nulls()
    return pl.col(column).replace_strict(
        {code: said(code) for code in known}, default=None, return_dtype=pl.String
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

"""The cases behind the figures of one partner, as sheets of a workbook print them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.judge.against import is_miss
from tallyclerk.report import words
from tallyclerk.report.fallbacks import is_within
from tallyclerk.report.model import KpiText
from tallyclerk.report.reasons import reason
from tallyclerk.report.tables import rule

CASE, PART = "case", "part"
"""Kinds of rows: a case of the KPI, and one rule or milestone of it."""
RATE_COLUMNS = ("hits",)
PART_TIMES = ("hours", "minutes")
"""What a rate has where its parts are times."""
TIME_COLUMNS = (*PART_TIMES, "ending", "rank")
ENDINGS = ("observed", "censored", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a sheet: how wide it is in letters, and whether it holds numbers.

    Its title and what it holds are `book.column.NAME` and `book.note.NAME` of the labels.
    """

    width: int = 12
    is_number: bool = False


COLUMNS: dict[str, Column] = {
    "own_reference": Column(width=18),
    "own_file": Column(width=26),
    "own_row": Column(width=9, is_number=True),
    "shipment_id": Column(width=18),
    "role": Column(width=11),
    "kind": Column(width=7),
    "rule": Column(width=26),
    "lane": Column(width=10),
    "counterpart": Column(width=20),
    "counts_in": Column(width=17),
    "counted_by": Column(width=17),
    "started": Column(width=17),
    "ended": Column(width=17),
    "n": Column(is_number=True),
    "hits": Column(is_number=True),
    "hours": Column(is_number=True),
    "minutes": Column(is_number=True),
    "ending": Column(width=11),
    "rank": Column(is_number=True),
    "miss": Column(width=7, is_number=True),
    "at_worst": Column(width=12),
    "reason": Column(width=24),
    "from_place": Column(width=30),
    "to_place": Column(width=30),
    "batch": Column(width=24),
    "events": Column(width=22),
    "dispute": Column(width=24),
    "case_id": Column(width=19),
}
"""Every column of a sheet of cases, in order."""


def column_title(name: str) -> str:
    """Give the title of one of COLUMNS."""
    return words.say(f"book.column.{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The cases of one KPI, as they are printed: a column for each of `columns`."""

    kpi: str
    label: str
    columns: tuple[str, ...]
    rows: pl.DataFrame


def counts_in(result: Result) -> str:
    """Name the months of a result in words that no spreadsheet takes for a date."""
    return words.say("book.cases_of", period=result.period)


def ending(name: str) -> str:
    """Give one of ENDINGS in words."""
    return words.say(f"book.ending.{name}")


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
        _cases(facts.filter(is_within(found[0].period), pl.col("role") == role), found)
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
            ending=_in_words(facts, "ending", ending),
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
        told = pl.concat_str(
            [pl.col("worst_hits"), pl.col("worst_n")], separator=words.say("book.of")
        )
    else:
        hours = pl.concat_str([(pl.col("worst_minutes") / 60).round(1), pl.lit(" h")])
        told = (
            pl.when(pl.col("worst_ending") == "never")
            .then(pl.lit(ending("never")))
            .otherwise(hours)
        )
    return pl.when(pl.col("worst_n").is_not_null()).then(told)


def _events() -> pl.Expr:
    both = [pl.col(f"{side}_event").cast(pl.String) for side in ("from", "to")]
    return pl.concat_str(both, separator=" ", ignore_nulls=True)

"""Results by month, judged again only where the tallies of the month are others."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.judge.memory import CODED, lots
from tallyclerk.judge.results import Judge, sort_key
from tallyclerk.judge.spans import ByMonth, judged_by_month
from tallyclerk.store.answers import Answers

_COUNTS = ("rows", "n", "hits")


@dataclass(frozen=True, kw_only=True)
class Month:
    """One KPI in one month, of every partner.

    Attributes:
        mark: Of its tallies, see `marks_of`.
        results: What is said of them.
    """

    mark: str
    results: list[Result]


@dataclass(frozen=True)
class Remembering:
    """Judges by month, see `tallyclerk.judge.spans.judged_by_month`.

    Attributes:
        kept: By KPI, what was said of each month.
        judged: Judges those that are not remembered.
    """

    kept: Answers[dict[int, Month]]
    judged: ByMonth = judged_by_month

    def __call__(self, tallies: pl.LazyFrame, judge: Judge) -> list[Result]:
        """Results of the only KPI of a judge in each month."""
        (kpi,) = judge.kpis
        known = self.kept.find(kpi) or {}
        new: dict[int, Month] = {}
        shares = lots(tallies, "month")
        for months in shares:
            rows = tallies.filter(pl.col("month").is_in(months)).collect()
            new |= self._judged_anew(rows, judge, known)
        if new:
            known |= new
            self.kept.keep(kpi, known)
        found = [result for months in shares for each in months for result in known[each].results]
        return sorted(found, key=sort_key)

    def _judged_anew(
        self, rows: pl.DataFrame, judge: Judge, known: dict[int, Month]
    ) -> dict[int, Month]:
        """What is said of those months of which the tallies are not as they were."""
        marks = marks_of(rows)
        other = [month for month, mark in marks.items() if _mark(known, month) != mark]
        made: dict[int, list[Result]] = {month: [] for month in other}
        changed = rows.lazy().filter(pl.col("month").is_in(other))
        for result in self.judged(changed, judge) if other else ():
            made[int(str(result.period).replace("-", ""))].append(result)
        return {month: Month(mark=marks[month], results=found) for month, found in made.items()}


def marks_of(rows: pl.DataFrame) -> dict[int, str]:
    """What tells the tallies of each month from any others that say something else.

    They may come in any order, and the counts of a key in several rows: each count is weighed by the
    hash of its key, and the weights of a month add up.
    """
    if rows.is_empty():
        return {}
    hashed = pl.concat(map(_weighed, _in_order_of_ends(rows))).drop_nulls("month")
    found = hashed.group_by("month").agg(pl.col(_COUNTS).sum()).sort("month")
    return {month: ":".join(map(str, weights)) for month, *weights in found.iter_rows()}


def _weighed(part: pl.DataFrame) -> pl.DataFrame:
    """The month and the weighed counts of each row; products and their sums wrap."""
    keys = part.drop(_COUNTS).with_columns(pl.col(CODED).cast(pl.String)).hash_rows()
    counts = pl.col(_COUNTS).fill_null(0).cast(pl.UInt64)
    return part.select("month", counts * pl.lit(keys))


def _in_order_of_ends(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Tallies with only the order of what is open longer than anything that ended took.

    No percentile says how long that is: cases of old months that never end get older with every
    run, and nothing else is said of them.
    """
    if "ending" not in rows.columns:
        return [rows]
    party = ("partner_id", "role", "month")
    is_open = (pl.col("ending") == "censored").fill_null(value=False)
    ended = rows.filter(pl.col("ending") == "observed").group_by(party)
    opened = (
        rows.filter(is_open)
        .join(ended.agg(longest=pl.col("minutes").max()), on=party, how="left")
        .with_columns(is_beyond=(pl.col("minutes") > pl.col("longest")).fill_null(value=True))
        .with_columns(
            place=-pl.col("minutes").rank("dense").over(*party, "is_beyond").cast(pl.Int64)
        )
    )
    minutes = pl.when("is_beyond").then("place").otherwise("minutes")
    return [rows.filter(~is_open), opened.with_columns(minutes=minutes).select(rows.columns)]


def _mark(known: dict[int, Month], month: int) -> str | None:
    return known[month].mark if month in known else None

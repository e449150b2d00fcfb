"""Counts of the worst case: what states are decided on, so that silence does not pay.

A partner's own missing scan may hide a miss. TALLIES tell each case in doubt as it counts and as the
worst that it may have been (`tallyclerk.kpis.worst`); here the one is taken off and the other put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tallyclerk.config.models import Target
from tallyclerk.domain.kpi import Goal, Kpi
from tallyclerk.judge.clocks import Clocks, on_clocks
from tallyclerk.judge.counts import SUBJECT, Count, count
from tallyclerk.judge.memory import OF_DURATIONS, OF_RATES
from tallyclerk.kpis.retold import CLOCKS, IN_DOUBT, WORST, on_clock

Key = tuple[str, str, str | int | None]
NO_CLOCKS = Clocks({})
SUMS = ("rows", "n", "hits")
"""Columns of TALLIES that add up."""
COUNTED = ("kpi", "rule", "reason", *SUMS)
"""Columns of TALLIES that counts look at, beside the subject and a cut."""


def worst(tallies: pl.LazyFrame) -> pl.LazyFrame:
    """TALLIES as if every missing scan hid the worst: totals, and durations on clocks.

    Cases in doubt are subtracted as they count; what is waiting or out of n is as it was.
    """
    rule = pl.col("rule")
    told: pl.Expr = pl.when(~rule.is_in([WORST, IN_DOUBT])).then(rule)
    in_doubt = [IN_DOUBT, *(on_clock(IN_DOUBT, clock) for clock in CLOCKS)]
    for clock in CLOCKS:
        on_it = [on_clock(name, clock) for name in (WORST, IN_DOUBT)]
        told = pl.when(rule.is_in(on_it)).then(pl.lit(clock)).otherwise(told)
    sign = pl.when(rule.is_in(in_doubt)).then(-1).otherwise(1)
    counts = [(pl.col(name) * sign).alias(name) for name in SUMS]
    keys = [name for name in tallies.collect_schema().names() if name not in SUMS]
    return (
        tallies.with_columns(*counts, rule=told)
        .group_by(keys)
        .agg(pl.col(SUMS).sum())
        .filter((pl.col("n") != 0) | (pl.col("hits") != 0) | pl.col("reason").is_not_null())
    )


def looked_at(kpi: Kpi, cut: str | None) -> list[str]:
    """Columns of the TALLIES of a KPI from which its results are made."""
    keys = [*SUBJECT, cut] if cut not in {None, *COUNTED} else [*SUBJECT]
    return [*keys, *COUNTED, *(OF_RATES if kpi.is_rate else OF_DURATIONS)]


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """The worst case of the counts of one KPI that have one.

    Attributes:
        cases: How many cases are in doubt, by partner, role and value of the cut.
        counts: With the worst of each, likewise.
        clocks: On business clocks, likewise.
    """

    cases: Mapping[Key, int] = field(default_factory=dict)
    counts: Mapping[Key, Count] = field(default_factory=dict)
    clocks: Clocks = NO_CLOCKS

    @classmethod
    def of(
        cls, tallies: pl.LazyFrame, kpi: Kpi, targets: Sequence[Target], cut: str | None
    ) -> Doubts:
        """The worst cases in TALLIES of a period; parts by rule have none of their own."""
        if cut == "rule":
            return cls()
        keys = [*SUBJECT, cut] if cut else [*SUBJECT]
        mine = tallies.filter(pl.col("kpi") == kpi.name)
        told = mine.filter(pl.col("rule") == WORST)
        found = told.group_by(keys).agg(pl.col("rows").sum()).collect()
        if found.is_empty():
            return cls()
        mine = mine.select(looked_at(kpi, cut)).join(found.lazy().select(keys), on=keys, how="semi")
        touched = worst(mine).collect().lazy()
        return cls(
            cases={_key(row[:-1]): row[-1] for row in found.iter_rows()},
            counts={_key_of(each): each for each in count(touched, kpi, cut, is_timed=True)},
            clocks=on_clocks(touched, kpi, targets, cut, is_timed=True),
        )

    def beside(self, at_hand: Iterable[Count]) -> list[Count]:
        """Counts of the cases at hand, and empty ones where only the worst case has any."""
        known = {_key_of(each): each for each in at_hand}
        for key in self.counts.keys() - known.keys():
            partner, role, value = key
            known[key] = Count(partner_id=partner, role=role, value=value)
        return [known[key] for key in sorted(known, key=repr)]

    def about(self, counts: Count, goal: Goal | None) -> tuple[int, Count | None]:
        """How many cases of a count are in doubt, and its worst case on the clock of a goal."""
        found = self.counts.get(_key_of(counts))
        if found is None:
            return 0, None
        return self.cases.get(_key_of(counts), 0), self.clocks.chosen(found, goal)


def _key_of(counts: Count) -> Key:
    return counts.partner_id, counts.role, counts.value


def _key(row: tuple[Any, ...]) -> Key:
    partner, role, *value = row
    return partner, role, value[0] if value else None


NO_DOUBTS = Doubts()
"""Nothing is in doubt, or nobody asks."""

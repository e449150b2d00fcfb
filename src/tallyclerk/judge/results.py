"""Counts to RESULTS: values, intervals, states and the reasons for what cannot be said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from tallyclerk.config.models import Target
from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.judge.clocks import Clocks, on_clocks
from tallyclerk.judge.counts import Count, complete, count
from tallyclerk.judge.estimates import MIN_BATCHES, Estimate, estimate
from tallyclerk.judge.gross import gross_counts, gross_value
from tallyclerk.judge.memory import held, partners_at_once
from tallyclerk.judge.states import counted, state_in_doubt
from tallyclerk.judge.targets import goal_for
from tallyclerk.judge.worst import NO_DOUBTS, Doubts, looked_at

NOT_REACHED = "not reached: too many cases are still open, or will never be completed"
NO_CALENDAR = "agreed on a business clock, but the partner has no calendar"


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Turns tallies into results.

    Attributes:
        kpis: Definitions by name.
        targets: `[[targets]]` of the configuration.
        period: Label of the whole period, "2026-08..2026-10"; None when there is nothing.
        last_day: Its last day: the targets valid then hold.
        asked: Names of the KPIs that vetting asks of each role: on these partners are screened.
        subjects: Every (partner, role): one without cases of its role's KPIs is said to have none.
        is_doubting: Whether states are asked for, which are decided on the worst case.
        place: Cuts that all rows have in common, such as their lane.
    """

    kpis: Mapping[str, Kpi]
    targets: Sequence[Target]
    period: str | None
    last_day: dt.date
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    subjects: Sequence[tuple[str, str]] = ()
    is_doubting: bool = True
    place: Mapping[str, str] = field(default_factory=dict)

    def results(self, tallies: pl.LazyFrame, cut: str | None = None) -> list[Result]:
        """Results of every KPI.

        Args:
            tallies: TALLIES of the period.
            cut: One of `tallyclerk.judge.counts.CUTS` for finer rows instead of totals.

        Returns:
            One per partner, role, KPI and statistic (and value of the cut), sorted.
        """
        found: list[Result] = []
        shares = partners_at_once(tallies)
        for kpi in self.kpis.values():
            mine = tallies.filter(pl.col("kpi") == kpi.name).select(looked_at(kpi, cut))
            for judge, rows in self._lots(mine, shares.get(kpi.name, [])):
                counts = count(rows, kpi, cut, is_timed=True)
                found += judge.of_counts(counts, kpi, rows, cut)
        return sorted(found, key=sort_key)

    def of_counts(
        self, counts: Sequence[Count], kpi: Kpi, tallies: pl.LazyFrame, cut: str | None = None
    ) -> Iterator[Result]:
        """Results of one KPI of which the counts are known.

        Args:
            counts: One per partner, role (and value of the cut).
            kpi: The KPI.
            tallies: What they were counted in, which also tells cases again.
            cut: See `results`.
        """
        net = counts if cut is not None else complete(counts, self._subjects(kpi))
        clocks = on_clocks(tallies, kpi, self.targets, cut, is_timed=True)
        whole = gross_counts(net, tallies, kpi, cut)
        doubts = Doubts.of(tallies, kpi, self.targets, cut) if self.is_doubting else NO_DOUBTS
        for each in doubts.beside(net):
            for result in self._judged(each, kpi, cut, clocks, doubts):
                value = gross_value(each, whole, Statistic(result.statistic))
                yield result if value is None else replace(result, gross=value)

    def about(self, kpis: Iterable[str]) -> Judge:
        """The same judge for some KPIs."""
        return replace(self, kpis={kpi: self.kpis[kpi] for kpi in kpis})

    def over(self, period: Period) -> Judge:
        """The same judge for another period, by the targets valid at its end."""
        return replace(self, period=period.label, last_day=period.last_day)

    def within(self, cuts: Mapping[str, str | int | None]) -> Judge:
        """The same judge for rows of one month, lane, …."""
        place = {cut: str(value) for cut, value in cuts.items() if cut != "month"}
        judge = replace(self, place={**self.place, **place})
        month = cuts.get("month")
        return judge.over(Period(month, month)) if isinstance(month, int) else judge

    def goal(self, counts: Count, kpi: Kpi, statistic: Statistic) -> Goal | None:
        """What is agreed with the partner of a count, if anything is."""
        place = {
            "partner": counts.partner_id,
            "role": counts.role,
            "lane": self.place.get("lane"),
            "service": self.place.get("service"),
        }
        return goal_for(self.targets, kpi, statistic, place, self.last_day)

    def _lots(
        self, mine: pl.LazyFrame, shares: Sequence[Sequence[str]]
    ) -> Iterator[tuple[Judge, pl.LazyFrame]]:
        """The judge and the rows, in memory, of some partners at a time, where a KPI has many rows."""
        if len(shares) < 2:  # noqa: PLR2004
            yield self, held(mine)
            return
        silent = {partner for partner, _ in self.subjects}.difference(*shares)
        for partners in shares:
            theirs = silent.union(partners)
            subjects = [subject for subject in self.subjects if subject[0] in theirs]
            rows = held(mine.filter(pl.col("partner_id").is_in(partners)))
            yield replace(self, subjects=subjects), rows
            silent = set()

    def _subjects(self, kpi: Kpi) -> list[tuple[str, str]]:
        """Who has a total of a KPI, if only an empty one."""
        return [subject for subject in self.subjects if subject[1] in kpi.roles]

    def _judged(
        self, counts: Count, kpi: Kpi, cut: str | None, clocks: Clocks, doubts: Doubts
    ) -> Iterator[Result]:
        judge = self.within({cut: counts.value}) if cut else self
        for statistic in kpi.statistics:
            goal = judge.goal(counts, kpi, statistic)
            plain = estimate(counts, statistic)
            chosen = clocks.chosen(counts, goal)
            found = plain if chosen is counts else estimate(chosen, statistic)
            in_doubt, worst = doubts.about(counts, goal)
            least = estimate(worst, statistic) if worst else Estimate()
            yield Result(
                partner_id=counts.partner_id,
                role=counts.role,
                kpi=kpi.name,
                statistic=str(statistic),
                unit=kpi.unit,
                period=judge.period,
                **judge.place,  # type: ignore[arg-type]
                n=counts.n,
                hits=counts.hits if kpi.is_rate else None,
                value=found.value,
                low=found.low,
                high=found.high,
                batches=found.batches,
                effective_n=found.effective_n,
                counted=counted(found.value, goal, better=kpi.better),
                state=state_in_doubt(
                    (found, counts.n), (least, worst.n) if worst else None, goal, better=kpi.better
                ),
                reason=_reason(chosen, kpi, found, in_doubt),
                in_doubt=in_doubt,
                worst=least.value,
                worst_low=least.low,
                worst_high=least.high,
                clock=goal.clock if goal else "hours",
                in_hours=plain.value if plain.value != found.value else None,
                target=goal.target if goal else None,
                limit=goal.limit if goal else None,
                better=kpi.better,
                provisional=counts.waiting > 0,
                waiting=counts.waiting,
                excluded=counts.excluded,
            )


def _reason(counts: Count, kpi: Kpi, found: Estimate, in_doubt: int) -> str | None:
    """Why there is no value, or no interval."""
    if found.value is not None:
        if found.batches >= MIN_BATCHES:
            return None
        return f"too few batches to know how much they differ: {found.batches}"
    if counts.n:
        is_timed = kpi.is_rate or counts.timed
        return NOT_REACHED if is_timed else NO_CALENDAR
    return nothing(counts, kpi, in_doubt)


def nothing(counts: Count, kpi: Kpi, in_doubt: int = 0) -> str:
    """Why there is no case in n."""
    if counts.waiting:
        return f"none of {counts.waiting} cases is mature yet"
    if in_doubt:
        return f"no case at hand; {in_doubt} in doubt: scans that the partner owes are missing"
    if counts.excluded:
        return "all cases are out: " + ", ".join(f"{why} {cases}" for why, cases in counts.excluded)
    needed = ", ".join((*kpi.needs, *kpi.milestones))
    return f"no cases; needs {needed}" if needed else "no cases"


def sort_key(result: Result) -> tuple[str, ...]:
    """The order of RESULTS: partner, role, KPI, statistic, period, then the cuts."""
    return (
        result.partner_id,
        result.role,
        result.kpi,
        result.statistic,
        result.period or "",
        result.lane or "",
        result.service or "",
        result.chain or "",
        result.handovers or "",
        result.counterpart or "",
        result.rule or "",
    )

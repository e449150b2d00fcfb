"""The judgement of a whole run: results at every cut, and what the pages draw from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.domain.judgement import Judgement, RunInfo
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.domain.scores import Score
from tallyclerk.judge.lanes import with_expected
from tallyclerk.judge.lateness import late_waterfalls
from tallyclerk.judge.memory import OF_DURATIONS, OF_RATES, UNSEEN, in_memory
from tallyclerk.judge.results import Judge
from tallyclerk.judge.score import scores
from tallyclerk.judge.screening import with_flags
from tallyclerk.judge.spans import (
    TRAILING,
    ByMonth,
    Found,
    add_cuts,
    add_totals,
    in_order,
    judged_by_month,
    window_of,
)
from tallyclerk.judge.terms import asked_of


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """Rows of a table that are judged: a period, and the partners, lanes … asked for."""

    period: Period | None = None
    partners: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()

    def of(self, tallies: pl.LazyFrame) -> pl.LazyFrame:
        """The tallies that remain."""
        columns = {
            "partner_id": self.partners,
            "role": self.roles,
            "lane": self.lanes,
            "service": self.services,
            "kpi": self.kpis,
        }
        for column, wanted in columns.items():
            if wanted:
                tallies = tallies.filter(pl.col(column).is_in(wanted))
        if self.period:
            tallies = tallies.filter(
                pl.col("month").is_between(self.period.first, self.period.last)
            )
        return tallies

    def among(self, subjects: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """The partners and roles asked for."""
        return [
            (partner, role)
            for partner, role in subjects
            if partner in (self.partners or (partner,)) and role in (self.roles or (role,))
        ]

    def over(self, period: Period | None) -> Cuts:
        """The same rows over another period."""
        return replace(self, period=period)


def months_in(tallies: pl.LazyFrame) -> Period | None:
    """The months from first to last that any fact falls into."""
    first, last = (
        tallies.select(first=pl.col("month").min(), last=pl.col("month").max()).collect().row(0)
    )
    return None if first is None else Period(first, last)


def judge_of(
    tallies: pl.LazyFrame, cuts: Cuts, settings: Settings, kpis: Mapping[str, Kpi], info: RunInfo
) -> Judge:
    """The judge for a period: what was agreed, and whom it looks at."""
    subjects = (
        replace(cuts, period=None, kpis=())
        .of(tallies)
        .select("partner_id", "role")
        .unique()
        .sort("partner_id", "role")
    )
    period = cuts.period or months_in(tallies)
    return judge_for(subjects.collect().rows(), period, cuts, settings, kpis, info)


def judge_for(
    subjects: Iterable[tuple[str, str]],
    period: Period | None,
    cuts: Cuts,
    settings: Settings,
    kpis: Mapping[str, Kpi],
    info: RunInfo,
) -> Judge:
    """As `judge_of`, where every (partner, role) is known, and the months that there are."""
    chosen = {name: kpi for name, kpi in kpis.items() if not cuts.kpis or name in cuts.kpis}
    return Judge(
        kpis=chosen,
        targets=settings.targets,
        asked=asked_of(settings, kpis),
        period=period.label if period else None,
        last_day=period.last_day if period else info.as_of.date(),
        subjects=tuple(subjects),
    )


def judgement(
    tallies: pl.LazyFrame,
    cuts: Cuts,
    settings: Settings,
    kpis: Mapping[str, Kpi],
    info: RunInfo,
    found: Found | None = None,
    by_month: ByMonth = judged_by_month,
) -> Judgement:
    """Everything a report of one period may say of the tallies.

    Args:
        tallies: All TALLIES.
        cuts: Period and partners of the report.
        settings: Targets and partner names.
        kpis: Definitions by name.
        info: The run.
        found: From `totals_found`, where it is known: it is completed.
        by_month: Judges the months.
    """
    judge = judge_of(tallies, cuts, settings, kpis, info)
    period = cuts.period or months_in(tallies)
    has_totals = found is not None
    found = found or Found()
    if period is None:
        found.totals = _beside_peers(judge.results(cuts.of(tallies)), tallies, cuts, kpis)
    else:
        for name, kpi in judge.kpis.items():
            one = replace(judge, kpis={name: kpi})
            everyone, mine = _held(tallies, cuts, period, kpi)
            if not has_totals:
                add_totals(found, everyone, mine, period, one, by_month)
            add_cuts(found, everyone, mine, period, one)
    return Judgement(
        run=info,
        totals=flagged(found, cuts),
        months=in_order(found.months),
        lanes=in_order(found.lanes),
        counterparts=in_order(found.counterparts),
        rules=in_order(found.rules),
        trailing={months: in_order(found.trailing[months]) for months in TRAILING},
        limits=found.limits,
        histograms=found.histograms,
        histograms_before=found.histograms_before,
        shipments=_shipments(cuts.over(period).of(tallies), judge.kpis, judge.subjects),
        lateness=late_waterfalls(cuts.over(period).of(tallies)),
        names={
            partner: name_of(partner, settings)
            for partner in {*settings.partners, *(partner for partner, _ in judge.subjects)}
        },
        scores=scores_of(tallies, cuts, settings, kpis, info),
    )


def scores_of(
    tallies: pl.LazyFrame, cuts: Cuts, settings: Settings, kpis: Mapping[str, Kpi], info: RunInfo
) -> tuple[Score, ...]:
    """The scores of a period, each ranked among all partners of its role, whoever was asked for."""
    if settings.score is None:
        return ()
    judge = judge_of(tallies, cuts, settings, kpis, info)
    everyone = replace(cuts, partners=(), kpis=()).of(tallies)
    found = scores(everyone, settings, kpis, judge.period, judge.last_day)
    return tuple(s for s in found if not cuts.partners or s.partner_id in cuts.partners)


def totals(
    tallies: pl.LazyFrame, cuts: Cuts, settings: Settings, kpis: Mapping[str, Kpi], info: RunInfo
) -> tuple[Result, ...]:
    """The totals of all data."""
    judge = judge_of(tallies, cuts, settings, kpis, info)
    return tuple(_beside_peers(judge.results(cuts.of(tallies)), tallies, cuts, kpis))


def totals_found(
    tallies: pl.LazyFrame,
    cuts: Cuts,
    period: Period,
    settings: Settings,
    kpis: Mapping[str, Kpi],
    info: RunInfo,
    by_month: ByMonth = judged_by_month,
) -> Found:
    """The totals of a period, and what they are said by: its months, charts and screening."""
    judge = judge_of(tallies, cuts, settings, kpis, info)
    found = Found()
    for name, kpi in judge.kpis.items():
        rows = _held(tallies, cuts, period, kpi)
        add_totals(found, *rows, period, replace(judge, kpis={name: kpi}), by_month)
    return found


def of_lanes(
    tallies: pl.LazyFrame, cuts: Cuts, settings: Settings, kpis: Mapping[str, Kpi], info: RunInfo
) -> tuple[Result, ...]:
    """The results of each lane, beside those of peers there."""
    judge = judge_of(tallies, cuts, settings, kpis, info)
    return tuple(_beside_peers(judge.results(cuts.of(tallies), "lane"), tallies, cuts, kpis))


def _beside_peers(
    results: Sequence[Result], tallies: pl.LazyFrame, cuts: Cuts, kpis: Mapping[str, Kpi]
) -> list[Result]:
    """Results with what the other partners had, whoever was asked for."""
    return with_expected(results, replace(cuts, partners=()).of(tallies), kpis)


def flagged(found: Found, cuts: Cuts) -> tuple[Result, ...]:
    """The totals of a period as a report says them, flagged where nothing was left out: flags depend on all that is screened."""
    if cuts.roles or cuts.lanes or cuts.services or cuts.kpis:
        return in_order(found.totals)
    return in_order(with_flags(found.totals, found.screened))


def _held(
    tallies: pl.LazyFrame, cuts: Cuts, period: Period, kpi: Kpi
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """The rows of a KPI in memory: those of every partner, and of the partners asked for."""
    wide = replace(cuts, period=window_of(period), partners=(), kpis=(kpi.name,))
    everyone = in_memory(wide.of(tallies), (*UNSEEN, *(OF_DURATIONS if kpi.is_rate else OF_RATES)))
    return everyone, Cuts(partners=cuts.partners).of(everyone)


def name_of(partner: str, settings: Settings) -> str:
    """A partner's display name."""
    block = settings.partners.get(partner)
    return block.name if block and block.name else partner


def _shipments(
    rows: pl.LazyFrame, kpis: Mapping[str, Kpi], subjects: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Shipments of the cohorts: the most that any KPI over shipments looks at."""
    names = [kpi.name for kpi in kpis.values() if kpi.cases == "shipments"]
    seen = (
        rows.filter(pl.col("kpi").is_in(names), pl.col("rule").is_null())
        .group_by("partner_id", "role", "kpi")
        .agg(pl.col("rows").sum())
        .group_by("partner_id", "role")
        .agg(pl.col("rows").max())
        .collect()
    )
    found = {(partner, role): rows for partner, role, rows in seen.iter_rows()}
    return {subject: found.get(subject, 0) for subject in subjects}

"""The judgement of a whole run: results at every cut, and what the pages draw from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.domain.judgement import Judgement, RunInfo
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.domain.scores import Score
from tallyclerk.judge.cuts import Cuts, judge_of, months_in
from tallyclerk.judge.lanes import with_expected
from tallyclerk.judge.lateness import late_waterfalls
from tallyclerk.judge.memory import OF_DURATIONS, OF_RATES, UNSEEN, in_memory
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

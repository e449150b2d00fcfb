"""What is judged: some rows of the TALLIES, by the judge that what was agreed makes for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.domain.judgement import RunInfo
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.judge.results import Judge
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

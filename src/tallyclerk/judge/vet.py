"""Vetting: may a partner be entrusted with volume, as far as the data prove it?

approve: every mandatory KPI's pessimistic bound, one-sided at 95 %, meets its cut. reject: some
mandatory KPI is beyond its limit at 99 %, with Holm's correction over the mandatory KPIs, in two
consecutive mature periods, and not proven within it since. Otherwise conditional: thin data never
reject, and never approve. All of it is decided on the worst that a partner's missing scans may hide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.domain.kpi import Goal
from tallyclerk.domain.periods import Period, last_day_of, shifted
from tallyclerk.domain.vetting import Check, Decision, Finding, Vetting
from tallyclerk.judge.cap import cap_of
from tallyclerk.judge.cases import Cases, Subject, span_of
from tallyclerk.judge.checks import check_of
from tallyclerk.judge.misses import REJECT_AT, misses_of
from tallyclerk.judge.terms import Kpis, Term, mandatory
from tallyclerk.judge.worst import worst
from tallyclerk.stats.multiple import holm


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What is proven of one term in single periods, by first months.

    Attributes:
        beyond: Mature periods that are proven beyond the limit, ascending.
        within: Mature periods that are proven within it.
    """

    beyond: tuple[int, ...] = ()
    within: tuple[int, ...] = ()


def vet(
    tallies: pl.LazyFrame,
    settings: Settings,
    kpis: Kpis,
    subjects: Iterable[Subject] | None = None,
) -> list[Vetting]:
    """Vets partners.

    Args:
        tallies: TALLIES of the months to look at.
        settings: `[vetting]` and `[[targets]]`.
        kpis: Definitions by name.
        subjects: (partner, role) to vet, those without data too; default: all in the tallies.

    Returns:
        One per subject, sorted.

    Raises:
        ConfigError: `[vetting]` names what is not defined.
    """
    terms = mandatory(settings, kpis)
    if subjects is None:
        subjects = tallies.select("partner_id", "role").unique().collect().rows()
    chosen = sorted(set(subjects))
    partners = sorted({partner for partner, _ in chosen})
    asked = {term.kpi.name: term.kpi for _, role in chosen for term in terms[role]}
    chosen_rows = pl.col("partner_id").is_in(partners) & pl.col("kpi").is_in(sorted(asked))
    held = tallies.filter(chosen_rows).collect()
    vetter = _Vetter(settings=settings, span=span_of(held))
    cases = {name: Cases.of(held.lazy(), kpi, settings) for name, kpi in asked.items()}
    hidden = worst(held.lazy()).collect().lazy()
    least = {
        name: Cases.of(hidden, kpi, settings) if cases[name].in_doubt else cases[name]
        for name, kpi in asked.items()
    }
    return [vetter.vetting(subject, terms[subject[1]], cases, least) for subject in chosen]


def subjects_of(
    tallies: pl.LazyFrame, settings: Settings, partners: Sequence[str], roles: Sequence[str] = ()
) -> list[Subject]:
    """The roles in which partners can be vetted: those in the data, and those configured.

    Args:
        tallies: All TALLIES.
        settings: `[partners]`.
        partners: Whom to vet.
        roles: Only these roles, where given; a partner without any role is vetted in them all.
    """
    seen = tallies.filter(pl.col("partner_id").is_in(partners)).select("partner_id", "role")
    found = set(seen.unique().collect().rows())
    for partner in partners:
        block = settings.partners.get(partner)
        found |= {(partner, str(role)) for role in (block.roles if block else ())}
        if partner not in {name for name, _ in found}:
            found |= {(partner, role) for role in roles}
    return sorted(subject for subject in found if not roles or subject[1] in roles)


@dataclass(frozen=True, kw_only=True)
class _Vetter:
    settings: Settings
    span: Period | None

    def vetting(
        self,
        subject: Subject,
        terms: Sequence[Term],
        cases: Mapping[str, Cases],
        worst_cases: Mapping[str, Cases],
    ) -> Vetting:
        """What is proven is proven on the worst cases; values are those of the cases at hand."""
        at_hand = [cases[term.kpi.name] for term in terms]
        own = [worst_cases[term.kpi.name] for term in terms]
        day = self.span.last_day if self.span else dt.date.max
        proofs = self._proofs(subject, terms, own)
        checks = []
        for term, shown, held, proof in zip(terms, at_hand, own, proofs, strict=True):
            goal = term.goal(self.settings.targets, *subject, day)
            beyond, is_twice, mended = self._record(proof)
            check = check_of(
                shown.total(subject, goal),
                held.total(subject, goal),
                term,
                goal,
                beyond=beyond,
                is_twice=is_twice,
                mended=mended,
            )
            in_doubt = shown.in_doubt.get(subject, 0)
            least = check.worst if in_doubt else None
            checks.append(replace(check, in_doubt=in_doubt, worst=least))
        periods = [held.periods.get(subject, {}) for held in own]
        decision, binding = _decided(checks)
        cap, scope = cap_of(decision, checks, terms, periods)
        return Vetting(
            partner_id=subject[0],
            role=subject[1],
            period=self.span.label if self.span and any(check.n for check in checks) else None,
            decision=decision,
            checks=tuple(checks),
            binding=binding,
            cap=cap,
            cap_scope=scope,
            months_per_period=self._months,
        )

    @property
    def _months(self) -> int:
        return self.settings.vetting.months_per_period

    def _proofs(self, subject: Subject, terms: Sequence[Term], own: Sequence[Cases]) -> list[Proof]:
        """Each period for itself, with Holm's correction over all mandatory KPIs in it."""
        beyond: list[list[int]] = [[] for _ in terms]
        within: list[list[int]] = [[] for _ in terms]
        for first in sorted({first for held in own for first in held.periods.get(subject, {})}):
            tests = [
                self._tested(subject, term, held, first)
                for term, held in zip(terms, own, strict=True)
            ]
            adjusted = holm([p for p, _ in tests])
            for place, (p, (_, is_within)) in enumerate(zip(adjusted, tests, strict=True)):
                if p <= 1 - REJECT_AT:
                    beyond[place].append(first)
                if is_within:
                    within[place].append(first)
        return [
            Proof(beyond=tuple(b), within=tuple(w)) for b, w in zip(beyond, within, strict=True)
        ]

    def _tested(self, subject: Subject, term: Term, held: Cases, first: int) -> tuple[float, bool]:
        """The p value of being beyond the limit, 1 where it may not be judged; proven within?"""
        goal = self._goal(subject, term, first)
        counts = held.period(subject, first, goal)
        if counts is None or counts.waiting or goal is None:
            return 1.0, False
        found = misses_of(counts, term, goal.limit)
        if found is None or not found.is_sufficient:
            return 1.0, False
        allowed = term.misses(goal.limit)
        return found.p_beyond(allowed), found.is_proven_within(allowed)

    def _goal(self, subject: Subject, term: Term, first: int) -> Goal | None:
        day = last_day_of(shifted(first, self._months - 1))
        return term.goal(self.settings.targets, *subject, day)

    def _record(self, proof: Proof) -> tuple[tuple[str, ...], bool, str | None]:
        """Periods beyond the limit as labels; whether two followed on each other; since mended."""
        labels = tuple(self._label(first) for first in proof.beyond)
        last_within = max(proof.within, default=0)
        is_mended = bool(labels) and last_within > proof.beyond[-1]
        is_twice = any(
            later == shifted(first, self._months) and later > last_within
            for first, later in pairwise(proof.beyond)
        )
        return labels, is_twice, self._label(last_within) if is_mended else None

    def _label(self, first: int) -> str:
        return Period(first, shifted(first, self._months - 1)).label


def _decided(checks: Sequence[Check]) -> tuple[Decision, tuple[int, ...]]:
    """The decision, and the places of the checks that it hangs on."""
    rejecting = [i for i, check in enumerate(checks) if check.finding is Finding.BEYOND_TWICE]
    if rejecting:
        return Decision.REJECT, tuple(rejecting)
    open_ones = [i for i, check in enumerate(checks) if check.finding is not Finding.MEETS]
    if not open_ones:
        return Decision.APPROVE, ()
    return Decision.CONDITIONAL, (min(open_ones, key=lambda place: _gravity(checks[place])),)


_GRAVITY = {finding: place for place, finding in enumerate(Finding)}


def _gravity(check: Check) -> tuple[int, int]:
    """What keeps from approval most: proven against, no data, then the most cases needed."""
    is_open = check.finding in {Finding.TOO_FEW, Finding.OPEN}
    grave = _GRAVITY[Finding.OPEN] if is_open else _GRAVITY[check.finding]
    return grave, -(10**9 if check.cases_needed is None else check.cases_needed)

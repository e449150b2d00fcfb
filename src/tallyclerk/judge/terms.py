"""What partners are vetted and scored on: `[vetting]` and `[score]`, held against the KPIs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tallyclerk.config.models import Cut, Settings, Target
from tallyclerk.config.problems import did_you_mean
from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import Role
from tallyclerk.errors import ConfigError
from tallyclerk.judge.targets import goal_for

Kpis = Mapping[str, Kpi]

PUNCTUAL = ("on_time_controllable_rate", "on_time_rate")
"""A courier's punctuality: without what others made late, where that can be told."""
CARRIER = ("handover_ack_rate", "loss_rate", "damage_rate", "miscommunication_rate")
DEFAULTS: Mapping[Role, Sequence[str | tuple[str, ...]]] = {
    Role.SUPPLIER: ("dispatch_on_time_rate", "miscommunication_rate"),
    Role.WAREHOUSE: CARRIER,
    Role.FORWARDER: CARRIER,
    Role.AIRLINE: CARRIER,
    Role.BROKER: CARRIER,
    Role.COURIER: (PUNCTUAL, "loss_rate", "damage_rate", "miscommunication_rate"),
}
"""Mandatory KPIs where `[vetting.mandatory]` does not name a role: on time for those who deliver,
handover for the others. Of alternatives the first one that is defined."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One KPI statistic that is asked of a role.

    Attributes:
        kpi: The KPI.
        statistic: Its statistic.
        cut: Configured value from which on it is approved; None = the target's.
        limit: Configured value beyond which it is rejected; None = the target's.
    """

    kpi: Kpi
    statistic: Statistic
    cut: float | None = None
    limit: float | None = None

    @property
    def name(self) -> str:
        """As it is written in the configuration: `loss_rate`, `handover_in_hours.p90`."""
        return self.kpi.name if self.kpi.is_rate else f"{self.kpi.name}.{self.statistic}"

    def goal(
        self, targets: Sequence[Target], partner: str | None, role: str, day: dt.date
    ) -> Goal | None:
        """Cut and limit on a day: the configured ones, else the agreed, else the KPI's own.

        The limit is never on the better side of the cut. None where there is no cut.
        """
        place = {"partner": partner, "role": role, "lane": None, "service": None}
        agreed = goal_for(targets, self.kpi, self.statistic, place, day)
        known = agreed or self.kpi.goals.get(self.statistic)
        cut = self.cut if self.cut is not None or known is None else known.target
        if cut is None:
            return None
        limit = self.limit if self.limit is not None or known is None else known.limit
        worse = max if self.kpi.better == "lower" else min
        clock = known.clock if known else "hours"
        return Goal(target=cut, limit=cut if limit is None else worse(cut, limit), clock=clock)

    def misses(self, value: float) -> float:
        """The share of cases that may miss where the statistic may just be `value`.

        Of a P90 it is a tenth, whatever the value: that many cases may take longer.
        """
        if self.statistic.quantile is not None:
            return float(1 - self.statistic.quantile)
        return value if self.kpi.better == "lower" else 1.0 - value


def mandatory(settings: Settings, kpis: Kpis) -> dict[str, tuple[Term, ...]]:
    """What vetting asks of each role, sorted by role.

    Raises:
        ConfigError: With everything that is wrong with `[vetting]`.
    """
    problems: list[str] = []
    terms = {}
    for role in sorted(Role):
        asked = settings.vetting.mandatory.get(role)
        if asked is None:
            terms[str(role)] = tuple(_term(name, Cut(), kpis) for name in _defaults(role, kpis))
            continue
        place = f"[vetting.mandatory.{role}]"
        if not asked:
            problems.append(f"{place}: names no KPI, so that nothing would be asked")
        found: dict[str, Term] = {}
        for name, cut in asked.items():
            try:
                term = _asked(name, cut, role, settings, kpis)
            except ValueError as error:
                problems.append(f"{place} {name}: {error}")
                continue
            if found.setdefault(term.name, term) is not term:
                problems.append(f"{place} {name}: stands there twice")
        terms[str(role)] = tuple(found.values())
    _refuse(problems)
    return terms


def asked_of(settings: Settings, kpis: Kpis) -> dict[str, frozenset[str]]:
    """Names of the KPIs that vetting asks of each role."""
    configured = settings.vetting.mandatory
    return {
        str(role): frozenset(
            name.partition(".")[0] for name in configured.get(role) or _defaults(role, kpis)
        )
        for role in Role
    }


def weights(settings: Settings, kpis: Kpis) -> tuple[tuple[Term, float], ...]:
    """The weight of each KPI statistic in the score, in the order configured; none without one.

    Raises:
        ConfigError: With everything that is wrong with `[score]`.
    """
    if settings.score is None:
        return ()
    problems: list[str] = []
    found: dict[str, tuple[Term, float]] = {}
    for name, weight in settings.score.weights.items():
        try:
            term = _term(name, Cut(), kpis)
        except ValueError as error:
            problems.append(f"[score.weights] {name}: {error}")
            continue
        if found.setdefault(term.name, (term, weight))[0] is not term:
            problems.append(f"[score.weights] {name}: stands there twice")
    weighted = {_plain(name) for name in settings.score.weights}
    for name in settings.score.mandatory:
        if _plain(name) not in weighted:
            hint = did_you_mean(_plain(name), weighted)
            problems.append(f"[score] mandatory {name}: has no weight{hint}")
    _refuse(problems)
    return tuple(found.values())


def mandatory_in_score(settings: Settings) -> frozenset[str]:
    """Names of the terms without which there is no score."""
    return frozenset(map(_plain, settings.score.mandatory)) if settings.score else frozenset()


def check_terms(settings: Settings, kpis: Kpis) -> None:
    """Refuses settings that name what is not defined.

    Raises:
        ConfigError: With everything that is wrong.
    """
    mandatory(settings, kpis)
    weights(settings, kpis)


def _defaults(role: Role, kpis: Kpis) -> Iterator[str]:
    for choice in DEFAULTS[role]:
        names = (choice,) if isinstance(choice, str) else choice
        yield next((name for name in names if name in kpis), names[-1])


def _plain(name: str) -> str:
    return name.removesuffix(".rate")


def _term(name: str, cut: Cut, kpis: Kpis) -> Term:
    """The term that a name means.

    Raises:
        ValueError: There is no such KPI, or no such statistic of it.
    """
    word, _, statistic = name.partition(".")
    if word not in kpis:
        raise ValueError(f"no such KPI{did_you_mean(word, kpis)}")
    kpi = kpis[word]
    known = [str(each) for each in kpi.statistics]
    chosen = statistic or (known[0] if kpi.is_rate else "")
    if chosen not in known:
        said = f"{word} has no statistic {statistic!r}" if statistic else "needs a statistic"
        raise ValueError(f"{said}: {' or '.join(f'{word}.{each}' for each in known)}")
    return Term(kpi=kpi, statistic=Statistic(chosen), cut=cut.cut, limit=cut.limit)


def _asked(name: str, cut: Cut, role: Role, settings: Settings, kpis: Kpis) -> Term:
    term = _term(name, cut, kpis)
    if role not in term.kpi.roles:
        raise ValueError(f"is not asked of the role {role}, but of: {', '.join(term.kpi.roles)}")
    agreed = {_plain(target.kpi) for target in settings.targets}
    if cut.cut is None and term.statistic not in term.kpi.goals and term.name not in agreed:
        raise ValueError("needs a cut, since it has no target")
    for given in (cut.cut, cut.limit):
        if given is not None and term.kpi.is_rate and not 0 < given < 1:
            raise ValueError(f"{given:g} is no share between 0 and 1 that data could prove")
        if given is not None and not given > 0:
            raise ValueError(f"{given:g} is no time that data could prove")
    if cut.cut is not None and cut.limit is not None:
        is_worse = cut.limit >= cut.cut if term.kpi.better == "lower" else cut.limit <= cut.cut
        if not is_worse:
            raise ValueError(f"the limit {cut.limit:g} is better than the cut {cut.cut:g}")
    return term


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ConfigError("; ".join(problems), how="`tallyclerk kpis` lists the KPIs and targets")

"""What is said of couriers that are all the same, and how many shipments it takes to find one that
is not.

False alarms: 40 identical couriers over 12 months, shipments in batches of 1-30 with an intraclass
correlation of 0.02, on three lanes of different difficulty. Once every courier is as good as its
targets, once all are exactly at the limits, where a rejection would still be false. Counted are
couriers that vetting rejects (at most 1 %), screenings of a month or year with any flag (all are
false: at most 5 %), and years whose rank sets do not all overlap (none). A share fails when it is
above its allowance by more than two standard errors.

Power: one of 40 couriers loses three times as many shipments as the others, another is 10 points
less punctual; how often each is found, by its number of shipments. Within the largest number both
must be found nearly always.

Run by `make false-alarm-study`; exit code 1 if anything fails.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
import polars as pl
from tests.studies.worlds import AVERAGE_BATCH, FIRST_MONTH, ROLE, courier, world

from tallyclerk.config.models import Settings, Target
from tallyclerk.domain.kpi import Statistic
from tallyclerk.domain.periods import last_day_of, shifted
from tallyclerk.domain.results import State
from tallyclerk.domain.vetting import Decision
from tallyclerk.judge.results import Judge
from tallyclerk.judge.score import scores
from tallyclerk.judge.screening import screened, with_flags
from tallyclerk.judge.terms import asked_of
from tallyclerk.judge.vet import vet
from tallyclerk.kpis.registry import all_kpis

KPIS = all_kpis()
COURIERS, MONTHS, BATCHES = 40, 12, 24
YEARS = 10
AT_TARGET = {
    "on_time_rate": 0.05,
    "handover_ack_rate": 0.05,
    "loss_rate": 0.005,
    "damage_rate": 0.01,
    "miscommunication_rate": 0.05,
}
AT_LIMIT = {
    "on_time_rate": 0.1,
    "handover_ack_rate": 0.1,
    "loss_rate": 0.015,
    "damage_rate": 0.02,
    "miscommunication_rate": 0.12,
}
HIGHER = {"on_time_rate", "handover_ack_rate"}
ASKED = ("on_time_rate", "loss_rate", "damage_rate", "miscommunication_rate")
SETTINGS = Settings.model_validate(
    {
        "vetting": {"mandatory": {ROLE: {kpi: {} for kpi in ASKED}}},
        "score": {"weights": dict.fromkeys(ASKED, 1)},
    }
)

GOALS = {name: KPIS[name].goals[Statistic.RATE] for name in AT_TARGET}
TARGETS = [Target(kpi=name, target=g.target, limit=g.limit) for name, g in GOALS.items()]

REJECTED, FLAGGED = 0.01, 0.05
"""Allowances: of couriers, and of screenings."""
SIZES = (100, 200, 400, 800, 1600, 3200, 6400)
ROUNDS = 40
FOUND = 0.9
LOSES, LATE = 0, 1
"""The couriers that are worse, in loss and in punctuality."""
AGAINST = {State.BELOW_TARGET, State.BREACH}


@dataclass
class Share:
    """So many of so many."""

    hits: int = 0
    n: int = 0

    def add(self, hits, n=1):
        self.hits, self.n = self.hits + int(hits), self.n + n

    def __str__(self):
        return f"{self.hits} of {self.n} ({100 * self.hits / self.n:.2f} %)"

    def is_above(self, allowed):
        """Whether the share is above what is allowed by more than two standard errors of that."""
        return self.hits / self.n > allowed + 2 * math.sqrt(allowed * (1 - allowed) / self.n)


def flags(tallies):
    """(partner, KPI) that screening flags."""
    tests = [
        test
        for name in AT_TARGET
        for test in screened(tallies, KPIS[name], asked_of(SETTINGS, KPIS))
    ]
    marked = with_flags(totals(tallies), tests)
    return {(total.partner_id, total.kpi) for total in marked if total.is_flagged}


def totals(tallies):
    """Results of all couriers by the default targets."""
    judge = Judge(
        kpis={name: KPIS[name] for name in AT_TARGET},
        targets=TARGETS,
        period=None,
        last_day=last_day_of(FIRST_MONTH),
    )
    return judge.results(tallies)


def has_ranking(tallies):
    """Whether the rank sets of the scores put one courier before another."""
    found = scores(tallies, SETTINGS, KPIS, None, last_day_of(FIRST_MONTH))
    sets = [(each.best_rank, each.worst_rank) for each in found]
    return max(best for best, _ in sets) > min(worst for _, worst in sets)


def in_month(tallies, place):
    """The tallies of one month."""
    return tallies.filter(pl.col("month") == shifted(FIRST_MONTH, place))


def false_alarms(name, shares, seed):
    """Prints the false alarms of identical couriers; how many allowances are exceeded."""
    rejected, monthly, yearly, ranked, tests = Share(), Share(), Share(), Share(), Share()
    for year in range(YEARS):
        random = np.random.RandomState(seed + year)
        equal = {kpi: [share] * COURIERS for kpi, share in shares.items()}
        tallies = world(random, equal, higher=HIGHER, months=MONTHS, batches=BATCHES)
        decisions = [found.decision for found in vet(tallies, SETTINGS, KPIS)]
        rejected.add(decisions.count(Decision.REJECT), len(decisions))
        yearly.add(len(flags(tallies)) > 0)
        ranked.add(has_ranking(tallies))
        for place in range(MONTHS):
            found = flags(in_month(tallies, place))
            monthly.add(len(found) > 0)
            tests.add(len(found), COURIERS * (len(AT_TARGET) - 1))
    print(f"{name}: {YEARS} years of {COURIERS} identical couriers")
    print(f"  rejected by vetting             {rejected}")
    print(f"  months with any flag            {monthly}")
    print(f"  years with any flag             {yearly}")
    print(f"  flags over all tests of a month {tests}")
    print(f"  years with a ranking claimed    {ranked}", flush=True)
    return (
        rejected.is_above(REJECTED)
        + monthly.is_above(FLAGGED)
        + yearly.is_above(FLAGGED)
        + (ranked.hits > 0)
    )


def power():
    """Prints how often the two worse couriers are found; how many of them are not at the end."""
    print(f"\nOne of {COURIERS} couriers is worse: found in {ROUNDS} tries, %")
    print("             loss 1.5 % against 0.5 %     on time 85 % against 95 %")
    print(" shipments   flagged  below target       flagged  below target  rejected")
    shares = {kpi: [share] * COURIERS for kpi, share in AT_TARGET.items()}
    shares["loss_rate"][LOSES] *= 3
    for kpi in HIGHER:
        shares[kpi][LATE] += 0.1
    for size in SIZES:
        seen = np.zeros(5)
        for again in range(ROUNDS):
            random = np.random.RandomState(10_000 * size + again)
            seen += found_in(random, shares, round(size / AVERAGE_BATCH / 2))
        found = 100 * seen / ROUNDS
        print(
            f"{size:10} {found[0]:9.0f} {found[1]:13.0f} {found[2]:13.0f} {found[3]:13.0f} "
            f"{found[4]:9.0f}",
            flush=True,
        )
    return int((found[[0, 2]] < 100 * FOUND).sum())


def found_in(random, shares, batches):
    """Whether each courier is found in two months, by each means."""
    tallies = world(random, shares, higher=HIGHER, months=2, batches=max(1, batches))
    flagged = flags(tallies)
    loses, late = courier(LOSES), courier(LATE)
    own = tallies.filter(pl.col("partner_id").is_in([loses, late]))
    states = {(total.partner_id, total.kpi): total.state for total in totals(own)}
    decisions = {found.partner_id: found.decision for found in vet(own, SETTINGS, KPIS)}
    return np.array(
        [
            (loses, "loss_rate") in flagged,
            states[loses, "loss_rate"] in AGAINST,
            (late, "on_time_rate") in flagged,
            states[late, "on_time_rate"] in AGAINST,
            decisions[late] is Decision.REJECT,
        ]
    )


def main():
    """Prints all tables and returns the exit code."""
    failed = false_alarms("As good as the targets", AT_TARGET, 100)
    failed += false_alarms("Exactly at the limits", AT_LIMIT, 200)
    failed += power()
    print(f"\n{failed} allowances exceeded." if failed else "\nAll within what is allowed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

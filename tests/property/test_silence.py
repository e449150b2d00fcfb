"""Silence does not pay: a partner's own missing scan of a milestone it owes improves nothing.

Owed is what a later message shows to have happened, as everywhere: of what left no trace at all
nobody can know. Exempt are the KPIs that are self-reported, and marked so. What only the whole data
know (who sends what, plans, the pace of a lane) is held as it was: one message does not change it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from random import Random

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.support.buckets import bucket_of, context_of, facts_of
from tests.support.orderly import AS_OF, OWED, ROLES, journey, silences

from tallyclerk.config.models import Target
from tallyclerk.domain.results import Result, State
from tallyclerk.journey.agreements import commitment_columns
from tallyclerk.journey.build import build
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Bucket
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.engine import tally
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.retold import IN_DOUBT, WORST
from tallyclerk.simulate.emitted import Outage, TruthSettings

KPIS = {name: kpi for name, kpi in all_kpis().items() if not kpi.self_reported}
TARGETS = [
    Target(kpi=f"{kpi.name}.{statistic}", target=goal.target, limit=goal.limit)
    for kpi in KPIS.values()
    for statistic, goal in kpi.goals.items()
]
AGREED = {
    ("fwd", "custody"): 150,
    ("fwd", "export"): 40,
    ("fwd", "linehaul"): 20,
    ("fwd", "import"): 30,
    ("fwd", "injection"): 30,
    ("hub", "custody"): 30,
    ("cou", "custody"): 60,
    ("van", "last_mile"): 60,
    ("sup", "dispatch"): 30,
}
"""Hours by partner and leg."""
USUAL = {"supplier": 3000, "forwarder": 6000, "courier": 3000}
"""Minutes that others take, by role."""
NEVER = 10**9
SEVERITY = {State.MEETS: 0, State.BELOW_TARGET: 2, State.BREACH: 3}
Silenced = Mapping[str, tuple[str, str, str]]
"""A shipment told without one message: which shipment it is, whose message, of what."""


@cache
def world(
    seed: int, shipments: int, outages: tuple[Outage, ...] = ()
) -> tuple[pl.DataFrame, Silenced]:
    """Facts of random journeys, each told in full and once more without each owed message.

    Returns:
        The facts, and what each shorter telling is; only of messages whose absence shows.
    """
    random = Random(seed)  # noqa: S311 nothing secret
    rows, events, reviews, left_out = [], [], [], {}
    for number in range(shipments):
        row, told = journey(random, f"S{number:03d}")
        rows.append(row)
        events += told
        said = _reviews(number, row["shipment_id"])
        reviews += said
        for place, (who, milestone, rest) in enumerate(silences(told)):
            name = f"{row['shipment_id']}-{place}"
            rows.append(row | {"shipment_id": name})
            events += [event | {"shipment_id": name} for event in rest]
            reviews += [review | {"shipment_id": name} for review in said]
            left_out[name] = (row["shipment_id"], who, milestone)
    bucket = bucket_of({"events": events, "shipments": rows, "reviews": reviews})
    context = _context(bucket, outages)
    shown = _shown(bucket, context)
    facts = facts_of(bucket, context, KPIS)
    return facts, {n: told for n, told in left_out.items() if (n, *told[1:]) in shown}


def _reviews(number: int, shipment: str) -> list[dict[str, object]]:
    """One of two shipments is reviewed, long ago or so lately that only its delivery is mature."""
    if number % 2:
        return []
    given = AS_OF - dt.timedelta(days=number % 60)
    score = float(number // 2 % 5 + 1)
    return [{"shipment_id": shipment, "score": score, "scale_max": 5.0, "given_at": given}]


def _context(bucket: Bucket, outages: tuple[Outage, ...]) -> Context:
    chosen = TruthSettings(
        as_of=AS_OF,
        timezone="UTC",
        lane=("origin_country", "destination_country"),
        roles=ROLES,
        must_report={who: tuple(map(str, owed)) for who, owed in OWED.items()},
        outages=outages,
    )
    plain = context_of([bucket], chosen)
    plans = [(None, role, "CN>DE", minutes) for role, minutes in USUAL.items()]
    agreed = [
        {"partner": who, "leg": leg, "clock": "hours", "within": dt.timedelta(hours=hours)}
        for (who, leg), hours in AGREED.items()
    ]
    return replace(
        plain,
        plans=pl.DataFrame(plans, schema=plain.plans.schema, orient="row"),
        commitments=pl.DataFrame(agreed, schema=commitment_columns()),
        has_damage=True,
    )


def _shown(bucket: Bucket, context: Context) -> set[tuple[str, str, str]]:
    """Shipment, partner and milestone of what is owed, must have happened and is not there."""
    journeys = build(bucket, context)
    ids = journeys.shipments.select("sid", "shipment_id")
    missing = journeys.requirements.filter(~pl.col("is_present"))
    everything = pl.DataFrame(
        {"milestone": sorted({str(m) for owed in OWED.values() for m in owed})}
    )
    unseen = journeys.unseen.join(everything, how="cross")
    columns = ("sid", "partner", "milestone")
    both = pl.concat([missing.select(columns), unseen.select(columns)]).join(ids, on="sid")
    return set(both.select("shipment_id", "partner", "milestone").iter_rows())


Case = tuple[str, str, str]


def worst_cases(facts: pl.DataFrame) -> dict[Case, Counter[object]]:
    """How often each outcome is counted in the worst case, by KPI, shipment and partner."""
    rule = pl.col("rule")
    told = facts.filter(rule.is_null() | rule.is_in([WORST, IN_DOUBT]), pl.col("n") > 0)
    cases: dict[Case, Counter[object]] = defaultdict(Counter)
    for row in told.iter_rows(named=True):
        kpi, sign = KPIS[row["kpi"]], -1 if row["rule"] == IN_DOUBT else 1
        case = cases[row["kpi"], row["shipment_id"], row["partner_id"]]
        if kpi.is_rate:
            good = row["hits"] if kpi.better == "higher" else row["n"] - row["hits"]
            case["good"] += sign * good
            case["bad"] += sign * (row["n"] - good)
        else:
            minutes = NEVER if row["ending"] == "never" else row["minutes"]
            case[minutes, row["ending"] == "observed"] += sign
    assert all(count >= 0 for case in cases.values() for count in case.values())
    return cases


def is_no_better(kpi: str, before: Counter[object], after: Counter[object]) -> bool:
    """Whether no percentile and no rate over these cases and any others can be better after."""
    if KPIS[kpi].is_rate:
        return after["bad"] >= before["bad"] and after["good"] <= before["good"]
    old, new = (sorted(case.elements()) for case in (before, after))  # type: ignore[type-var]
    more = new[len(old) :]
    pairs = zip(new, old, strict=False)
    return (
        len(new) >= len(old)
        and not any(is_observed for _, is_observed in more)
        and all(t >= u and was >= now for (t, now), (u, was) in pairs)
    )


@pytest.mark.parametrize("seed", range(2))
def test_no_case_is_better_without_an_own_message(seed: int) -> None:
    facts, left_out = world(seed, 100)
    cases = worst_cases(facts)
    better = [
        (kpi, name, milestone)
        for name, (whole, who, milestone) in left_out.items()
        for kpi in KPIS
        if not is_no_better(kpi, cases[kpi, whole, who], cases[kpi, name, who])
    ]
    assert better == []
    assert len(left_out) > 400
    assert {milestone for _, _, milestone in left_out.values()} >= {
        "ACCEPTED", "RELEASED", "DEPARTED_ORIGIN", "ARRIVED_DESTINATION", "DELIVERED"
    }  # fmt: skip


def test_silence_did_pay_for_the_cases_at_hand() -> None:
    """Without the worst case there would be something to gain: the test above can fail."""
    facts, left_out = world(0, 100)
    cases = worst_cases(facts.filter(pl.col("rule").is_null()))
    paid = {
        kpi
        for name, (whole, who, _) in left_out.items()
        for kpi in KPIS
        if not is_no_better(kpi, cases[kpi, whole, who], cases[kpi, name, who])
    }
    assert paid >= {"transit_hours", "scan_gap_hours", "clearance_hours", "handover_out_hours"}


def test_a_feed_outage_takes_incidents_away_and_betters_no_case() -> None:
    """The messages that an outage hides are no incidents, but in the worst case they are.

    A message before which nothing at all is told has no day to lie in an outage.
    """
    always = tuple(Outage(who, dt.date(2020, 1, 1), AS_OF.date()) for who in OWED)
    before, _ = world(0, 50)
    after, _ = world(0, 50, always)
    hits = {
        name: facts.filter(pl.col("rule") == "milestone_missing")["hits"].sum()
        for name, facts in (("before", before), ("after", after))
    }
    assert hits["before"] > 100
    assert hits["after"] * 20 < hits["before"]
    cases, excused = worst_cases(before), worst_cases(after)
    assert excused.keys() == cases.keys()
    assert all(is_no_better(case[0], cases[case], excused[case]) for case in cases)


def results(facts: pl.DataFrame, who: str) -> dict[tuple[str, str], Result]:
    judge = Judge(kpis=KPIS, targets=TARGETS, period="2026", last_day=AS_OF.date())
    mine = tally(facts.filter(pl.col("partner_id") == who)).lazy()
    return {(r.kpi, r.statistic): r for r in judge.results(mine)}


def worst_value(result: Result) -> float | None:
    """The value in the worst case, so that more is worse; None without any case."""
    value = result.worst if result.in_doubt else result.value
    if value is None:
        return None if not (result.n or result.in_doubt) else float("inf")
    return value if result.better == "lower" else -value


def severity(state: State) -> int:
    return SEVERITY.get(state, 1)


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],  # each example judges hundreds of cases: too slow to shrink
    suppress_health_check=list(HealthCheck),
)
@given(who=st.sampled_from(["fwd", "cou", "sup"]), data=st.data())
def test_no_result_is_better_without_own_messages(who: str, data: st.DataObject) -> None:
    """Any number of a partner's messages left out: no value and no state of it improves.

    But that more misses may spread the batches so far apart that the gates on evidence close.
    """
    facts, left_out = world(0, 100)
    own: dict[str, list[str]] = defaultdict(list)
    for name, (whole, partner, _) in sorted(left_out.items()):
        if partner == who:
            own[whole].append(name)
    chosen = {
        whole: data.draw(st.sampled_from([whole, *names]), label=whole)
        for whole, names in own.items()
    }
    everything = {f"S{number:03d}" for number in range(100)}
    before = results(_of(facts, everything), who)
    after = results(_of(facts, (everything - chosen.keys()) | set(chosen.values())), who)
    assert before.keys() <= after.keys()
    for key, then in before.items():
        now, was = worst_value(after[key]), worst_value(then)
        assert was is None or (now is not None and now >= was), key
        is_open = after[key].state is not State.INSUFFICIENT
        assert not is_open or severity(after[key].state) >= severity(then.state), key


def _of(facts: pl.DataFrame, shipments: Iterable[str]) -> pl.DataFrame:
    return facts.filter(pl.col("shipment_id").is_in(sorted(shipments)))

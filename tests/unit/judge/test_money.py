"""Money: what each lost or damaged shipment is worth by its terms, where it stands, and credits."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from tests.support.buckets import bucket_of, context_of
from tests.support.truth import events, settings, utc
from tests.unit.report import world

from tallyclerk.config.models import Settings
from tallyclerk.config.terms import Terms
from tallyclerk.domain.money import Liability, Standing
from tallyclerk.domain.results import Result
from tallyclerk.ingest.objections import Objections
from tallyclerk.journey.build import build
from tallyclerk.judge.claims import Desk
from tallyclerk.judge.credits import credit
from tallyclerk.judge.money import account, with_money
from tallyclerk.kpis.evidence import PLACED_COLUMNS, located
from tallyclerk.kpis.liabilities import liabilities
from tallyclerk.kpis.parameters import parameters_of
from tallyclerk.kpis.registry import all_kpis

LOSS = {"covers": "loss", "role": "courier", "cap": 5000, "claim_days": 60, "freight": 300}
DAMAGE = {"covers": "damage", "role": "courier", "cap_per_kg": 2200, "claim_days": 30}
NOBODY = Objections().disputes
LOG = """
    lost ACCEPTED 03-02T08:00 cou
    lost LOST 03-06T08:00 cou
    broken ACCEPTED 03-02T08:00 cou weight_grams=1500
    broken DELIVERED 03-04T08:00 cou
    broken DAMAGED 03-04T09:00 cou
    fine ACCEPTED 03-02T08:00 cou
    fine DELIVERED 03-04T08:00 cou
"""


def claimed(*terms: dict[str, Any], as_of: str = "03-20T00:00", log: str = LOG, **told: Any):
    """What terms make of the losses of a small world, by shipment and partner."""
    return held_against(owed_in(log, as_of, **told), terms, as_of)


def owed_in(log: str, as_of: str, **told: Any) -> pl.DataFrame:
    """The liabilities of a small world; `told` has claims, and more of single shipments."""
    given = {"value_minor": 8000, "currency": "EUR", "promised_at": utc("03-05T08:00")}
    names = sorted({line.split()[0] for line in log.strip().splitlines()})
    shipments = [{"shipment_id": name, **given, **told.get(name, {})} for name in names]
    rows = {"events": events(log), "shipments": shipments, "claims": told.get("claims", [])}
    bucket = bucket_of(rows)
    context = context_of([bucket], settings(as_of))
    owed = liabilities(build(bucket, context), all_kpis(), parameters_of(all_kpis(), {}))
    references = bucket.shipments.select(
        "shipment_id", kind="shipment_id", reference="shipment_id", partner_id="supplier_id"
    ).clear()
    return located(owed, bucket.events.select(PLACED_COLUMNS), references, {})


def held_against(owed: pl.DataFrame, terms: Sequence[dict[str, Any]], as_of: str):
    agreed = Settings.model_validate(
        {"terms": terms, "partners": {"cou": {"role": "courier"}, "fwd": {"role": "forwarder"}}}
    )
    found = Desk(settings=agreed, as_of=utc(as_of)).liabilities(owed, NOBODY)
    return {(each.shipment_id, each.partner_id): each for each in found}


def test_goods_are_worth_their_declared_value_up_to_the_caps() -> None:
    found = claimed(LOSS, DAMAGE)
    assert set(found) == {("lost", "cou"), ("broken", "cou")}
    lost, broken = found["lost", "cou"], found["broken", "cou"]
    # 80.00 declared: 50.00 at most for a loss; 1.5 kg at 22.00 are 33.00.
    assert (lost.amount_minor, lost.limited_by, lost.standing) == (5000, "cap", "claimable")
    assert (broken.amount_minor, broken.limited_by) == (3300, "cap_per_kg")
    assert (lost.since, lost.deadline) == (dt.date(2026, 3, 6), dt.date(2026, 5, 5))
    assert (broken.since, broken.deadline) == (dt.date(2026, 3, 4), dt.date(2026, 4, 3))
    cheap = claimed(LOSS, lost={"value_minor": 1200})["lost", "cou"]
    assert (cheap.amount_minor, cheap.limited_by) == (1200, "value")


def test_what_cannot_be_priced_says_why() -> None:
    none = claimed(LOSS, lost={"value_minor": None})["lost", "cou"]
    other = claimed(LOSS, lost={"currency": "USD"})["lost", "cou"]
    light = claimed(DAMAGE, log=LOG.replace(" weight_grams=1500", ""))["broken", "cou"]
    assert [(e.standing, e.amount_minor, e.why) for e in (none, other, light)] == [
        ("unpriced", None, "no_value"),
        ("unpriced", None, "other_currency"),
        ("unpriced", None, "no_weight"),
    ]


@pytest.mark.parametrize(
    ("as_of", "standing", "is_expiring"),
    [
        ("04-27T12:00", "claimable", False),
        ("04-28T12:00", "claimable", True),
        ("05-05T12:00", "claimable", True),
        ("05-06T12:00", "expired", False),
    ],
)
def test_a_claim_expires_after_its_last_day(as_of: str, standing: str, is_expiring: bool) -> None:
    """It can be made until 5 May: seven days before, it is about to expire."""
    found = claimed(LOSS, as_of=as_of)["lost", "cou"]
    assert (found.standing, found.is_expiring) == (standing, is_expiring)


@pytest.mark.parametrize(
    ("status", "standing", "minor"),
    [("open", "claimed", 4100), ("accepted", "claimed", 4100), ("paid", "paid", 4100),
     ("rejected", "rejected", 4100)],
)  # fmt: skip
def test_a_claim_that_was_made_says_where_it_stands(status: str, standing: str, minor: int) -> None:
    claim = {
        "claim_id": "C1", "shipment_id": "lost", "kind": "loss", "filed_at": utc("03-10T08:00"),
        "status": status, "amount_minor": 4100, "currency": "EUR",
    }  # fmt: skip
    found = claimed(LOSS, claims=[claim])["lost", "cou"]
    assert (found.standing, found.amount_minor, found.claim_id) == (standing, minor, "C1")
    assert found.limited_by == "claim", "the amount is no longer what the terms give"
    silent = claimed(LOSS, claims=[{**claim, "amount_minor": None}])["lost", "cou"]
    assert (silent.standing, silent.amount_minor, silent.limited_by) == (standing, 5000, "cap")
    later = claimed(LOSS, claims=[{**claim, "filed_at": utc("03-21T08:00")}])["lost", "cou"]
    assert later.standing == "claimable", "nobody knows of it yet"
    theirs = claimed(LOSS, claims=[{**claim, "partner_id": "fwd"}])["lost", "cou"]
    assert theirs.standing == "claimable", "it was claimed of another partner"


def test_the_most_specific_terms_of_the_day_hold() -> None:
    own = {**LOSS, "partner": "cou", "cap": 2000, "valid_from": dt.date(2026, 3, 2)}
    later = {**LOSS, "partner": "cou", "cap": 1000, "valid_from": dt.date(2026, 3, 3)}
    assert claimed(LOSS, own, later)["lost", "cou"].amount_minor == 2000
    assert claimed({**LOSS, "role": "forwarder"}) == {}


def test_a_loss_between_two_is_split_by_their_freight_to_the_cent() -> None:
    """The forwarder had tendered it to the courier, who never took it: 50.00 split 5 to 3."""
    log = """
        gap ACCEPTED 03-02T08:00 fwd
        gap RELEASED 03-03T08:00 fwd >cou
        gap LOST 03-06T08:00 fwd
        else ACCEPTED 03-02T08:00 cou
    """
    theirs = {**LOSS, "role": "forwarder", "freight": 500}
    found = claimed(LOSS, theirs, log=log, gap={"value_minor": 5001})
    shares = {partner: e.amount_minor for (name, partner), e in found.items() if name == "gap"}
    assert shares == {"fwd": 3125, "cou": 1875}
    assert all(e.is_shared for (name, _), e in found.items() if name == "gap")
    del theirs["freight"]
    whole = claimed(LOSS, theirs, log=log)["gap", "fwd"]
    assert (whole.standing, whole.why, whole.amount_minor) == ("disputed", "between", 5000)


TIERED = Terms.model_validate(
    {
        "covers": "lateness",
        "freight": 12346,
        "tiers": [{"below": "0.97", "basis_points": 200}, {"below": "0.90", "basis_points": 1000}],
        "max_basis_points": 800,
    }
)


@pytest.mark.parametrize(
    ("hits", "points", "amount"), [(970, 0, 0), (969, 200, 246920), (899, 800, 987680)]
)
def test_a_credit_is_exact_at_its_thresholds(hits: int, points: int, amount: int) -> None:
    """970 of 1,000 are not below 97 %; 2 % of 1,000 times 123.46 are 2,469.20, 8 % at most."""
    found = credit(rated(1000, hits), TIERED)
    assert (found.basis_points, found.amount_minor, found.why) == (points, amount, "")


def rated(n: int, hits: int, **more: Any):
    base = world.result("acme", "forwarder", "on_time_rate", "rate", 611)
    return replace(base, n=n, hits=hits, waiting=0, excluded=(), **more)


def test_data_decide_before_a_credit_does() -> None:
    each = Terms(covers="lateness", credit=150)
    assert credit(rated(40, 37), each).amount_minor == 450
    assert credit(replace(rated(40, 37), waiting=1), each).why == "waiting"
    assert credit(rated(0, 0), each).why == "no_cases"
    told = (("cancelled", 9), ("excused: strike", 5), ("no_plan", 2))
    assert credit(replace(rated(40, 37), excluded=told), each).amount_minor == 450
    assert credit(replace(rated(40, 37), excluded=(("no_plan", 3),)), each).why == "unknown"


OWED = functools.cache(lambda: owed_in(LOG, "03-20T00:00"))
JUDGED = functools.cache(lambda: replace(world.judgement(), totals=(), trailing={}))


@trials(max_examples=30)
@given(st.integers(0, 60), st.integers(0, 60))
def test_standings_add_up_to_all_that_is_known(month: int, day: int) -> None:
    """Whatever the windows, every lost or damaged shipment stands in exactly one place."""
    terms = ({**LOSS, "claim_days": month + 1}, {**DAMAGE, "claim_days": day + 1})
    found = list(held_against(OWED(), terms, "03-20T00:00").values())
    agreed = Settings.model_validate({"terms": terms})
    told = account(JUDGED(), ("cou", "courier"), agreed, found)
    assert sum(each.shipments for each in told.until_now.values()) == len(found) == 2
    assert sum(each.minor for each in told.until_now.values()) == 8300
    assert (
        told.expiring.shipments <= told.until_now.get(Standing.CLAIMABLE, told.expiring).shipments
    )


def test_without_terms_there_is_no_account() -> None:
    judged = world.judgement()
    empty = liabilities_of_nothing()
    assert with_money(judged, empty, Settings(), NOBODY).money == {}
    agreed = Settings.model_validate({"terms": [{**LOSS, "role": "forwarder"}]})
    told = with_money(judged, empty, agreed, NOBODY).money
    assert {role for _, role in told} == {"forwarder"}
    acme = told["acme", "forwarder"]
    assert (acme.sums, acme.credit) == ({}, None)
    assert acme.expected_loss is None or acme.expected_loss.value == 0


def lost(number: int, **more: Any) -> Liability:
    """One of the lost shipments of a courier, in a mature cohort."""
    told = {
        "partner_id": "cou", "role": "courier", "covers": "loss", "shipment_id": f"{number}",
        "own_reference": f"{number}", "lane": "CN>DE", "month": 202610, "case_id": f"{number}",
        "is_confirmed": True, "is_mature": True, "standing": Standing.CLAIMED,
        "amount_minor": 5000, "value_minor": 125000,
    }  # fmt: skip
    return Liability(**told | more)


def account_of(*mine: Liability, terms: Sequence[dict[str, Any]], late: int = 300):
    """The account of a year of 2,000 shipments, half of them in each of two months."""
    own = {"partner_id": "cou", "role": "courier"}
    year = [
        rated(2000, hits, kpi=kpi, **own) for kpi, hits in (("loss_rate", 2), ("damage_rate", 0))
    ]
    month = [replace(told, n=1000, hits=(told.hits or 0) // 2) for told in year]
    month += [rated(1000, 1000 - late, kpi="on_time_rate", **own)]
    months = [replace(told, period="2026-09") for told in month]
    months += [replace(told, period="2026-10", waiting=1) for told in month]
    judged = replace(world.judgement(), months=tuple(months), trailing={12: tuple(year)})
    agreed = Settings.model_validate({"terms": terms})
    return account(judged, ("cou", "courier"), agreed, mine)


def cost_of(*mine: Liability, terms: Sequence[dict[str, Any]]):
    """What failures cost in that year."""
    return account_of(*mine, terms=terms).failure_cost


LATE = {"covers": "lateness", "credit": 150, "kpi": "on_time_rate"}


def test_failures_cost_what_goods_were_worth_and_what_lateness_is_credited_with() -> None:
    told = cost_of(lost(1), lost(2), terms=(LOSS, DAMAGE, LATE))
    # 2 × 1,250.00 of 2,000; no damage; of the months only September is settled: 300 × 1.50.
    assert [(p.what, p.n, p.cases, p.minor, p.per_1000_minor) for p in told.parts] == [
        ("loss", 2000, 2, 250000, 125000),
        ("damage", 2000, 0, 0, 0),
        ("lateness", 1000, 300, 45000, 45000),
    ]
    assert told.per_1000_minor == 170000


def test_what_a_failure_cost_is_no_data_where_nothing_tells_it() -> None:
    untold = lost(2, why="other_currency", amount_minor=None)
    (half,) = cost_of(lost(1), untold, terms=(LOSS,)).parts
    assert (half.cases, half.untold, half.minor) == (2, 1, 125000)
    excused = lost(2, standing=Standing.EXCUSED)
    (one,) = cost_of(lost(1), excused, lost(3, is_mature=False), terms=(LOSS,)).parts
    assert one.minor == 125000, "neither excused nor waiting goods are in it"
    none = cost_of(untold, terms=(LOSS,))
    assert (none.per_1000_minor, none.parts[0].why) == (None, "no_value")
    assert cost_of(terms=()).parts == ()
    shared = lost(2, is_shared=True, amount_minor=3000)
    assert cost_of(lost(1), shared, terms=(LOSS,)).parts[0].minor == 128000


def test_the_year_is_told_month_by_month() -> None:
    mine = lost(1), lost(2, month=202609, amount_minor=7000)
    told = account_of(*mine, terms=(LOSS, LATE)).year
    # The credit of October is not settled: 300 × 1.50 of September alone.
    assert [(m.what, m.month, m.n, m.cases, m.cost_minor, m.owed_minor) for m in told] == [
        ("loss", 202609, 1000, 1, 125000, 7000),
        ("loss", 202610, 1000, 1, 125000, 5000),
        ("lateness", 202609, 1000, 300, 45000, None),
        ("lateness", 202610, 1000, 300, None, None),
    ]
    broken = lost(1, covers="damage")
    whats = [m.what for m in account_of(broken, terms=(DAMAGE,)).year]
    assert whats == ["loss", "loss", "damage", "damage"], "both are told per 1,000 of these"
    assert account_of(terms=()).year == ()


def asked(month: str, taken: int, tickets: int | None, **more: Any) -> list[Result]:
    """A month in which a courier took shipments, and customers asked; None: nothing is told of that."""
    own = {"partner_id": "cou", "role": "courier"}
    untold = {"excluded": (("not_reported", taken),)} if tickets is None else {}
    rows = [rated(0 if tickets is None else taken, 0, kpi="contact_rate", **own)]
    rows = [replace(row, better="lower", **untold, **more) for row in rows]
    if tickets:
        timed = rated(tickets - 1, 0, kpi="resolution_hours", **own)
        timed = replace(timed, excluded=(("excused: strike", 9), ("negative", 1)))
        rows += [replace(timed, statistic=name) for name in ("p50", "p90")]
    return [replace(row, period=month) for row in rows]


def contacts_of(*months: list[Result], **told: Any):
    """The account of a courier of these months, a ticket at 4.50."""
    rows = tuple(row for month in months for row in month)
    judged = replace(world.judgement(), months=rows, trailing={12: ()})
    agreed = Settings.model_validate({"costs": {"contact": 450}, **told})
    return account(judged, ("cou", "courier"), agreed, ())


def test_each_ticket_costs_its_price_beside_all_that_was_taken() -> None:
    told = contacts_of(
        asked("2026-08", 500, None),
        asked("2026-09", 600, 7),
        asked("2026-10", 100, 0, waiting=290, excluded=(("undated_contact", 10),)),
    )
    # 7 tickets, one of them resolved before it was opened; 600 + 100 + 290 + 10 shipments.
    assert [(m.month, m.what, m.n, m.cases, m.cost_minor) for m in told.year] == [
        (202609, "contacts", 600, 7, 3150),
        (202610, "contacts", 400, 0, 0),
    ]
    (part,) = told.failure_cost.parts
    assert (part.n, part.cases, part.minor, part.per_1000_minor) == (1000, 7, 3150, 3150)
    assert told.failure_cost.per_1000_minor == 3150


def test_contacts_are_no_data_where_no_ticket_is_known_and_unpriced_without_a_price() -> None:
    (part,) = contacts_of(asked("2026-10", 100, None)).failure_cost.parts
    assert (part.minor, part.per_1000_minor, part.why) == (None, None, "no_contacts")
    (nothing,) = contacts_of().failure_cost.parts
    assert nothing.why == "no_cases"
    free = contacts_of(asked("2026-10", 100, 3), costs={})
    assert (free.failure_cost.parts, free.year) == ((), ())


def test_everybody_has_an_account_where_contacts_have_a_price() -> None:
    priced = Settings.model_validate({"costs": {"contact": 450}})
    told = with_money(world.judgement(), liabilities_of_nothing(), priced, NOBODY).money
    assert told
    assert not any(each.has_terms for each in told.values())
    assert {part.what for each in told.values() for part in each.failure_cost.parts} == {"contacts"}


def liabilities_of_nothing():
    bucket = bucket_of({"events": events("x ACCEPTED 03-02T08:00 cou"), "shipments": []})
    context = context_of([bucket], settings("03-20T00:00"))
    return liabilities(build(bucket, context), all_kpis(), parameters_of(all_kpis(), {}))

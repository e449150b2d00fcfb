"""Vetting: what approves, what rejects, and what must never do either."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, t
from tests.support.tallies import batches, durations, tallies

from tallyclerk.config.models import Settings
from tallyclerk.domain.vetting import Decision, Finding
from tallyclerk.judge.plan import plan
from tallyclerk.judge.vet import vet
from tallyclerk.kpis.registry import all_kpis

KPIS = all_kpis()
CLEAN = {
    "handover_ack_rate": 1.0,
    "loss_rate": 0.0,
    "damage_rate": 0.0,
    "miscommunication_rate": 0.0,
}
ROLE = "forwarder"
MONTHS = (202601, 202602, 202603, 202604, 202605)


def asked(cuts, **more) -> Settings:
    return Settings.model_validate({"vetting": {"mandatory": {ROLE: cuts}, **more}})


LOSS = asked({"loss_rate": {"cut": 0.005, "limit": 0.015}})


def record(kpi, sizes, **more):
    return batches(kpi, sizes, role=ROLE, **more)


def clean(count, size=1, **more):
    return [
        row
        for kpi, share in CLEAN.items()
        for row in record(kpi, [(size, round(size * share))] * count, **more)
    ]


def one(parts, given=None):
    (found,) = vet(tallies(*parts), given or Settings(), KPIS)
    return found


def lost(*hits, size=50, count=8, waiting=0, first=202601):
    """Loss by month: so many lost in each of eight batches of 50."""
    return [
        record("loss_rate", [(size, lost_each)] * count, month=first + place, waiting=waiting)
        for place, lost_each in enumerate(hits)
    ]


def test_forty_clean_parcels_cannot_approve():
    found = one([clean(40)])
    assert found.decision is Decision.CONDITIONAL
    loss = next(check for check in found.checks if check.kpi == "loss_rate")
    assert loss.bound == pytest.approx(0.0721575, abs=1e-6)
    assert loss.finding is Finding.OPEN
    # 598 clean parcels prove a loss of at most 0.5 %.
    assert (loss.cases_needed, loss.batches_needed) == (558, 558)
    assert found.checks[found.binding[0]] == loss
    assert (found.cap, found.cap_scope) == (558, "until_proven")
    assert found.against == ()


def test_a_clean_record_approves_from_the_parcel_on_that_proves_it():
    assert one([clean(597)]).decision is Decision.CONDITIONAL
    assert one([clean(598)]).decision is Decision.APPROVE


def test_too_few_batches_approve_nothing_however_many_parcels():
    found = one([clean(7, size=10_000)])
    assert found.decision is Decision.CONDITIONAL
    assert {check.finding for check in found.checks} == {Finding.TOO_FEW}
    assert {check.batches_needed for check in found.checks} == {1}


def test_the_bound_is_that_of_batches_one_sided_at_95():
    found = one([record("loss_rate", [(100, 10), (100, 20), (100, 30), (100, 20)] * 10)], LOSS)
    n, k, p = 4000, 40, 0.2
    # Sum of (hits - p n)^2 over batches: 20 of them 10 away.
    effect = k / (k - 1) * 20 * 100 / n**2 / (p * (1 - p) / n)
    effective = n / effect * (t.ppf(0.95, n - 1) / t.ppf(0.95, k - 1)) ** 2
    high = beta.ppf(0.95, p * min(n, effective) + 1, min(n, effective) * (1 - p))
    assert effect > 3
    assert found.checks[0].bound == pytest.approx(high, rel=1e-3)


def test_thin_or_missing_data_say_so():
    found = one([record("loss_rate", [(5, 0)] * 5)], LOSS)
    assert found.checks[0].finding is Finding.TOO_FEW
    nothing = vet(tallies(), LOSS, KPIS, [("new", ROLE)])[0]
    assert nothing.decision is Decision.CONDITIONAL
    assert nothing.period is None
    assert nothing.checks[0].finding is Finding.NO_DATA
    assert (nothing.checks[0].value, nothing.checks[0].n) == (None, 0)
    assert nothing.checks[0].cases_needed == 598
    waits = one([record("loss_rate", [], waiting=12)], LOSS)
    assert waits.checks[0].reason == "none of 12 cases is mature yet"


def test_two_consecutive_periods_beyond_the_limit_reject():
    found = one(lost(3, 3), LOSS)
    assert found.decision is Decision.REJECT
    assert found.checks[0].finding is Finding.BEYOND_TWICE
    assert found.checks[0].beyond == ("2026-01", "2026-02")
    assert found.binding == (0,)
    assert (found.cap, found.cap_scope) == (None, None)


@pytest.mark.parametrize(
    "parts",
    [
        lost(3),
        lost(3, 0, 3),
        [*lost(3), *lost(3, waiting=1, first=202602)],
        [*lost(3), *lost(3, count=7, size=57, first=202602)],
        [*lost(3), *lost(3, first=202603)],
        lost(3, 3, 0, 0, 0, count=30),
    ],
    ids=["one month", "not in a row", "not mature", "few batches", "a gap", "mended since"],
)
def test_less_than_two_consecutive_mature_periods_rejects_nobody(parts):
    found = one(parts, LOSS)
    assert found.decision is Decision.CONDITIONAL
    assert found.checks[0].finding in {Finding.BEYOND_ONCE, Finding.MISSES}
    assert found.against == found.checks
    assert found.cap_scope == "period"


def test_what_came_back_after_it_was_mended_is_no_pair():
    found = one(lost(3, 3, 0, 0, 3, count=30), LOSS)
    assert found.checks[0].beyond == ("2026-01", "2026-02", "2026-05")
    assert found.checks[0].finding is Finding.BEYOND_ONCE
    assert found.checks[0].mended is None


def test_periods_may_be_longer_than_a_month():
    quarters = asked({"loss_rate": {"cut": 0.005, "limit": 0.015}}, months_per_period=3)
    found = one(lost(3, 3), quarters)
    assert found.checks[0].beyond == ("2026-01..2026-03",)
    assert found.decision is Decision.CONDITIONAL
    found = one([*lost(3), *lost(3, first=202604)], quarters)
    assert found.checks[0].beyond == ("2026-01..2026-03", "2026-04..2026-06")
    assert found.decision is Decision.REJECT


def test_holm_asks_more_of_one_kpi_among_four():
    # 8 x 50 single parcels of which 14 are lost: P(X >= 14 | 400, 1.5 %) = 0.0035.
    months = [record("loss_rate", [(1, 1)] * 14 + [(1, 0)] * 386, month=m) for m in MONTHS[:2]]
    assert one(months, LOSS).decision is Decision.REJECT
    assert one(months).decision is Decision.CONDITIONAL
    assert one(months).checks[1].beyond == ()


def test_the_limit_of_an_old_month_is_the_one_that_held_then():
    agreed = [
        {"kpi": "loss_rate", "target": 0.005, "limit": 0.2},
        {"kpi": "loss_rate", "target": 0.005, "limit": 0.015, "valid_from": "2026-02-01"},
    ]
    given = Settings.model_validate(
        {"targets": agreed, "vetting": {"mandatory": {ROLE: {"loss_rate": {}}}}}
    )
    assert one(lost(3, 3), given).checks[0].beyond == ("2026-02",)


def test_a_percentile_is_judged_on_the_cases_that_took_longer():
    given = asked({"scan_gap_hours.p90": {"cut": 24.0, "limit": 36.0}})
    quick = [[60 * 10] * 20 + [60 * 30]] * 20
    slow = [[60 * 10] * 14 + [60 * 40] * 7] * 20

    def month(groups, at, ending="observed"):
        return durations("scan_gap_hours", groups, role=ROLE, month=at, ending=ending)

    good = one([month(quick, m) for m in MONTHS[:2]], given)
    assert good.decision is Decision.APPROVE
    assert good.checks[0].bound == 10.0
    bad = one([month(slow, m) for m in MONTHS[:2]], given)
    assert bad.decision is Decision.REJECT
    # Open cases younger than the limit say nothing against anybody.
    opened = [[60 * 10] * 14 + [60 * 30] * 7] * 20
    young = one([month(opened, m, "censored") for m in MONTHS[:2]], given)
    assert young.decision is Decision.CONDITIONAL
    assert young.checks[0].beyond == ()


def test_a_time_agreed_in_business_hours_is_judged_on_that_clock():
    agreed = {"kpi": "scan_gap_hours.p90", "target": 24.0, "clock": "business_hours"}
    mandatory = {ROLE: {"scan_gap_hours.p90": {}}}
    given = Settings.model_validate({"targets": [agreed], "vetting": {"mandatory": mandatory}})
    plain = durations("scan_gap_hours", [[60 * 60] * 20] * 20, role=ROLE)
    on_clock = [row | {"rule": "business_hours", "minutes": 60 * 9} for row in plain]
    found = one([plain, on_clock], given)
    assert found.decision is Decision.APPROVE
    assert found.checks[0].bound == 9.0
    without = one([plain], given)
    assert without.checks[0].finding is Finding.NO_DATA
    assert "no calendar" in without.checks[0].reason


@given(
    months=st.lists(
        st.lists(st.tuples(st.integers(1, 20), st.integers(0, 20)), max_size=7), max_size=6
    )
)
@settings(max_examples=60)
def test_thin_data_never_reject_nor_approve(months):
    rows = [
        record("loss_rate", [(n, min(n, hits)) for n, hits in sizes], month=202601 + place)
        for place, sizes in enumerate(months)
    ]
    for found in vet(tallies(*rows), LOSS, KPIS, [("p", ROLE)]):
        assert found.checks[0].beyond == ()
        assert found.decision is not Decision.REJECT


def year(partner, rates, seed):
    """Twelve months of twelve batches of 20, the rate of each batch its own (correlation 0.02)."""
    random = Random(seed)  # noqa: S311 nothing secret
    rows = []
    for kpi, rate in rates.items():
        for month in range(202501, 202513):
            own = [random.betavariate(rate * 49, (1 - rate) * 49) for _ in range(12)]
            sizes = [(20, sum(random.random() < share for _ in range(20))) for share in own]
            rows.append(record(kpi, sizes, partner=partner, month=month))
    return rows


def test_average_partners_are_not_rejected_and_a_bad_one_is():
    usual = {
        "handover_ack_rate": 0.95,
        "loss_rate": 0.005,
        "damage_rate": 0.01,
        "miscommunication_rate": 0.05,
    }
    parts = [rows for i in range(40) for rows in year(f"p{i:02}", usual, i)]
    parts += year("late", usual | {"handover_ack_rate": 0.75}, 1)
    found = {v.partner_id: v for v in vet(tallies(*parts), Settings(), KPIS)}
    late = found.pop("late")
    assert {v.decision for v in found.values()} == {Decision.CONDITIONAL}
    assert late.decision is Decision.REJECT
    assert [late.checks[place].kpi for place in late.binding] == ["handover_ack_rate"]


def test_row_order_names_and_other_partners_change_nothing():
    rows = [row for part in lost(3, 3) for row in part] + clean(40)
    first = one([rows])
    assert one([rows[::-1]]) == first
    other = [row | {"partner_id": "a"} for row in rows]
    both = vet(tallies(rows, other), Settings(), KPIS)
    assert [v.partner_id for v in both] == ["a", "p"]
    assert both[0].checks == both[1].checks == first.checks


def test_a_plan_needs_no_data_and_keeps_its_word():
    given = Settings.model_validate({"vetting": {"parcels_per_batch": 1}})
    rows = {row.kpi: row for row in plan(given, KPIS) if row.role == ROLE}
    assert set(rows) == set(CLEAN)
    assert rows["loss_rate"].clean_cases == 598
    assert 2299 <= rows["loss_rate"].cases <= 2310
    for kpi, row in rows.items():
        hits = int(row.cases * row.planned_share)
        cases = [(1, 1)] * hits + [(1, 0)] * (row.cases - hits)
        if KPIS[kpi].better == "higher":
            cases = [(n, n - hit) for n, hit in cases]
        found = one([record(kpi, cases)], asked({kpi: {}}))
        assert found.decision is Decision.APPROVE, kpi


def test_a_plan_in_batches_needs_more():
    def losses(size):
        given = Settings.model_validate({"vetting": {"parcels_per_batch": size}})
        return next(r for r in plan(given, KPIS) if (r.role, r.kpi) == (ROLE, "loss_rate"))

    alone, together = losses(1), losses(50)
    assert together.clean_cases > alone.clean_cases
    assert together.cases > alone.cases
    assert together.batches < alone.batches
    assert together.cases == 50 * together.batches

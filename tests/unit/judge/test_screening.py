"""Flags: worse than the peers on the same lanes, with false discoveries held over all of them."""

from dataclasses import replace
from random import Random

import polars as pl
import pytest

from tallyclerk.config.models import Settings
from tallyclerk.domain.results import Result, State
from tallyclerk.domain.tables import TALLIES
from tallyclerk.judge.screening import Screened, screened, with_flags
from tallyclerk.judge.terms import asked_of
from tallyclerk.kpis.registry import all_kpis

KPIS = all_kpis()
LOSS, ACK = KPIS["loss_rate"], KPIS["handover_ack_rate"]
ASKED = {"courier": frozenset({"loss_rate", "damage_rate", "handover_ack_rate"})}


def rows(partner, lane, batches, kpi="loss_rate", role="courier"):
    """TALLIES of one partner on one lane: (n, hits) of each batch."""
    return [
        {"kpi": kpi, "partner_id": partner, "role": role, "month": 202610, "lane": lane,
         "batch": f"{partner}|{lane}|{i}", "rows": n, "n": n, "hits": hits}
        for i, (n, hits) in enumerate(batches)
    ]  # fmt: skip


def by_partner(*parts, kpi=LOSS):
    frame = pl.DataFrame([row for part in parts for row in part], schema=TALLIES)
    return {test.subject[0]: test for test in screened(frame.lazy(), kpi, ASKED)}


def test_observed_and_expected_by_hand():
    # b had 2 of 100 on X and 30 of 300 on Y; a's 200 on X and 100 on Y lead to expect 4 + 10.
    found = by_partner(
        rows("a", "X", [(20, 1)] * 10),
        rows("a", "Y", [(10, 2)] * 10),
        rows("b", "X", [(10, 0)] * 8 + [(10, 1)] * 2),
        rows("b", "Y", [(30, 3)] * 10),
    )["a"]
    assert (found.observed, found.expected) == (30, pytest.approx(14.0))
    # Variance 200 x .02 x .98 + 100 x .1 x .9 = 12.92; doubt 40000 x .0196/100 + 10000 x .09/300
    # = 10.84; batches of a lane are alike, those of two lanes differ: design effect below.
    assert found.p < 0.01


def test_better_on_every_lane_but_on_harder_lanes_is_no_finding():
    hard, easy = [(10, 2)] * 36, [(10, 0)] * 4
    found = by_partner(
        rows("a", "hard", hard[:36]),
        rows("a", "easy", easy),
        rows("b", "hard", [(10, 2)] * 3 + [(10, 3)]),
        rows("b", "easy", [(10, 0)] * 30 + [(10, 1)] * 6),
    )
    # Raw: a 72 of 400 (18 %), b 15 of 400 (4 %); on the same lanes a has less than b would.
    assert found["a"].observed == 72
    assert found["a"].expected > 72
    assert found["a"].p > 0.5


def test_thin_or_unshared_partners_are_not_screened():
    peers = rows("b", "X", [(10, 1)] * 30)
    assert set(by_partner(peers, rows("a", "X", [(10, 5)] * 7))) == {"b"}
    assert set(by_partner(peers, rows("a", "X", [(2, 1)] * 14))) == {"b"}
    alone = rows("a", "X", [(10, 9)] * 11) + rows("a", "Z", [(10, 9)] * 9)
    assert "a" not in by_partner(peers, alone)  # 55 % on shared lanes
    assert "a" in by_partner(peers, alone, rows("a", "X", [(50, 45)]))  # 160 of 250


def test_one_loss_against_peers_without_any_is_no_finding():
    found = by_partner(rows("a", "X", [(10, 0)] * 29 + [(10, 1)]), rows("b", "X", [(10, 0)] * 30))
    assert found["a"].p > 0.3  # the one loss was as likely to be b's
    assert found["b"].p == 1.0


def test_rates_that_should_be_high_are_screened_on_their_misses():
    good, bad = [(10, 9)] * 30, [(10, 6)] * 30
    found = by_partner(
        *(rows(p, "X", good, ACK.name) for p in "bcd"), rows("a", "X", bad, ACK.name), kpi=ACK
    )
    assert found["a"].p < 1e-6
    assert found["b"].p > 0.9


def test_batches_that_share_a_fate_are_not_many_findings():
    peers = [rows(p, "X", [(10, 1)] * 40) for p in "bcd"]
    alike = rows("a", "X", [(10, 2)] * 40)
    lumped = rows("a", "X", [(10, 10)] * 8 + [(10, 0)] * 32)
    assert by_partner(*peers, alike)["a"].p < 0.001
    assert by_partner(*peers, lumped)["a"].p > 0.01


def test_what_vetting_asks_is_screened():
    table = {"vetting": {"mandatory": {"courier": {"return_rate": {}}}}}
    asked = asked_of(Settings.model_validate(table), KPIS)
    assert asked["courier"] == {"return_rate"}
    assert asked["supplier"] == {"dispatch_on_time_rate", "miscommunication_rate"}
    peers = [rows(who, "X", [(10, 1)] * 10, "return_rate") for who in "abc"]
    frame = pl.DataFrame([row for part in peers for row in part], schema=TALLIES).lazy()
    assert len(screened(frame, KPIS["return_rate"], asked)) == 3
    assert screened(frame, KPIS["return_rate"], asked_of(Settings(), KPIS)) == []


def test_only_mandatory_rates_are_screened():
    assert screened(pl.DataFrame(schema=TALLIES).lazy(), KPIS["transit_hours"], ASKED) == []
    assert screened(pl.DataFrame(schema=TALLIES).lazy(), KPIS["blackout_rate"], ASKED) == []


def total(partner) -> Result:
    return Result(
        partner_id=partner, role="courier", kpi="loss_rate", statistic="rate", unit="rate",
        period="2026-10", n=100, hits=1, value=0.01, low=None, high=None, state=State.NO_TARGET,
        better="lower",
    )  # fmt: skip


def test_flags_are_controlled_over_all_tests():
    tests = [
        Screened(subject=(p, "courier", "loss_rate"), observed=1, expected=1.0, p=value)
        for p, value in zip("abcd", (0.01, 0.02, 0.04, 0.9), strict=True)
    ]
    # Adjusted: .01 x 4 = .04, .02 x 2 = .04, .04 x 4/3 = .053.
    flags = [r.is_flagged for r in with_flags([total(p) for p in "abcde"], tests)]
    assert flags == [True, True, False, False, None]
    assert with_flags([total("a")], tests[:1])[0].is_flagged is True
    assert with_flags([replace(total("a"), kpi="damage_rate")], tests)[0].is_flagged is None


def test_forty_identical_partners_raise_few_flags():
    random = Random(7)  # noqa: S311 nothing secret
    flagged = 0
    for _ in range(12):
        parts = [
            rows(
                f"p{i:02d}",
                "X",
                [(12, sum(random.random() < 0.05 for _ in range(12))) for _ in range(20)],
            )
            for i in range(40)
        ]
        tests = list(by_partner(*parts).values())
        flagged += sum(
            bool(r.is_flagged) for r in with_flags([total(f"p{i:02d}") for i in range(40)], tests)
        )
    assert flagged <= 3  # of 480; at 5 % uncontrolled it would be 24

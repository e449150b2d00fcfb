"""What is asked of a role: defaults, configured cuts, targets, and what is refused."""

import datetime as dt

import pytest

from tallyclerk.config.models import Settings
from tallyclerk.domain.kpi import Goal
from tallyclerk.domain.roles import Role
from tallyclerk.errors import ConfigError
from tallyclerk.judge.terms import check_terms, mandatory, mandatory_in_score, weights
from tallyclerk.kpis.registry import all_kpis

KPIS = all_kpis()
DAY = dt.date(2026, 6, 30)


def settings(**blocks) -> Settings:
    return Settings.model_validate(blocks)


def asked(role, cuts) -> Settings:
    return settings(vetting={"mandatory": {role: cuts}})


def goals(given, role, partner="p", day=DAY):
    terms = mandatory(given, KPIS)[role]
    return {term.name: term.goal(given.targets, partner, role, day) for term in terms}


def test_every_role_is_asked_something_it_is_judged_by():
    for role, terms in mandatory(Settings(), KPIS).items():
        assert len(terms) >= 2
        assert all(Role(role) in term.kpi.roles for term in terms)
        assert {"miscommunication_rate"} < {term.name for term in terms}


def test_cuts_are_the_kpi_s_own_unless_a_target_is_agreed():
    assert goals(Settings(), "forwarder")["loss_rate"] == Goal(target=0.005, limit=0.015)
    agreed = [
        {"kpi": "loss_rate", "target": 0.002, "limit": 0.006},
        {"kpi": "loss_rate", "partner": "acme", "target": 0.001, "valid_from": "2026-06-01"},
    ]
    given = settings(targets=agreed)
    assert goals(given, "forwarder")["loss_rate"] == Goal(target=0.002, limit=0.006)
    assert goals(given, "forwarder", "acme")["loss_rate"] == Goal(target=0.001, limit=0.001)
    may = dt.date(2026, 5, 31)
    assert goals(given, "forwarder", "acme", may)["loss_rate"] == Goal(target=0.002, limit=0.006)


def test_configured_cuts_come_first_and_what_they_leave_open_is_the_target_s():
    given = asked(
        "courier",
        {
            "on_time_rate": {"cut": 0.97},
            "loss_rate": {"cut": 0.001, "limit": 0.004},
            "transit_hours.p90": {"cut": 48.0},
            "damage_rate": {"cut": 0.03},
        },
    )
    assert goals(given, "courier") == {
        "on_time_rate": Goal(target=0.97, limit=0.90),
        "loss_rate": Goal(target=0.001, limit=0.004),
        "transit_hours.p90": Goal(target=48.0, limit=48.0),
        # The KPI's own limit of 2 % is on the better side of this cut.
        "damage_rate": Goal(target=0.03, limit=0.03),
    }
    assert set(goals(given, "supplier")) == set(goals(Settings(), "supplier"))


def test_misses_are_shares_whatever_the_statistic():
    given = asked("courier", {"on_time_rate": {}, "loss_rate": {}, "scan_gap_hours.p90": {}})
    on_time, loss, gap = mandatory(given, KPIS)["courier"]
    assert on_time.misses(0.9) == pytest.approx(0.1)
    assert loss.misses(0.005) == 0.005
    assert gap.misses(48.0) == 0.1


@pytest.mark.parametrize(
    ("cuts", "said"),
    [
        ({"los_rate": {}}, "los_rate: no such KPI; did you mean 'loss_rate'?"),
        ({"handover_in_hours": {}}, "handover_in_hours: needs a statistic: handover_in_hours.p50"),
        ({"handover_in_hours.p95": {}}, "has no statistic 'p95': handover_in_hours.p50 or"),
        ({"dispatch_on_time_rate": {}}, "is not asked of the role courier, but of: supplier"),
        ({"transit_hours.p90": {}}, "needs a cut, since it has no target"),
        ({"loss_rate": {"cut": 0.0}}, "0 is no share between 0 and 1 that data could prove"),
        ({"scan_gap_hours.p90": {"limit": -1}}, "-1 is no time that data could prove"),
        ({"on_time_rate": {"cut": 0.9, "limit": 0.95}}, "limit 0.95 is better than the cut 0.9"),
        ({"loss_rate": {}, "loss_rate.rate": {}}, "loss_rate.rate: stands there twice"),
        ({}, "names no KPI"),
    ],
)
def test_what_is_not_defined_is_refused_with_its_place(cuts, said):
    with pytest.raises(ConfigError) as error:
        mandatory(asked("courier", cuts), KPIS)
    assert "[vetting.mandatory.courier]" in str(error.value)
    assert said in str(error.value)


def test_all_problems_are_told_together():
    with pytest.raises(ConfigError, match=r"los_rate.*damag_rate"):
        mandatory(asked("courier", {"los_rate": {}, "damag_rate": {}}), KPIS)


def test_a_score_has_its_weights_in_order_and_without_the_block_there_is_none():
    assert weights(Settings(), KPIS) == ()
    given = settings(
        score={
            "weights": {"on_time_rate.rate": 3, "handover_in_hours.p90": 1},
            "mandatory": ["on_time_rate"],
        }
    )
    found = [(term.name, weight) for term, weight in weights(given, KPIS)]
    assert found == [("on_time_rate", 3.0), ("handover_in_hours.p90", 1.0)]
    assert mandatory_in_score(given) == {"on_time_rate"}


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ({"weights": {"on_tme_rate": 1}}, "on_tme_rate: no such KPI; did you mean"),
        (
            {"weights": {"loss_rate": 1}, "mandatory": ["los_rate"]},
            "mandatory los_rate: has no weight; did you mean 'loss_rate'?",
        ),
        ({"weights": {"loss_rate": 1, "loss_rate.rate": 2}}, "stands there twice"),
    ],
)
def test_a_score_of_what_is_not_defined_is_refused(score, said):
    with pytest.raises(ConfigError) as error:
        check_terms(settings(score=score), KPIS)
    assert said in str(error.value)

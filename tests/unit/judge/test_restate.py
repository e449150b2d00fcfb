"""Two runs of one month: what changed, and every cause that applies."""

import datetime as dt
from dataclasses import replace

import pytest

from tallyclerk.domain.judgement import RunInfo
from tallyclerk.judge.restate import causes_of, restated

RUN = RunInfo(
    as_of=dt.datetime(2026, 11, 10, tzinfo=dt.UTC), version="1.0", config_digest="c1",
    inputs_digest="i1", period="2026-10", timezone="UTC", currency="EUR", definitions_digest="d1",
)  # fmt: skip
NOW = dt.datetime(2026, 12, 10, tzinfo=dt.UTC)


def told(run=RUN):
    return {
        "as_of": run.as_of.isoformat(), "version": run.version, "period": run.period,
        "config_digest": run.config_digest, "inputs_digest": run.inputs_digest,
        "definitions_digest": run.definitions_digest,
    }  # fmt: skip


def row(partner="a", **more):
    return {
        "partner_id": partner, "role": "courier", "kpi": "loss_rate", "statistic": "rate",
        "unit": "rate", "n": 100, "hits": 1, "value": 0.01, "low": 0.0, "high": 0.05,
        "counted": "missed", "state": "not_proven", "target": 0.005, "limit": 0.015, "waiting": 9,
        "excluded": {"cancelled": 2}, "change": "within_noise", "signal": None,
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "causes"),
    [
        ({"inputs_digest": "i2"}, ("late data",)),
        ({"inputs_digest": "i2", "as_of": NOW}, ("late data",)),
        ({"as_of": NOW}, ("other as of",)),
        ({"version": "1.1"}, ("changed rule",)),
        ({"definitions_digest": "d2"}, ("changed rule",)),
        ({"config_digest": "c2"}, ("changed config",)),
        (
            {"inputs_digest": "i2", "version": "1.1", "config_digest": "c2"},
            ("late data", "changed rule", "changed config"),
        ),
        ({}, ("unexplained",)),
    ],
)
def test_every_cause_is_named(changes, causes):
    assert causes_of(told(), replace(RUN, **changes)) == causes


def test_a_report_that_knew_no_definitions_has_changed_rules():
    old = told()
    del old["definitions_digest"]
    assert causes_of(old, RUN) == ("changed rule",)


def test_only_what_changed_is_restated():
    late = replace(RUN, inputs_digest="i2")
    new = [row(n=109, hits=2, value=2 / 109, waiting=0), row("b", change="worse", signal="shift")]
    (found,) = restated(told(), [row(), row("b")], late, new)
    assert (found.partner_id, found.causes) == ("a", ("late data",))
    assert found.before == {"n": 100, "hits": 1, "value": 0.01, "waiting": 9}
    assert found.after == {"n": 109, "hits": 2, "value": 2 / 109, "waiting": 0}


def test_rows_that_come_and_go_are_restated():
    ruled = replace(RUN, version="2")
    gone, come = restated(told(), [row(kpi="a_rate")], ruled, [row(kpi="b_rate")])
    assert (gone.kpi, gone.after, gone.before["n"]) == ("a_rate", {}, 100)
    assert (come.kpi, come.before, come.after["n"]) == ("b_rate", {}, 100)


def test_other_periods_and_partners_are_no_restatement():
    other = replace(RUN, inputs_digest="i2")
    assert restated(told(), [row()], replace(other, period="2026-11"), [row(n=1)]) == ()
    assert restated(told(), [row("b")], other, [row("a")]) == ()
    assert restated(told(), [row()], other, [row()]) == ()

"""What was asked of partners, and what the test of each says a month later."""

import csv
import io
from dataclasses import replace

import pytest
from tests.unit.report import world
from tests.unit.report.test_write import written

from tallyclerk.report import actions as told
from tallyclerk.report.fixes import action_id
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
GIVEN = partner_inputs(world.judgement())["acme"]
ASKED = told.asked_now(GIVEN, KPIS)
JSON_AND_TABLES = frozenset({"csv", "json"})


def rows(report):
    text = (report / "internal" / "actions.csv").read_text("utf-8")
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def now_with(action, **changed):
    """The partner as it was judged, but for the figure that an action is about."""
    totals = [
        replace(r, **changed) if (r.role, r.kpi, r.statistic) == told._key(r)[:3] == (
            action.role, action.kpi, action.statistic,
        ) else r
        for r in GIVEN.totals
    ]  # fmt: skip
    return replace(GIVEN, totals=tuple(totals))


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"value": 0.0, "n": 611}, "fixed_or_not"),
        ({"value": 0.0, "n": 29}, "too_early"),
        ({"value": None, "reason": "no cases", "n": 0}, "too_early"),
    ],
)
def test_each_action_is_decided_by_its_own_test(changed, status):
    action = next(a for a in ASKED if not a.lane)
    (found,) = told.tested(now_with(action, **changed), [action])
    expected = "fixed" if action.better == "lower" else "not_fixed"
    assert found.status == (expected if status == "fixed_or_not" else status)
    exactly = {"value": action.target, "n": action.least_n}
    assert told.tested(now_with(action, **exactly), [action])[0].status == "fixed"


def test_an_action_about_a_lane_is_tested_on_that_lane():
    lane = next(r for r in GIVEN.lanes if r.value is not None)
    action = replace(
        ASKED[0], role=lane.role, kpi=lane.kpi, statistic=lane.statistic, lane=lane.lane,
        target=lane.value, better=lane.better, least_n=lane.n,
    )  # fmt: skip
    assert told.tested(GIVEN, [action])[0].status == "fixed"
    gone = replace(action, lane="XX>YY")
    assert told.tested(GIVEN, [gone])[0].status == "too_early"


def test_ids_are_stable_and_tell_figures_apart():
    assert len({a.id for a in ASKED}) == len(ASKED)
    assert action_id("a", "b", "c", "d", None) == action_id("a", "b", "c", "d", "")
    assert action_id("a", "b", "c", "d", "x") != action_id("a", "b", "c", "dx", None)


def test_the_next_report_takes_up_what_the_last_one_asked(tmp_path):
    first = world.judgement(run=replace(world.RUN, period="2026-09"))
    written(tmp_path / "2026-09", judgement=first, formats=JSON_AND_TABLES)
    asked = rows(tmp_path / "2026-09")
    assert {row["status"] for row in asked.values()} == {"open"}
    written(tmp_path / "2026-10", formats=JSON_AND_TABLES | {"html"})
    now = rows(tmp_path / "2026-10")
    assert asked.keys() <= now.keys()
    assert all(now[key]["since"] == "2026-09" for key in asked)
    assert {now[key]["status"] for key in asked} <= {"fixed", "not_fixed", "too_early"}
    page = (tmp_path / "2026-10" / "send/acme/acme_2026-10_scorecard.html").read_text("utf-8")
    mine = [key for key, row in asked.items() if row["partner_id"] == "acme"]
    assert mine
    assert all(f"<code>{key}</code>" in page for key in mine)


def test_actions_written_by_hand_or_by_another_version_are_passed_by(tmp_path):
    assert told.asked_before(tmp_path) == ()
    (tmp_path / told.NAME).write_text("id,target\nx,high\n", encoding="utf-8")
    assert told.asked_before(tmp_path) == ()

from dataclasses import replace

import polars as pl
import pytest
from tests.unit.report import world

from tallyclerk.domain.judgement import OfOthers
from tallyclerk.domain.results import State
from tallyclerk.judge.ours import MOST_LISTED
from tallyclerk.judge.ours import ours as counted_ours
from tallyclerk.report import text, verdict
from tallyclerk.report.fixes import action_id, fixes
from tallyclerk.report.headline import MOST, headline
from tallyclerk.report.model import KpiText, PastAction
from tallyclerk.report.months import period_before
from tallyclerk.report.needed import needed
from tallyclerk.report.ours import ours
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.stages import cases, stages
from tallyclerk.report.states import AGAINST, by_severity

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
WORLD = world.judgement()
GIVEN = partner_inputs(WORLD)["acme"]


def result(kpi="handover_ack_rate", **changed):
    statistic = "p90" if kpi.endswith("hours") else "rate"
    return replace(world.result("acme", "forwarder", kpi, statistic, 611), **changed)


def plain(told):
    return told.replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_proven_is_always_on_the_first_page():
    totals = [r for r in GIVEN.totals if r.role == "forwarder"]
    odd = replace(next(r for r in totals if r.kpi == "message_hygiene_rate"), state=State.BREACH)
    chosen = headline("forwarder", [odd, *(r for r in totals if r.kpi != odd.kpi)])
    assert len(chosen) <= MOST
    assert odd in chosen
    proven = sorted((r for r in totals if r.state in AGAINST), key=by_severity)
    assert {r.kpi for r in chosen} - {odd.kpi} <= {r.kpi for r in proven}
    assert len(proven) > MOST


def test_figures_that_say_nothing_come_last():
    rich = [result(k) for k in ("handover_ack_rate", "loss_rate", "damage_rate", "blackout_rate")]
    idle = result("transit_hours", state=State.NOT_ASSESSABLE, value=None, n=0)
    assert idle in headline("forwarder", [idle, *rich])
    full = [result(k) for k in world.FORWARDER if k != "transit_hours"]
    assert idle not in headline("forwarder", [idle, *full])


def test_a_cohort_that_is_not_mature_shows_the_latest_mature_month():
    totals = tuple(r for r in GIVEN.totals if r.kpi in {"loss_rate", "damage_rate"})
    given = replace(GIVEN, totals=totals)
    page = partner_page(given, world.evidence("acme"), KPIS, small_below=30)
    row = next(r for r in page.sections[0].headline if r.kpi == "loss_rate")
    september = next(r for r in GIVEN.months if r.kpi == "loss_rate" and r.period == "2026-09")
    assert row.basis == verdict.basis(september)
    assert plain(row.since) == "Sep 2026; Oct 2026 is 93 % mature"
    others = [r for r in page.sections[0].headline if r.kpi != "loss_rate"]
    assert not any(r.since for r in others)


def test_the_strip_accounts_for_every_case():
    loss = result("loss_rate", n=34, waiting=15, excluded=(("cancelled", 2), ("waiting", 15)))
    (stage,) = stages([loss])
    assert cases(loss) == 34 + 15 + 2
    assert (stage.total, stage.counted) == ("51", "34 counted")
    assert stage.rest == "15 not mature yet, 2 cancelled"
    assert stages([replace(loss, n=0, waiting=0, excluded=())]) == ()


def test_a_fix_names_size_owner_and_a_test():
    told = result(state=State.BREACH, n=611, hits=514, value=514 / 611)
    given = replace(GIVEN, totals=(told,), lanes=())
    (fix,) = fixes(given, "forwarder", KPIS)
    assert fix.key == action_id("acme", fix.role, fix.kpi, fix.statistic, fix.lane)
    assert fix.size == "97 of 611 handovers, 48 more than agreed"
    assert fix.owner == "ACME Forwarding Ltd"
    assert plain(fix.proof) == "Acceptance scan within 24 h ≥ 92 % in Nov 2026, n ≥ 30"
    assert (fix.kpi, fix.statistic, fix.target, fix.due) == (
        "handover_ack_rate", "rate", 0.92, "2026-11",
    )  # fmt: skip
    assert fix.is_proven


def test_a_fix_on_one_lane_is_tested_on_that_lane():
    told = result(state=State.BREACH)
    bad, good = (
        replace(told, lane=lane, n=200, state=state)
        for lane, state in (("CN>DE", State.BREACH), ("CN>FR", State.MEETS))
    )
    (fix,) = fixes(replace(GIVEN, totals=(told,), lanes=(bad, good)), "forwarder", KPIS)
    assert fix.lane == "CN>DE"
    assert "on CN>DE in" in fix.proof
    (fix,) = fixes(
        replace(GIVEN, totals=(told,), lanes=(bad, replace(good, state=State.BREACH))),
        "forwarder",
        KPIS,
    )
    assert fix.lane is None


def test_without_proof_only_what_was_counted_as_missed_is_offered():
    missed = result(state=State.NOT_PROVEN, counted="missed")
    met = result("loss_rate", state=State.NOT_PROVEN, counted="met")
    (fix,) = fixes(replace(GIVEN, totals=(missed, met), lanes=()), "forwarder", KPIS)
    assert not fix.is_proven
    assert fix.mark.word == "not proven"
    assert fixes(replace(GIVEN, totals=(met,)), "forwarder", KPIS) == ()


@pytest.mark.parametrize(
    ("period", "before"),
    [("2026-01", "2025-12"), ("2026-01..2026-03", "2025-10..2025-12"), ("2026-10", "2026-09")],
)
def test_the_period_before(period, before):
    assert period_before(period) == before


def test_only_proven_changes_are_told():
    rows = [
        result(change="worse", previous=0.95, value=0.84, hits=514),
        result("loss_rate", change="within_noise", previous=0.0),
        result("damage_rate", change=None),
    ]
    (told,) = verdict.changed(rows, KPIS, text.span("2026-09"))
    assert plain(told) == (
        "Proven worse than in Sep 2026: Acceptance scan within 24 h, 95.0 % → 84.0 %."
    )


def test_misses_are_placed_where_most_of_them_are():
    total = result(state=State.BREACH, n=600, hits=500)
    here = replace(total, lane="CN>DE", n=150, hits=80)
    rest = replace(total, lane="CN>FR", n=450, hits=420)
    assert plain(verdict.where(total, [here, rest], {})) == "70.0 % of them on CN>DE."
    even = replace(here, n=400, hits=330)
    assert not verdict.where(total, [even, replace(rest, n=200, hits=170)], {})
    few = replace(total, n=600, hits=597)
    assert not verdict.where(few, [replace(here, hits=147)], {})


def test_what_others_did_is_counted_once_for_each_shipment():
    schema = {
        "kpi": pl.String, "partner_id": pl.String, "role": pl.String, "counterpart": pl.String,
        "shipment_id": pl.String, "rule": pl.String, "n": pl.Int64, "hits": pl.Int64,
    }  # fmt: skip
    rows = [
        ("loss_rate", "acme", "forwarder", None, "1", None, 1, 0),
        ("loss_rate", "acme", "forwarder", None, "2", None, 1, 0),
        ("loss_rate", "nord", "forwarder", None, "3", None, 1, 0),
        ("dispatch_on_time_rate", "tiny", "supplier", None, "1", None, 1, 0),
        ("dispatch_on_time_rate", "tiny", "supplier", None, "2", None, 1, 1),
        ("dispatch_on_time_rate", "tiny", "supplier", None, "9", None, 1, 0),
        ("miscommunication_rate", "tiny", "supplier", "acme", "1", "unannounced_acceptance", 1, 1),
        ("miscommunication_rate", "tiny", "supplier", "acme", "2", "unannounced_acceptance", 1, 0),
        ("miscommunication_rate", "acme", "forwarder", "nord", "3", "unannounced_acceptance", 1, 1),
        ("miscommunication_rate", "tiny", "supplier", None, "3", "customs_hold_documents", 1, 1),
    ]
    found = counted_ours(pl.LazyFrame(rows, schema=schema, orient="row"))
    one, three = OfOthers(count=1, shipments=("1",)), OfOthers(count=1, shipments=("3",))
    assert found["acme", "forwarder"] == {
        "dispatched_late": one,
        "unannounced": one,
        "documents": three,
    }
    assert found["nord", "forwarder"] == {"unannounced": three, "documents": three}
    assert ("tiny", "supplier") not in found
    told = ours(replace(GIVEN, ours={"forwarder": found["acme", "forwarder"]}), "forwarder")
    assert told[0] == "Left the supplier after the agreed ship-by time: 1 of 611 shipments."


def test_of_very_many_shipments_that_others_harmed_some_are_listed_and_all_are_counted():
    names = [f"{number:05}" for number in range(MOST_LISTED + 5)]
    facts = {
        "kpi": "dispatch_on_time_rate", "partner_id": "sup", "role": "supplier",
        "counterpart": None, "rule": None, "n": 1, "hits": 0,
    }  # fmt: skip
    late = [{**facts, "shipment_id": name} for name in names]
    held = [{**each, "kpi": "loss_rate", "partner_id": "acme", "role": "fwd"} for each in late]
    found = counted_ours(
        pl.LazyFrame([*late, *held], schema_overrides={"rule": pl.String, "counterpart": pl.String})
    )
    told = found["acme", "fwd"]["dispatched_late"]
    assert (told.count, told.shipments) == (len(names), tuple(names[:MOST_LISTED]))


def test_the_short_page_says_how_many_clean_cases_are_needed():
    open_ = result("loss_rate", state=State.INSUFFICIENT, n=12, target=0.005)
    (told,) = needed([open_, result("damage_rate", state=State.MEETS)], KPIS)
    assert plain(told).startswith("Loss ≤ 0.5 %: about 598 without one miss")


def test_actions_of_the_last_report_stand_with_their_state():
    past = PastAction(
        key="2026-09-1", role="forwarder", what="Loss", proof="≤ 0.5 %", status="not_fixed",
        found="9 of 600",
    )  # fmt: skip
    page = partner_page(
        replace(GIVEN, past_actions=(past,)), world.evidence("acme"), KPIS, small_below=30
    )
    ((mark, told),) = page.sections[0].past
    assert (mark.word, mark.shape, told) == ("not fixed", "▲", past)


def test_a_partner_without_targets_has_nothing_that_could_be_missed():
    judged = world.judgement([world.PARTNERS[4]])
    given = partner_inputs(judged)["freeline"]
    (section,) = partner_page(
        given, world.evidence("freeline"), KPIS, small_below=1_000_000
    ).sections
    assert not section.fixes
    assert section.nothing_to_fix == "No target is agreed that could be missed."

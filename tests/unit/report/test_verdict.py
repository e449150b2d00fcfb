import re
from dataclasses import replace

import pytest
from tests.unit.report import world

from tallyclerk.domain.results import State
from tallyclerk.report import text, verdict
from tallyclerk.report.model import KpiText
from tallyclerk.report.states import AGAINST

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
STRONG = re.compile(
    r"worse|better|breach|beyond|more than chance|proven:|misses|fails|bad", re.IGNORECASE
)


def said(*results):
    return [s.replace("\N{NO-BREAK SPACE}", " ") for s in verdict.sentences(results, KPIS)]


def result(kpi="handover_ack_rate", state=State.BREACH, **changed):
    base = world.result("acme", "forwarder", kpi, "p90" if kpi.endswith("hours") else "rate", 611)
    return replace(base, state=state, **changed)


def test_a_missed_share_is_told_by_its_misses():
    told = said(result(state=State.BELOW_TARGET, n=611, hits=514, value=514 / 611))
    assert told == [
        (
            "97 of 611 handovers (15.9 %) were not acknowledged within 24 h;"
            " agreed at most 8 %. More than chance."
        )
    ]


def test_a_breach_names_the_limit():
    told = said(result("loss_rate", n=400, hits=1, value=0.0025, limit=0.001, target=0.0005))
    assert told == [
        (
            "1 of 400 shipments (0.25 %) was lost; agreed at most 0.05 %."
            " More than chance, and beyond the limit of 0.1 %."
        )
    ]


def test_what_rests_on_missing_scans_says_so():
    told = said(result(n=611, hits=514, value=514 / 611, limit=0.8, in_doubt=50, worst=0.77))
    assert told == [
        (
            "97 of 611 handovers (15.9 %) were not acknowledged within 24 h; agreed at most 8 %."
            " More than chance, and beyond the limit of 20 %, if the 50 cases that lack a scan it"
            " owes are at their worst (23.0 %)."
        )
    ]


def test_a_duration_is_told_by_its_percentile():
    told = said(result("handover_in_hours", state=State.BELOW_TARGET, value=41.2))
    assert told == [
        "Handover in, P90: nine in ten within 41 h (611 handovers); agreed at most 24 h. More than chance."
    ]


@pytest.mark.parametrize("state", [s for s in State if s not in AGAINST])
@pytest.mark.parametrize("kpi", ["handover_ack_rate", "loss_rate", "handover_in_hours"])
def test_an_undecided_state_is_never_told_as_a_finding(state, kpi):
    for sentence in said(result(kpi, state)):
        assert not STRONG.search(sentence), sentence


def test_what_is_not_proven_says_only_that():
    told = said(
        result(state=State.NOT_PROVEN), result("loss_rate", State.INSUFFICIENT, n=20, hits=2)
    )
    assert told == [
        "Nothing is proven against this partner in this role.",
        "Not proven either way: Acceptance scan within 24 h.",
        "Too few to say: Loss (2 of 20, 31 % mature).",
    ]


def test_no_results_say_so():
    assert said() == ["Nothing can be assessed from the data at hand."]
    assert "without a judgement" in said(result(state=State.NO_TARGET, target=None))[0]


def test_no_hits_print_what_they_prove():
    nothing = result(
        "loss_rate", State.INSUFFICIENT, n=300, hits=0, value=0.0, low=0.0, high=0.00994
    )
    assert verdict.value(nothing).replace("\N{NO-BREAK SPACE}", " ") == "below 0.99 %"
    assert verdict.basis(nothing) == "0 of 300"
    assert verdict.value(replace(nothing, value=None)) == "—"


def test_no_share_is_told_as_none_or_all_without_its_cases():
    """A rate of zero with few cases must not look like certainty, nor one of all."""
    told = result("on_time_rate", n=40, hits=40, value=1.0, low=0.927, high=1.0)
    assert verdict.value(told).replace("\N{NO-BREAK SPACE}", " ") == "above 92.7 %"
    assert verdict.value(replace(told, low=None, high=None)) == "40 of 40"
    clean = replace(told, expected=0.0, peers_n=240, previous=1.0, previous_n=12)
    assert (verdict.peers(clean), verdict.previous(clean)) == ("0 of 240", "12 of 12")
    some = replace(clean, expected=0.1).expected, "rate"
    assert text.quantity(*some, of=240).replace("\N{NO-BREAK SPACE}", " ") == "10.0 %"


def test_the_findings_are_cut_and_the_rest_is_named():
    many = [result(k) for k in ("on_time_rate", "loss_rate", "damage_rate", "blackout_rate")]
    told = said(*many)
    assert len(told) == 4
    assert told[-1] == "Also proven: Silent for more than 48 h."


def test_a_figure_of_those_who_answered_says_how_many_did():
    def answered(n, *excluded, kpi="low_review_rate"):
        few = replace(result("loss_rate", n=n, hits=1), kpi=kpi, excluded=excluded)
        return verdict.response(few).replace("\N{NO-BREAK SPACE}", " ")

    silent = ("not_reviewed", 650)
    assert answered(340, silent, ("unscored_review", 10)) == "of 1,000 shipments 35 % were reviewed"
    assert answered(12) == "of 12 shipments 100 % were reviewed"
    assert answered(0) == ""
    assert answered(340, silent, kpi="loss_rate") == ""

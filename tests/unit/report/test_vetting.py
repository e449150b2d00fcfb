"""Verdicts in words: each finding has its own, and none is stronger than what was found."""

import json
from dataclasses import replace

import pytest

from tallyclerk.domain.vetting import AGAINST, Check, Decision, Finding, Vetting
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.report.vetting import cap_sentence, headline, sentence, sentences, vetting_object

KPIS = all_kpis()
LOSS = Check(
    kpi="loss_rate",
    statistic="rate",
    unit="rate",
    better="lower",
    cut=0.005,
    limit=0.015,
    n=2000,
    hits=12,
    value=0.006,
    bound=0.0102,
    batches=200,
    effective_n=1800.0,
    finding=Finding.OPEN,
    cases_needed=900,
    batches_needed=90,
)
FOUND = {
    Finding.OPEN: LOSS,
    Finding.TOO_FEW: replace(LOSS, n=20, hits=0, value=0.0, bound=0.14, finding=Finding.TOO_FEW),
    Finding.NO_DATA: replace(
        LOSS, n=0, hits=None, value=None, bound=None, finding=Finding.NO_DATA, reason="no cases"
    ),
    Finding.MISSES: replace(LOSS, finding=Finding.MISSES, cases_needed=None),
    Finding.BEYOND_ONCE: replace(
        LOSS, finding=Finding.BEYOND_ONCE, beyond=("2026-02",), cases_needed=None
    ),
    Finding.BEYOND_TWICE: replace(
        LOSS, finding=Finding.BEYOND_TWICE, beyond=("2026-02", "2026-03")
    ),
    Finding.MEETS: replace(LOSS, finding=Finding.MEETS, bound=0.004, cases_needed=0),
}
PROVEN_AGAINST = ("misses it", "beyond", "more than chance", "is proven to miss")
PROVEN_FOR = ("meets it", "is proven to meet")


def vetting(*checks, binding=(0,), **more) -> Vetting:
    given = {"decision": Decision.CONDITIONAL} | more
    return Vetting(
        partner_id="p", role="courier", period="2026-02", checks=checks, binding=binding, **given
    )


def text(said):
    return said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("finding", Finding)
def test_no_sentence_is_stronger_than_what_was_found(finding):
    check = FOUND[finding]
    decision = {
        Finding.MEETS: Decision.APPROVE,
        Finding.BEYOND_TWICE: Decision.REJECT,
    }.get(finding, Decision.CONDITIONAL)
    binding = () if decision is Decision.APPROVE else (0,)
    said = " ".join(sentences(vetting(check, decision=decision, binding=binding), KPIS))
    if finding is not Finding.MEETS:
        assert not any(word in said for word in PROVEN_FOR), said
        assert "Approve" not in said
    if finding not in AGAINST:
        assert not any(word in said for word in PROVEN_AGAINST), said
    if finding is not Finding.BEYOND_TWICE:
        assert "Reject:" not in said
        assert "proven in each" not in said
    if finding in {Finding.OPEN, Finding.TOO_FEW, Finding.NO_DATA}:
        assert "nothing is proven against it" in said


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            Finding.OPEN,
            (
                "Loss: 12 of 2,000 lost (0.60 %), at most 1.0 %; cut ≤ 0.5 %: not proven; about 900 "
                "more shipments like these, in 90 more batches, would prove it."
            ),
        ),
        (
            Finding.TOO_FEW,
            (
                "Loss: 0 of 20 lost: below 14.0 %; cut ≤ 0.5 %: too few to say; about 900 more "
                "shipments without a miss, in 90 more batches, would prove it."
            ),
        ),
        (Finding.NO_DATA, "Loss: cannot be assessed: no cases."),
        (
            Finding.MISSES,
            (
                "Loss: 12 of 2,000 lost (0.60 %), at most 1.0 %; cut ≤ 0.5 %: misses it, more than "
                "chance; not proven beyond the limit of 1.5 %."
            ),
        ),
        (
            Finding.BEYOND_ONCE,
            (
                "Loss: 12 of 2,000 lost (0.60 %), at most 1.0 %; cut ≤ 0.5 %: beyond the limit of "
                "1.5 % in Feb 2026 (99 %), but not in two consecutive periods; no number of shipments "
                "like these would prove that it keeps to the cut."
            ),
        ),
        (
            Finding.BEYOND_TWICE,
            (
                "Loss: 12 of 2,000 lost (0.60 %), at most 1.0 %; cut ≤ 0.5 %: beyond the limit of "
                "1.5 % in Feb 2026 and Mar 2026, proven in each (99 %)."
            ),
        ),
        (Finding.MEETS, "Loss: 12 of 2,000 lost (0.60 %), at most 0.40 %; cut ≤ 0.5 %: meets it."),
    ],
)
def test_each_finding_has_its_sentence_with_the_counts(finding, said):
    assert text(sentence(FOUND[finding], KPIS)) == said


def test_a_percentile_is_told_as_a_share_of_cases():
    gap = replace(
        LOSS, kpi="scan_gap_hours", statistic="p90", unit="hours", hits=None, value=30.0,
        bound=40.5, cut=24.0, finding=Finding.MISSES,
    )  # fmt: skip
    basis = "nine in ten within 30 h, at most 40 h (2,000 shipments); cut ≤ 24 h: misses it"
    assert f"P90: {basis}" in text(sentence(gap, KPIS))
    open_gap = replace(gap, value=None, bound=None, finding=Finding.OPEN)
    assert "nine in ten not reached yet (2,000 shipments)" in text(sentence(open_gap, KPIS))


def test_many_periods_are_told_in_short_and_mended_ones_with_their_month():
    many = replace(FOUND[Finding.BEYOND_TWICE], beyond=("2026-01", "2026-02", "2026-03", "2026-04"))
    assert "in Feb 2026, Mar 2026, Apr 2026 and 1 earlier period," in text(sentence(many, KPIS))
    mended = replace(FOUND[Finding.MISSES], beyond=("2026-01",), mended="2026-05")
    assert "beyond the limit of 1.5 % in Jan 2026, within it again in May 2026" in text(
        sentence(mended, KPIS)
    )


def test_the_headline_names_what_the_decision_hangs_on():
    approved = vetting(FOUND[Finding.MEETS], binding=(), decision=Decision.APPROVE)
    assert headline(approved, KPIS) == (
        "Approve: the mandatory KPI is proven to meet its cut (95 %)."
    )
    checks = (FOUND[Finding.MEETS], FOUND[Finding.BEYOND_TWICE])
    rejected = vetting(*checks, binding=(1,), decision=Decision.REJECT)
    assert headline(rejected, KPIS) == (
        "Reject: Loss is proven beyond the limit in two consecutive periods (99 %, corrected for "
        "2 KPIs)."
    )
    assert headline(vetting(FOUND[Finding.NO_DATA]), KPIS) == (
        "Conditional: nothing is proven against it, but Loss cannot be assessed."
    )


def test_nothing_is_proven_against_it_is_not_said_when_something_is():
    checks = (FOUND[Finding.OPEN], FOUND[Finding.MISSES])
    said = headline(vetting(*checks, binding=(1,)), KPIS)
    assert said == ("Conditional: Loss is proven to miss its cut, but not proven beyond the limit.")


def test_a_cap_is_told_with_its_scope():
    assert cap_sentence(vetting(LOSS)) == ""
    until = vetting(LOSS, cap=558, cap_scope="until_proven")
    assert cap_sentence(until) == "Suggested cap: 558 more shipments before it is vetted again."
    month = vetting(LOSS, cap=1, cap_scope="period")
    assert cap_sentence(month) == "Suggested cap: 1 shipment a month."
    quarter = replace(month, months_per_period=3)
    assert cap_sentence(quarter) == "Suggested cap: 1 shipment in 3 months."


def test_machines_get_numbers_names_and_the_same_sentences():
    made = json.loads(json.dumps(vetting_object(vetting(FOUND[Finding.MISSES]), KPIS)))
    assert made["decision"] == "conditional"
    assert made["against"] == made["binding"] == ["loss_rate.rate"]
    assert made["checks"][0]["finding"] == "misses_cut"
    assert made["sentences"][0].startswith("Conditional: ")
    assert not any("\N{NO-BREAK SPACE}" in each for each in made["sentences"])

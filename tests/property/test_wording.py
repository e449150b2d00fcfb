"""Words never say more than decided states: whatever the results, a strong word has its state."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report import world

from tallyclerk.domain.results import State
from tallyclerk.report import overview, verdict
from tallyclerk.report.fixes import fixes
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.states import AGAINST

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
GIVEN = partner_inputs(world.judgement())["acme"]
AGAINST_WORDS = re.compile(
    r"more than chance|breach|beyond the limit|misses|proven:", re.IGNORECASE
)
BEYOND = re.compile(r"beyond the limit", re.IGNORECASE)
MEETS = re.compile(r"meets", re.IGNORECASE)
CHANGE = re.compile(r"\b(?:better|worse)\b", re.IGNORECASE)
STATISTICS = {"hours": ("p50", "p90"), "rate": ("rate",)}


@st.composite
def results(draw):
    kpi = draw(st.sampled_from(sorted(world.KPIS)))
    unit = world.KPIS[kpi].unit
    base = world.result("acme", "forwarder", kpi, draw(st.sampled_from(STATISTICS[unit])), 100)
    n = draw(st.integers(0, 1000))
    value = draw(st.none() | st.floats(0, 1)) if n else None
    target = draw(st.none() | st.sampled_from([0.005, 0.5, 0.95]))
    state = draw(st.sampled_from(State))
    return replace(
        base,
        n=n,
        hits=None if unit == "hours" else draw(st.integers(0, n)),
        value=value,
        low=draw(st.none() | st.floats(0, 1)) if value is not None else None,
        high=draw(st.none() | st.floats(0, 1)) if value is not None else None,
        target=target,
        limit=target,
        state=state,
        counted=draw(st.sampled_from([None, "met", "missed"])) if target else None,
        change=draw(st.sampled_from([None, "better", "worse", "within_noise"])),
        previous=draw(st.none() | st.floats(0, 1)),
        is_flagged=draw(st.sampled_from([None, True, False])),
        expected=draw(st.none() | st.floats(0, 1)),
    )


many = st.lists(results(), max_size=8, unique_by=lambda r: (r.kpi, r.statistic)).map(tuple)


@settings(max_examples=150)
@given(many)
def test_the_verdict_is_never_stronger_than_the_states(found):
    said = " ".join(verdict.sentences(found, KPIS))
    states = {r.state for r in found}
    if AGAINST_WORDS.search(said):
        assert states & AGAINST
    if BEYOND.search(said):
        assert State.BREACH in states
    if MEETS.search(said):
        assert State.MEETS in states
    assert not CHANGE.search(said)
    for result in found:
        if result.state is State.BREACH:
            assert verdict.label(result, KPIS) in said or AGAINST_WORDS.search(said)


@settings(max_examples=100)
@given(many)
def test_a_change_is_told_only_where_it_is_proven(found):
    told = verdict.changed(found, KPIS, "Sep 2026")
    proven = [r for r in found if r.change in {"better", "worse"} and r.previous is not None]
    assert len(told) == len(proven)
    for word in ("better", "worse"):
        assert sum(word in s for s in told) == sum(r.change == word for r in proven)
    assert not any(AGAINST_WORDS.search(s) for s in told)


@settings(max_examples=100)
@given(many)
def test_what_is_to_be_fixed_claims_no_more_than_its_state(found):
    asked = fixes(replace(GIVEN, totals=found, lanes=()), "forwarder", KPIS)
    by = {(r.kpi, r.statistic): r for r in found}
    for fix in asked:
        state = by[fix.kpi, fix.statistic].state
        assert fix.is_proven == (state in AGAINST)
        assert fix.target is not None
        if not fix.is_proven:
            assert by[fix.kpi, fix.statistic].counted == "missed"
            said = f"{fix.what} {fix.size} {fix.proof} {fix.mark.word}"
            assert not re.search(r"breach|misses|chance|proven (?!)", said)
    if any(r.state in AGAINST and r.target is not None for r in found):
        assert asked
        assert all(fix.is_proven for fix in asked)


@settings(max_examples=100)
@given(many, st.booleans())
def test_a_directors_line_follows_from_decided_states(found, is_small):
    group = overview.group_of(found, is_small=is_small)
    states = {r.state for r in found}
    assert (group == "act") == (State.BREACH in states)
    if group == "watch":
        is_watched = any(r.is_flagged or r.change == "worse" for r in found)
        assert State.BELOW_TARGET in states or is_watched
    if group == "fine":
        assert not states & AGAINST

"""The negotiation brief and the cover note: what each may say, and to whom."""

import json
from dataclasses import replace

from tests.unit.report import world
from tests.unit.report.test_write import written

from tallyclerk.domain.money import Account, Credit
from tallyclerk.domain.results import State
from tallyclerk.report.brief import brief
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.states import AGAINST

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
WORLD = world.judgement()
GIVENS = partner_inputs(WORLD)


def plain(told):
    return told.replace("\u00a0", " ")


def test_the_points_of_a_brief_are_proven_ones_with_what_they_are_worth():
    given = GIVENS["acme"]
    (part,) = brief(given, KPIS, WORLD.lanes).parts
    proven = [r for r in given.totals if r.state in AGAINST]
    assert len(part.strongest) == min(3, len(proven)) == len(part.asks)
    assert all("more than chance" in p.point or "beyond" in p.point for p in part.strongest)
    ack = replace(
        next(r for r in given.totals if r.kpi == "handover_ack_rate"),
        state=State.BREACH, n=611, hits=514, value=514 / 611, expected=0.9,
    )  # fmt: skip
    (part,) = brief(replace(given, totals=(ack,)), KPIS, ()).parts
    (ask,) = part.asks
    # 97 missed; 8 % of 611 are 48.88, 10 % are 61.1.
    assert [plain(cell) for cell in ask[2:]] == ["≥ 92 %", "48 cases", "90.0 %", "35 cases"]
    assert "peers on the same lanes 90.0 %" in plain(part.raised[0].answer)
    price = Credit(kpi="handover_ack_rate", n=611, hits=514, each_minor=150, amount_minor=97 * 150)
    owed = Account(
        partner_id="acme", role="forwarder", period="2026-10", currency="EUR", credit=price
    )
    priced = replace(given, totals=(ack,), money={"forwarder": owed})
    (part,) = brief(priced, KPIS, ()).parts
    assert plain(part.asks[0][3]) == "48 cases, EUR 72.00"


def test_without_proof_a_brief_has_no_points_and_asks_nothing():
    quiet = tuple(replace(r, state=State.NOT_PROVEN) for r in GIVENS["acme"].totals)
    (part,) = brief(replace(GIVENS["acme"], totals=quiet), KPIS, WORLD.lanes).parts
    assert part.strongest == part.asks == part.alternatives == ()
    assert part.raised


def test_briefs_stay_inside_and_cover_notes_go_out(tmp_path):
    out = tmp_path / "r"
    written(out, formats=frozenset({"html", "json"}))
    briefs = {path.parent.name for path in out.glob("internal/*/brief.html")}
    assert {"acme", "nordlog"} <= briefs
    assert "tiny" not in briefs
    assert not list(out.glob("send/*/brief*"))
    note = (out / "send" / "acme" / "cover_note.txt").read_text("utf-8")
    assert "acme_2026-10_scorecard.html" in note
    assert "objections.xlsx" in note
    manifest = json.loads((out / "internal" / "manifest.json").read_text("utf-8"))
    assert "internal/acme/brief.html" in {each["path"] for each in manifest["outputs"]}

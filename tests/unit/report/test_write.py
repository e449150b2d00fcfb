import json
import re
import shutil
import zipfile
from dataclasses import fields, replace
from hashlib import sha256

import polars as pl
import pytest
from tests.unit.report import world

from tallyclerk.domain.results import State
from tallyclerk.errors import UsageError
from tallyclerk.report import partner_files
from tallyclerk.report.wishes import Wishes
from tallyclerk.report.write import write_report

PAGES = frozenset({"html", "xlsx", "csv", "json"})


def written(out, **changed):
    given = {"inputs": world.INPUTS} | changed
    names = {field.name for field in fields(Wishes)} & given.keys()
    wishes = Wishes(**{"formats": PAGES} | {name: given.pop(name) for name in names})
    partners = given.pop("partners", world.PARTNERS)
    judgement = given.pop("judgement", None) or world.judgement(partners)
    given.setdefault("readers", world.readers(partners))
    evidence = given.pop("evidence", world.evidence)
    return write_report(judgement, world.KPIS, evidence, out, wishes=wishes, **given)


def files(out):
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    out = tmp_path_factory.mktemp("reports") / "2026-10"
    return out, written(out)


def copied(report, out):
    """The report in another folder, to be replaced."""
    return shutil.copytree(report[0], out)


def test_every_partner_has_a_page_and_its_evidence(report):
    out, outcome = report
    assert not outcome.failures
    assert "send/acme/acme_2026-10_scorecard.html" in outcome.pages
    assert len(outcome.pages) == len(world.PARTNERS)
    assert (out / "send" / "acme" / "evidence.xlsx").is_file()


def test_the_digests_of_the_manifest_are_true_and_complete(report):
    out, _ = report
    manifest = json.loads((out / "internal" / "manifest.json").read_text("utf-8"))
    told = {o["path"]: o["sha256"] for o in manifest["outputs"]}
    found = {name: sha256(content).hexdigest() for name, content in files(out).items()}
    del found["internal/manifest.json"]
    assert told == found
    assert manifest["inputs"] == list(world.INPUTS)
    assert manifest["content_digest"] in (out / "internal" / "index.html").read_text("utf-8")


def test_results_json_carries_every_result_at_full_precision(report):
    out, _ = report
    told = json.loads((out / "internal" / "results.json").read_text("utf-8"))
    judged = world.judgement()
    assert [r["value"] for r in told["results"]] == [r.value for r in judged.totals]
    assert told["run"]["as_of"] == "2026-11-10T14:05:00+00:00"
    assert len(told["months"]) == len(judged.months)
    missing = [r for r in told["results"] if r["state"] == "not_assessable"]
    assert missing
    assert all(r["value"] is None and r["reason"] for r in missing)


def test_the_tables_hold_no_formulas(tmp_path):
    partners = [("=cmd|' /C calc'!A0", "@SUM(1)", ("forwarder",), 12, 0.0, True)]
    facts = world.evidence("acme").with_columns(shipment_id=pl.lit("+1"), lane=pl.lit("=1+1"))
    out = tmp_path / "r"
    written(out, partners=partners, evidence=lambda _: facts)
    assert "'=cmd|" in (out / "internal" / "results.csv").read_text("utf-8")
    with zipfile.ZipFile(next(out.glob("send/*/evidence.xlsx"))) as parts:
        sheets = {name: parts.read(name).decode() for name in parts.namelist()}
    formulas = {
        formula for text in sheets.values() for formula in re.findall(r"<f>(.*?)</f>", text)
    }
    assert formulas
    assert all(formula.startswith("SUMIFS(") for formula in formulas)
    assert any("<t>=1+1</t>" in text for text in sheets.values())


def test_a_second_run_replaces_the_first_with_the_same_bytes(tmp_path, report):
    out = copied(report, tmp_path / "2026-10")
    (out / "stale.html").write_text("old", encoding="utf-8")
    written(out)
    assert files(out) == files(report[0])
    assert [p.name for p in tmp_path.iterdir()] == ["2026-10"]


def test_a_report_says_what_it_restates_of_the_one_it_replaces(tmp_path, report):
    out = copied(report, tmp_path / "2026-10")
    first = world.judgement()
    before = files(out)
    late = replace(first.run, inputs_digest="late")
    place, old = next(
        (i, r) for i, r in enumerate(first.totals) if (r.partner_id, r.kpi) == ("acme", "loss_rate")
    )
    now = replace(old, n=old.n + 5, value=0.25, state=State.BREACH)
    totals = (*first.totals[:place], now, *first.totals[place + 1 :])
    judged = replace(first, run=late, totals=totals)
    outcome = written(out, judgement=judged)
    assert outcome.restated == 1
    told = json.loads((out / "internal" / "results.json").read_text("utf-8"))["restatements"]
    assert [(row["partner_id"], row["causes"]) for row in told] == [(old.partner_id, ["late data"])]
    assert told[0]["before"] == {"n": old.n, "value": old.value, "state": old.state.value}
    assert told[0]["after"] == {"n": old.n + 5, "value": 0.25, "state": "breach"}
    page = next(path for path in outcome.pages if path.startswith(f"send/{old.partner_id}/"))
    assert "Restated since the last report" in (out / page).read_text("utf-8")
    others = [p for p in outcome.pages if p != page and p.endswith("html")]
    assert not any("Restated since" in (out / p).read_text("utf-8") for p in others)
    # The same run again repeats it, byte for byte.
    again = files(out)
    assert written(out, judgement=judged).restated == 1
    assert files(out) == again
    # And the first one has nothing to restate: its folder was empty.
    assert b"restatements" not in before["internal/results.json"]


def test_a_broken_older_report_is_replaced_without_restatements(tmp_path, report):
    out = copied(report, tmp_path / "r")
    (out / "internal" / "results.json").write_text("{broken", encoding="utf-8")
    assert written(out).restated == 0


def test_a_folder_that_is_no_report_is_not_replaced(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(UsageError, match="not a report"):
        written(tmp_path / "letters")
    assert (tmp_path / "letters" / "dear.txt").is_file()


def test_one_partner_without_evidence_does_not_stop_the_others(tmp_path):
    def evidence(partner):
        if partner == "nordlog":
            raise ValueError("the ledger has a hole")
        return world.evidence(partner)

    outcome = written(tmp_path / "r", evidence=evidence)
    assert outcome.failures == (("nordlog", "ValueError: the ledger has a hole"),)
    assert len(outcome.pages) == len(world.PARTNERS) - 1
    assert "hole" in (tmp_path / "r" / "internal" / "index.html").read_text("utf-8")


def test_a_failed_run_leaves_the_old_report(tmp_path, report, monkeypatch):
    out = copied(report, tmp_path / "r")
    before = files(out)
    monkeypatch.setattr("tallyclerk.report.write.index_page", None)
    with pytest.raises(TypeError):
        written(out)
    assert files(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_many_partners_in_parallel_give_the_same_bytes_as_one_by_one(tmp_path):
    partners = [(f"p{i}", f"Partner {i}", ("courier",), 12 + i, 0.0, True) for i in range(9)]
    judged = world.judgement(partners)
    seen = []
    both = {"judgement": judged, "formats": PAGES, "evidence": world.evidence}
    both["readers"] = world.readers(partners)
    alone = written(tmp_path / "alone", workers=1, **both)
    together = written(
        tmp_path / "together", workers=2, progress=lambda *told: seen.append(told), **both
    )
    assert files(tmp_path / "alone") == files(tmp_path / "together")
    assert alone.pages == together.pages
    assert [(done, total) for _, done, total in seen] == [(i + 1, 9) for i in range(9)]


def test_small_partners_get_a_pdf_only_when_named(tmp_path):
    partners = [(p, p.title(), ("courier",), 12, 0.0, True) for p in ("tiny", "bigger-box")]
    outcome = written(
        tmp_path / "r",
        partners=partners,
        formats=frozenset({"html", "pdf"}),
        pdf_for=frozenset({"tiny"}),
    )
    assert [page for page in outcome.pages if page.endswith(".pdf")] == [
        "send/tiny/tiny_2026-10_scorecard.pdf"
    ]
    assert {name.rpartition(".")[2] for name in files(tmp_path / "r")} == {
        "html", "pdf", "json", "txt",
    }  # fmt: skip


def test_what_would_come_out_the_same_is_not_drawn_again(tmp_path, monkeypatch):
    out = tmp_path / "r"
    drawn = []
    draw = partner_files._drawn
    monkeypatch.setattr(
        partner_files,
        "_drawn",
        lambda card, facts: drawn.append(card.stem[:4]) or draw(card, facts),
    )
    written(out, workers=1)
    assert len(drawn) == len(world.PARTNERS)
    before = files(out)
    drawn.clear()
    written(out, workers=1)
    assert not drawn
    assert files(out) == before

    page = out / "send" / "acme" / "acme_2026-10_scorecard.html"
    page.write_bytes(page.read_bytes() + b"<!-- mine -->")
    written(out, workers=1)
    assert drawn == ["acme"], "an edited page is drawn again"
    assert files(out) == before

    drawn.clear()
    other = world.evidence("acme").head(20)
    written(out, workers=1, evidence=lambda p: other if p == "acme" else world.evidence(p))
    assert drawn == ["acme"], "other evidence is another page"
    drawn.clear()
    written(out, workers=1, readers=world.readers(acme=("tiny",)))
    assert "acme" in drawn, "other readers likewise"

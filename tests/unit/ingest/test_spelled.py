"""Names of one partner in several spellings: asked about, and never taken for one by themselves."""

import pytest
from tests.support.inspected import inspected

from tallyclerk.ingest.inspect.partner_blocks import partner_blocks
from tallyclerk.ingest.inspect.partners import Seen
from tallyclerk.ingest.spelled import bare_name, spelled_alike

ONE = [
    "Elb Kurier",
    "ELB-KURIER (DE)",
    "elb_kurier",
    "Elb Kurier® GmbH",
    "ElbKurier G.m.b.H. & Co. KG",
]
HEAD = "parcel,time,status,Carrier"
LONG = "Internationale Speditionsgesellschaft Nord-West mbH & Co. KG Niederlassung "


@pytest.mark.parametrize("name", ONE)
def test_case_signs_and_legal_forms_tell_no_names_apart(name):
    assert bare_name(name) == "elbkurier"


@pytest.mark.parametrize("name", ["Elb Kurier Nord", "Elb Express", "GmbH", "(DE)", "Kurier Elb"])
def test_words_do(name):
    assert bare_name(name) not in {"elbkurier", ""}


def test_long_names_that_differ_at_their_end_are_two():
    assert len(spelled_alike([f"{LONG}Hamburg", f"{LONG}Bremen"])) == 2


def rows(names):
    return [f"P{n},2026-03-{n % 20 + 1:02d} 10:00,delivered,{name}" for n, name in enumerate(names)]


def test_inspect_asks_whether_spellings_are_one(tmp_path):
    names = ["Elb Kurier"] * 9 + ONE[1:] + ["Nordspur"] * 5
    (tmp_path / "scans.csv").write_text("\n".join([HEAD, *rows(names)]), encoding="utf-8")
    blocks = {block.id: block for block in inspected([tmp_path], tmp_path).partners}
    assert set(blocks) == {"Elb Kurier", "Nordspur"}
    [question] = blocks["Elb Kurier"].questions
    assert all(f'"{name}"' in question.answer for name in ONE[1:])
    assert not blocks["Nordspur"].questions


def test_inspect_asks_whether_a_name_is_another_spelling_of_a_listed_one(workshop):
    settings = workshop.settings(partners={"elb": {"name": "Elb Kurier"}})
    seen = {name: Seen(name, 9, reports=True) for name in ("elb kurier", "ELB-Kurier GmbH", "Nord")}
    found = partner_blocks(seen, [], settings)
    assert [(b.id, len(b.questions)) for b in found] == [("ELB-Kurier GmbH", 1), ("Nord", 0)]
    assert "another name of 'elb'" in found[0].toml


def test_ingest_keeps_spellings_apart_and_says_so(workshop):
    workshop.write("a.csv", "\n".join([HEAD, *rows([*ONE, "Nordspur"])]))
    columns = {"shipment_id": "parcel", "occurred_at": "time", "partner_id": "Carrier"}
    report, _ = workshop.ingest(a={"path": "a.csv", "columns": columns})
    said = [finding.what for finding in report.findings if finding.kind == "unlisted"]
    assert any("likely one partner's, and count as 5" in what for what in said)
    listed = {"elb": {"name": "ElbKurier"}}
    report, _ = workshop.ingest(a={"path": "a.csv", "columns": columns}, partners=listed)
    said = [finding.what for finding in report.findings if finding.kind == "unlisted"]
    assert sum("near 'elb'" in what for what in said) == len(ONE)

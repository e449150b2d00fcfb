"""`vet`: the verdict on stdout, the plan without data, and `--strict`."""

import json

import pytest
from tests.support.command import call
from tests.support.shell import CONFIG
from tests.support.shell import call as process


def test_vet_says_a_verdict_with_its_reasons_in_100_columns(world):
    done = call("vet", "Fast Freight", "slow", cwd=world)
    assert (done.code, done.err) == (0, "")
    assert max(len(line) for line in done.text.splitlines()) <= 100
    assert "fast, forwarder: conditional" in done.text
    assert "slow, forwarder: " in done.text
    assert "Conditional: nothing is proven against it, but" in done.text


def test_vet_gives_machines_the_numbers_and_the_sentences(world):
    told = call("vet", "fast", "--format", "json", cwd=world).json
    (vetting,) = told["vettings"]
    assert (vetting["partner_id"], vetting["role"]) == ("fast", "forwarder")
    checks = {check["kpi"]: check for check in vetting["checks"]}
    assert set(checks) == {
        "handover_ack_rate",
        "loss_rate",
        "damage_rate",
        "miscommunication_rate",
    }
    loss = checks["loss_rate"]
    assert loss["hits"] == 0
    assert loss["bound"] > 1 - 0.05 ** (1 / loss["n"]) - 1e-12
    assert loss["cases_needed"] >= 598 - loss["n"]
    assert vetting["sentences"][0].startswith("Conditional: ")
    assert told["run"]["run_id"]
    assert told["scores"] == []


def test_a_score_stands_after_the_verdict_and_in_the_json(fresh):
    block = '[score]\nweights = { "handover_in_hours.p90" = 1, handover_ack_rate = 1 }\n'
    (fresh / "config.toml").write_text(CONFIG + block, encoding="utf-8")
    said = call("vet", "fast", cwd=fresh).text
    assert said.index("fast, forwarder: conditional") < said.index("Score 100 of 100 [")
    told = call("vet", "fast", "--format", "json", cwd=fresh).json
    (score,) = told["scores"]
    assert (score["partner_id"], score["score"], score["covered"]) == ("fast", 100.0, 1.0)
    assert score["ranked"] == 2
    done = call("report", "--format", "json", "--month", "2026-08", cwd=fresh)
    assert done.code == 0
    (path,) = fresh.glob("reports/**/results.json")
    scores = json.loads(path.read_text(encoding="utf-8"))["scores"]
    assert [row["partner_id"] for row in scores] == ["fast", "slow"]


def test_strict_ends_with_5_unless_all_are_approved(world):
    done = process("vet", "fast", "--strict", cwd=world)
    assert done.returncode == 5
    assert "below the line: fast as forwarder: conditional" in done.stderr
    assert "fast, forwarder: conditional" in done.stdout


def test_strict_is_content_with_an_approval(fresh):
    easy = '[vetting.mandatory.forwarder]\n"handover_in_hours.p90" = { cut = 24.0, limit = 48.0 }\n'
    (fresh / "config.toml").write_text(CONFIG + easy, encoding="utf-8")
    done = call("vet", "fast", "--strict", cwd=fresh)
    assert (done.code, done.err) == (0, "")
    assert "Approve: the mandatory KPI is proven to meet its cut (95 %)." in done.text


def test_a_plan_needs_a_configuration_and_nothing_else(tmp_path):
    (tmp_path / "config.toml").write_text('[partners.new]\nrole = "courier"\n', encoding="utf-8")
    done = call("vet", "new", "--plan", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "new, courier" in done.text
    assert max(len(line) for line in done.text.splitlines()) <= 100
    told = call("vet", "--plan", "--role", "supplier", "--format", "json", cwd=tmp_path)
    rows = told.json["plan"]
    assert [(row["role"], row["kpi"]) for row in rows] == [
        ("supplier", "dispatch_on_time_rate"),
        ("supplier", "miscommunication_rate"),
    ]
    assert not list(tmp_path.glob(".tallyclerk"))


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("vet",), 2, "vet needs a partner"),
        (("vet", "fas"), 2, "did you mean fast?"),
        (("vet", "fast", "--kpi", "loss_rate"), 2, "--kpi would leave some out"),
        (("vet", "--plan", "--role", "pilot"), 2, "no role 'pilot'"),
    ],
)
def test_wrong_usage_is_told(world, args, code, said):
    done = call(*args, cwd=world)
    assert done.code == code
    assert said in done.err


def test_a_kpi_that_is_not_defined_is_a_mistake_in_the_configuration(fresh):
    wrong = "[vetting.mandatory.forwarder]\nlos_rate = {}\n"
    (fresh / "config.toml").write_text(CONFIG + wrong, encoding="utf-8")
    for args in (("vet", "fast"), ("vet", "--plan")):
        done = call(*args, cwd=fresh)
        assert done.code == 3
        assert "los_rate: no such KPI; did you mean 'loss_rate'?" in done.err

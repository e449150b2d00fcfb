"""The command line around its commands: help, errors, exit codes, first steps."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.command import call
from tests.support.shell import call as process
from tests.support.shell import write_world

from tallyclerk.cli.app import COMMANDS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
HEAVY = ("polars", "pydantic", "rich", "weasyprint", "altair", "jinja2")


def imported(*args: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tallyclerk", *args],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    names = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines())
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["kpis"]])
def test_what_needs_no_data_imports_nothing_heavy(args):
    assert imported(*args).isdisjoint(HEAVY)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_documented(name, tmp_path):
    done = process(name, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: tallyclerk {name}")
    assert re.search(rf"^\| `{name}\b", README, re.MULTILINE), f"README has no row for {name}"


def test_readme_has_the_dictionary_that_the_definitions_give(tmp_path):
    made = process("kpis", "--format", "md", cwd=tmp_path).stdout
    found = re.search(r"<!-- generated:kpis -->\n(.*?)<!-- /generated:kpis -->", README, re.DOTALL)
    assert found
    assert found[1] == made, "run scripts/fill_readme.py"


def test_kpis_tell_one_definition(tmp_path):
    done = call("kpis", "handover_ack_rate", cwd=tmp_path)
    assert "acknowledge_hours = 24" in done.text
    assert "≥ 95 %" in done.text
    told = call("kpis", "handover_ack_rate", "--format", "json", cwd=tmp_path).json
    assert told["parameters"]["acknowledge_hours"] == 24
    assert "did you mean" in call("kpis", "handover_ak_rate", cwd=tmp_path).err


def test_a_missing_configuration_says_how_to_get_one(tmp_path):
    done = process("tally", cwd=tmp_path)
    assert done.returncode == 3
    assert "tallyclerk init" in done.stderr
    assert done.stdout == ""


def test_a_typo_in_the_configuration_names_the_nearest_key(fresh):
    config = fresh / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("timezone =", "timezon ="), encoding="utf-8"
    )
    done = call("tally", cwd=fresh)
    assert done.code == 3
    assert "did you mean 'timezone'" in done.err
    assert "Traceback" not in done.err


def test_exports_that_are_not_there(fresh):
    for path in (fresh / "exports").iterdir():
        path.unlink()
    done = call("report", cwd=fresh)
    assert done.code == 4
    assert "no file matches" in done.err


def test_exports_that_have_gone_are_told(world):
    done = process("status", cwd=world, TALLYCLERK_SOURCES__GONE__PATH="exports/gone.csv")
    assert done.returncode == 0
    assert "gone: exports/gone.csv: no file matches" in done.stdout


def test_signs_of_patterns_in_the_name_of_a_folder_are_letters(world, tmp_path):
    folder = tmp_path / "Exports [2026] {final}"
    folder.mkdir()
    write_world(folder)
    assert call("ingest", cwd=folder).code == 0
    asked = ("tally", "--month", "2026-09", "--kpi", "handover_in_hours", "--format", "csv")
    assert call(*asked, cwd=folder).out == call(*asked, cwd=world).out


def test_an_unknown_command_is_answered_with_the_nearest(tmp_path):
    done = process("taly", cwd=tmp_path)
    assert done.returncode == 2
    assert "tally" in done.stderr


def test_global_options_go_before_and_after_the_command(world, tmp_path):
    config = str(world / "config.toml")
    before = process("--config", config, "tally", "--format", "json", cwd=tmp_path)
    after = process("tally", "--format", "json", "--config", config, "-q", cwd=tmp_path)
    assert before.returncode == 0
    assert before.stdout == after.stdout


def test_ingest_tells_rejects_and_statuses_and_forget_takes_out(fresh):
    done = call("ingest", cwd=fresh)
    assert done.code == 0
    assert "exports/scans-1.csv:242, column occurred_at: 'yesterday'" in done.text
    assert "status 'Verloren' is not mapped" in done.text
    again = call("ingest", "--format", "json", cwd=fresh)
    assert again.json["files_read"] == 0
    gone = call("forget", "exports/scans-1.csv", cwd=fresh)
    assert "scans: 242 rows taken out" in gone.text
    assert "did you mean" in call("forget", "order", cwd=fresh).err


def test_shipments_are_counted_where_only_events_tell_of_them(tmp_path):
    block = '[sources.scans]\npath = "scans.csv"\npartner = "post"\n\n[partners.post]\nrole = "courier"\n'
    (tmp_path / "config.toml").write_text(block, encoding="utf-8")
    scans = ("A,ACCEPTED,01", "A,DELIVERED,03", "B,ACCEPTED,02")
    rows = [f"{scan}T08:00:00Z".replace(",0", ",2026-09-0") for scan in scans]
    lines = "\n".join(["shipment_id,milestone,occurred_at", *rows])
    (tmp_path / "scans.csv").write_text(lines, encoding="utf-8")
    for command in ("ingest", "status"):
        assert "3 events of 2 shipments" in call(command, cwd=tmp_path).text
    told = call("tally", "--kpi", "on_time_rate", cwd=tmp_path).text
    assert "no cases; needs a promise, DELIVERED" in told


def test_report_writes_a_folder_and_says_where(fresh):
    done = call("report", "--month", "2026-09", "--format", "html,csv,json", cwd=fresh)
    assert done.code == 0, done.err
    folder = fresh / "reports" / "2026-09" / "internal"
    start = Path("reports") / "2026-09" / "internal" / "index.html"
    assert f"start with: {start}" in done.text
    assert (folder / "index.html").is_file()
    told = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    asked = call("tally", "--month", "2026-09", "--format", "json", cwd=fresh)
    assert asked.json["results"] == told["results"]
    assert "'docx' is not a format" in call("report", "--format", "docx", cwd=fresh).err
    empty = call("report", "--month", "2020-01", cwd=fresh)
    assert empty.code == 4
    assert "nothing happened in 2020-01" in empty.err


def test_drawing_leaves_nothing_in_the_folder_for_temporary_files(world, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    asked = ("--partner", "slow", "--format", "pdf", "--out", str(tmp_path / "out"))
    done = process("report", *asked, cwd=world, TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("out/send/slow/*.pdf"))
    assert "Exception" not in done.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [("tally",), ("report",), ("vet", "slow")],
)
def test_a_month_without_data_is_refused_by_every_command(command, world):
    done = call(*command, "--month", "2031-01", cwd=world)
    assert (done.code, done.text) == (4, "")
    assert "nothing happened in 2031-01" in done.err
    assert "the data tell of 2026-" in done.err


def test_init_writes_once_and_its_result_loads(tmp_path):
    done = call("init", "mine", cwd=tmp_path)
    assert done.code == 0
    assert "next: " in done.text
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {
        "config.toml", "exports", "sources", "reports",
    }  # fmt: skip
    assert call("init", "mine", cwd=tmp_path).code == 2
    empty = call("tally", cwd=tmp_path / "mine")
    assert empty.code == 4
    assert "names no source" in empty.err
    assert "inspect FOLDER --write" in empty.err
    nothing = call("inspect", "exports", cwd=tmp_path / "mine")
    assert (nothing.code, nothing.text) == (4, "")
    assert "exports: no export is there" in nothing.err


def test_simulate_gives_exports_that_can_be_read(tmp_path):
    done = call("simulate", "sim", "--shipments", "30", "--no-truth", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "30 shipments" in done.text
    assert call("status", "--config", "sim/config.toml", cwd=tmp_path).code == 0
    again = call("simulate", "sim", cwd=tmp_path)
    assert again.code == 2
    assert "already" in again.err


def test_doctor_looks_at_everything(world):
    told = call("doctor", "--format", "json", cwd=world).json
    names = {check["name"] for check in told}
    assert {"Python", "polars", "pages as PDF", "fonts", "configuration", "store"} <= names


def test_doctor_asks_for_the_packages_of_spark_only_where_spark_counts(fresh, tmp_path):
    """Ours installed with three needs: one everywhere, one on no system, one of an extra."""
    info = tmp_path / "site" / "tallyclerk-9.dist-info"
    info.mkdir(parents=True)
    needs = ("click", "absent; python_version < '3'", "surely-not-there>=1; extra == 'spark'")
    lines = ("Metadata-Version: 2.4", "Name: tallyclerk", "Version: 9", "Provides-Extra: spark")
    told = "\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs)])
    (info / "METADATA").write_text(told, encoding="utf-8")
    at = str(info.parent)

    done = process("doctor", cwd=fresh, PYTHONPATH=at)
    assert done.returncode == 0, done.stderr
    assert "click" in done.stdout
    assert "absent" not in done.stdout
    cluster = process("doctor", cwd=fresh, PYTHONPATH=at, TALLYCLERK_ENGINE__NAME="spark")
    assert cluster.returncode == 4
    assert (
        "surely-not-there: not installed. Mend: pip install 'surely-not-there>=1'" in cluster.stderr
    )


def test_doctor_fails_with_a_mend(fresh):
    (fresh / "config.toml").write_text("[run]\ncurrency = 'euro'\n", encoding="utf-8")
    done = call("doctor", cwd=fresh)
    assert done.code == 4
    assert "configuration" in done.err


def test_a_file_that_cannot_be_read_is_told_and_changes_no_answer(fresh):
    before = call("tally", "--format", "json", cwd=fresh)
    (fresh / "exports" / "scans-2.csv").write_bytes(b"\x7fELF\x02\x01\x01\x00\r\x00\x01,\n\x00")
    (fresh / "exports" / "scans-3.csv").write_bytes(b"")
    done = call("ingest", cwd=fresh)
    assert done.code == 0, done.err
    assert "scans-2.csv" in done.text
    assert "scans-3.csv: the file is empty" in done.text
    after = call("tally", "--format", "json", cwd=fresh)
    assert after.text == before.text


def test_an_engine_that_is_not_there_is_told(fresh):
    done = call("tally", "--engine", "sprak", cwd=fresh)
    assert done.code == 2
    assert "is not one of 'local', 'spark'" in done.err

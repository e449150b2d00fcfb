"""`tallyclerk reproduce`: a report once more, whatever has come in since."""

import json
import re
import shutil

import pytest
from tests.support.command import call

FORMATS = "xlsx,csv,json"


@pytest.fixture(scope="module")
def made(world, tmp_path_factory):
    """The world with an issued report."""
    folder = tmp_path_factory.mktemp("made") / "world"
    shutil.copytree(world, folder)
    ask(folder, "report", "--month", "2026-09", "--format", FORMATS, "--issue")
    return folder


@pytest.fixture
def issued(made, tmp_path):
    """A copy of it, to be spoilt."""
    return shutil.copytree(made, tmp_path / "world")


def ask(folder, *args):
    done = call(*args, "--config", folder / "config.toml")
    assert done.code == 0, done.err
    return done


def reproduce(folder, *more, report="reports/2026-09/r1"):
    return call("reproduce", folder / report, *more, "--config", folder / "config.toml")


def test_an_untouched_report_comes_out_byte_for_byte(made):
    done = reproduce(made)
    assert done.code == 0, done.err
    assert done.text.startswith("identical: ")
    assert not re.search(r"\b0 figures", done.text)


def test_late_data_a_changed_export_and_other_settings_do_not_matter(issued):
    orders = issued / "exports" / "orders.csv"
    orders.write_text(orders.read_text("utf-8").replace("CN,DE", "CN,PL"), encoding="utf-8")
    scans = issued / "exports" / "scans-1.csv"
    kept = scans.read_text("utf-8").splitlines(keepends=True)
    scans.write_text("".join(kept[:100]), encoding="utf-8")
    config = issued / "config.toml"
    text = config.read_text("utf-8").replace("Europe/Berlin", "Asia/Tokyo")
    config.write_text(text + "disclose = true\n", encoding="utf-8")
    draft = ask(issued, "report", "--month", "2026-09", "--format", "json")
    assert "restated since the last report" in draft.text

    done = reproduce(issued)
    assert done.code == 0, done.err
    assert reproduce(issued, report="reports/2026-09").code == 0, "the draft likewise"


def test_edited_files_are_told_apart_from_edited_figures(issued):
    report = issued / "reports" / "2026-09" / "r1"
    letter = report / "send" / "slow" / "objections.xlsx"
    letter.write_bytes(letter.read_bytes() + b"!")
    results = report / "internal" / "results.json"
    told = json.loads(results.read_text("utf-8"))
    lost = next(row for row in told["results"] if row["n"] > 0)
    lost["n"] += 1
    results.write_text(json.dumps(told), encoding="utf-8")
    done = reproduce(issued)
    assert done.code == 6
    edited = "was changed after it was written [the file was edited]"
    assert f"send/slow/objections.xlsx: {edited}" in done.err
    assert f"n {lost['n']} → {lost['n'] - 1}" in done.err
    assert "comes out with other bytes" not in done.err


def test_forgotten_data_are_named_as_the_cause(issued):
    ask(issued, "forget", "exports/scans-1.csv")
    done = reproduce(issued, "--limit", "3")
    assert done.code in {4, 6}, done.err
    assert "data are gone from the ledger (exports/scans-1.csv)" in done.err


def test_a_folder_without_a_report_is_said_to_be_none(fresh):
    done = reproduce(fresh, report="exports")
    assert done.code == 2
    assert "there is no report that says how it was made" in done.err

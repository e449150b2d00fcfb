"""Commands that read: answers on stdout, all else on stderr; some of them as processes."""

import csv
import io
import subprocess
import sys

import pytest
from tests.support.command import call
from tests.support.shell import SHIPMENTS
from tests.support.shell import call as process

CUTS = ("partner_id", "role", "kpi", "statistic", "period", "lane", "counterpart", "rule")


def test_tally_prints_a_table_of_at_most_100_columns(world):
    done = process("tally", cwd=world)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "sup (Supplier & Söhne), supplier" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 100


def test_a_missing_value_is_a_dash_with_its_reason(world):
    done = call("tally", "--partner", "fast", "--kpi", "preimport_blackout_hours", cwd=world)
    assert "—  no cases; needs DEPARTED_ORIGIN" in done.text


@pytest.mark.parametrize(
    "by",
    [[], ["--by", "lane"], ["--by", "month"], ["--by", "rule"], ["--by", "lane", "--by", "month"]],
)
def test_tally_gives_results_as_sorted_json(world, by):
    done = call("tally", "--format", "json", *by, cwd=world)
    told = done.json
    assert {"as_of", "version", "config_digest", "inputs_digest", "period", "timezone"} <= set(
        told["run"]
    )
    keys = [tuple(row[name] or "" for name in CUTS) for row in told["results"]]
    assert keys == sorted(keys)
    assert told["results"]
    assert all(row["n"] >= 0 and row["reason"] != "" for row in told["results"])


def test_a_row_of_two_cuts_is_what_a_filter_and_one_cut_give(world):
    def told(*args):
        done = call("tally", "--format", "json", *args, cwd=world)
        return done.json["results"]

    both = told("--by", "month", "--by", "lane")
    months = told("--by", "month", "--lane", "CN>DE")
    assert {row["lane"] for row in both} == {"CN>DE", "CN>FR"}
    assert [{**row, "lane": None} for row in both if row["lane"] == "CN>DE"] == months


def test_tally_counts_what_was_handed_over(world):
    done = call(
        "tally", "--kpi", "handover_ack_rate", "--role", "forwarder", "--format", "json", cwd=world
    )
    found = {row["partner_id"]: row for row in done.json["results"]}
    assert (found["fast"]["hits"], found["fast"]["n"]) == (SHIPMENTS // 2, SHIPMENTS // 2)
    assert (found["slow"]["hits"], found["slow"]["value"]) == (0, 0.0)


def test_tally_as_csv_has_a_row_per_result(world):
    done = call("tally", "--format", "csv", "--kpi", "loss_rate", cwd=world)
    rows = list(csv.DictReader(io.StringIO(done.text)))
    assert {row["cut"] for row in rows} == {"totals"}
    assert {row["partner_id"] for row in rows} == {"fast", "slow"}


def test_filters_take_aliases_and_any_case(world):
    done = call("tally", "--partner", "fast freight", "--kpi", "LOSS_rate", cwd=world)
    assert done.code == 0
    assert "fast, forwarder" in done.text


def test_a_date_counts_to_its_end_in_the_timezone_of_the_run(world):
    done = call("tally", "--as-of", "2026-09-30", "--format", "json", cwd=world)
    assert done.json["run"]["as_of"] == "2026-09-30T21:59:59.999999+00:00"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--partner", "fst"], "did you mean fast?"),
        (["--kpi", "loss_rat"], "did you mean loss_rate?"),
        (["--role", "forwader"], "did you mean forwarder?"),
        (["--lane", "CN>DK"], "did you mean CN>DE?"),
        (["--service", "express"], "the data know no service"),
        (["--month", "2026-13"], "did you mean 2026-12?"),
        (["--month", "10/2026"], "did you mean 2026-10?"),
        (["--quarter", "2026-Q5"], "did you mean 2026-Q4?"),
        (["--quarter", "2026-08"], "did you mean 2026-Q3?"),
        (["--last", "3"], "did you mean 3m?"),
        (["--month", "2026-10", "--year", "2026"], "--month and --year are two periods"),
        (["--from", "2026-10", "--to", "2026-08"], "swap them"),
        (["--as-of", "2026-10-01T10:00"], "has no offset"),
        (["--by", "lanes"], "is not one of"),
    ],
)
def test_what_is_not_there_is_answered_with_the_nearest(world, args, said):
    done = call("tally", *args, cwd=world)
    assert done.code == 2
    assert said in done.err
    assert done.text == ""


def test_compare_says_what_is_proven(world):
    done = call("compare", "fast", "slow", cwd=world)
    assert done.code == 0
    assert "fast better" in done.text
    assert "not compared: " in done.text
    assert max(len(line) for line in done.text.splitlines()) <= 100
    told = call("compare", "slow", "fast", "--format", "json", cwd=world).json
    verdicts = {(row["kpi"], row["statistic"]): row["verdict"] for row in told["comparison"]}
    assert verdicts["handover_ack_rate", "rate"] == "worse"
    assert verdicts["loss_rate", "rate"] == "too few events"


def test_compare_as_markdown_and_csv(world):
    done = call("compare", "fast", "slow", "--format", "md", cwd=world)
    assert "| KPI | fast | n | slow | n | difference (95 %) | verdict |" in done.text
    rows = list(
        csv.DictReader(
            io.StringIO(call("compare", "fast", "slow", "--format", "csv", cwd=world).text)
        )
    )
    assert {row["first"] for row in rows} == {"fast"}


@pytest.mark.parametrize(("form", "start"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-")])
def test_compare_as_a_page_is_the_same_bytes_twice(world, form, start):
    command = [sys.executable, "-m", "tallyclerk", "compare", "fast", "slow", "--format", form]
    first, second = (
        subprocess.run(command, cwd=world, capture_output=True, check=True).stdout for _ in "ab"
    )
    assert first.startswith(start)
    assert first == second


def test_a_page_of_a_comparison_has_the_users_own_look(world, tmp_path):
    plain = call("compare", "fast", "slow", "--templates", str(tmp_path), cwd=world)
    assert plain.code == 2
    assert "--format html" in plain.err
    (tmp_path / "comparison.html.j2").write_text("<style>{{ style }}</style>own {{ page.title }}")
    own = call(
        "compare", "fast", "slow", "--format", "html", "--templates", str(tmp_path), cwd=world
    )
    assert "own " in own.text, own.err


def test_compare_needs_two_of_the_same_role(world):
    assert "needs two" in call("compare", "fast", "FAST", cwd=world).err
    done = call("compare", "fast", "sup", cwd=world)
    assert done.code == 2
    assert "share no role" in done.err


def test_explain_lists_the_cases_behind_a_number(world):
    args = ("explain", "slow", "handover_ack_rate", "--from", "2026-08", "--misses")
    done = call(*args, cwd=world)
    assert "0 of 40 cases" in done.text
    assert "exports/scans-1.csv" in done.text
    told = call(*args, "--format", "json", "--limit", "7", cwd=world).json
    assert len(told["cases"]) == 7
    assert all(case["is_miss"] for case in told["cases"])
    assert told["cases"][0]["from_place"].startswith("exports/scans-1.csv:")


def test_explain_names_what_was_wrong_in_words_for_people_and_by_name_for_machines(world):
    args = ("explain", "slow", "miscommunication_rate", "--from", "2026-08", "--misses")
    cases = call(*args, "--format", "json", cwd=world).json["cases"]
    names = {rule for case in cases for rule in case["rules"]}
    assert any("_" in name for name in names)
    done = call(*args, cwd=world)
    assert "miss: " in done.text
    assert not any(name in done.text for name in names if "_" in name), done.text


def test_explained_cases_add_up_to_the_result(world):
    done = call(
        "explain", "fast", "handover_in_hours.p90", "--from", "2026-08", "--format", "json",
        cwd=world,
    )  # fmt: skip
    told = done.json
    assert {row["n"] for row in told["results"]} == {sum(case["n"] for case in told["cases"])}


@pytest.mark.parametrize("reference", ["S-003", "s 003", "o-3"])
def test_trace_finds_a_journey_by_any_of_its_numbers(world, reference):
    done = call("trace", reference, cwd=world)
    assert done.code == 0, done.err
    assert "shipment S-003" in done.text
    for word in ("events", "custody", "handovers", "incidents", "RELEASED", "2026-08-02 08:03"):
        assert word in done.text
    assert max(len(line) for line in done.text.splitlines()) <= 100


def test_trace_of_nothing(world):
    done = process("trace", "X-1", cwd=world)
    assert done.returncode == 2
    assert "no shipment goes by 'X-1'" in done.stderr


def test_status_accounts_for_every_row(world):
    told = call("status", "--format", "json", cwd=world).json
    for source in told["sources"]:
        parts = ("accepted", "rejected", "duplicates", "pending")
        assert source["rows"] == sum(source[part] for part in parts)
    done = call("status", cwd=world)
    assert "data until 2026-10-28 10:00 UTC" in done.text


def test_the_reader_of_stdout_may_go(world):
    command = [sys.executable, "-m", "tallyclerk", "tally", "--format", "csv"]
    with subprocess.Popen(
        command, cwd=world, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""
    assert process.returncode == 141

"""`tallyclerk report` as a process: what is sent, and that its evidence stands on its own feet."""

import datetime as dt
import json
import re
import zipfile
from fractions import Fraction

import pytest
import xlsxwriter
from python_calamine import load_workbook
from tests.support.command import call

from tallyclerk.kpis.registry import all_kpis
from tallyclerk.report.annex import MOST_PER_FIGURE


@pytest.fixture(scope="module")
def report(world, tmp_path_factory):
    """The folder of a report with data and evidence."""
    out = tmp_path_factory.mktemp("report") / "r"
    done = call(
        "report", "--format", "html,xlsx,json", "--out", out, "--config", world / "config.toml"
    )
    assert done.code == 0, done.err
    return out


@pytest.fixture(scope="module")
def early(world, tmp_path_factory):
    """The folder of a report made while its month was not mature."""
    out = tmp_path_factory.mktemp("early") / "r"
    asked = ("--month", "2026-10", "--as-of", "2026-10-20", "--format", "html,xlsx,json")
    done = call("report", *asked, "--out", out, "--config", world / "config.toml")
    assert done.code == 0, done.err
    return out


def rows_of(book, sheet):
    head, *rows = book.get_sheet_by_name(sheet).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def percentile(cases, quantile):
    """The value of a duration by hand: the product of the shares that were still open, exactly."""
    ended = sorted(row["minutes"] for row in cases if row["ending"] == "ended")
    left = Fraction(1)
    for minutes in sorted(set(ended)):
        at_risk = sum(row["ending"] == "never ends" or row["minutes"] >= minutes for row in cases)
        left *= 1 - Fraction(ended.count(minutes), at_risk)
        if left <= 1 - quantile:
            return minutes / 60
    return None


def shown_of_earlier_months(path, data):
    """The monthly results that the first page of a partner shows instead of the period's."""
    page = next(path.parent.glob("*_scorecard.html")).read_text("utf-8")
    found = set()
    for kpi, month in re.findall(
        r'<th scope="row"><a href="#kpi-(\w+)">[^<]*</a><small>(\w{3}\W+\d{4});', page
    ):
        at = dt.datetime.strptime(re.sub(r"\W+", " ", month), "%b %Y")  # noqa: DTZ007
        found.add((kpi, f"{at:%Y-%m}"))
    return [
        r
        for r in data["months"]
        if r["partner_id"] == path.parent.name and (r["kpi"], r["period"]) in found
    ]


def test_a_filter_on_the_evidence_reproduces_every_figure(report, early):
    seen, earlier = set(), 0
    for path in sorted([*report.glob("send/*/evidence.xlsx"), *early.glob("send/*/evidence.xlsx")]):
        told_in = path.parents[2] / "internal" / "results.json"
        data = json.loads(told_in.read_text("utf-8"))
        book = load_workbook(path)
        mine = [r for r in data["results"] if r["partner_id"] == path.parent.name]
        shown = shown_of_earlier_months(path, data)
        earlier += len(shown)
        for told in (*mine, *shown):
            if told["kpi"] not in book.sheet_names:
                assert told["n"] == 0
                continue
            cases = [
                row
                for row in rows_of(book, told["kpi"])
                if row["role"] == told["role"]
                and row["kind"] == "case"
                and row["counts in"] == f"cases of {told['period']}"
            ]
            counted = [row for row in cases if row["in n"] > 0]
            assert sum(row["in n"] for row in cases) == told["n"]
            assert sum(row["reason"] == "not mature yet" for row in cases) == told["waiting"]
            assert sum(row["reason"] != "" for row in cases) == told["waiting"] + sum(
                told["excluded"].values()
            )
            if told["unit"] == "rate":
                hits = sum(row["hit"] for row in counted)
                assert hits == told["hits"]
                value = hits / told["n"] if told["n"] else None
            else:
                quantile = {"p50": Fraction(1, 2), "p90": Fraction(9, 10)}[told["statistic"]]
                value = percentile(counted, quantile)
            assert value == told["value"], told
            seen.add((told["unit"], value is None))
    assert seen >= {("rate", False), ("hours", False)}
    assert earlier, "some figure of a first page is that of an earlier month"
    assert report.glob("send/*/evidence.xlsx")


def test_the_annex_adds_up_the_earlier_months_of_the_first_page(early):
    data = json.loads((early / "internal" / "results.json").read_text("utf-8"))
    listed = checked = 0
    for path in sorted(early.glob("send/*/evidence.xlsx")):
        page = next(path.parent.glob("*_scorecard.html")).read_text("utf-8")
        rows = table_after(page, 'class="plain totals"')
        told = {(row[0].replace("\u00a0", " "), row[1]): row for row in rows}
        for result in shown_of_earlier_months(path, data):
            month = dt.date.fromisoformat(f"{result['period']}-01")
            label = f"{all_kpis()[result['kpi']].label}, {month:%b %Y}"
            row = told[label, result["role"]]
            assert row[2] == str(result["n"])
            if result["unit"] != "rate":
                continue
            higher = result["better"] == "higher"
            bad = result["n"] - result["hits"] if higher else result["hits"]
            assert row[3] == str(bad)
            checked += 1
            anchor = f"annex-{result['role']}-{result['kpi']}-{result['period']}"
            assert (f'id="{anchor}"' in page) == (bad > 0)
            if bad:
                assert len(table_after(page, f'id="{anchor}"')) == min(bad, MOST_PER_FIGURE)
                listed += 1
    assert checked
    assert listed


def test_the_first_sheet_says_the_same_and_adds_it_up_by_formula(report, early):
    for path in sorted([*report.glob("send/*/evidence.xlsx"), *early.glob("send/*/evidence.xlsx")]):
        table = load_workbook(path).get_sheet_by_name("figures").to_python()
        top = next(place for place, row in enumerate(table) if row[:2] == ["role", "figure"])
        for row in table[top + 1 :]:
            if not row[1]:
                break
            told = dict(zip(table[top], row, strict=True))
            if told["n, recomputed"] != "":
                assert told["n, recomputed"] == told["n"]
                assert told["hits, recomputed"] == told["hits"]


def test_an_issue_is_never_written_again(fresh):
    def report(*more):
        asked = (
            "report",
            "--month",
            "2026-09",
            "--format",
            "json",
            "--config",
            fresh / "config.toml",
        )
        done = call(*asked, *more)
        assert done.code == 0, done.err
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*.json"))
        }

    folder = fresh / "reports" / "2026-09"
    assert report().keys() == {"internal/manifest.json", "internal/results.json"}
    first = report("--issue")
    assert first.keys() == {"r1/internal/manifest.json", "r1/internal/results.json"}
    with (fresh / "exports" / "scans-2.csv").open("w", encoding="utf-8") as late:
        late.write("shipment_id,occurred_at,milestone,partner_id,counterpart_id\n")
        late.write("S-001,2026-09-20 10:00,DAMAGED,fast,\n")
    assert report().items() > first.items(), "a draft leaves the issue as it is"
    second = report("--issue")
    assert second.items() > first.items()
    told = json.loads(second["r2/internal/results.json"])["restatements"]
    assert {cause for row in told for cause in row["causes"]} == {"late data"}
    assert not (folder / "internal").exists()


def table_after(page, anchor):
    """The rows of the first table after a place in a page, as texts."""
    body = page.partition(anchor)[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]


def test_the_annex_adds_up_to_the_figures_and_lists_what_it_counts(report):
    results = json.loads((report / "internal" / "results.json").read_text("utf-8"))["results"]
    listed = 0
    for path in sorted(report.glob("send/*/*_scorecard.html")):
        page, partner = path.read_text("utf-8"), path.parent.name
        told = {
            (row[0].replace("\u00a0", " "), row[1]): row
            for row in table_after(page, 'class="plain totals"')
        }
        mine = [r for r in results if r["partner_id"] == partner and r["unit"] == "rate"]
        assert mine
        for result in mine:
            kpi = all_kpis()[result["kpi"]]
            row = told[kpi.label, result["role"]]
            higher = result["better"] == "higher"
            bad = result["n"] - result["hits"] if higher else result["hits"]
            assert [row[2], row[3], row[4]] == [str(result["n"]), str(bad), str(result["waiting"])]
            anchor = f'id="annex-{result["role"]}-{result["kpi"]}"'
            assert (anchor in page) == (bad > 0)
            if bad and result["kpi"] != "milestone_completeness_rate":
                assert len(table_after(page, anchor)) == min(bad, MOST_PER_FIGURE)
                listed += bad
    assert listed
    slow = next(report.glob("send/slow/*_scorecard.html")).read_text("utf-8")
    said = table_after(slow, 'id="annex-forwarder-miscommunication_rate"')
    assert said
    assert all(row[-1] for row in said), "each case says which rule was broken"


def test_nothing_that_is_sent_links_outside_its_folder(report):
    for path in sorted(report.glob("send/*/*.html")):
        page = path.read_text("utf-8")
        for link in re.findall(r'(?:href|src|action)="([^"]*)"', page):
            assert link.startswith(("#", "data:")) or (path.parent / link).is_file(), link
        ids = set(re.findall(r'id="([^"]*)"', page))
        assert {link[1:] for link in re.findall(r'href="(#[^"]+)"', page)} <= ids
    for path in sorted(report.glob("send/*/*.xlsx")):
        with zipfile.ZipFile(path) as parts:
            assert not [name for name in parts.namelist() if "externalLink" in name]
            told = "".join(parts.read(name).decode() for name in parts.namelist())
        assert 'TargetMode="External"' not in told


def send_back(path, table):
    path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("objections")
        for row, cells in enumerate(table):
            page.write_row(row, 0, cells)


def test_objections_come_back_as_disputes_and_change_no_figure(fresh):
    def report():
        asked = ("report", "--month", "2026-09", "--format", "xlsx,json")
        done = call(*asked, "--config", fresh / "config.toml")
        assert done.code == 0, done.err
        told = json.loads((folder / "internal" / "results.json").read_text("utf-8"))
        return done.err, told["results"]

    folder = fresh / "reports" / "2026-09"
    _, before = report()
    book = load_workbook(folder / "send" / "slow" / "objections.xlsx")
    head, *rows = book.get_sheet_by_name("objections").to_python()
    view, figure = head.index("your view"), head.index("figure")
    mine = [row for row in rows if row[figure] == "Acceptance scan within 24 h"]
    assert mine
    for row, said in zip(mine[:4], ("not ours", "agree", "no idea", ""), strict=True):
        row[view] = said
    mine[3][view + 1] = "the driver was Fast Freight's"
    send_back(fresh / "objections" / "slow.xlsx", [head, *rows])
    (fresh / "objections" / "letter.xlsx").write_text("no workbook", encoding="utf-8")

    notes, after = report()
    assert "objections/slow.xlsx" in notes
    assert "'no idea' is none of agree, not ours" in notes
    assert "objections/letter.xlsx: is no workbook" in notes
    disputed = {(r["partner_id"], r["kpi"]): r["disputed"] for r in after if r["disputed"]}
    assert disputed == {("slow", "handover_ack_rate"): 2}
    assert [r | {"disputed": 0} for r in after] == before
    cases = rows_of(load_workbook(folder / "send" / "slow" / "evidence.xlsx"), "handover_ack_rate")
    assert sorted(row["objection"] for row in cases if row["objection"]) == ["not ours", "other"]

"""The same exports give the same bytes: rows and files in any order, whole or in parts, read again."""

import shutil

import pytest
from tests.support import trade
from tests.support.command import ingest, tallies_digest, tally
from tests.support.settings_file import read_tree, write_tree
from tests.support.shell import call as process

from tallyclerk.simulate import simulate

CHOSEN = ["--kpi=on_time_rate", "--kpi=dispatch_hours", "--kpi=handover_ack_rate"]
"""A rate against a target, a duration, and a rate between two partners."""
PARTNERS = ["--partner=hengda", "--partner=nordlog", "--partner=rheinkurier"]


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A small run with one file per partner: many files take their time, whatever is in them."""
    folder = tmp_path_factory.mktemp("trade") / "original"
    simulate(folder, 150, seed=7, truth=False)
    trade.join(folder / "exports")
    return folder


@pytest.fixture(scope="module")
def plain(original, tmp_path_factory):
    """The configuration of a copy that was read."""
    config = trade.copied(original, tmp_path_factory.mktemp("plain") / "run")
    told = ingest(config)
    assert told["shipments"] >= 150
    return config


@pytest.fixture(scope="module")
def expected(plain):
    """A digest of TALLIES, from which every figure follows."""
    return tallies_digest(plain)


def test_shuffled_rows_and_sources(original, plain, expected, tmp_path):
    config = trade.copied(original, tmp_path / "run")
    trade.shuffle(tmp_path / "run" / "exports", seed=1)
    tree = read_tree(config)
    tree["sources"] = dict(reversed(tree["sources"].items()))
    tree["partners"] = dict(reversed(tree["partners"].items()))
    write_tree(tree, config)
    ingest(config)
    assert tallies_digest(config) == expected
    assert tally(config, *CHOSEN) == tally(plain, *CHOSEN), "nor does it matter to what judges them"


def test_split_files(original, expected, tmp_path):
    config = trade.copied(original, tmp_path / "run")
    trade.split(tmp_path / "run" / "exports", parts=2)
    write_tree(trade.with_parts(config), config)
    ingest(config)
    assert tallies_digest(config) == expected


def test_the_files_as_the_partners_sent_them(expected, tmp_path):
    """One a month, or a quarter: the files that `original` has joined."""
    simulate(tmp_path, 150, seed=7, truth=False)
    assert tallies_digest(tmp_path / "config.toml") == expected


@pytest.mark.parametrize("is_reversed", [False, True], ids=["forwards", "backwards"])
def test_files_that_come_one_after_the_other(original, expected, tmp_path, is_reversed):
    config = trade.copied(original, tmp_path / "run")
    exports, waiting = tmp_path / "run" / "exports", tmp_path / "waiting"
    files = sorted((p for p in exports.rglob("*.*") if p.is_file()), reverse=is_reversed)
    trade.moved(files, exports, waiting)
    parts = [files[:3], files[3:11], files[11:]]
    for part in parts:
        trade.moved([waiting / path.relative_to(exports) for path in part], waiting, exports)
        ingest(config)
    assert tallies_digest(config) == expected


def test_a_second_ingest_and_a_copy_of_every_file(original, expected, tmp_path):
    config = trade.copied(original, tmp_path / "run")
    once = ingest(config)
    again = ingest(config)
    assert (again["files_read"], again["files_known"]) == (0, once["files_read"])
    assert again["sources"] == once["sources"]
    for path in trade.movable(tmp_path / "run" / "exports"):
        if path.parent.name != "merchant":
            shutil.copyfile(path, path.with_name(f"again-{path.name}"))
    more = ingest(config)
    assert more["files_read"] > 10
    assert (more["events"], more["shipments"]) == (once["events"], once["shipments"])
    assert tallies_digest(config) == expected


def pages(folder, threads):
    """Everything that a report has, of a process and a ledger of its own."""
    # A small trade has months in which a partner sends nothing.
    asked = ("report", "--allow-missing", "--format", "html,pdf,csv,json", "--out", "out")
    done = process(*asked, *PARTNERS, cwd=folder, POLARS_MAX_THREADS=threads)
    assert done.returncode == 0, done.stderr
    out = folder / "out"
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.*")}


def test_two_reports_are_the_same_to_the_byte(original, tmp_path):
    """One thread or two: polars fixes its threads when it is imported."""
    for threads in ("1", "2"):
        trade.copied(original, tmp_path / threads)
    one, two = (pages(tmp_path / threads, threads) for threads in ("1", "2"))
    assert {name.rpartition(".")[2] for name in one} >= {"html", "pdf", "csv", "json"}
    assert sum(name.endswith("scorecard.pdf") for name in one) == len(PARTNERS)
    assert b'"n": ' in one["internal/results.json"]
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []

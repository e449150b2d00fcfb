"""What is judged once is kept: an answer is the same whether it is taken from there or found anew."""

import json
import shutil

import polars as pl
import pytest
from tests.support.command import ask

from tallyclerk.config import load
from tallyclerk.judge.cuts import Cuts
from tallyclerk.judge.spans import judged_by_month
from tallyclerk.pipeline import open_run
from tallyclerk.pipeline.months import Month, Remembering
from tallyclerk.store.answers import Answers

NARROW = (
    ["--partner", "fast"],
    ["--role", "forwarder"],
    ["--kpi", "handover_ack_rate"],
    ["--partner", "fast", "--kpi", "loss_rate", "--by", "lane"],
    ["--partner", "fast", "--last", "2m"],
    ["--kpi", "loss_rate", "--last", "2m"],
    ["--lane", "CN>DE", "--partner", "fast"],
    ["--by", "month", "--role", "supplier"],
)


@pytest.fixture
def told(world, tmp_path):
    """What a `tally` says of a copy of the world, of which nothing was asked yet."""
    shutil.copytree(world, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / ".tallyclerk" / "cache", ignore_errors=True)
    config = tmp_path / "config.toml"

    def tally(*args):
        return ask(config, "tally", "--format", "json", *args).json

    tally.cache = tmp_path / ".tallyclerk" / "cache" / "results"
    tally.config = config
    return tally


def test_a_part_of_a_kept_answer_is_what_is_found_without_it(told):
    alone = [told(*args) for args in NARROW]
    shutil.rmtree(told.cache, ignore_errors=True)
    for args in ([], ["--by", "lane"], ["--last", "2m"], ["--lane", "CN>DE"], ["--by", "month"]):
        told(*args)
    assert len(list(told.cache.glob("*/*.answer"))) == 5
    assert [told(*args) for args in NARROW] == alone


def test_a_comparison_that_is_kept_is_what_was_found(told, monkeypatch):
    asked = ("compare", "fast", "slow", "--format", "json")
    found = ask(told.config, *asked).json
    assert found["comparison"]
    assert len(list(told.cache.parent.glob("comparisons/*/*.answer"))) == 1
    monkeypatch.setattr("tallyclerk.judge.compare.compare", None)  # nothing is compared anew
    assert ask(told.config, *asked).json == found


def test_an_answer_that_is_not_as_it_was_written_is_none(tmp_path):
    answers = Answers(tmp_path, "sums", "key", list[int])
    answers.keep("how many?", [1, 2])
    assert answers.find("how many?") == [1, 2]
    (kept,) = (tmp_path / "cache" / "sums" / "key").iterdir()
    whole = kept.read_bytes()
    another_number = whole[:-1] + b"\x03"
    for damaged in (another_number, b"", whole[:-1], whole[: len(whole) // 2], b"\x91\xa3abc"):
        kept.write_bytes(damaged)
        assert answers.find("how many?") is None, damaged


def test_a_kept_answer_is_given_again_and_a_damaged_one_found_anew(told):
    first = told()
    (kept,) = told.cache.glob("*/*.answer")
    whole = kept.read_bytes()
    for found in (whole[: len(whole) // 2], whole):
        kept.write_bytes(found)
        assert told() == first
        assert kept.read_bytes() == whole
    shutil.rmtree(told.cache)
    assert told() == first


def test_other_targets_are_judged_anew(told):
    def states():
        return {row["state"] for row in told("--kpi", "handover_ack_rate")["results"]}

    before = states()
    with told.config.open("a", encoding="utf-8") as config:
        config.write(
            '\n[[targets]]\nkpi = "handover_ack_rate.rate"\ntarget = 0.999\nlimit = 0.99\n'
        )
    assert states() != before


def test_a_report_says_the_same_whatever_was_asked_before_it(told):
    folder = told.config.parent

    def results(name):
        ask(told.config, "report", "--format", "json,csv", "--out", folder / name)
        found = sorted((folder / name / "internal").glob("results.*"))
        return [path.read_bytes() for path in found]

    first = results("first")
    assert len(first) == 2
    period = json.loads(first[1])["run"]["period"]
    assert results("again") == first
    kept = ("results", "totals", "judgement")
    for kind in kept:
        shutil.rmtree(told.cache.parent / kind, ignore_errors=True)
    totals = told("--month", period)["results"]
    assert sum(1 for _ in (told.cache.parent / "totals").glob("*/*.answer")) == 1
    assert results("after") == first
    assert [row for row in json.loads(first[1])["results"] if row in totals] == totals


@pytest.mark.parametrize("kpi", ["loss_rate", "handover_in_hours"])
def test_months_are_judged_again_where_their_tallies_are_others(told, kpi):
    run = open_run(load(told.config, {}))
    asked = Cuts(kpis=(kpi,))
    rows, judge = asked.of(run.tallies).collect(), run.judge(asked)
    kept = Answers(told.config.parent, "months", "key", dict[int, Month])
    looked_at = []

    def judged(tallies, about):
        looked_at.append(tallies.collect()["month"].unique().sort().to_list())
        return judged_by_month(tallies, about)

    months = rows["month"].unique().sort().to_list()
    assert len(months) > 1
    times = 1 + (pl.col("month") == months[-1]).cast(pl.Int64)
    more = rows.with_columns(pl.col("rows", "n", "hits") * times)
    fewer = rows.filter(pl.col("month") != months[0])
    remembering = Remembering(kept, judged)
    for told_now, changed in (
        (rows, [months]),
        (rows.sample(fraction=1, shuffle=True, seed=1), []),
        (more, [months[-1:]]),
        (fewer, [months[-1:]]),
        (rows, []),
    ):
        looked_at.clear()
        assert remembering(told_now.lazy(), judge) == judged_by_month(told_now.lazy(), judge)
        assert looked_at == changed

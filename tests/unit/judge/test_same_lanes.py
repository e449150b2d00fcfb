"""Worlds made by hand: partners that are alike, or better on every lane but with harder lanes."""

import datetime as dt

import polars as pl
import pytest

from tallyclerk.domain.tables import TALLIES
from tallyclerk.errors import UsageError
from tallyclerk.judge.compare import compare
from tallyclerk.judge.compared import DECIDED, Verdict, comparison_object, comparison_rows
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.stats.clusters import sums_of
from tallyclerk.stats.sparse import cautious_korn_graubard
from tallyclerk.stats.stratified import mantel_haenszel

KPIS = all_kpis()


def tallies(*parts) -> pl.LazyFrame:
    return pl.LazyFrame([row for part in parts for row in part], schema=TALLIES)


def lane(partner, name, batches, kpi="on_time_rate", **more):
    """Batches of a rate on one lane, given as (n, hits)."""
    key = {"kpi": kpi, "partner_id": partner, "role": "forwarder", "month": 202601, "lane": name}
    return [
        key | {"batch": f"{partner}|{name}|{i}", "rows": n, "n": n, "hits": hits} | more
        for i, (n, hits) in enumerate(batches)
    ]


def times(partner, name, minutes, ending="observed", kpi="transit_hours"):
    key = {"kpi": kpi, "partner_id": partner, "role": "forwarder", "month": 202601, "lane": name}
    return [
        key
        | {
            "batch_group": (i // 3) % 20,
            "minutes": m,
            "ending": ending,
            "rows": 1,
            "n": 1,
            "hits": 0,
        }
        for i, m in enumerate(minutes)
    ]


def compared(rows, *partners, kpi="on_time_rate"):
    told = rows.select("partner_id", "role").unique().sort(pl.all()).collect().rows()
    judge = Judge(
        kpis={kpi: KPIS[kpi]},
        targets=(),
        period="2026-01",
        last_day=dt.date(2026, 1, 31),
        subjects=told,
    )
    return compare(rows, judge, partners)


def both(rows, *partners, kpi="on_time_rate", statistic="rate"):
    """The raw row and the one on the same lanes."""
    (pair,) = compared(rows, *(partners or ("a", "b")), kpi=kpi).pairs
    found = {row.basis: row for row in pair.rows if row.statistic == statistic}
    return found["raw"], found.get("same_lanes")


# On the hard lane a has 86 %, b 80 %; on the easy one a 99 %, b 97 %. Nine tenths of a's
# cases are on the hard lane, one tenth of b's.
HARDER = tallies(
    lane("a", "CN>BR", [(100, 85), (100, 86), (100, 87)] * 6),
    lane("a", "CN>DE", [(20, 20), (20, 20), (20, 19), (20, 20), (20, 20)] * 2),
    lane("b", "CN>BR", [(20, 16)] * 10),
    lane("b", "CN>DE", [(100, 97)] * 18),
)


def test_better_on_every_lane_but_with_harder_lanes_is_not_called_worse():
    raw, same = both(HARDER)
    assert raw.difference.high < 0
    assert raw.verdict is Verdict.LANES
    assert raw.reason == "on the same lanes better"
    assert same.verdict is Verdict.BETTER
    assert same.difference.low > 0


def test_the_row_on_the_same_lanes_is_the_mantel_haenszel_difference():
    _, same = both(HARDER)
    told = mantel_haenszel([((1548, 1800), (160, 200)), ((198, 200), (1746, 1800))])
    # 6 points on the one lane and 2 on the other, both of weight 1800 · 200 / 2000.
    assert told.difference == pytest.approx(0.04)
    assert same.difference.diff == pytest.approx(0.04)
    assert (same.first.value, same.second.value) == pytest.approx((0.925, 0.885))
    assert (same.first.n, same.first.hits, same.first.batches) == (2000, 1746, 28)


@pytest.mark.parametrize(
    "lanes", [["CN>DE"], ["CN>DE", "CN>FR"], ["CN>DE", "CN>FR", "VN>DE", "VN>FR"]]
)
def test_lane_adjusted_equals_raw_when_all_lanes_are_alike(lanes):
    first, second = [(30, 24), (30, 26), (30, 22), (30, 28)] * 3, [(40, 36), (40, 30)] * 5
    rows = tallies(*(lane("a", name, first) for name in lanes))
    rows = pl.concat([rows, tallies(*(lane("b", name, second) for name in lanes))])
    raw, same = both(rows)
    assert same.difference.diff == pytest.approx(raw.difference.diff)
    assert (same.first.value, same.second.value) == (
        pytest.approx(raw.first.value),
        pytest.approx(raw.second.value),
    )
    # Knowing the lanes costs a degree of freedom each, and tells what differs between them.
    assert same.first.low == pytest.approx(raw.first.low, abs=0.01)
    assert same.verdict is raw.verdict


def test_one_lane_has_the_interval_of_its_batches():
    batches = [(30, 24), (30, 26), (30, 22), (30, 28)] * 3
    raw, same = both(tallies(lane("a", "CN>DE", batches), lane("b", "CN>DE", [(40, 38)] * 10)))
    told = cautious_korn_graubard(sums_of(batches))
    assert (same.first.low, same.first.high) == pytest.approx((told.low, told.high))
    assert (same.first.low, same.first.high) == pytest.approx((raw.first.low, raw.first.high))
    assert same.difference == pytest.approx(raw.difference)


def test_the_same_mix_of_unlike_lanes_gives_the_raw_values():
    rows = tallies(
        lane("a", "CN>BR", [(30, 18), (30, 21)] * 5),
        lane("a", "CN>DE", [(30, 29), (30, 30)] * 5),
        lane("b", "CN>BR", [(20, 16)] * 10),
        lane("b", "CN>DE", [(20, 19)] * 10),
    )
    raw, same = both(rows)
    assert same.difference.diff == pytest.approx(raw.difference.diff)


def test_batches_that_share_their_fate_widen_the_interval():
    alone = lane("a", "CN>DE", [(30, 24)] * 20)
    together = lane("a", "CN>DE", [(30, 30)] * 16 + [(30, 0)] * 4)
    other = lane("b", "CN>DE", [(30, 27)] * 20)
    _, even = both(tallies(alone, other))
    _, clumped = both(tallies(together, other))
    assert even.verdict is Verdict.WORSE
    assert clumped.difference.diff == pytest.approx(even.difference.diff)
    assert clumped.difference.high > 0
    assert clumped.verdict not in DECIDED


def test_a_batch_on_two_lanes_is_one_batch():
    """Ten flights that carry both lanes and succeed or fail as a whole are not twenty flights."""
    fates = [30] * 8 + [15] * 2
    flights = [lane("a", name, [(30, hits) for hits in fates]) for name in ("CN>DE", "CN>FR")]
    apart = tallies(*flights, *(lane("b", n, [(30, 28)] * 10) for n in ("CN>DE", "CN>FR")))
    joined = apart.with_columns(pl.col("batch").str.replace(r"\|CN>..\|", "|"))
    _, as_twenty = both(apart)
    _, as_ten = both(joined)
    assert (as_twenty.first.batches, as_ten.first.batches) == (20, 10)
    wide, narrow = (row.first.high - row.first.low for row in (as_ten, as_twenty))
    assert wide > 1.3 * narrow


def test_without_a_common_lane_a_raw_difference_decides_nothing():
    rows = tallies(lane("a", "CN>BR", [(30, 15)] * 20), lane("b", "CN>DE", [(30, 29)] * 20))
    raw, same = both(rows)
    assert same is None
    assert raw.verdict is Verdict.LANES
    assert raw.reason == "no common lane with enough batches"


def test_little_common_volume_confirms_nothing():
    rows = tallies(
        lane("a", "CN>BR", [(30, 15)] * 20),
        lane("a", "CN>DE", [(30, 15)] * 20),
        lane("b", "CN>DE", [(30, 29)] * 20),
    )
    raw, same = both(rows)
    assert (same.first_share, same.second_share) == (0.5, 1.0)
    assert same.verdict is Verdict.WORSE
    assert raw.verdict is Verdict.LANES
    assert "less than 60 %" in raw.reason


def test_where_no_lane_is_known_the_raw_difference_stands():
    rows = tallies(lane("a", "?>?", [(30, 15)] * 20), lane("b", "?>?", [(30, 29)] * 20))
    raw, same = both(rows)
    assert (raw.verdict, same) == (Verdict.WORSE, None)
    assert not compared(rows, "a", "b").pairs[0].has_lanes


def test_percentiles_on_the_same_lanes_are_weighted_to_one_mix():
    # a is 10 % faster on both lanes, but flies mostly the slow one.
    slow, fast = [600 + i % 40 for i in range(400)], [60 + i % 20 for i in range(400)]
    rows = tallies(
        times("a", "CN>BR", [round(m * 0.9) for m in slow]),
        times("a", "CN>DE", [round(m * 0.9) for m in fast[:100]]),
        times("b", "CN>BR", slow[:100]),
        times("b", "CN>DE", fast),
    )
    raw, same = both(rows, kpi="transit_hours", statistic="p90")
    assert raw.difference.diff < 0
    assert same.verdict is Verdict.BETTER
    # Weights 400 · 100 / 500 each: half on either lane, so the 90th is the 80th of the slow one.
    assert same.second.value == pytest.approx(sorted(slow[:100])[79] / 60)
    raw, same = both(rows, kpi="transit_hours", statistic="p50")
    assert raw.difference.low > 0
    assert raw.verdict is Verdict.LANES


def test_percentiles_equal_raw_when_all_lanes_are_alike():
    def minutes(scale):
        return [scale * (30 + i * 7 % 50) for i in range(100)]

    names = ("CN>DE", "CN>FR", "VN>DE")
    rows = tallies(*(times(p, n, minutes(s)) for p, s in (("a", 12), ("b", 10)) for n in names))
    for statistic in ("p50", "p90"):
        raw, same = both(rows, kpi="transit_hours", statistic=statistic)
        assert same.first.value == raw.first.value
        assert same.difference == raw.difference
        assert same.verdict is raw.verdict


def test_why_names_the_lane_with_most_of_the_excess():
    rows = tallies(
        lane("a", "CN>BR", [(30, 12)] * 10),
        lane("a", "CN>DE", [(30, 28)] * 20),
        lane("b", "CN>BR", [(30, 27)] * 10),
        lane("b", "CN>DE", [(30, 29)] * 20),
    )
    _, same = both(rows)
    # Late beyond b's share: 150 of 300 on the one lane, 20 of 600 on the other.
    assert same.why.partner == "a"
    assert same.why.cases == pytest.approx(170)
    assert (same.why.kind, same.why.places) == ("lane", ("CN>BR",))
    assert same.why.share == pytest.approx(150 / 170)
    assert same.why.case_share == pytest.approx(300 / 900)


def test_why_names_the_counterpart_where_it_tells_more():
    kpi = "handover_ack_rate"
    rows = tallies(
        lane("a", "CN>DE", [(30, 10)] * 10, kpi, counterpart="x"),
        lane("a", "CN>DE", [(30, 29)] * 30, kpi, counterpart="y"),
        lane("b", "CN>DE", [(30, 29)] * 30, kpi, counterpart="z"),
    )
    _, same = both(rows, kpi=kpi)
    assert (same.why.kind, same.why.places) == ("counterpart", ("x",))
    assert same.why.share == pytest.approx(1.0)


def test_why_says_so_where_the_excess_is_everywhere():
    names = ("CN>DE", "CN>FR", "VN>DE", "VN>FR")
    rows = tallies(
        *(lane("a", name, [(30, 20)] * 10) for name in names),
        *(lane("b", name, [(30, 27)] * 10) for name in names),
    )
    _, same = both(rows)
    assert (same.why.kind, same.why.places) == (None, ())
    assert same.why.cases == pytest.approx(280)


def test_the_excess_is_the_others_where_the_first_is_better():
    _, same = both(tallies(lane("a", "L", [(30, 29)] * 20), lane("b", "L", [(30, 20)] * 20)))
    assert same.why.partner == "b"


def test_common_lanes_are_listed_with_the_share_of_each_volume():
    (pair,) = compared(HARDER, "a", "b").pairs
    (lanes,) = pair.lanes
    assert lanes.common == (("CN>BR", 1800, 200), ("CN>DE", 200, 1800))
    assert (lanes.lanes, lanes.first_share, lanes.second_share) == (2, 1.0, 1.0)
    rows = tallies(
        lane("a", "CN>BR", [(30, 15)] * 3),
        lane("a", "?>?", [(10, 5)]),
        lane("b", "CN>BR", [(9, 5)]),
    )
    (lanes,) = compared(rows, "a", "b").pairs[0].lanes
    assert (lanes.lanes, lanes.first_share, lanes.second_share) == (2, 0.9, 1.0)


def three(scale):
    names = ("CN>DE", "CN>FR")
    sizes = {"a": scale[0], "b": scale[1], "c": scale[2]}
    return tallies(
        *(lane(p, n, [(30, h), (30, h + 1)] * 10) for p, h in sizes.items() for n in names)
    )


def test_more_than_two_are_each_compared_with_the_rest():
    comparison = compared(three((20, 26, 26)), "a", "b", "c")
    assert [(p.first, p.second, p.others) for p in comparison.pairs] == [
        ("a", "b + c", ("b", "c")),
        ("b", "a + c", ("a", "c")),
        ("c", "a + b", ("a", "b")),
    ]
    verdicts = [[row.verdict for row in pair.rows] for pair in comparison.pairs]
    assert verdicts[0] == [Verdict.WORSE] * 2
    assert verdicts[1] == [Verdict.BETTER] * 2
    raw = comparison.pairs[0].rows[0]
    assert (raw.second.n, raw.second.hits) == (2400, 2120)


def test_ranks_are_those_that_noise_allows():
    ranks = compared(three((20, 26, 26)), "a", "b", "c").ranks
    assert [(r.partner, r.best, r.worst) for r in ranks] == [("a", 3, 3), ("b", 1, 2), ("c", 1, 2)]
    alike = compared(three((26, 26, 26)), "a", "b", "c").ranks
    assert {(r.best, r.worst) for r in alike} == {(1, 3)}


def test_two_partners_have_no_ranks():
    assert compared(three((20, 26, 26)), "a", "b").ranks == ()


def test_partners_without_a_common_role_are_refused():
    rows = tallies(lane("a", "L", [(9, 9)]), lane("b", "L", [(9, 9)], role="courier"))
    with pytest.raises(UsageError, match="share no role"):
        compared(rows, "a", "b")


def test_flat_rows_all_have_the_same_columns_and_the_object_is_plain():
    rows = pl.concat([HARDER, tallies(lane("a", "CN>BR", [(9, 1)], "loss_rate"))])
    comparison = compared(rows, "a", "b")
    flat = list(comparison_rows(comparison))
    assert len({tuple(row) for row in flat}) == 1
    assert set(comparison_object(comparison)) == {"lanes", "comparison", "ranks"}


def test_the_order_of_rows_and_of_partners_does_not_matter():
    shuffled = HARDER.collect().sample(fraction=1.0, shuffle=True, seed=3).lazy()
    assert compared(HARDER, "a", "b") == compared(shuffled, "a", "b")
    there, back = both(HARDER)[1], both(HARDER, "b", "a")[1]
    assert there.difference.diff == pytest.approx(-back.difference.diff)
    assert there.difference.low == pytest.approx(-back.difference.high)
    assert (there.verdict, back.verdict) == (Verdict.BETTER, Verdict.WORSE)

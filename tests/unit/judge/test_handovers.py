"""What another handover adds: on the same lanes, each shipment once, never beyond the evidence."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.support.tallies import Row, batches, durations, tallies

from tallyclerk.judge.compared import SAME_LANES, Verdict
from tallyclerk.judge.finer import finer
from tallyclerk.judge.handovers import added_by_handover, decisive
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.retold import CHAIN, WORST
from tallyclerk.report.handovers import added_lines

KPIS = all_kpis()
SHORT, LONG = "sup>cou", "sup>fwd>cou"
JUDGE = Judge(kpis=KPIS, targets=(), period="2026-01", last_day=dt.date(2026, 1, 31))


def along(chain: str, lane: str, rows: list[Row]) -> list[Row]:
    """Rows of a chain: those of its first partner after the supplier, and of the last one."""
    first, last = chain.split(">")[1], chain.rsplit(">", maxsplit=1)[-1]
    batched = [
        row
        | {"chain": chain, "lane": lane}
        | ({"batch": f"{lane}-{chain}-{row['batch']}"} if "batch" in row else {})
        for row in rows
    ]
    return [row | {"partner_id": who} for who in {first, last} for row in batched]


def lost(*sizes: tuple[int, int]) -> list[Row]:
    return [row | {"rule": CHAIN} for row in batches("loss_rate", sizes)]


def late(share: int) -> list[Row]:
    return batches("on_time_rate", [(20, 20 - share)] * 20)


def verdicts(*parts: list[Row]) -> dict[str, tuple[Verdict, str, float]]:
    found = added_by_handover(tallies(*parts), JUDGE)
    return {
        f"{row.kpi} {row.statistic}": (row.verdict, row.basis, row.difference.diff)
        for pair in found.pairs
        for row in decisive(pair)
    }


def test_what_another_handover_adds_on_the_same_lanes() -> None:
    hours = {SHORT: [[600] * 9 + [1200]] * 20, LONG: [[1800] * 9 + [3000]] * 20}
    found = verdicts(
        *(along(chain, "CN>DE", durations("lead_hours", times)) for chain, times in hours.items()),
        along(SHORT, "CN>DE", late(1)),
        along(LONG, "CN>DE", late(8)),
        along(SHORT, "CN>DE", lost(*[(40, 0)] * 20)),
        along(LONG, "CN>DE", lost(*[(40, 0)] * 19, (40, 1))),
    )
    assert found["lead_hours p50"] == (Verdict.WORSE, SAME_LANES, pytest.approx(20.0))
    assert found["on_time_rate rate"] == (Verdict.WORSE, SAME_LANES, pytest.approx(-0.35))
    assert found["loss_rate rate"][0] is Verdict.TOO_FEW


def test_harder_lanes_are_not_held_against_the_handover() -> None:
    """Direct parcels mostly go the easy way, the others the hard one: on each they are as late."""

    def sent(n: int, misses: int) -> list[Row]:
        return batches("on_time_rate", [(n, n - misses)] * 20)

    found = verdicts(
        along(SHORT, "CN>DE", sent(20, 1)),
        along(LONG, "CN>DE", sent(20, 1)),
        along(SHORT, "CN>ZA", sent(4, 2)),
        along(LONG, "CN>ZA", sent(40, 20)),
    )
    assert found["on_time_rate rate"][:2] == (Verdict.NOT_PROVEN, SAME_LANES)


def test_equal_chains_say_nothing() -> None:
    assert added_by_handover(tallies(along(LONG, "CN>DE", late(2))), JUDGE).pairs == ()


def test_each_shipment_counts_once_and_the_lines_say_it() -> None:
    rows = tallies(along(SHORT, "CN>DE", late(1)), along(LONG, "CN>DE", late(8)))
    [line] = added_lines(added_by_handover(rows, JUDGE), KPIS)
    assert line.startswith(
        "from 1 handover to 2, on the same lanes: Delivered on time -35.0 points"
    )
    assert "(n 400) to" in line
    assert line.endswith("(n 400): worse, more than chance")


def test_results_by_handovers() -> None:
    hidden = [row | {"rule": WORST} for row in batches("on_time_rate", [(5, 0)] * 20)]
    rows = tallies(
        along(SHORT, "CN>DE", late(1)), along(LONG, "CN>DE", late(8)), along(SHORT, "CN>DE", hidden)
    )
    found = finer(rows, JUDGE, ["handovers"])
    worst = {(r.partner_id, r.handovers): r.worst for r in found if r.in_doubt}
    assert worst == {("cou", "1"): pytest.approx(0.76)}
    told = {(r.partner_id, r.handovers): r.value for r in found if r.n}
    assert told == {("cou", "1"): 0.95, ("cou", "2"): 0.6, ("fwd", "2"): 0.6}

"""What stands beside the numbers of a comparison: lanes, where the excess sits, what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.kpi import Kpi
from tallyclerk.judge.compared import ComparedRow, Pair
from tallyclerk.judge.excess import Excess
from tallyclerk.report import text, words
from tallyclerk.report.reasons import reason


def other_side(pair: Pair) -> str:
    """What the other side is called."""
    return words.say("comparison.the_others") if len(pair.others) > 1 else pair.second


def label(kpi: Kpi) -> str:
    """The name of a KPI."""
    return words.said(f"kpi.{kpi.name}.label") or kpi.label


def title(kpi: Kpi, statistic: str) -> str:
    """The name of one statistic: "Loss", "Handover in P90"."""
    return label(kpi) if statistic == "rate" else f"{label(kpi)} {statistic.upper()}"


def lanes(pair: Pair, role: str) -> list[str]:
    """The line about common lanes."""
    return [
        words.say(
            "comparison.common",
            common=len(told.common),
            lanes=told.lanes,
            first=text.percent(told.first_share),
            second=text.percent(told.second_share),
        )
        for told in pair.lanes
        if told.role == role
    ]


def notes(pair: Pair, rows: Sequence[ComparedRow], kpis: Mapping[str, Kpi]) -> list[str]:
    """Where the excess sits, what is not compared and why, and what the numbers are.

    Args:
        pair: Two sides.
        rows: Its rows in the order of the page.
        kpis: Definitions by name.
    """
    lines = _whys(pair, rows, kpis)
    lines += _unconfirmed(rows, kpis)
    reasons: dict[tuple[str, str], list[str]] = {}
    for out in pair.not_compared:
        labels = reasons.setdefault((out.partner, out.reason), [])
        if (name := label(kpis[out.kpi])) not in labels:
            labels.append(name)
    lines += [
        words.say(
            "comparison.not_compared", kpis=", ".join(labels), partner=partner, reason=reason(why)
        )
        for (partner, why), labels in reasons.items()
    ]
    lines += _needed(rows, kpis)
    if not pair.has_lanes:
        lines.append(words.say("comparison.no_lanes"))
    lines.append(words.say("comparison.each"))
    waiting = max((side.waiting for row in rows for side in (row.first, row.second)), default=0)
    if waiting:
        lines.append(words.say("comparison.provisional", cases=text.count(waiting)))
    return lines


def _needed(rows: Sequence[ComparedRow], kpis: Mapping[str, Kpi]) -> list[str]:
    """How many cases would prove differences that are not proven, on the same lanes where there are."""
    last = {(row.kpi, row.statistic): row for row in rows}
    told: dict[str, list[str]] = {}
    for (kpi, statistic), row in last.items():
        if row.needed:
            needed = f"{title(kpis[kpi], statistic)} {text.count(text.about(row.needed))}"
            told.setdefault(words.named("comparison.cases", kpis[kpi].cases), []).append(needed)
    return [
        words.say("comparison.needed", cases=cases, titles="; ".join(titles))
        for cases, titles in told.items()
    ]


MOST_WHYS = 3


def _whys(pair: Pair, rows: Sequence[ComparedRow], kpis: Mapping[str, Kpi]) -> list[str]:
    """Where the excess of the worse one sits, of the first few KPIs that are decided."""
    told: dict[str, str] = {}
    for row in rows:
        if row.why:
            told.setdefault(row.kpi, _why(row.why, row, pair, kpis))
    return list(told.values())[:MOST_WHYS]


def _why(why: Excess, row: ComparedRow, pair: Pair, kpis: Mapping[str, Kpi]) -> str:
    kpi = kpis[row.kpi]
    worse = other_side(pair) if why.partner == pair.second else why.partner
    over = ""
    if why.beyond_hours is not None:
        over = " " + words.say("comparison.over", hours=text.amount(why.beyond_hours, "hours"))
    what = words.say("comparison.excess", partner=worse, kpi=label(kpi), over=over)
    if why.kind is None:
        return words.say("comparison.spread", what=what)
    few = len(why.places) < MOST_WHYS
    return words.say(
        f"comparison.where_{'lane' if why.kind == 'lane' else 'partner'}",
        what=what,
        places=(f" {words.say('comparison.and')} " if few else ", ").join(why.places),
        share=text.percent(why.share or 0.0),
        cases=text.percent(why.case_share or 0.0),
    )


def _unconfirmed(rows: Sequence[ComparedRow], kpis: Mapping[str, Kpi]) -> list[str]:
    """Why raw differences decide nothing, by reason."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.reason:
            labels = reasons.setdefault(row.reason, [])
            if (name := label(kpis[row.kpi])) not in labels:
                labels.append(name)
    return [
        words.say("comparison.mix", reason=reason(why), kpis=", ".join(of))
        for why, of in reasons.items()
    ]

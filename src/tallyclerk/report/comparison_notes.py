"""What stands beside the numbers of a comparison: lanes, where the excess sits, what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.kpi import Kpi
from tallyclerk.judge.compared import ComparedRow, Pair
from tallyclerk.judge.excess import Excess
from tallyclerk.report import text

THE_OTHERS = "the others"


def other_side(pair: Pair) -> str:
    """What the other side is called."""
    return THE_OTHERS if len(pair.others) > 1 else pair.second


def lanes(pair: Pair, role: str) -> list[str]:
    """The line about common lanes."""
    return [
        f"common lanes {len(told.common)} of {told.lanes} "
        f"({_percent(told.first_share)} / {_percent(told.second_share)} of volume)"
        for told in pair.lanes
        if told.role == role
    ]


def _percent(share: float) -> str:
    whole = f"{share:.0%}".removesuffix("%")
    return f"{whole if whole not in {'0', '100'} else text.share(share)} %"


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
        if kpis[out.kpi].label not in labels:
            labels.append(kpis[out.kpi].label)
    lines += [
        f"not compared: {', '.join(labels)} ({partner}: {reason})"
        for (partner, reason), labels in reasons.items()
    ]
    lines += _needed(rows, kpis)
    if not pair.has_lanes:
        lines.append("no lanes are known: differences are raw, whatever lanes each serves")
    lines.append("each line is proven by itself at 95 %, on batches")
    waiting = max((side.waiting for row in rows for side in (row.first, row.second)), default=0)
    if waiting:
        cases = f"{text.count(waiting)} cases of a cohort are"
        lines.append(f"* provisional: up to {cases} not mature yet, and not counted")
    return lines


def _needed(rows: Sequence[ComparedRow], kpis: Mapping[str, Kpi]) -> list[str]:
    """How many cases would prove differences that are not proven, on the same lanes where there are."""
    last = {(row.kpi, row.statistic): row for row in rows}
    told: dict[str, list[str]] = {}
    for (kpi, statistic), row in last.items():
        if row.needed:
            title = f"{kpis[kpi].title(statistic)} {text.count(text.about(row.needed))}"
            told.setdefault(kpis[kpi].cases, []).append(title)
    return [
        f"about so many {cases} each would prove differences like these: {'; '.join(titles)}"
        for cases, titles in told.items()
    ]


MOST_WHYS = 3


def _whys(pair: Pair, rows: Sequence[ComparedRow], kpis: Mapping[str, Kpi]) -> list[str]:
    """Where the excess of the worse one sits, of the first few KPIs that are decided."""
    told: dict[str, str] = {}
    for row in rows:
        if row.why:
            told.setdefault(row.kpi, _why(row.why, row, pair, kpis))
    return [f"why: {line}" for line in list(told.values())[:MOST_WHYS]]


def _why(why: Excess, row: ComparedRow, pair: Pair, kpis: Mapping[str, Kpi]) -> str:
    kpi = kpis[row.kpi]
    worse = other_side(pair) if why.partner == pair.second else why.partner
    what = f"{worse}'s excess in {kpi.label}"
    if why.beyond_hours is not None:
        what += f" (cases over {text.amount(why.beyond_hours, 'hours')} h)"
    if why.kind is None:
        return f"{what} is spread over its lanes like its cases"
    where = "on" if why.kind == "lane" else "with"
    places = " and ".join(why.places) if len(why.places) < MOST_WHYS else ", ".join(why.places)
    share, of_cases = _percent(why.share or 0.0), _percent(why.case_share or 0.0)
    return f"{share} of {what} is {where} {places} ({of_cases} of its cases)"


def _unconfirmed(rows: Sequence[ComparedRow], kpis: Mapping[str, Kpi]) -> list[str]:
    """Why raw differences decide nothing, by reason."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.reason:
            labels = reasons.setdefault(row.reason, [])
            if kpis[row.kpi].label not in labels:
                labels.append(kpis[row.kpi].label)
    return [f"lane mix differs: {reason}: {', '.join(of)}" for reason, of in reasons.items()]

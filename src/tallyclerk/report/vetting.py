"""Verdicts in plain sentences: made from what was found, and never stronger than that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.vetting import AGAINST, Check, Decision, Finding, PlannedCheck, Vetting
from tallyclerk.report import text

Kpis = Mapping[str, Kpi]

WORDS: dict[Finding, str] = {
    Finding.BEYOND_TWICE: "■ beyond limit",
    Finding.BEYOND_ONCE: "▲ beyond limit once",
    Finding.MISSES: "▲ misses cut",
    Finding.NO_DATA: "□ no data",
    Finding.TOO_FEW: "○ too few to say",
    Finding.OPEN: "◇ not proven",
    Finding.MEETS: "● meets cut",
}
"""Each finding as a word with a shape."""

QUANTILES = {"p50": "half", "p90": "nine in ten"}
MOST_PERIODS = 3


def label(check: Check | PlannedCheck, kpis: Kpis) -> str:
    """The name of the KPI statistic."""
    return kpis[check.kpi].title(check.statistic)


def headline(vetting: Vetting, kpis: Kpis) -> str:
    """The decision and what it hangs on."""
    binding = [vetting.checks[place] for place in vetting.binding]
    names = _listed([label(check, kpis) for check in binding])
    asked = len(vetting.checks)
    if vetting.decision is Decision.APPROVE:
        every = "the mandatory KPI" if asked == 1 else f"each of {asked} mandatory KPIs"
        return f"Approve: {every} is proven to meet its cut (95 %)."
    if vetting.decision is Decision.REJECT:
        are = "is" if len(binding) == 1 else "are each"
        corrected = f", corrected for {asked} KPIs" if asked > 1 else ""
        return (
            f"Reject: {names} {are} proven beyond the limit in two consecutive periods "
            f"(99 %{corrected})."
        )
    return f"Conditional: {_condition(binding[0], names)}."


def _condition(check: Check, name: str) -> str:
    if check.finding is Finding.MISSES:
        return f"{name} is proven to miss its cut, but not proven beyond the limit"
    if check.finding is Finding.BEYOND_ONCE:
        return (
            f"{name} is proven beyond the limit in {_periods(check)}; "
            "a rejection needs two consecutive periods, not mended since"
        )
    nothing = "nothing is proven against it"
    if check.finding is Finding.NO_DATA:
        return f"{nothing}, but {name} cannot be assessed"
    if check.finding is Finding.TOO_FEW:
        return f"{nothing}; of {name} there is too little to say"
    return f"{nothing}, but it is not proven that {name} keeps to its cut"


def sentence(check: Check, kpis: Kpis) -> str:
    """What is known of one mandatory KPI, with the counts behind it."""
    head = label(check, kpis)
    if check.finding is Finding.NO_DATA:
        return f"{head}: cannot be assessed: {check.reason or 'no cases'}."
    kpi = kpis[check.kpi]
    cut = f"cut {text.goal(check.cut, check.better, check.unit)}"
    return f"{head}: {_basis(check, kpi)}{_doubt(check)}; {cut}: {_proof(check, kpi)}."


def _doubt(check: Check) -> str:
    """The worst case, where scans that the partner owes are missing."""
    if not check.in_doubt:
        return ""
    worst = "not reached" if check.worst is None else text.quantity(check.worst, check.unit)
    return (
        f"; {text.plural(check.in_doubt, 'case')} in doubt for its missing scans, at worst {worst}"
    )


def _basis(check: Check, kpi: Kpi) -> str:
    bound = text.quantity(check.bound, check.unit)
    side = "at most" if check.better == "lower" else "at least"
    if check.hits is None:
        share = QUANTILES.get(check.statistic, check.statistic)
        counted = text.plural(check.n, kpi.cases.removesuffix("s"))
        if check.value is None:
            return f"{share} not reached yet ({counted})"
        told = f"{share} within {text.quantity(check.value, check.unit)}"
        return f"{told}, {side} {bound} ({counted})" if check.bound else f"{told} ({counted})"
    counted = f"{text.count(check.hits)} of {text.count(check.n)} {kpi.hit_word}".rstrip()
    is_clean = check.hits == (0 if check.better == "lower" else check.n)
    if check.bound is None:
        return counted
    if is_clean:
        return f"{counted}: {'below' if check.better == 'lower' else 'above'} {bound}"
    return f"{counted} ({text.quantity(check.value, check.unit)}), {side} {bound}"


def _proof(check: Check, kpi: Kpi) -> str:
    limit = f"the limit of {text.agreed(check.limit, check.unit)}" if check.limit else "the limit"
    past = f"beyond {limit} in {_periods(check)}" if check.beyond else ""
    if check.finding is Finding.BEYOND_TWICE:
        return f"{past}, proven in each (99 %)"
    if check.finding is Finding.BEYOND_ONCE:
        return f"{past} (99 %), but not in two consecutive periods; {_more(check, kpi)}"
    record = f"; {past}, within it again in {_period(check.mended)}" if check.mended else ""
    if check.finding is Finding.MEETS:
        return "meets it" + (record or (f", though {past}" if past else ""))
    if check.finding is Finding.MISSES:
        return f"misses it, more than chance; not proven beyond {limit}" + record
    start = "too few to say" if check.finding is Finding.TOO_FEW else "not proven"
    return f"{start}; {_more(check, kpi)}{record}"


def _more(check: Check, kpi: Kpi) -> str:
    """What would prove that the cut is met."""
    if check.cases_needed is None:
        return f"no number of {kpi.cases} like these would prove that it keeps to the cut"
    is_clean = check.hits is not None and check.hits == (0 if check.better == "lower" else check.n)
    like = "without a miss" if is_clean else "like these"
    cases = f"about {text.count(text.about(check.cases_needed))} more {kpi.cases} {like}"
    if not check.batches_needed or check.statistic != "rate":
        return f"{cases} would prove it"
    batches = text.plural(text.about(check.batches_needed), "more batch", "more batches")
    return f"{cases}, in {batches}, would prove it"


def _periods(check: Check) -> str:
    shown = [_period(period) for period in check.beyond[-MOST_PERIODS:]]
    earlier = len(check.beyond) - len(shown)
    return _listed([*shown, text.plural(earlier, "earlier period")] if earlier else shown)


def _period(period: str | None) -> str:
    return text.span(period)


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:  # noqa: PLR2004 - a list needs two
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def cap_sentence(vetting: Vetting) -> str:
    """The suggested cap on volume, empty where there is none."""
    if vetting.cap is None:
        return ""
    if vetting.cap_scope == "until_proven":
        return f"Suggested cap: {text.count(vetting.cap)} more shipments before it is vetted again."
    months = vetting.months_per_period
    per = "a month" if months == 1 else f"in {months} months"
    return f"Suggested cap: {text.plural(vetting.cap, 'shipment')} {per}."


def sentences(vetting: Vetting, kpis: Kpis) -> tuple[str, ...]:
    """The verdict, what it hangs on, each mandatory KPI, gravest first, and the cap."""
    place = {finding: number for number, finding in enumerate(Finding)}
    ordered = sorted(vetting.checks, key=lambda check: place[check.finding])
    told = [headline(vetting, kpis), *(sentence(check, kpis) for check in ordered)]
    cap = cap_sentence(vetting)
    return tuple([*told, cap] if cap else told)


def vetting_object(vetting: Vetting, kpis: Kpis) -> dict[str, Any]:
    """A verdict for machines, with its sentences."""
    made = asdict(vetting)
    made["against"] = [
        f"{check.kpi}.{check.statistic}" for check in vetting.checks if check.finding in AGAINST
    ]
    made["binding"] = [
        f"{vetting.checks[place].kpi}.{vetting.checks[place].statistic}"
        for place in vetting.binding
    ]
    return made | {"sentences": [_plain(each) for each in sentences(vetting, kpis)]}


def _plain(said: str) -> str:
    return said.replace(text.NBSP, " ")

"""The methods behind a page, each with its numbers.

Formula and source as the code states them, the numbers of the page put in, what comes out, and an
example small enough to redo by hand.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tallyclerk.domain.results import Result
from tallyclerk.report import text, verdict, words
from tallyclerk.report.model import KpiText, MethodNote, PartnerInput
from tallyclerk.report.months import months_up_to
from tallyclerk.report.states import DECIDED, by_severity, mark
from tallyclerk.stats.clusters import korn_graubard
from tallyclerk.stats.control_charts import laney_chart, run_limits, xmr_chart
from tallyclerk.stats.differences import mover
from tallyclerk.stats.multiple import benjamini_hochberg
from tallyclerk.stats.rates import zero_hits_upper
from tallyclerk.stats.sparse import cautious_design_effect, clean_design_effect
from tallyclerk.stats.standardisation import observed_expected
from tallyclerk.stats.woodruff import woodruff

Kpis = Mapping[str, KpiText]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method that a page may rest on.

    Attributes:
        name: What readers may look up.
        functions: State formula and source; none for a rule of ours, whose `formula` stands here.
        fits: Whether a result was made with it.
        example: Worked by hand.
        told: (numbers put in, result) of a result of a page.
        formula: Of a rule of ours.
    """

    name: str
    functions: tuple[Callable[..., object], ...] = ()
    fits: Callable[[Result], bool]
    example: str
    told: Callable[[Result, PartnerInput], tuple[str, str]]
    formula: str = ""


def _interval(result: Result) -> str:
    said = text.interval(result.low, result.high, result.unit)
    return said if said == text.DASH else f"{said}{text.NBSP}{text.sign(result.unit)}"


def _evidence(result: Result) -> str:
    effective = "" if result.effective_n is None else f", effective n {result.effective_n:,.1f}"
    return (
        f"{verdict.basis(result)} in {text.plural(result.batches, 'batch', 'batches')}{effective}"
    )


def _has_interval(result: Result) -> bool:
    return result.value is not None and (result.low is not None or result.high is not None)


def _is_split(result: Result) -> bool:
    return result.hits is not None and 0 < result.hits < result.n


def _of_interval(result: Result, _: PartnerInput) -> tuple[str, str]:
    return _evidence(result), f"{verdict.value(result)}, 95 % interval {_interval(result)}"


def _of_state(result: Result, _: PartnerInput) -> tuple[str, str]:
    target = text.goal(result.target, result.better, result.unit)
    limit = text.goal(result.limit, result.better, result.unit)
    numbers = f"interval {_interval(result)}, target {target}, limit {limit}"
    return numbers, f"counted: {result.counted}; state: {mark(result.state).word}"


def _of_change(result: Result, given: PartnerInput) -> tuple[str, str]:
    before = verdict.previous(result)
    last = months_up_to(given.run.period, 2)[0]
    for month in given.months:
        if _key(month) == _key(result) and month.period == last and month.value == result.previous:
            before += f" ({_interval(month)})"
    numbers = f"now {verdict.value(result)} ({_interval(result)}), before {before}"
    return numbers, words.say(f"change.{result.change or 'within_noise'}")


def _of_signal(result: Result, given: PartnerInput) -> tuple[str, str]:
    points = given.limits[_key(result)]
    last, unit = points[-1], result.unit
    usual = f"usual {text.quantity(last.centre, unit)}"
    limits = f"limits {text.interval(last.low, last.high, unit)}{text.NBSP}{text.sign(unit)}"
    numbers = f"{len(points)} months to {text.month(last.period)}, {usual}, {limits}"
    return numbers, words.say(f"signal.{result.signal or 'none'}")


def _key(result: Result) -> tuple[str, str, str]:
    return result.role, result.kpi, result.statistic


def _of_ratio(result: Result, _: PartnerInput) -> tuple[str, str]:
    covered = text.quantity(result.coverage, "rate")
    numbers = f"{verdict.value(result)} against {verdict.peers(result)} at peers, {covered} on shared lanes"
    return numbers, text.DASH if result.ratio is None else f"ratio {result.ratio:.2f}"


def _of_flag(result: Result, _: PartnerInput) -> tuple[str, str]:
    return f"{verdict.basis(result)} against the peers' rates on the same lanes", (
        "flagged for a look" if result.is_flagged else "not flagged"
    )


METHODS: Mapping[str, Method] = {
    "korn_graubard": Method(
        name="Interval of a rate over batches (Korn-Graubard)",
        functions=(korn_graubard, cautious_design_effect),
        fits=lambda r: _has_interval(r) and _is_split(r),
        told=_of_interval,
        example="10 batches of 10 shipments, five with no hit and five with 2: p = 10 %, every batch "
        "is 1 off its share, v = 10/9 × 10/100² = 0.00111, design effect 1.235, "
        "n* = 100/1.235 × (1.984/2.262)² = 62.3, limits 3.8–20.3 %. A clean record in such batches has "
        "c = 1.222: too little to raise d.",
    ),
    "zero_hits_upper": Method(
        name="Upper bound where there was no hit",
        functions=(zero_hits_upper, clean_design_effect),
        fits=lambda r: _has_interval(r) and r.hits == 0,
        told=_of_interval,
        example="0 of 300, each its own batch: 1 − 0.05^(1/300) = 0.99 %, said as “below 1.0 %”; in "
        "batches of 10: x = 9 × 0.05/0.95 = 0.474, n* = 300 × ln(1.474)/0.474 = 245.6: below 1.2 %.",
    ),
    "woodruff": Method(
        name="Interval of a percentile over batches (Woodruff)",
        functions=(woodruff,),
        fits=lambda r: _has_interval(r) and r.hits is None,
        told=_of_interval,
        example="10 groups of 10 times, group k at k+1, k+2 … k+10 h for k = 0 … 9: the 90th of 100 "
        "is 15 h; groups share their fate, n* is 31.2; the exact lower limit of 90 % on 31.2 units "
        "is reached at 13 h; with 31 units nothing bounds P90 from above.",
    ),
    "state": Method(
        name="Counted and state",
        fits=lambda r: r.state in DECIDED,
        told=_of_state,
        formula="Counted: value against target, by arithmetic. State: meets if the pessimistic end "
        "of the interval reaches the target; breach if its optimistic end is beyond the limit; "
        "misses target if that end only misses the target; else not proven. Needs 30 cases, 30 "
        "effective cases and 8 batches.",
        example="Target ≤ 5 %, limit ≤ 8 %: an interval of 9–14 % is a breach, 6–10 % misses the "
        "target, 4–9 % proves nothing, 1–4 % meets it.",
    ),
    "mover": Method(
        name="Change against the period before (MOVER)",
        functions=(mover,),
        fits=lambda r: r.change is not None,
        told=_of_change,
        example="10 % (8–13) now, 16 % (13–20) before: difference −6, from −6 − √(2² + 4²) = −10.5 to "
        "−6 + √(3² + 3²) = −1.8: proven.",
    ),
    "laney_chart": Method(
        name="Control limits of a rate (Laney p′)",
        functions=(laney_chart,),
        fits=lambda r: r.hits is not None,
        told=_of_signal,
        example="12 months of 100 with 8 and 12 hits in turn: c = 10 %, s = 3 %, z = −0.67 and 0.67, "
        "sigma_z = 1.33/1.128 = 1.18, limits 10 ∓ 3 × 3 × 1.18 = 0–20.6 %: 21 hits are a signal.",
    ),
    "xmr_chart": Method(
        name="Control limits of a percentile (XmR)",
        functions=(xmr_chart,),
        fits=lambda r: r.hits is None,
        told=_of_signal,
        example="12 months at 20 h and 22 h in turn: mean 21, mean range 2, limits "
        "21 ∓ 2.66 × 2 = 15.7–26.3 h: 27 h is a signal.",
    ),
    "run_limits": Method(
        name="Shift of the months (runs)",
        functions=(run_limits,),
        fits=lambda r: r.value is not None,
        told=_of_signal,
        example="13 months off their median: runs up to round(log2 13 + 3) = 7, at least 3 crossings; "
        "six low months and then seven high ones cross once: shifted.",
    ),
    "observed_expected": Method(
        name="Against peers on the same lanes (observed over expected)",
        functions=(observed_expected,),
        fits=lambda r: r.expected is not None,
        told=_of_ratio,
        example="Peers had 2 of 100 on X and 30 of 300 on Y; with 200 on X and 100 on Y they would "
        "have had 200 × 2 % + 100 × 10 % = 14; 30 seen: ratio 2.14.",
    ),
    "benjamini_hochberg": Method(
        name="Screening of all partners (Benjamini-Hochberg)",
        functions=(benjamini_hochberg,),
        fits=lambda r: r.is_flagged is not None,
        told=_of_flag,
        example="p values 0.01, 0.02, 0.04 and 0.9: adjusted 0.04, 0.04, 0.053 and 0.9; two are "
        "flagged at 5 %.",
    ),
}
SECTIONS = ("Source:", "When not to use it:", "Args:", "Returns:", "Raises:")
"""How the parts of a method's documentation after its formula begin."""
CHARTED = frozenset({"laney_chart", "xmr_chart", "run_limits"})


def method_notes(given: PartnerInput, kpis: Kpis) -> tuple[MethodNote, ...]:
    """Give the methods that a page rests on, each with the gravest figure made with it."""
    ordered = sorted(given.totals, key=by_severity)
    charted = [r for r in ordered if _key(r) in given.limits]
    notes = (_note(key, charted if key in CHARTED else ordered, given, kpis) for key in METHODS)
    return tuple(note for note in notes if note)


def _note(
    key: str, ordered: Sequence[Result], given: PartnerInput, kpis: Kpis
) -> MethodNote | None:
    method = METHODS[key]
    fitting = [r for r in ordered if method.fits(r)]
    if key in CHARTED:
        fitting.sort(key=lambda r: r.signal is None)
    if not fitting:
        return None
    numbers, result = method.told(fitting[0], given)
    told = [stated(function) for function in method.functions] or [(method.formula, "")]
    formula, source = (" ".join(filter(None, parts)) for parts in zip(*told, strict=True))
    return MethodNote(
        key=key,
        name=method.name,
        formula=formula,
        source=source,
        example=method.example,
        numbers=f"{verdict.label(fitting[0], kpis)}: {numbers}",
        result=result,
    )


def stated(function: Callable[..., object]) -> tuple[str, str]:
    """Give formula and source as the documentation of a method states them."""
    parts = [" ".join(part.split()) for part in (inspect.getdoc(function) or "").split("\n\n")]
    source = next((part for part in parts if part.startswith("Source:")), "")
    rest = parts[1:]
    ends = (i for i, part in enumerate(rest) if part.startswith(SECTIONS))
    formula = " ".join(rest[: next(ends, len(rest))])
    return formula.replace("`", ""), source.removeprefix("Source: ").replace("`", "")


def method_line(result: Result) -> str:
    """Name the method behind the interval of a result, in one line."""
    if result.value is None:
        return "no interval without a value"
    for key in ("korn_graubard", "zero_hits_upper", "woodruff"):
        if METHODS[key].fits(result):
            return f"{METHODS[key].name}: {_evidence(result)}"
    return f"no interval: {_evidence(result)}"

"""The methods behind a page, each with its numbers.

Formula and source as the code states them, the numbers of the page put in, what comes out, and an
example small enough to redo by hand. The words are those of the labels: `method.KEY.name`, `numbers`,
`result` and `example`, and `formula` and `source` where another language says them, or the code none.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tallyclerk.domain.results import ControlPoint, Result
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
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method that a page may rest on.

    Attributes:
        functions: State formula and source; none for a rule of ours.
        fits: Whether a result was made with it.
        is_charted: Whether it is about the months of a result.
    """

    functions: tuple[Callable[..., object], ...] = ()
    fits: Callable[[Result], bool]
    is_charted: bool = False


def _has_interval(result: Result) -> bool:
    return result.value is not None and (result.low is not None or result.high is not None)


def _is_split(result: Result) -> bool:
    return result.hits is not None and 0 < result.hits < result.n


METHODS: Mapping[str, Method] = {
    "korn_graubard": Method(
        functions=(korn_graubard, cautious_design_effect),
        fits=lambda r: _has_interval(r) and _is_split(r),
    ),
    "zero_hits_upper": Method(
        functions=(zero_hits_upper, clean_design_effect),
        fits=lambda r: _has_interval(r) and r.hits == 0,
    ),
    "woodruff": Method(functions=(woodruff,), fits=lambda r: _has_interval(r) and r.hits is None),
    "state": Method(fits=lambda r: r.state in DECIDED),
    "mover": Method(functions=(mover,), fits=lambda r: r.change is not None),
    "laney_chart": Method(
        functions=(laney_chart,), fits=lambda r: r.hits is not None, is_charted=True
    ),
    "xmr_chart": Method(functions=(xmr_chart,), fits=lambda r: r.hits is None, is_charted=True),
    "run_limits": Method(
        functions=(run_limits,), fits=lambda r: r.value is not None, is_charted=True
    ),
    "observed_expected": Method(
        functions=(observed_expected,), fits=lambda r: r.expected is not None
    ),
    "benjamini_hochberg": Method(
        functions=(benjamini_hochberg,), fits=lambda r: r.is_flagged is not None
    ),
}
SECTIONS = ("Source:", "When not to use it:", "Args:", "Returns:", "Raises:")
"""How the parts of a method's documentation after its formula begin."""


def method_notes(given: PartnerInput, kpis: Kpis) -> tuple[MethodNote, ...]:
    """Give the methods that a page rests on, each with the gravest figure made with it."""
    ordered = sorted(given.totals, key=by_severity)
    notes = (_note(key, method, ordered, given, kpis) for key, method in METHODS.items())
    return tuple(note for note in notes if note)


def _note(
    key: str, method: Method, ordered: Sequence[Result], given: PartnerInput, kpis: Kpis
) -> MethodNote | None:
    fitting = [r for r in ordered if method.fits(r)]
    if method.is_charted:
        charted = [r for r in fitting if _key(r) in given.limits]
        fitting = sorted(charted, key=lambda r: r.signal is None)
    if not fitting:
        return None
    result = fitting[0]
    values = _values(result, given)
    told = [stated(function) for function in method.functions]
    formula, source = (" ".join(filter(None, (t[part] for t in told))) for part in (0, 1))
    return MethodNote(
        key=key,
        name=words.say(f"method.{key}.name"),
        formula=words.said(f"method.{key}.formula") or formula,
        source=words.said(f"method.{key}.source") or source,
        example=words.say(f"method.{key}.example"),
        numbers=f"{verdict.label(result, kpis)}: {words.say(f'method.{key}.numbers', **values)}",
        result=words.say(f"method.{key}.result", **values),
    )


def _values(result: Result, given: PartnerInput) -> dict[str, str]:
    """Whatever a method may say of a result, by the names of the places in the labels."""
    unit = result.unit
    points = given.limits.get(_key(result), ())
    return {
        "value": verdict.value(result),
        "interval": _interval(result),
        "evidence": _evidence(result),
        "basis": verdict.basis(result),
        "target": text.goal(result.target, result.better, unit),
        "limit": text.goal(result.limit, result.better, unit),
        "counted": words.say(f"counted.{result.counted}") if result.counted else text.DASH,
        "state": mark(result.state).word,
        "before": _before(result, given),
        "change": words.say(f"change.{result.change or 'within_noise'}"),
        "peers": verdict.peers(result),
        "covered": text.quantity(result.coverage, "rate"),
        "ratio": text.DASH if result.ratio is None else text.factor(result.ratio),
        "flagged": words.say(f"method.flagged.{'yes' if result.is_flagged else 'no'}"),
        "signal": words.say(f"signal.{result.signal or 'none'}"),
        **_chart(points[-1] if points else None, len(points), unit),
    }


def _chart(last: ControlPoint | None, months: int, unit: str) -> dict[str, str]:
    """What a control chart says of the last month."""
    if last is None:
        return dict.fromkeys(("months", "last", "usual", "limits"), text.DASH)
    return {
        "months": text.count(months),
        "last": text.month(last.period),
        "usual": text.quantity(last.centre, unit),
        "limits": f"{text.interval(last.low, last.high, unit)}{text.NBSP}{text.sign(unit)}",
    }


def _before(result: Result, given: PartnerInput) -> str:
    """The value of the month before, with its interval."""
    last = months_up_to(given.run.period, 2)[0]
    for month in given.months:
        if _key(month) == _key(result) and month.period == last and month.value == result.previous:
            return f"{verdict.previous(result)} ({_interval(month)})"
    return verdict.previous(result)


def _interval(result: Result) -> str:
    said = text.interval(result.low, result.high, result.unit)
    return said if said == text.DASH else f"{said}{text.NBSP}{text.sign(result.unit)}"


def _evidence(result: Result) -> str:
    told = words.say(
        "method.evidence",
        basis=verdict.basis(result),
        batches=text.plural(result.batches, "batch", "batches"),
    )
    if result.effective_n is None:
        return told
    return f"{told}, {words.say('method.effective', n=text.tenths(result.effective_n))}"


def _key(result: Result) -> Key:
    return result.role, result.kpi, result.statistic


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
        return words.say("method.no_value")
    for key in ("korn_graubard", "zero_hits_upper", "woodruff"):
        if METHODS[key].fits(result):
            return f"{words.say(f'method.{key}.name')}: {_evidence(result)}"
    return words.say("method.no_interval", evidence=_evidence(result))

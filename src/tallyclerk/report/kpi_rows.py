"""The lines of the KPI tables, every cell as it is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tallyclerk.domain.results import Result
from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.report import text, verdict, words
from tallyclerk.report.charts import small
from tallyclerk.report.fallbacks import fallback
from tallyclerk.report.model import KpiRow, KpiText, Span
from tallyclerk.report.months import months_up_to
from tallyclerk.report.reasons import reason
from tallyclerk.report.states import mark

MONTHS_DRAWN = 12
Series = Mapping[tuple[str, str, str], Mapping[str, Result]]


def headline_row(
    result: Result,
    series: Series,
    kpis: Mapping[str, KpiText],
    period: str,
    trailing: Mapping[int, Sequence[Result]],
) -> KpiRow:
    """Write a line of the first page: of the latest mature month where the period's is not mature."""
    months = series.get((result.role, result.kpi, result.statistic), {})
    shown = fallback(result, months, period)
    if shown is None:
        return kpi_row(result, series, kpis, period, trailing)
    last = str(shown.period)
    row = kpi_row(shown, series, kpis, last, trailing)
    since = words.say(
        "note.since", month=text.span(last), period=text.span(period), mature=verdict.mature(result)
    )
    return replace(row, since=since, month=last, spark=kpi_row(result, series, kpis, period).spark)


def kpi_row(
    result: Result,
    series: Series,
    kpis: Mapping[str, KpiText],
    period: str,
    trailing: Mapping[int, Sequence[Result]] | None = None,
) -> KpiRow:
    """Write one result as a line of the KPI table."""
    months = series.get((result.role, result.kpi, result.statistic), {})
    year = [months.get(month) for month in months_up_to(period, MONTHS_DRAWN)]
    most = 1.0 if result.unit == "rate" else None
    state = mark(result.state)
    hits = sum(r.hits or 0 for r in year if r is not None)
    cases = sum(r.n for r in year if r is not None)
    over_year = words.say("basis.of", hits=text.count(hits), n=text.count(cases))
    return KpiRow(
        kpi=result.kpi,
        label=verdict.label(result, kpis),
        value=verdict.value(result),
        basis=verdict.basis(result),
        interval=text.interval(result.low, result.high, result.unit)
        if result.value is not None
        else text.DASH,
        bar=small.interval_bar(
            result.value, result.low, result.high, result.target, css=state.css, most=most
        ),
        target=text.goal(result.target, result.better, result.unit),
        counted=words.say(f"counted.{result.counted}") if result.counted else text.DASH,
        mark=state,
        note=_note(result, kpis),
        change=words.say(f"change.{result.change}") if result.change else text.DASH,
        change_css=result.change or "",
        spans=tuple(_span(result, (trailing or {}).get(months, ())) for months in (3, 12)),
        year=over_year if result.hits is not None else text.count(cases),
        spark=small.sparkline([r.value if r else None for r in year], result.target, most=most),
        peers=verdict.peers(result),
    )


def _span(total: Result, results: Sequence[Result]) -> Span | None:
    key = (total.role, total.kpi, total.statistic)
    found = next((r for r in results if (r.role, r.kpi, r.statistic) == key), None)
    if found is None or found.n == 0:
        return None
    state = mark(found.state)
    said = (
        f"{text.span(found.period)}: {verdict.value(found)}, {verdict.basis(found)}; {state.word}"
    )
    if found.counted is None:
        return Span(word=verdict.value(found), mark=None, title=said)
    counted = words.say(f"counted.{found.counted}")
    return Span(word=counted, mark=state, title=f"{said}; {words.say('table.counted')}: {counted}")


def _note(result: Result, kpis: Mapping[str, KpiText]) -> str:
    """Say what a reader must know of a line: why there is no value, who waits, who reports."""
    return "; ".join(filter(None, (*_notes_of_value(result), *_notes_of_trend(result, kpis))))


def _notes_of_value(result: Result) -> Iterator[str]:
    if result.reason:
        yield text.short(reason(result.reason), 120)
    elif result.value is None:
        yield words.say("note.no_value")
    if result.provisional and result.waiting:
        yield words.say("note.provisional", mature=verdict.mature(result))
    if answered := verdict.response(result):
        yield answered
    if result.disputed:
        yield words.say("note.disputed", cases=text.plural(result.disputed, "case"))
    if result.worst is not None and result.worst != result.value:
        yield words.say("note.worst", value=text.quantity(result.worst, result.unit))
    if result.gross is not None:
        whole = result.n + sum(n for why, n in result.excluded if why.startswith(PREFIX))
        gross = text.quantity(result.gross, result.unit, of=whole)
        yield words.say("note.gross", value=gross)


def _notes_of_trend(result: Result, kpis: Mapping[str, KpiText]) -> Iterator[str]:
    if result.signal:
        yield words.say(f"signal.{result.signal}")
    if result.change_year in verdict.PROVEN_CHANGES:
        yield words.say("note.year", change=words.say(f"change.{result.change_year}"))
    if result.kpi in kpis and kpis[result.kpi].self_reported:
        yield words.say("note.self_reported")

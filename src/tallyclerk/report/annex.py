"""The annex: how every figure adds up, and each case that counts against the partner.

The first table's totals are those of the first page; a table per figure lists its misses, led by the
partner's own reference, file and row. What is too long for paper is in the sheet of evidence.xlsx
that bears the figure's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.judge.against import MINUTES_PER_HOUR
from tallyclerk.kpis.retold import LATE, PART
from tallyclerk.report import text, verdict, words
from tallyclerk.report.cases import Cases
from tallyclerk.report.fallbacks import fallbacks
from tallyclerk.report.model import Annex, AnnexPart, KpiText, PartnerInput, Table
from tallyclerk.report.money import cost_lines, money_table
from tallyclerk.report.reasons import reason
from tallyclerk.report.roles import roles_of
from tallyclerk.report.states import by_severity, page_order
from tallyclerk.report.tables import rule, table_of

MOST_PER_FIGURE, MOST = 40, 400
"""Cases listed at most; a summary says how many there are."""
OPEN_ENDED = (LATE, f"{PART}late")
"""Parts of a case that say nothing of why it has no end."""
Row = tuple[str, ...]


def annex(given: PartnerInput, cases: Cases, kpis: Mapping[str, KpiText]) -> Annex:
    """Build the annex of one partner.

    Args:
        given: Its part of the judgement.
        cases: Of its FACTS of the period and of `fallbacks`, as its reader may read them.
        kpis: The words of the definitions.
    """
    figures = _figures(given.totals)
    earlier = _figures(fallbacks(given))
    parts: list[AnnexPart] = []
    room = MOST
    for result in [*sorted(figures, key=by_severity), *earlier]:
        found = cases.listed(result)
        if found.is_empty():
            continue
        shown = found.head(min(room, MOST_PER_FIGURE))
        room -= shown.height
        parts.append(
            AnnexPart(
                anchor=_anchor(result, given),
                table=_cases(result, shown, found.height, kpis, given),
            )
        )
    costs = [line for role in roles_of(given) for line in cost_lines(given, role)]
    costs += [words.say("money.by_month")] if costs else []
    totals = _totals([*figures, *earlier], cases, kpis, given)
    return Annex(totals=totals, parts=tuple(parts), money=money_table(given), costs=tuple(costs))


def _figures(totals: Sequence[Result]) -> list[Result]:
    """One result per role and KPI: of a duration, the one with a target."""
    chosen: dict[tuple[str, str], Result] = {}
    for result in sorted(totals, key=lambda r: (r.role, page_order(r))):
        key = (result.role, result.kpi)
        if key not in chosen or (chosen[key].target is None and result.target is not None):
            chosen[key] = result
    return list(chosen.values())


def _anchor(result: Result, given: PartnerInput) -> str:
    """What the first page links to: of an earlier month it says which."""
    anchor = f"{result.role}-{result.kpi}"
    return anchor if result.period in {None, given.run.period} else f"{anchor}-{result.period}"


def _title(result: Result, kpis: Mapping[str, KpiText], given: PartnerInput) -> str:
    """The name of a figure; of an earlier month with the month."""
    title = verdict.title(result, kpis)
    if result.period in {None, given.run.period}:
        return title
    return f"{title}, {text.span(str(result.period))}"


def _totals(
    figures: Sequence[Result],
    cases: Cases,
    kpis: Mapping[str, KpiText],
    given: PartnerInput,
) -> Table:
    """How each figure adds up: cases of the period = counted + not mature + not counted."""
    rows = [
        (
            _title(result, kpis, given),
            words.named("role", result.role),
            text.count(result.n),
            _against(result, cases),
            text.count(result.waiting),
            ", ".join(f"{reason(why)}: {text.count(n)}" for why, n in result.excluded) or text.DASH,
            text.count(result.disputed),
        )
        for result in figures
    ]
    columns = ("kpi", "as", "n", "against", "waiting", "not_counted", "disputed")
    note = words.say("annex.totals_note")
    return table_of("totals", words.say("annex.totals"), columns, rows, note)


def _against(result: Result, cases: Cases) -> str:
    bad = verdict.misses(result)
    if bad is None and result.target is not None:
        bad = cases.missed(result).height
    return text.DASH if bad is None else text.count(bad)


def _cases(
    result: Result,
    shown: pl.DataFrame,
    found: int,
    kpis: Mapping[str, KpiText],
    given: PartnerInput,
) -> Table:
    rows = [_case(row, result, given) for row in shown.iter_rows(named=True)]
    label = _title(result, kpis, given)
    bad = verdict.misses(result)
    told = {
        "label": label,
        "role": words.named("role", result.role),
        "cases": text.plural(found, "case"),
    }
    title = words.say("annex.cases", **told)
    if bad is not None and bad != found:
        title = words.say("annex.cases_many", **told, bad=text.count(bad), n=text.count(result.n))
    rest = found - len(rows)
    note = words.say("annex.rest", rest=text.count(rest), sheet=result.kpi) if rest else ""
    columns = ("reference", "own_place", "shipment", "lane", "with", "from", "to", "time", "what")
    return table_of("cases", title, columns, rows, note)


def _case(row: Mapping[str, object], result: Result, given: PartnerInput) -> Row:
    own, line = text.short(str(row["own_file"] or ""), 30), row["own_row"]
    counterpart = str(row["counterpart"] or "")
    return (
        text.short(str(row["own_reference"] or ""), 32),
        own if line is None else f"{own}:{line}",
        text.short(str(row["shipment_id"]), 32),
        text.short(str(row["lane"] or ""), 24),
        text.short(given.names.get(counterpart, counterpart), 28),
        text.minute(row["from_at"] or row["cohort_at"]),  # type: ignore[arg-type]
        text.minute(row["to_at"]),  # type: ignore[arg-type]
        _measured(row, result),
        _what(row, result, given),
    )


def _measured(row: Mapping[str, object], result: Result) -> str:
    """The time of a duration; of several messages, how many are missing or wrong."""
    minutes = row["minutes" if result.clock == "hours" else result.clock]
    if isinstance(minutes, int):
        return text.quantity(minutes / MINUTES_PER_HOUR, "hours")
    n, hits = row["n"], row["hits"]
    if isinstance(n, int) and isinstance(hits, int) and n > 1:
        bad = n - hits if result.better == "higher" else hits
        return words.say("basis.of", hits=text.count(bad), n=text.count(n))
    return ""


def _what(row: Mapping[str, object], result: Result, given: PartnerInput) -> str:
    """What is wrong with a case: that it has no end, and the rules it broke, with their minutes."""
    ending = str(row["ending"] or "")
    if ending in {"censored", "never"}:
        return words.say(f"misses.{ending}")
    parts = row["parts"] if isinstance(row["parts"], list) else []
    told = [_part(str(part["rule"]), part["minutes"]) for part in parts]
    is_open = all(str(part["rule"]).startswith(OPEN_ENDED) for part in parts)
    is_due = not row["from_at"] or result.better == "higher"
    if row["to_at"] is None and is_due and is_open:
        told.insert(0, words.say("misses.no_end", day=text.day(given.run.as_of)))
    return ", ".join(told)


def _part(name: str, minutes: int | None) -> str:
    if minutes is None:
        return rule(name)
    return f"{rule(name)} {text.quantity(minutes / MINUTES_PER_HOUR, 'hours')}"

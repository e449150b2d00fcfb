"""`tallyclerk explain`: the shipments behind a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

import click

from tallyclerk.cli.options import format_option, reading

if TYPE_CHECKING:
    from tallyclerk.cli.places import Places
    from tallyclerk.domain.results import Result
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.judge.explain import Case, Part
    from tallyclerk.pipeline import Run

FOR_PEOPLE = 40
ALL = 0


@click.command
@click.argument("partner_name", metavar="PARTNER")
@click.argument("kpi_name", metavar="KPI")
@click.option("--misses", is_flag=True, help="Only what counts against the partner.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=None,
    metavar="N",
    help=f"At most so many rows, 0 = all. Default: {FOR_PEOPLE} in a table, all for machines.",
)
@format_option("table", "csv", "json")
@reading(default="month")
def command(
    run: Run,
    cuts: Cuts,
    partner_name: str,
    kpi_name: str,
    *,
    misses: bool,
    limit: int | None,
    form: str,
) -> None:
    """List the shipments behind a number.

    First the result, then a row per case: what counts against the partner first. START and END are
    the file and row of the events it was counted from.
    """
    from tallyclerk.cli.output import as_json, say
    from tallyclerk.report.render.data import csv_bytes, result_row, run_object

    partner = run.known.one("partner", partner_name)
    kpi = run.known.one("kpi", kpi_name.partition(".")[0])
    told = run.explain(cuts, partner, kpi)
    chosen = told.misses if misses else told.cases
    most = limit if limit is not None else (FOR_PEOPLE if form == "table" else ALL)
    shown = chosen[:most] if most else chosen
    if form == "json":
        cases = [_record(case) for case in shown]
        results = [result_row(result) for result in told.results]
        info = run_object(run.info(cuts.period))
        say(as_json({"run": info, "results": results, "cases": cases}))
    elif form == "csv":
        header, rows = _sheet(shown)
        say(csv_bytes(header, rows))
    else:
        say(_text(run, cuts, told.results, shown, len(chosen)))


def _record(case: Case) -> dict[str, Any]:
    at = case.cohort_at.isoformat() if case.cohort_at else None
    return asdict(case) | {"cohort_at": at}


def _sheet(cases: Sequence[Case]) -> tuple[list[str], list[list[Any]]]:
    from tallyclerk.judge.explain import Case

    header = [field.name for field in fields(Case)]
    records = [
        _record(case) | {"rules": " ".join(case.rules), "parts": "; ".join(map(_part, case.parts))}
        for case in cases
    ]
    return header, [[record[name] for name in header] for record in records]


def _text(
    run: Run, cuts: Cuts, results: Sequence[Result], cases: Sequence[Case], found: int
) -> str:
    from tallyclerk.cli.output import heading, paragraphs
    from tallyclerk.report.text import count

    if not results:
        return "this partner has no role to which the KPI applies"
    more = found - len(cases)
    note = f"{count(more)} more; --limit 0 shows all" if more else ""
    info = run.info(cuts.period)
    lines = "\n".join(f"{_sentence(run, result)}\n{_method(result)}" for result in results)
    is_rate = results[0].unit == "rate"
    has_target = is_rate or any(result.target is not None for result in results)
    none = "no case to show" if has_target else "no target, so no time is too long for it"
    rows = _table(cases, is_rate=is_rate) if cases else none
    return paragraphs(heading(info, info.period), lines, rows, note)


def _sentence(run: Run, result: Result) -> str:
    """The number that is explained, in one line."""
    from tallyclerk.cli import output
    from tallyclerk.cli.table import one_line
    from tallyclerk.report import verdict
    from tallyclerk.report.reasons import reason
    from tallyclerk.report.text import goal, plural

    label = f"{result.partner_id} as {result.role}: {output.kpi_label(run.kpis, result)}"
    out = "".join(f", {reason(why)} {n:,}" for why, n in result.excluded)
    rest = f"{result.waiting:,} not mature yet" + out if result.waiting or out else ""
    rest = f"; {rest.removeprefix('0 not mature yet, ')}" if rest else ""
    if result.value is None:
        why = reason(result.reason or "no cases")
        return one_line(f"{label} {output.DASH} ({why}){rest}")
    of = plural(result.n, "case")
    hits = f"{result.hits:,} of {of}" if result.hits is not None else of
    target = goal(result.target, result.better, result.unit)
    agreed = f", target {target}: {output.state(result)}" if result.target is not None else ""
    between = f"[{output.interval(result)}]"
    doubt = f"; at worst {output.worst(result)}: {plural(result.in_doubt, 'case')} in doubt"
    rest += doubt if result.in_doubt else ""
    answered = verdict.response(result)
    rest += f"; {answered}" if answered else ""
    return one_line(f"{label} {verdict.value(result)} {between}, {hits}{agreed}{rest}")


def _method(result: Result) -> str:
    """How its interval was made, in one line."""
    from tallyclerk.cli.table import one_line
    from tallyclerk.report.method_notes import method_line

    return one_line(f"method: {method_line(result)}")


def _table(cases: Sequence[Case], *, is_rate: bool) -> str:
    from tallyclerk.cli.output import paragraphs
    from tallyclerk.cli.places import Places
    from tallyclerk.cli.table import Column, table

    columns = [Column("shipment"), Column("lane", needed=False)]
    columns += [Column("with", flexible=True, needed=False)]
    what = Column("counted", flexible=True) if is_rate else Column("time", right=True)
    columns += [Column("cohort (UTC)"), what]
    columns += [Column("start", needed=False), Column("end", needed=False)]
    places = Places()
    rows = table(columns, [row for case in cases for row in _rows(case, places)])
    return paragraphs(rows, places.legend())


def _part(part: Part) -> str:
    return " ".join(filter(None, (_late(part), part.place)))


def _late(part: Part) -> str:
    return part.rule if part.minutes is None else f"{part.rule}, {part.minutes / 60:,.1f} h"


def _rows(case: Case, files: Places) -> Iterator[list[str]]:
    """A row for the case, and one for each of its parts."""
    yield _cells(case, files)
    from tallyclerk.report.tables import rule

    for part in case.parts:
        told = _late(replace(part, rule=rule(part.rule)))
        yield ["", "", "", "", told, "", files.short(part.place)]


def _cells(case: Case, files: Places) -> list[str]:
    from tallyclerk.cli.output import plain

    at = f"{case.cohort_at:%Y-%m-%d %H:%M}" if case.cohort_at else ""
    places = [files.short(place) for place in (case.from_place, case.to_place)]
    return [
        case.shipment_id,
        plain(case.lane),
        plain(case.counterpart),
        at,
        _counted(case),
        *places,
    ]


def _counted(case: Case) -> str:
    """In n or why not, hit or miss, or the time; and what it was at worst."""
    return f"{_at_hand(case)}, at worst {case.worst}" if case.worst else _at_hand(case)


def _at_hand(case: Case) -> str:
    from tallyclerk.report.reasons import reason
    from tallyclerk.report.tables import rule

    if not case.n:
        return f"out: {reason(case.reason or '')}"
    if case.ending is None:
        word = "miss" if case.is_miss else "ok"
        of = f" {case.hits}/{case.n}" if case.n > 1 else ""
        return ": ".join([word + of, *([", ".join(map(rule, case.rules))] if case.rules else [])])
    if case.ending == "never":
        return "never"
    hours = f"{(case.minutes or 0) / 60:,.1f} h"
    return f"> {hours}" if case.ending == "censored" else hours

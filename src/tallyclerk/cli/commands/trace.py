"""`tallyclerk trace`: one journey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from tallyclerk.cli.options import format_option, reading

if TYPE_CHECKING:
    from tallyclerk.cli.places import Places
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.kpis.story import Record, Story
    from tallyclerk.pipeline import Run

MOST = 5


@click.command
@click.argument("reference")
@format_option("table", "json")
@reading(default="all")
def command(run: Run, cuts: Cuts, reference: str, form: str) -> None:
    """Show one journey: events, custody, handovers, gaps, incidents.

    And what each KPI makes of it. REFERENCE is a shipment id or any number it goes by, without regard to case, spaces and hyphens.
    Times are UTC.
    """
    from dataclasses import asdict

    from tallyclerk.cli.output import as_json, say
    from tallyclerk.report.render.data import run_object

    stories = run.trace(reference)
    info = run.info(cuts.period)
    if form == "json":
        say(as_json({"run": run_object(info), "shipments": [asdict(story) for story in stories]}))
        return
    from tallyclerk.report.text import moment

    parts = [_told(run, story, cuts) for story in stories[:MOST]]
    if len(stories) > MOST:
        others = ", ".join(story.shipment_id for story in stories[MOST : 4 * MOST])
        more = " …" if len(stories) > 4 * MOST else ""
        parts.append(f"{len(stories) - MOST} more shipments go by it: {others}{more}")
    say("\n\n\n".join([f"as of {moment(run.as_of)}, times in UTC", *parts]))


def _told(run: Run, story: Story, cuts: Cuts) -> str:
    from tallyclerk.cli.output import paragraphs
    from tallyclerk.cli.places import Places
    from tallyclerk.report.states import kpi_place

    chosen = [
        fact
        for fact in story.facts
        if (not cuts.kpis or fact["kpi"] in cuts.kpis)
        and (not cuts.partners or fact["partner_id"] in cuts.partners)
        and (fact["rule"] is None or _is_against(run, fact))
    ]
    chosen.sort(key=lambda fact: kpi_place(fact["kpi"]))
    places = Places()
    return paragraphs(
        _head(story),
        _section("events", story.events, _events(places)),
        _section("custody", story.custody, _CUSTODY),
        _section("handovers", story.handovers, _HANDOVERS),
        _section("longest silence in each custody", story.gaps, _GAPS),
        _section("incidents", story.incidents, _INCIDENTS),
        _section("what the KPIs make of it", chosen, _facts(run)),
        places.legend(),
    )


def _head(story: Story) -> str:
    """Who sent what where, and what was promised."""
    from tallyclerk.cli.table import one_line, width, wrapped

    told = story.shipment
    words = [f"shipment {story.shipment_id}", f"lane {told['lane']}", f"chain {told['chain']}"]
    names = ("order_id", "service", "batch_id", "handover_due_at", "promised_at", "promised_date")
    said = [f"{name} {_cell(told[name])}" for name in (*names, "outcome") if told.get(name)]
    lines = [line for parts in (words, said) for line in wrapped("   ".join(parts), width())]
    return "\n".join(one_line(line) for line in lines if line)


def _cell(value: Any) -> str:
    """Any value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


Cells = Sequence[tuple[str, Callable[["Record"], str]]]


def _section(title: str, records: Iterable[Record], columns: Cells) -> str:
    """A table under its title; columns in which nothing stands are left out."""
    from tallyclerk.cli.table import Column, table

    rows = [[get(record) for _, get in columns] for record in records]
    if not rows:
        return f"{title}: none"
    kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    heads = [Column(columns[i][0], flexible=columns[i][0] in _FLEXIBLE) for i in kept]
    return f"{title}\n{table(heads, [[row[i] for i in kept] for row in rows])}"


_FLEXIBLE = {"location", "their status", "what", "KPI", "by", "with"}


def _key(name: str) -> Callable[[Record], str]:
    return lambda record: _cell(record[name])


def _when(record: Record) -> str:
    """When it happened: a day where no time of day was told."""
    if record["occurred_date"] is not None:
        return f"{record['occurred_date']}"
    return _cell(record["occurred_at"])


def _note(record: Record) -> str:
    if record["classifier"] not in {None, "actual"}:
        return str(record["classifier"])
    return "" if record["is_counted"] else "not known yet"


def _hours(minutes: float | None) -> str:
    return "" if minutes is None else f"{minutes / 60:,.1f} h"


def _until(start: str, end: str) -> Callable[[Record], str]:
    """The time between two columns."""

    def hours(record: Record) -> str:
        begin, finish = record[start], record[end]
        if begin is None or finish is None:
            return ""
        return _hours((finish - begin).total_seconds() / 60)

    return hours


def _events(places: Places) -> Cells:
    return (
        ("time", _when),
        ("milestone", _key("milestone")),
        ("by", _key("partner")),
        ("with", _key("counterpart")),
        ("location", lambda r: r["location"] or r["country"] or ""),
        ("their status", _key("status_raw")),
        ("note", _note),
        ("file:row", lambda r: places.short(r["place"])),
    )


_FATES = {"next": "next taking", "never": "loss or return"}
_CUSTODY: Cells = (
    ("partner", _key("partner")),
    ("role", _key("role")),
    ("from", _key("taken_at")),
    ("until", lambda r: _cell(r["end_at"]) or ("open" if r["fate"] is None else "")),
    ("hours", _until("taken_at", "end_at")),
    ("ended by", lambda r: _FATES.get(r["fate"], r["fate"] or "")),
    ("note", lambda r: "taking implied by a scan" if r["is_implied"] else ""),
)
_HANDOVERS: Cells = (
    ("giver", _key("giver")),
    ("to", _key("taker")),
    ("released", _key("released_at")),
    ("taken", lambda r: _cell(r["taken_at"]) or "not taken"),
    ("after", _until("released_at", "taken_at")),
    ("taken by", lambda r: _cell(r["next_partner"]) if r["next_partner"] != r["taker"] else ""),
)
_GAPS: Cells = (
    ("partner", _key("partner")),
    ("from", _key("from_at")),
    ("until", lambda r: "open" if r["is_open"] else _cell(r["until_at"])),
    ("hours", lambda r: _hours(r["minutes"])),
)
_INCIDENTS: Cells = (
    ("rule", _key("rule")),
    ("what", _key("label")),
    ("answerable", _key("partner")),
    ("with", _key("other")),
    ("weight", lambda r: "serious" if r["is_serious"] else "hygiene"),
)


def _facts(run: Run) -> Cells:
    from tallyclerk.report.reasons import reason

    def label(record: Record) -> str:
        rule = f": {record['rule']}" if record["rule"] else ""
        return f"{run.kpis[record['kpi']].label}{rule}"

    def outcome(record: Record) -> str:
        if record["reason"] is not None:
            return f"out: {reason(record['reason'])}"
        if record["ending"] is None:
            return _hit(run, record)
        hours = _hours(record["minutes"])
        return {"never": "never", "censored": f"> {hours} (open)"}.get(record["ending"], hours)

    return (
        ("KPI", label),
        ("partner", _key("partner_id")),
        ("with", _key("counterpart")),
        ("outcome", outcome),
    )


def _hit(run: Run, record: Record) -> str:
    count = f" ({record['hits'] or 0} of {record['n']})" if record["n"] > 1 else ""
    return ("against" if _is_against(run, record) else "ok") + count


def _is_against(run: Run, record: Record) -> bool:
    """Whether a case of a rate counts against the partner."""
    hits, n = record["hits"] or 0, record["n"]
    return bool(hits < n if run.kpis[record["kpi"]].better == "higher" else hits > 0)

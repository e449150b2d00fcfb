"""Where the shortfall sits: cases beyond those that peers had on the same lanes."""

from __future__ import annotations

from collections.abc import Sequence

from tallyclerk.domain.results import Result, State
from tallyclerk.report import states, text, verdict, words
from tallyclerk.report.charts import dots, excess
from tallyclerk.report.figures.subject import Subject, empty
from tallyclerk.report.model import Figure

MOST = 8


def figure(subject: Subject) -> Figure:
    """Draw the excess by lane where peers say what to expect of the whole, else the lanes' values."""
    cuts = [r for r in subject.of_role(subject.given.lanes) if r.value is not None]
    beside = [r for r in cuts if r.expected is not None and r.hits is not None]
    covered = {(r.kpi, r.statistic) for r in subject.totals if r.expected is not None}
    beside = [r for r in beside if (r.kpi, r.statistic) in covered]
    chosen = states.focus(subject.totals, beside)
    lanes = [r for r in cuts if (r.kpi, r.statistic) == chosen]
    if lanes:
        return _excess(subject, lanes)
    chosen = states.focus(subject.totals, cuts)
    lanes = [r for r in cuts if (r.kpi, r.statistic) == chosen]
    if not lanes:
        return empty("lanes", words.say("figure.lanes.title"), words.say("figure.lanes.none"))
    return _values(subject, lanes)


def _excess(subject: Subject, lanes: Sequence[Result]) -> Figure:
    rows = excess.rows(lanes)
    title = f"{subject.label(lanes[0])}: {excess_title(rows)}"
    return Figure(
        key="lanes",
        title=title,
        how=words.say("figure.lanes.how", noun=verdict.noun(lanes[0].kpi, 2)),
        alt=f"{words.say('figure.lanes.alt')} {title}",
        drawings=(
            subject.drawn("lanes", excess, "rate", {"main": rows, "frame": excess.frame(rows)}),
        ),
    )


def excess_title(rows: Sequence[excess.Row]) -> str:
    """Say how many cases more or fewer than peers, where most of them are, and if that is proven."""
    total = sum(row["excess"] for row in rows if row["excess"] is not None)
    single = [row for row in rows if row["lanes"] == 1 and row["excess"] is not None]
    worst = max(single, key=lambda row: row["excess"], default={"excess": 0.0, "name": ""})
    told = {"cases": text.cases(abs(total)), "lane": worst["name"]}
    if total < excess.LEAST:
        key = "as_peers" if total > -excess.LEAST else "fewer"
    else:
        key = "more_on" if worst["excess"] >= total / 2 else "more"
    said = words.say(f"figure.lanes.{key}", **told)
    is_open = key.startswith("more") and all(row["kind"] != "proven" for row in rows)
    return words.say("figure.lanes.open", said=said) if is_open else said


def _values(subject: Subject, lanes: list[Result]) -> Figure:
    lanes.sort(key=lambda r: (-r.n, r.lane or ""))
    shown = lanes[:MOST]
    first = shown[0]
    rows = dots.fill_open_ends([dots.row(r, f"{r.lane} (n {text.count(r.n)})") for r in shown])
    ends = dots.frame(
        rows, from_zero=first.better == "lower", most=100.0 if first.unit == "rate" else None
    )
    title = words.say(
        f"figure.lanes.{_finding(lanes)}",
        label=subject.label(first),
        bad=text.count(sum(r.state in states.AGAINST for r in lanes)),
        lanes=text.plural(len(lanes), "lane"),
        named=_named([r.lane or "" for r in lanes if r.state in states.AGAINST]),
    )
    return Figure(
        key="lanes",
        title=title,
        how=words.say("figure.lanes.how_values"),
        alt=f"{words.say('figure.lanes.alt')} {title}",
        drawings=(subject.drawn("lanes", dots, first.unit, {"main": rows, "frame": ends}),),
    )


def _finding(lanes: Sequence[Result]) -> str:
    if all(r.target is None for r in lanes):
        return "no_target"
    if any(r.state in states.AGAINST for r in lanes):
        return "against"
    return "too_few" if all(r.state is State.INSUFFICIENT for r in lanes) else "nothing"


def _named(bad: Sequence[str]) -> str:
    return text.short(", ".join(bad[:3]), 60) + (" …" if bad[3:] else "")

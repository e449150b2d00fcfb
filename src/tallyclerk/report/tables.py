"""The tables of a page below its KPIs: lanes, incidents, exclusions, sources, misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tallyclerk.domain.judgement import SourceCount
from tallyclerk.domain.results import Result
from tallyclerk.kpis.retold import LACKING, LATE, PART
from tallyclerk.report import text, verdict, words
from tallyclerk.report.model import Figure, KpiText, Table
from tallyclerk.report.reasons import reason
from tallyclerk.report.states import kpi_place, mark

Row = tuple[str, ...]
INCIDENT_KPIS = ("miscommunication_rate", "message_hygiene_rate")
NUMERIC = frozenset(
    [
        "n",
        "against",
        "waiting",
        "disputed",
        "value",
        "interval",
        "target",
        "peers",
        "cases",
        "time",
        "worth",
        "month",
        "claim_until",
        "amount",
        "rows_read",
        "accepted",
        "rejected",
        "duplicates",
        "pending",
        "left_out",
        "bad_cells",
        "files",
    ]
)
MOST_LANES, MOST_INCIDENTS = 8, 8
LAST_FIGURE = "silence"
ROWS_BESIDE, FEWEST_LANES = 7, 2
"""Rows of tables that have room beside the last figure, and the lanes that are worth a table."""


def milestone(name: str) -> str:
    """Give a milestone in words."""
    return words.said(f"milestone.{name}") or text.short(name.replace("_", " ").lower(), 60)


def rule(name: str) -> str:
    """Give an incident rule in words."""
    if name.startswith(LATE):
        share = name.removeprefix(LATE)
        return words.say(f"step.{'controllable' if share == 'own' else share}").capitalize()
    is_lacking = not name.startswith(PART) or name.startswith(PART + LACKING)
    name = name.removeprefix(PART).removeprefix(LACKING)
    told = words.said(f"rule.{name}") or words.said(f"flaw.{name}")
    if told is None and (named := words.said(f"milestone.{name}")):
        named = named[:1].upper() + named[1:]
        return words.say("flaw.lacking", milestone=named) if is_lacking else named
    return told or text.short(name.replace("_", " "), 60).capitalize()


def lanes_on_paper(incidents: Table, figures: Sequence[Figure]) -> int:
    """How many lanes fit on the second sheet: below the incidents beside the last figure, if it is drawn."""
    if not any(figure.key == LAST_FIGURE and figure.drawings for figure in figures):
        return MOST_LANES
    left = ROWS_BESIDE - len(incidents.rows)
    return left if left >= FEWEST_LANES else 0


def lanes(
    rows: Sequence[Result],
    kpis: Mapping[str, KpiText],
    focus: tuple[str, str],
    most: int = MOST_LANES,
) -> Table:
    """Show the figure under discussion on each lane, the largest lanes first."""
    chosen = [r for r in rows if (r.kpi, r.statistic) == focus and r.lane is not None]
    chosen.sort(key=lambda r: (-r.n, r.lane or ""))
    cells = [_lane(r) for r in chosen[:most]]
    rest = chosen[most:]
    note = words.say("lanes.rest", lanes=text.plural(len(rest), "lane")) if rest else ""
    title = words.say("lanes.title", label=verdict.label(chosen[0], kpis)) if chosen else ""
    columns: Row = ("lane", "n", "value", "interval", "target", "state", "peers")
    if all(r.expected is None for r in chosen):
        columns, cells = columns[:-1], [row[:-1] for row in cells]
    return table_of("lanes", title, columns, cells, note)


def _lane(result: Result) -> Row:
    return (
        text.short(result.lane or "", 40),
        text.count(result.n),
        verdict.value(result),
        text.interval(result.low, result.high, result.unit),
        text.goal(result.target, result.better, result.unit),
        f"{mark(result.state).shape} {mark(result.state).brief}",
        verdict.peers(result),
    )


def table_of(
    key: str, title: str, columns: Sequence[str], rows: Sequence[Row], note: str = ""
) -> Table:
    """Make a table of columns named by their key; numeric ones are set to the right."""
    named = tuple(
        (words.say(f"table.{name}"), "num" if name in NUMERIC else "") for name in columns
    )
    return Table(key=key, title=title, columns=named, rows=tuple(rows), note=note)


def incidents(
    facts: pl.LazyFrame, rules: Sequence[Result], names: Mapping[str, str], role: str
) -> Table:
    """Count incidents by rule and counterpart, from the evidence, else from the results by rule."""
    found = facts.filter(
        pl.col("kpi").is_in(INCIDENT_KPIS),
        pl.col("rule").is_not_null(),
        pl.col("hits") > 0,
        pl.col("role") == role,
    )
    grouped = (
        found.group_by("rule", "counterpart", "kpi")
        .agg(pl.col("hits").sum(), pl.col("shipment_id").n_unique().alias("shipments"))
        .sort(["hits", "rule", "counterpart"], descending=[True, False, False], nulls_last=True)
        .collect()
    )
    rows = [
        (
            rule(row["rule"]),
            text.short(names.get(row["counterpart"], row["counterpart"] or text.DASH), 40),
            _severity(row["kpi"]),
            text.count(row["hits"]),
        )
        for row in grouped.iter_rows(named=True)
    ]
    if not rows:
        rows = [
            (
                rule(r.rule or ""),
                words.say("incidents.all"),
                _severity(r.kpi),
                text.count(r.hits or 0),
            )
            for r in sorted(rules, key=lambda r: (-(r.hits or 0), r.rule or ""))
            if r.kpi in INCIDENT_KPIS and r.hits
        ]
    rest = len(rows) - MOST_INCIDENTS
    note = words.say("incidents.rest", n=text.count(rest)) if rest > 0 else ""
    columns = ("rule", "with", "kind", "cases")
    title = words.say("incidents.title")
    return table_of("incidents", title, columns, rows[:MOST_INCIDENTS], note)


def _severity(kpi: str) -> str:
    return words.say(f"incidents.{'serious' if kpi == INCIDENT_KPIS[0] else 'hygiene'}")


def exclusions(totals: Sequence[Result], kpis: Mapping[str, KpiText]) -> Table:
    """List what is out of n, a line for each KPI with the reasons and their counts."""
    seen: dict[str, dict[str, int]] = {}
    for result in totals:
        out = dict(result.excluded) | ({"waiting": result.waiting} if result.waiting else {})
        if out:
            seen.setdefault(result.kpi, {}).update(out)
    rows = [
        (
            kpis[kpi].label if kpi in kpis else kpi,
            ", ".join(f"{reason(why)}: {text.count(n)}" for why, n in sorted(seen[kpi].items())),
            text.count(sum(seen[kpi].values())),
        )
        for kpi in sorted(seen, key=kpi_place)
    ]
    return table_of("exclusions", words.say("exclusions.title"), ("kpi", "reasons", "cases"), rows)


def sources(counts: Sequence[SourceCount], most: int | None = None) -> Table:
    """Show what became of every row that was read.

    Args:
        counts: The sources.
        most: Where there are more sources than this, show their sum and those with a problem only.
    """
    account = ["rows_read", "accepted", "rejected", "duplicates", "pending"]
    account += ["left_out"] if any(s.left_out for s in counts) else []
    rows = [_source(s, account) for s in counts]
    note = ""
    if most is not None and len(counts) > most:
        troubled = [s for s in counts if s.rejected or s.pending or s.bad_cells]
        rows = [_source(s, account) for s in (_together(counts), *troubled[:most])]
        note = words.say("sources.rest")
    columns = ("source", "files", *account, "bad_cells", "events")
    return table_of("sources", words.say("sources.title"), columns, rows, note)


def feeds(counts: Sequence[SourceCount]) -> Table:
    """Show until when each source is complete, what its times rest on, and who tells what in it."""
    rows = [
        (
            text.short(source.source, 40),
            source.data_until.isoformat() if source.data_until else text.DASH,
            text.short(", ".join(source.missing), 80) or text.DASH,
            source.zone_evidence or text.DASH,
            text.short(_tells(source), 600) or text.DASH,
        )
        for source in counts
    ]
    columns = ("source", "data_until", "missing", "times_by", "tells")
    return table_of("feeds", words.say("sources.feeds"), columns, rows)


def _tells(source: SourceCount) -> str:
    """The milestones of each partner with their counts."""
    told: dict[str, list[str]] = {}
    for partner, milestone, events in source.tells:
        told.setdefault(partner or text.DASH, []).append(f"{milestone} {text.count(events)}")
    return "; ".join(f"{partner}: {', '.join(names)}" for partner, names in told.items())


def data_until(counts: Sequence[SourceCount]) -> str:
    """Give the last day that any source tells of."""
    return text.day(max((s.last_at for s in counts if s.last_at), default=None))


def _source(source: SourceCount, account: Sequence[str]) -> Row:
    return (
        text.short(source.source, 40),
        *(text.count(getattr(source, name)) for name in ("files", *account, "bad_cells")),
        f"{text.day(source.first_at)} – {text.day(source.last_at)}"
        if source.first_at
        else text.DASH,
    )


def _together(counts: Sequence[SourceCount]) -> SourceCount:
    """Add sources up."""
    return SourceCount(
        source=words.say("sources.all", sources=text.plural(len(counts), "source")),
        files=sum(s.files for s in counts),
        rows_read=sum(s.rows_read for s in counts),
        accepted=sum(s.accepted for s in counts),
        rejected=sum(s.rejected for s in counts),
        duplicates=sum(s.duplicates for s in counts),
        pending=sum(s.pending for s in counts),
        left_out=sum(s.left_out for s in counts),
        bad_cells=sum(s.bad_cells for s in counts),
        first_at=min((s.first_at for s in counts if s.first_at), default=None),
        last_at=max((s.last_at for s in counts if s.last_at), default=None),
    )

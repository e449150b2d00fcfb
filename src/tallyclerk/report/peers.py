"""Partners of a role beside each other: the funnel, and the lanes they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.results import Result
from tallyclerk.domain.roles import ROLE_ORDER, Role
from tallyclerk.report import text, verdict, words
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.charts import draw, funnel
from tallyclerk.report.model import Drawing, Figure, KpiText, Matrix, MatrixCell
from tallyclerk.report.states import mark

WISHES: Mapping[str, tuple[str, ...]] = {
    Role.SUPPLIER: ("dispatch_on_time_rate", "on_time_controllable_rate"),
    Role.COURIER: ("on_time_rate", "on_time_controllable_rate", "handover_ack_rate"),
}
ELSE = ("on_time_controllable_rate", "handover_ack_rate", "on_time_rate")
"""Which rate partners of a role are set beside each other by: the first that enough of them have."""
LEAST_PARTNERS = 3
MOST_LANES, MOST_PARTNERS = 10, 40


def chosen(role: str, totals: Sequence[Result]) -> list[Result]:
    """Give the totals of the rate that partners of a role are set beside each other by.

    Returns:
        One per partner with cases; none where too few partners have the same rate.
    """
    for kpi in WISHES.get(role, ELSE):
        found = [r for r in totals if (r.role, r.kpi, r.statistic) == (role, kpi, "rate") and r.n]
        if len(found) >= LEAST_PARTNERS:
            return found
    return []


def roles_in(totals: Sequence[Result]) -> list[str]:
    """Give the roles in the order in which goods meet them."""
    return sorted({r.role for r in totals}, key=lambda role: (ROLE_ORDER.get(role, 99), role))


def funnels(judgement: Judgement, kpis: Mapping[str, KpiText]) -> tuple[Figure, ...]:
    """Draw a funnel for each role with enough partners."""
    fonts = bundled_templates() / "fonts"
    figures = []
    for role in roles_in(judgement.totals):
        found = chosen(role, judgement.totals)
        if not found or not 0 < funnel.common_rate(found) < 1:
            continue
        rows = funnel.rows(found, judgement.names)
        svg = draw.svg(
            funnel.specification,
            "rate",
            {"main": rows, "limits": funnel.limits(found), "mean": funnel.mean(found)},
            key=f"funnel-{role}",
            fonts=fonts,
        )
        title = _funnel_title(role, found, rows, kpis)
        figures.append(
            Figure(
                key=f"funnel-{role}",
                title=title,
                how=words.say("funnel.how"),
                alt=f"{words.say('funnel.alt')} {title}",
                drawings=(Drawing(svg=svg),),
            )
        )
    return tuple(figures)


def _funnel_title(
    role: str, found: Sequence[Result], rows: Sequence[funnel.Row], kpis: Mapping[str, KpiText]
) -> str:
    told = {
        "role": words.named("role_many", role),
        "label": verdict.label(found[0], kpis),
        "all": text.plural(len(found), "partner"),
    }
    out = sum(row["kind"] != "within" for row in rows)
    if not out:
        return words.say("funnel.within", **told)
    return words.say("funnel.outside", **told, n=text.count(out))


def matrices(judgement: Judgement, kpis: Mapping[str, KpiText]) -> tuple[Matrix, ...]:
    """Set partners of a role beside each other on the lanes that most shipments use."""
    made = []
    for role in roles_in(judgement.totals):
        found = chosen(role, judgement.totals)
        if found:
            made.append(_matrix(role, found, judgement, kpis))
    return tuple(made)


def _matrix(
    role: str, found: Sequence[Result], judgement: Judgement, kpis: Mapping[str, KpiText]
) -> Matrix:
    kpi = found[0].kpi
    cells = {
        (r.partner_id, r.lane): r
        for r in judgement.lanes
        if (r.role, r.kpi, r.statistic) == (role, kpi, "rate") and r.lane and r.n
    }
    cases: dict[str, int] = {}
    for (_, lane), result in cells.items():
        cases[lane or ""] = cases.get(lane or "", 0) + result.n
    lanes = sorted(cases, key=lambda lane: (-cases[lane], lane))
    partners = sorted(found, key=lambda r: (-r.n, r.partner_id))[:MOST_PARTNERS]
    rest = len(lanes) - MOST_LANES
    return Matrix(
        key=f"matrix-{role}",
        title=words.say(
            "matrix.title",
            role=words.named("role_many", role),
            label=verdict.label(found[0], kpis),
        ),
        lanes=tuple(text.short(lane, 24) for lane in lanes[:MOST_LANES]),
        rows=tuple(
            (
                text.short(judgement.names.get(r.partner_id, r.partner_id), 40),
                tuple(_cell(cells.get((r.partner_id, lane))) for lane in lanes[:MOST_LANES]),
            )
            for r in partners
        ),
        note=words.say("matrix.rest", lanes=text.plural(rest, "lane")) if rest > 0 else "",
    )


def _cell(result: Result | None) -> MatrixCell:
    if result is None:
        return MatrixCell()
    return MatrixCell(value=verdict.value(result), n=text.count(result.n), mark=mark(result.state))

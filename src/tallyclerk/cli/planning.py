"""How large a trial has to be: printed from the settings alone, without any data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tallyclerk.config.models import Settings
    from tallyclerk.domain.vetting import PlannedCheck


def say_plan(settings: Settings, partners: Sequence[str], roles: Sequence[str], form: str) -> None:
    """The size of a trial for each partner named, or for any partner."""
    from dataclasses import asdict

    from tallyclerk.cli.output import as_json, paragraphs, say
    from tallyclerk.kpis.dictionary import definitions

    kpis = definitions()
    planned = {partner: _planned(settings, kpis, partner, roles) for partner in partners or (None,)}
    if form == "json":
        rows = [
            {"partner_id": partner, **asdict(check)}
            for partner, checks in planned.items()
            for check in checks
        ]
        say(as_json({"plan": rows}))
        return
    size = settings.vetting.parcels_per_batch
    parts = [f"a trial in batches of {size} ([vetting] parcels_per_batch)"]
    for partner, checks in planned.items():
        for role in dict.fromkeys(check.role for check in checks):
            own = [check for check in checks if check.role == role]
            head = f"{partner}, {role}" if partner else role
            parts.append(f"{head}\n{_plan_table(own, kpis)}")
    say(paragraphs(*parts, "\n".join(_plan_notes())))


def _planned(
    settings: Settings, kpis: Any, partner: str | None, roles: Sequence[str]
) -> list[PlannedCheck]:
    from tallyclerk.domain.roles import Role
    from tallyclerk.errors import UsageError
    from tallyclerk.judge.plan import plan

    unknown = [role for role in roles if role not in set(Role)]
    if unknown:
        raise UsageError(f"no role {unknown[0]!r}", how=f"there are: {', '.join(Role)}")
    block = settings.partners.get(partner) if partner else None
    wanted = set(roles) or {str(role) for role in (block.roles if block else ())}
    return [check for check in plan(settings, kpis, partner) if not wanted or check.role in wanted]


def _plan_table(checks: Sequence[PlannedCheck], kpis: Any) -> str:
    from tallyclerk.cli.table import Column, table
    from tallyclerk.report import text
    from tallyclerk.report.vetting import label

    heads = ("cases, no miss", "batches", "misses planned", "cases", "batches")
    columns = [Column("KPI", flexible=True), Column("cut", right=True)]
    columns += [Column(head, right=True) for head in heads]
    rows = [
        [
            label(check, kpis),
            text.goal(check.cut, check.better, check.unit),
            f"{check.clean_cases:,}",
            f"{check.clean_batches:,}",
            text.quantity(check.planned_share, "rate"),
            f"{check.cases:,}",
            f"{check.batches:,}",
        ]
        for check in checks
    ]
    return table(columns, rows)


def _plan_notes() -> list[str]:
    from tallyclerk.cli.table import width, wrapped
    from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES

    how = (
        "cases, no miss: proves the cut when not a single case misses; the columns after it: when "
        "half as many miss as the cut allows. About every second trial of that size turns out "
        "worse than planned, and needs more."
    )
    least = (
        f"never fewer than {MIN_CASES} cases in {MIN_BATCHES} batches; a trial is as large as the "
        "largest line of its role."
    )
    return [line for note in (how, least) for line in wrapped(note, width())]

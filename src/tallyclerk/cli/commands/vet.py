"""`tallyclerk vet`: may a partner be entrusted with volume?"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from tallyclerk.cli.options import format_option, reading
from tallyclerk.cli.session import session_of

if TYPE_CHECKING:
    from tallyclerk.domain.scores import Score
    from tallyclerk.domain.vetting import Check, Vetting
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import Run


def _or_plan(judged: Callable[..., Any]) -> Callable[..., Any]:
    """Answer --plan from the settings alone; everything else opens the data."""

    @functools.wraps(judged)
    def called(*, plan: bool, **given: Any) -> Any:
        if not plan:
            return judged(**given)
        from tallyclerk.cli.planning import say_plan

        settings = session_of(click.get_current_context()).settings()
        partners = (*given["partners"], *given["partner"])
        return say_plan(settings, partners, given["role"], given["form"])

    return called


@click.command
@click.argument("partners", nargs=-1, metavar="PARTNER...")
@click.option(
    "--plan",
    is_flag=True,
    help="How many parcels and batches each cut needs, before a trial: no data are needed.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit code 5 when the verdict on any partner is below the line: conditional or reject.",
)
@format_option("table", "json")
@_or_plan
@reading(default="all")
def command(run: Run, cuts: Cuts, partners: tuple[str, ...], *, strict: bool, form: str) -> None:
    """Vet partners: approve, conditional or reject, with reasons.

    approve: each mandatory KPI is proven to meet its cut (one-sided, 95 %). reject: one is proven
    beyond its limit (99 %, corrected for all) in two consecutive mature periods. Otherwise
    conditional, with what is still needed: thin data never reject, and never approve.
    """
    from tallyclerk.cli.output import as_json, say
    from tallyclerk.judge.portfolio import scores_of
    from tallyclerk.report.render.data import run_object
    from tallyclerk.report.vetting import vetting_object

    names = run.known.all_of("partner", (*partners, *cuts.partners))
    if not names:
        raise click.UsageError("vet needs a partner, such as: vet ACME (or --plan).")
    if cuts.kpis:
        raise click.UsageError("vet looks at all mandatory KPIs: --kpi would leave some out.")
    chosen = replace(cuts, partners=names)
    found = _vetted(run, chosen)
    info = run.info(cuts.period or run.months)
    scores = scores_of(run.tallies, chosen, run.settings, run.kpis, info)
    if form == "json":
        told = {
            "run": run_object(info),
            "scope": {"lanes": cuts.lanes, "services": cuts.services},
            "vettings": [vetting_object(vetting, run.kpis) for vetting in found],
            "scores": [asdict(score) for score in scores],
        }
        say(as_json(told))
    else:
        say(_tables(run, cuts, found, scores))
    if strict:
        _refuse(found)


def _vetted(run: Run, cuts: Cuts) -> list[Vetting]:
    """The verdicts on some partners in each of their roles, without data too.

    Raises:
        UsageError: A partner has no role.
    """
    from tallyclerk.errors import UsageError
    from tallyclerk.judge.vet import subjects_of, vet

    subjects = subjects_of(run.tallies, run.settings, cuts.partners, cuts.roles)
    for name in cuts.partners:
        if name not in {partner for partner, _ in subjects}:
            how = f"give it one: --role ROLE, or role = … in [partners.{name}]"
            raise UsageError(f"{name} has no role to be vetted in", how=how)
    return vet(cuts.of(run.tallies), run.settings, run.kpis, subjects)


def _refuse(found: Sequence[Vetting]) -> None:
    from tallyclerk.domain.vetting import Decision
    from tallyclerk.errors import VerdictError

    below = [v for v in found if v.decision is not Decision.APPROVE]
    if below:
        told = ", ".join(f"{v.partner_id} as {v.role}: {v.decision}" for v in below)
        raise VerdictError(f"below the line: {told}")


def _tables(run: Run, cuts: Cuts, found: Sequence[Vetting], scores: Sequence[Score]) -> str:
    from tallyclerk.cli.output import heading, paragraphs
    from tallyclerk.cli.table import one_line
    from tallyclerk.judge.portfolio import name_of

    info = run.info(cuts.period or run.months)
    only = ", ".join((*cuts.lanes, *cuts.services))
    title = f"vet   {heading(info, info.period)}" + (f"   only {only}" if only else "")
    parts = [one_line(title)]
    for vetting in found:
        name = name_of(vetting.partner_id, run.settings)
        alias = f" ({name})" if name != vetting.partner_id else ""
        parts.append(one_line(f"{vetting.partner_id}{alias}, {vetting.role}: {vetting.decision}"))
        parts.append(_table(vetting, run.kpis))
        own = [s for s in scores if (s.partner_id, s.role) == (vetting.partner_id, vetting.role)]
        parts.append(_told(vetting, run.kpis, own))
    return paragraphs(*parts)


def _table(vetting: Vetting, kpis: Any) -> str:
    from tallyclerk.cli.table import Column, table

    columns = [Column("KPI", flexible=True), Column("value", right=True)]
    columns += [Column("proven (95 %)"), Column("n", right=True), Column("batches", right=True)]
    columns += [Column("cut", right=True), Column("limit", right=True, needed=False)]
    columns += [Column("finding"), Column("needed", right=True)]
    return table(columns, [_row(check, kpis) for check in vetting.checks])


def _row(check: Check, kpis: Any) -> list[str]:
    from tallyclerk.report import text
    from tallyclerk.report.vetting import WORDS, label

    sign = "≤" if check.better == "lower" else "≥"
    bound = f"{sign} {text.quantity(check.bound, check.unit)}" if check.bound is not None else ""
    cut, limit = (
        "—" if value is None else text.agreed(value, check.unit)
        for value in (check.cut, check.limit)
    )
    needed = "—" if check.cases_needed is None else f"{text.about(check.cases_needed):,}"
    return [
        label(check, kpis),
        _value(check),
        bound,
        f"{check.n:,}{'*' if check.waiting else ''}",
        f"{check.batches:,}",
        cut,
        limit,
        WORDS[check.finding],
        needed,
    ]


def _value(check: Check) -> str:
    """The value; none and all as counts, which claim no more than was seen."""
    from tallyclerk.report import text

    if check.hits is not None and check.hits in {0, check.n}:
        return f"{check.hits:,} of {check.n:,}"
    return text.quantity(check.value, check.unit)


def _told(vetting: Vetting, kpis: Any, scores: Sequence[Score]) -> str:
    from tallyclerk.cli.table import one_line, width, wrapped
    from tallyclerk.report.scoring import score_sentence
    from tallyclerk.report.vetting import sentences

    waits = max((check.waiting for check in vetting.checks), default=0)
    note = [f"* up to {waits:,} cases are not mature yet and not counted."] if waits else []
    lines = [*sentences(vetting, kpis), *map(score_sentence, scores), *note]
    return "\n".join(part for line in lines for part in wrapped(one_line(line), width()))

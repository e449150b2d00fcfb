"""What reading commands share: which partners and KPIs, over which months, as of when."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

import click

from tallyclerk.cli.periods import AskedPeriod, Last, Month, Months
from tallyclerk.cli.session import session_of

if TYPE_CHECKING:
    from tallyclerk.judge.cuts import Cuts
    from tallyclerk.pipeline import Run

P = ParamSpec("P")
Command = Callable[..., Any]

_FILTERS = (
    ("--partner", "ID", "Only this partner (repeatable)."),
    ("--role", "ROLE", "Only partners in this role (repeatable)."),
    ("--lane", "LANE", "Only this lane, such as 'CN>DE' (repeatable)."),
    ("--service", "NAME", "Only this service (repeatable)."),
    ("--kpi", "NAME", "Only this KPI (repeatable)."),
)
_PERIODS: tuple[tuple[str, str, click.ParamType[Any], str], ...] = (
    ("--month", "2026-10", Month(), "One month."),
    ("--quarter", "2026-Q3", Months("quarter"), "Three months."),
    ("--year", "2026", Months("year"), "Twelve months."),
    ("--last", "3m", Last(), "Whole months before the as-of time; 2q and 1y work too."),
    ("--from", "2026-08", Month(), "From this month on."),
    ("--to", "2026-10", Month(), "Up to this month, included."),
)

templates_option = click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Templates, style sheets and labels of your own: they go before those of tallyclerk.",
)
"""For commands that make pages."""


class AsOf(click.ParamType[dt.date | dt.datetime]):
    """A date, or a time with its offset."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date | dt.datetime:
        """Read it; a time that could mean several instants is refused."""
        text = str(value).strip()
        try:
            if len(text) == len("2026-10-31"):
                return dt.date.fromisoformat(text)
            time = dt.datetime.fromisoformat(text)
        except ValueError as error:
            example = "2026-10-31 or 2026-10-31T18:00+01:00"
            raise click.BadParameter(
                f"{value!r} is neither a date nor a time such as {example}.", ctx, param
            ) from error
        if time.tzinfo is None:
            meant = f"{text}Z (UTC) or {text}+01:00"
            raise click.BadParameter(
                f"{value!r} has no offset, so it is no instant: write {meant}.", ctx, param
            )
        return time


def instant(as_of: dt.date | dt.datetime, timezone: str) -> dt.datetime:
    """The instant meant: of a date, the last one of that day in the run's timezone."""
    if isinstance(as_of, dt.datetime):
        return as_of.astimezone(dt.UTC)
    midnight = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(), ZoneInfo(timezone))
    return midnight.astimezone(dt.UTC) - dt.timedelta(microseconds=1)


def reading(*, default: str) -> Callable[[Callable[Concatenate[Run, Cuts, P], Any]], Command]:
    """Give a command the shared options; it is called with the open run and the cuts asked for.

    Args:
        default: What no period means: "month" (the last complete one) or "all".
    """

    def decorate(command: Callable[Concatenate[Run, Cuts, P], Any]) -> Command:
        @functools.wraps(command)
        def called(*args: Any, **given: Any) -> Any:
            ctx = click.get_current_context()
            asked = AskedPeriod.take(given)
            words = {name[2:]: given.pop(name[2:]) for name, *_ in _FILTERS}
            session = session_of(ctx)
            settings = session.settings()
            as_of = given.pop("as_of")
            moment = instant(as_of, settings.run.timezone) if as_of else None
            progress = ctx.with_resource(session.progress())
            from tallyclerk.pipeline import open_run

            run = open_run(settings, as_of=moment, progress=progress)
            return ctx.invoke(command, run, _cuts(run, asked, words, default), *args, **given)

        return _with_options(called, default)

    return decorate


def _with_options(called: Command, default: str) -> Command:
    whole = "the last complete month" if default == "month" else "all data"
    called = click.option(
        "--as-of",
        type=AsOf(),
        metavar="TIME",
        help="Nothing recorded later counts: a date (to the end of that day in run.timezone) or "
        "a time with its offset. Default: the latest time in the data.",
    )(called)
    for name, example, kind, text in reversed(_PERIODS):
        dest = {"--from": "from_month", "--to": "to_month"}.get(name, name[2:])
        note = f" [default period: {whole}]" if name == "--to" else ""
        called = click.option(name, dest, type=kind, metavar=example, help=text + note)(called)
    for name, metavar, text in reversed(_FILTERS):
        called = click.option(name, multiple=True, metavar=metavar, help=text)(called)
    return called


def _cuts(run: Run, asked: AskedPeriod, words: dict[str, tuple[str, ...]], default: str) -> Cuts:
    """The rows asked for, every name checked against the data."""
    from tallyclerk.judge.cuts import Cuts

    period = asked.months(run.last_complete_month, lambda: run.months)
    if default == "month":
        period = period or run.last_complete_month
        run.prepare(period)
    if period:
        run.require_facts(period)
    known = {kind: run.known.all_of(kind, given) for kind, given in words.items() if given}
    return Cuts(period=period, **{f"{kind}s": names for kind, names in known.items()})


def format_option(*choices: str) -> Callable[[Command], Command]:
    """`--format`, the first choice being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="table for people, the others for machines.",
    )

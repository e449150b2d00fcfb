"""Checks of what was agreed: every calendar and partner that an agreement names must be there."""

from __future__ import annotations

from collections.abc import Iterator

from tallyclerk.config.agreements import Commitment
from tallyclerk.config.models import Settings, Target
from tallyclerk.config.problems import did_you_mean


def agreement_problems(settings: Settings) -> Iterator[tuple[str, str]]:
    """Key path and sentence of each name in an agreement that nothing defines."""
    for partner, block in settings.partners.items():
        if block.calendar is not None and block.calendar not in settings.calendars:
            yield f"partners.{partner}.calendar", _no_calendar(block.calendar, settings)
    for place, target in enumerate(settings.targets, start=1):
        if target.clock != "hours":
            yield from _of_target(f"targets[{place}]", target, settings)
    for place, agreed in enumerate(settings.commitments, start=1):
        yield from _of_commitment(f"commitments[{place}]", agreed, settings)
    for place, excuse in enumerate(settings.excuses, start=1):
        if excuse.partner is not None and excuse.partner not in settings.partners:
            yield f"excuses[{place}].partner", _no_partner(excuse.partner, settings)
    for place, terms in enumerate(settings.terms, start=1):
        if terms.partner is not None and terms.partner not in settings.partners:
            yield f"terms[{place}].partner", _no_partner(terms.partner, settings)


def _of_commitment(key: str, agreed: Commitment, settings: Settings) -> Iterator[tuple[str, str]]:
    """A commitment is a known partner's, and a business clock needs a calendar."""
    if agreed.partner not in settings.partners:
        yield f"{key}.partner", _no_partner(agreed.partner, settings)
        return
    calendar = agreed.calendar or settings.partners[agreed.partner].calendar
    if agreed.calendar is not None and agreed.calendar not in settings.calendars:
        yield f"{key}.calendar", _no_calendar(agreed.calendar, settings)
    elif agreed.clock != "hours" and calendar is None:
        yield f"{key}.clock", f"{agreed.clock} need a calendar, here or of the partner"


def _of_target(key: str, target: Target, settings: Settings) -> Iterator[tuple[str, str]]:
    """A business clock is one of durations, and of partners with a calendar."""
    if not target.kpi.endswith((".p50", ".p90")):
        yield f"{key}.clock", f"{target.clock} run for durations; {target.kpi} is none"
    bound = [
        name
        for name, block in settings.partners.items()
        if block.calendar is None
        and target.partner in {None, name}
        and (target.role is None or target.role in block.roles)
    ]
    if bound:
        named = ", ".join(bound)
        yield f"{key}.clock", f"{target.clock} need a calendar of every partner it binds: {named}"


def _no_calendar(name: str, settings: Settings) -> str:
    return f"there is no [calendars.{name}]{did_you_mean(name, settings.calendars)}"


def _no_partner(name: str, settings: Settings) -> str:
    return f"there is no [partners.{name}]{did_you_mean(name, settings.partners)}"

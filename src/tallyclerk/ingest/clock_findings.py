"""Doubtful clocks → findings in words: what contradicts what, and which answers mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from tallyclerk.config.models import Source
from tallyclerk.ingest.report import Finding
from tallyclerk.ingest.survey import Sign

_CONFIRM = "clock_confirmed = true"


def clock_findings(signs: Iterable[Sign], sources: Mapping[str, Source]) -> Iterator[Finding]:
    """One finding per sign, but for clocks that their partners have confirmed."""
    for sign in signs:
        told = _unconfirmed(sign, sources)
        if told is None:
            continue
        what, mend = _WORDS[told.kind](told)
        shown = "; ".join(
            f"{f'shipment {w.shipment_id}: ' if w.shipment_id else ''}{w.first}, {w.then}"
            for w in told.witnesses
        )
        yield Finding(
            kind="clock",
            source=told.source,
            where=told.partner if told.partner != told.source else None,
            what=f"{what}. {shown}" if shown else what,
            mend=mend,
            count=told.cases,
        )


def _unconfirmed(sign: Sign, sources: Mapping[str, Source]) -> Sign | None:
    """The sign as far as no confirmation answers it: of two clocks the other one is left."""

    def is_confirmed(name: str | None) -> bool:
        return name is not None and name in sources and sources[name].clock_confirmed

    if not is_confirmed(sign.source):
        return sign
    if sign.is_certain or sign.other_source is None or is_confirmed(sign.other_source):
        return None
    return replace(
        sign,
        source=sign.other_source,
        partner=sign.other,
        other_source=sign.source,
        other=sign.partner,
        shift_hours=-sign.shift_hours,
        is_certain=True,
    )


def _order(sign: Sign) -> tuple[str, str]:
    later, earlier = sign.words
    what = (
        f"its clock contradicts that of {sign.other}: {sign.cases:,} of {sign.of:,} times "
        f"{later} comes before the {earlier} it follows, by hours; "
    )
    fix = f"shift_hours = {sign.shift_hours:g}"
    if sign.is_certain:
        return (
            f"{what}moved by {sign.shift_hours:+g} h it would not",
            f"show them; then correct timezone or set {fix}; if it is right, {_CONFIRM}",
        )
    other = sign.other_source or sign.other
    return (
        (
            f"{what}moved by {sign.shift_hours:+g} h, or {other} by {-sign.shift_hours:+g} h, "
            "it would not"
        ),
        (
            f"show both; then correct the timezone of one or set {fix} here, or "
            f"shift_hours = {-sign.shift_hours:g} in {other}; whose clock is right: {_CONFIRM}"
        ),
    )


def _night(sign: Sign) -> tuple[str, str]:
    return (
        (
            f"{sign.cases:,} of {sign.of:,} deliveries and attempts were made between 22 and 6 o'clock "
            f"local time; a clock {abs(sign.shift_hours):g} h or more "
            f"{'behind' if sign.shift_hours > 0 else 'ahead'} would explain it"
        ),
        (
            "ask whether its times are local: then ignore_offset = true with timezone, or correct "
            f"timezone, or set shift_hours; if people do deliver at night, {_CONFIRM}"
        ),
    )


def _one_offset(sign: Sign) -> tuple[str, str]:
    return (
        (
            f"every time bears the offset {' or '.join(sign.words)}, though {sign.cases:,} of "
            f"{sign.of:,} are from places that keep another"
        ),
        (
            f"ask whether the times are converted: then {_CONFIRM}; if they are local, "
            "ignore_offset = true and the zones of the places in timezones"
        ),
    )


def _offset_place(sign: Sign) -> tuple[str, str]:
    return (
        (
            f"{sign.cases:,} of {sign.of:,} times bear an offset that their place does not keep "
            f"({', '.join(sign.words)})"
        ),
        (
            "ask which is meant: if the local time, ignore_offset = true and timezone (or timezones by "
            f"country); if the instant, {_CONFIRM}"
        ),
    )


def _future(sign: Sign) -> tuple[str, str]:
    hint = f"; moved by {sign.shift_hours:+g} h nearly none would be" if sign.shift_hours else ""
    return (
        f"{sign.cases:,} of {sign.of:,} events are recorded before they happen{hint}",
        f"ask which of the two columns is in another zone; then correct timezone, or {_CONFIRM}",
    )


def _one_minute(sign: Sign) -> tuple[str, str]:
    events = "deliveries and attempts" if sign.words == ("doors",) else "events"
    return (
        (
            f"on {sign.cases:,} of {sign.of:,} days nearly all {events} happen in one minute: the "
            "time they were entered, not the time they happened"
        ),
        f"ask for the times of the scans; until then hours mean little. {_CONFIRM} says it is known",
    )


def _one_upload(sign: Sign) -> tuple[str, str]:
    return (
        (
            f"on {sign.cases:,} of {sign.of:,} days nearly all that was recorded was recorded in one "
            "minute, though it had happened over hours: a day's events sent at once"
        ),
        (
            "ask for each event to be sent when it happens; until then nobody hears of it before the "
            f"upload. {_CONFIRM} says it is known"
        ),
    )


def _dates_only(sign: Sign) -> tuple[str, str]:
    return (
        (
            f"{sign.cases:,} of {sign.of:,} times are days without a time of day, taken as midnight: "
            "durations in hours are off by up to a day"
        ),
        f"ask for the time of day, or map the column that has it; {_CONFIRM} says it is known",
    )


_WORDS: dict[str, Callable[[Sign], tuple[str, str]]] = {
    "order": _order,
    "night": _night,
    "one_offset": _one_offset,
    "offset_place": _offset_place,
    "future": _future,
    "one_minute": _one_minute,
    "one_upload": _one_upload,
    "dates_only": _dates_only,
}

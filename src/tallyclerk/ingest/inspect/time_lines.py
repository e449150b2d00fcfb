"""Zone and format of the times of a block: proven, or asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl

from tallyclerk.ingest.formats.trade.places import zone_of_airport
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.draft import Draft
from tallyclerk.ingest.inspect.kinds import is_half_of_day
from tallyclerk.ingest.inspect.timing import Proof, order_of, prove, together
from tallyclerk.ingest.inspect.zones import (
    DOUBTFUL,
    ZONES,
    ZoneEvidence,
    likely_zone,
    zone_in,
)
from tallyclerk.ingest.times.candidates import COMPACT_CLOCKS
from tallyclerk.ingest.times.clock import stated_zone
from tallyclerk.ingest.times.formats import from_shape
from tallyclerk.ingest.times.plain import plain
from tallyclerk.ingest.times.refused import IN_WORDS, reasons
from tallyclerk.ingest.times.shapes import shapes_of

MOST_WORDS = 12
MOST_AIRPORTS = 60
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_DATES = ("promised_date",)


def time_columns(draft: Draft) -> dict[str, tuple[int, bool]]:
    """Columns of times that the block reads: place, and whether only the day is wanted."""
    columns = draft.group.profile.columns
    found = {
        ours: (place, ours in _DATES)
        for ours, choice in draft.proposal.choices.items()
        for place in choice.columns
        if columns[place].times is not None
    }
    return found | {m.milestone.value: (m.column, False) for m in draft.proposal.milestones}


def write_times(draft: Draft) -> None:
    """Zone and format of the times, proven or asked for."""
    used = time_columns(draft)
    columns = draft.group.profile.columns
    proofs = {place: prove(e) for place, _ in used.values() if (e := columns[place].times)}
    zoneless = {p for p, is_date in used.values() if not is_date and not proofs[p].has_offset}
    clocks = {p for c in draft.proposal.choices.values() for p in c.columns if columns[p].is_clock}
    clocks |= {m.clock for m in draft.proposal.milestones if m.clock is not None}
    worded = [columns[p] for p in sorted(zoneless) if columns[p].zone_words]
    if worded:
        _ask_zone_words(draft, worded)
        zoneless -= {p for p in zoneless if _says_zones(columns[p])}
    names = [draft.named(place) for place in sorted(zoneless | clocks)]
    _write_zone(draft, names, zone_in(names), proofs)
    yearless = [columns[place] for place in sorted(proofs) if columns[place].is_yearless]
    if yearless:
        names_of = ", ".join(repr(column.name) for column in yearless)
        draft.ask(f"of which year are the times of {names_of}? They state none", _year(draft))
    _write_formats(draft, proofs, clocks)
    draft.times += [_time_words(draft, place, proof) for place, proof in proofs.items()]


def _write_formats(draft: Draft, proofs: Mapping[int, Proof], clocks: set[int]) -> None:
    """The formats of all columns together, proven or asked for: what is declared is for all of them."""
    formats = together(proofs.values())
    clock_formats = _clocks(draft, clocks)
    proven = tuple(f for p in proofs.values() if p.is_proven for f in p.formats)
    if set(clock_formats) & set(COMPACT_CLOCKS.values()):
        formats = formats or proven
    unproven = {place: proof for place, proof in proofs.items() if not proof.is_proven}
    if formats and not unproven:
        whole = _with_clocks(draft, formats, clock_formats)
        draft.put("datetime_format", toml.strings(whole), _proof_words(draft, proofs))
    opened = {place: proof for place, proof in unproven.items() if proof.open}
    if opened:
        forms = [form for proof in opened.values() for form in proof.open]
        readings = (
            (*proven, *(form for form in forms if order_of(form) == order))
            for order in dict.fromkeys(map(order_of, forms))
        )
        _ask_order(draft, opened, [_with_clocks(draft, r, clock_formats) for r in readings])
    for place in unproven.keys() - opened.keys():
        _ask_format(draft, place, unproven[place])


def _with_clocks(
    draft: Draft, formats: Sequence[str], clock_formats: Sequence[str]
) -> tuple[str, ...]:
    """The formats of dates with the times of day, and halves of the day, that stand beside them."""
    columns = draft.group.profile.columns
    if clock_formats and formats:
        days = [form for form in formats if not ("%H" in form or "%I" in form)]
        both = (f"{form} {clock}" for form in days for clock in clock_formats)
        formats = (*both, *formats)
    chosen = {p for choice in draft.proposal.choices.values() for p in choice.columns}
    if any(is_half_of_day(columns[place]) for place in chosen):
        formats = [f"{f.replace('%H', '%I')} %p" if "%H" in f else f for f in formats]
    return tuple(dict.fromkeys(formats))


def _clocks(draft: Draft, places: set[int]) -> list[str]:
    """The formats of times of day that stand in a column of their own."""
    values = [v for p in sorted(places) for v in draft.group.profile.columns[p].sample]
    texts = pl.Series(values, dtype=pl.String).str.replace(r"^(\d{1,2})\.(\d{2})$", "$1:$2")
    shapes = shapes_of(plain(texts))
    told = shapes.unique().sort().to_list()
    found = (from_shape(f"9999-99-99 {shape}", None) for shape in told)
    compact = [COMPACT_CLOCKS[shape] for shape in told if shape in COMPACT_CLOCKS]
    return [*dict.fromkeys(form.pattern.partition(" ")[2] for form in found if form), *compact]


def _write_zone(
    draft: Draft, names: list[str], told: ZoneEvidence | None, proofs: Mapping[int, Proof]
) -> None:
    stated = draft.proposal.choices.get("timezone")
    if stated and names:
        column = draft.group.profile.columns[stated.columns[0]]
        unclear = sorted(word for word in column.words or () if stated_zone(word) is None)
        if unclear:
            _ask_words(draft, unclear, f"in {column.name!r}")
        draft.zone = f"each row says it in {column.name!r}"
        return
    if not names:
        offsets = sorted({offset for proof in proofs.values() for offset in proof.offsets})
        words = f"the times state their offset ({', '.join(offsets[:4])})" if offsets else ""
        draft.zone = draft.zone or words
        return
    shown = ", ".join(repr(name) for name in names[:3])
    if told and told.zone:
        draft.zone = f"{told.zone}: {told.word!r} is in the name of a column"
        draft.put("timezone", toml.text(told.zone), f"the name of the column says {told.word}")
        return
    among = " or ".join(told.among) if told else ""
    hint = f"{told.word} can be {among}" if told else "nothing in the files says it"
    draft.zone = f"not stated: {hint}"
    example = told.among[0] if told else _likely(draft)
    words = f"in which zone are the times of {shown}? {hint}"
    answers = [f"timezone = {toml.text(example)}"]
    zones = _zones_of_airports(draft)
    if zones:
        name = draft.named(draft.proposal.choices["location"].columns[0])
        words += f". If they are those of each airport: the second answer, and {toml.pair('timezone', toml.text(name))} among the columns"
        told_zones = ", ".join(f"{toml.key(code)} = {toml.text(zone)}" for code, zone in zones)
        answers.append(f"timezones = {{ {told_zones} }}")
    draft.ask(words, *answers)


def _zones_of_airports(draft: Draft) -> list[tuple[str, str]]:
    """The zone of each airport that rows are at, where these are all airports and in several zones."""
    place = draft.proposal.choices.get("location")
    codes = sorted(draft.group.profile.columns[place.columns[0]].words or ()) if place else []
    zones = [(code, zone) for code in codes if (zone := zone_of_airport(code))]
    is_each = len(zones) == len(codes) <= MOST_AIRPORTS
    return zones if is_each and len({zone for _, zone in zones}) > 1 else []


def _year(draft: Draft) -> str:
    """A year to begin with: the one in the name of a file."""
    years = (_YEAR.search(file.path.name) for file in draft.group.files)
    return f"year = {next((found[0] for found in years if found), '2000')}"


def _says_zones(column: Column) -> bool:
    """Whether every time that states no offset has a word for its zone behind it."""
    stated = column.zone_words.total()
    return column.times is not None and 0 < column.times.offsets[""] <= stated


def _ask_zone_words(draft: Draft, worded: Sequence[Column]) -> None:
    """What the words behind the times mean: each of them is used for several zones somewhere."""
    words = sorted({word for column in worded for word in column.zone_words})[:MOST_WORDS]
    names = ", ".join(repr(column.name) for column in worded)
    draft.zone = f"words stand behind the times ({', '.join(words)})"
    _ask_words(draft, words, f"beside the times of {names}")


def _ask_words(draft: Draft, words: Sequence[str], where: str) -> None:
    zones = ", ".join(f"{toml.key(word)} = {toml.text(_zone_of_word(word))}" for word in words)
    which = "which zone is" if len(words) == 1 else "which zones are"
    draft.ask(f"{which} {', '.join(words)} {where}?", f"timezones = {{ {zones} }}")


def _zone_of_word(word: str) -> str:
    """A zone to begin with."""
    return ZONES.get(word) or DOUBTFUL.get(word, ("Area/City",))[0]


def _likely(draft: Draft) -> str:
    """A zone to begin with; the place where the rows are, or the language of the columns."""
    country = draft.proposal.choices.get("country")
    words = draft.group.profile.columns[country.columns[0]].words if country else None
    return likely_zone(words or Counter(), draft.group.language) or "Area/City"


def _ask_order(draft: Draft, opened: Mapping[int, Proof], answers: Sequence[Sequence[str]]) -> None:
    """In which order day and month stand; each answer holds for all columns."""
    example = draft.group.profile.columns[next(iter(opened))].sample[0]
    names = ", ".join(repr(draft.named(place)) for place in opened)
    words = f"how is {example!r} in {names} to be read? No value proves the order of day and month"
    draft.ask(words, *(f"datetime_format = {toml.strings(forms)}" for forms in answers))


def _ask_format(draft: Draft, place: int, proof: Proof) -> None:
    name = draft.named(place)
    if proof.is_mixed:
        rows = "; ".join(f"not {form}: {draft.where(at)}" for form, at in proof.excluded)
        draft.ask(
            f"{name!r} has dates with the day first and with the month first ({rows})",
            f"datetime_format = {toml.text(proof.excluded[0][0])}",
        )
    else:
        example = draft.group.profile.columns[place].sample[:1]
        why = reasons(pl.Series(example, dtype=pl.String)).drop_nulls().to_list()
        told = f" ({example[0]!r}: {IN_WORDS[why[0]]})" if why else ""
        draft.ask(f"which dates are in {name!r}?{told}", 'datetime_format = "…"')


def _proof_words(draft: Draft, proofs: Mapping[int, Proof]) -> str:
    for proof in proofs.values():
        for form, at in proof.excluded:
            return f"not {form}: {draft.where(at)}"
    return ""


def _time_words(draft: Draft, place: int, proof: Proof) -> str:
    """What is known of a column of times, in one sentence."""
    name = draft.named(place)
    good = proof.values - proof.bad
    if not proof.is_proven:
        return (
            f"{name}: not proven; {' or '.join(proof.open) or 'no order of day and month fits all'}"
        )
    fits = f"all {good:,}" if not proof.bad else f"{good:,} of {proof.values:,}"
    words = f"{name}: {', '.join(proof.formats)} fits {fits} values"
    for form, at in proof.excluded:
        words += f"; not {form}: {draft.where(at)}"
    if proof.bad_example:
        words += f"; no time: {draft.where(proof.bad_example)}"
    return words

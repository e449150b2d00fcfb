"""Evidence about a column's times → the format that is proven, or the question that is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tallyclerk.ingest.times.candidates import LONGEST_SPAN, Evidence, Place, Reading

ORDERS = {"%d%m": "day first", "%m%d": "month first", "%y%m": "year first"}
_NOT_FOUND = ("epoch", "excel")


@dataclass(frozen=True)
class Proof:
    """What is known of a column's times.

    Attributes:
        formats: Those that its values are in, the most frequent first.
        is_proven: Whether no other reading is left.
        must_declare: Whether ingest would not find the format by itself, or not in every file.
        open: The readings that are left where several are.
        excluded: Readings that a value rules out, and that value.
        is_mixed: Whether some values rule out the one order and some the other.
        precision: day, minute or second; "day" too where every time of day is midnight.
        has_offset: Whether all values state their offset to UTC; `states_some`: whether some do.
    """

    formats: tuple[str, ...]
    is_proven: bool
    must_declare: bool
    open: tuple[str, ...]
    excluded: tuple[tuple[str, Place], ...]
    is_mixed: bool
    precision: str
    has_offset: bool
    states_some: bool
    offsets: tuple[str, ...]
    values: int
    bad: int
    bad_example: Place | None


def prove(evidence: Evidence) -> Proof:
    """Decide between the readings of a column."""
    readings = {form: r for form, r in evidence.readings.items() if r.fits}
    ordered: dict[str, list[str]] = {}
    fixed: list[str] = []
    for form in readings:
        order = order_of(form)
        ordered.setdefault(order, []).append(form) if order else fixed.append(form)
    alive = [
        o for o, forms in ordered.items() if not any(evidence.readings[f].excluded for f in forms)
    ]
    alive = _without_scattered(alive, ordered, readings)
    is_mixed = bool(ordered) and not alive
    kept = [*fixed, *(ordered[alive[0]] if len(alive) == 1 else ())]
    kept.sort(key=lambda form: (-readings[form].fits, form))
    offsets = tuple(sorted(offset for offset in evidence.offsets if offset))
    return Proof(
        formats=tuple(kept),
        is_proven=bool(kept) and len(alive) <= 1 and not is_mixed,
        must_declare=bool(ordered) or any(_is_numbers(form) for form in kept),
        open=tuple(_best(ordered[order], readings) for order in alive) if len(alive) > 1 else (),
        excluded=tuple(_excluded(evidence.readings)) if ordered else (),
        is_mixed=is_mixed,
        precision=_precision(evidence, readings, kept or list(readings)),
        has_offset=bool(evidence.offsets) and not evidence.offsets[""],
        states_some=bool(offsets),
        offsets=offsets,
        values=evidence.values,
        bad=evidence.bad,
        bad_example=evidence.bad_example,
    )


def together(proofs: Iterable[Proof]) -> tuple[str, ...]:
    """The formats that a source must declare for all of its columns; none where they are found."""
    known = list(proofs)
    if not any(proof.must_declare for proof in known):
        return ()
    formats = dict.fromkeys(form for proof in known if proof.is_proven for form in proof.formats)
    return tuple(formats)


def order_of(form: str) -> str | None:
    """The order of day, month and year where only the values can tell it."""
    signs = "".join(form[at : at + 2] for at in range(len(form)) if form[at] == "%")[:4]
    return signs if signs in ORDERS else None


def _is_numbers(form: str) -> bool:
    """Whether a format is of bare digits, which ingest takes for times only where it is told to."""
    return form.startswith(_NOT_FOUND) or "%Y%m%d" in form


def _without_scattered(
    alive: list[str], ordered: dict[str, list[str]], readings: dict[str, Reading]
) -> list[str]:
    """Leave out the readings that spread the dates over decades where another one does not."""
    spans = {order: max(readings[form].span for form in ordered[order]) for order in alive}
    near = [order for order in alive if spans[order] <= LONGEST_SPAN]
    return near or alive


def _best(forms: Sequence[str], readings: dict[str, Reading]) -> str:
    return max(forms, key=lambda form: (readings[form].fits, form))


def _excluded(readings: dict[str, Reading]) -> Iterable[tuple[str, Place]]:
    seen: set[str] = set()
    for form, reading in sorted(readings.items()):
        order = order_of(form)
        if order and reading.excluded and order not in seen:
            seen.add(order)
            yield form, reading.excluded


def _precision(evidence: Evidence, readings: dict[str, Reading], forms: Sequence[str]) -> str:
    found = {readings[form].precision for form in forms}
    if found == {"day"}:
        return "day"
    good = evidence.values - evidence.bad
    if evidence.midnights and evidence.midnights + readings_of_day(readings, forms) >= good:
        return "day"
    return "second" if "second" in found else "minute"


def readings_of_day(readings: dict[str, Reading], forms: Sequence[str]) -> int:
    """Values that are days without a time of day."""
    return sum(readings[form].fits for form in forms if readings[form].precision == "day")

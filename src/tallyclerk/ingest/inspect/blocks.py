"""A proposal → its `[sources.NAME]` block: complete, valid, and open where nothing is proven."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.config.formats import FORMATS
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.fields import FIELDS, Choice
from tallyclerk.ingest.inspect.findings import Question
from tallyclerk.ingest.inspect.groups import Group
from tallyclerk.ingest.inspect.names import folded_name
from tallyclerk.ingest.inspect.tables import MilestoneChoice, Proposal
from tallyclerk.ingest.inspect.timing import Proof, prove, together
from tallyclerk.ingest.inspect.zones import ZoneEvidence, likely_zone, zone_in
from tallyclerk.ingest.times.candidates import Place
from tallyclerk.ingest.times.column import shapes_of
from tallyclerk.ingest.times.formats import from_shape

SURE = 0.6
"""A column that fits its field less than this is left in the block as a question."""
_GRAMS = frozenset(("g", "gr", "gram", "grams", "gramm", "grammes", "gramos", "gramas"))
_KILOGRAMS = frozenset(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm"))
_DATES = ("promised_date",)
_DEFAULT_DELIMITERS = {"csv": ",", "tsv": "\t"}
_MONEY = ("value", "amount")
_PLAIN = re.compile(r"^utf-8")


@dataclass
class Draft:
    """A block being written.

    Attributes:
        lines: Its lines so far.
        questions: What has to be known before it can be relied on.
        times: What is known of each column of times, in words.
        zone: What is known of the zone, in words.
        partner: The partner that it names.
        currency: That of the run, which amounts without another one are in.
    """

    name: str
    group: Group
    proposal: Proposal
    patterns: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    zone: str = ""
    partner: str | None = None
    currency: str = "EUR"

    def put(self, name: str, value: str, why: str = "") -> None:
        """Write a setting."""
        self.lines.append(toml.pair(name, value, why))

    def ask(self, words: str, *lines: str) -> None:
        """Leave a setting open: the lines are its possible answers."""
        self.lines += [toml.comment(f"QUESTION: {words}"), *map(toml.comment, lines)]
        self.questions.append(Question(self.name, words, " or ".join(lines)))

    def named(self, place: int) -> str:
        """Name of a column."""
        return self.group.profile.columns[place].name

    def where(self, place: Place) -> str:
        """A cell: file, row and what stands in it."""
        return f"{self.group.path_of(place.file).name}:{place.row} {place.value!r}"


def write_settings(draft: Draft) -> None:
    """The settings of the block itself: where the files are and how they are read."""
    group, proposal = draft.group, draft.proposal
    draft.lines.append(f"[sources.{toml.key(draft.name)}]")
    rows, files = group.profile.rows, len(group.files)
    many = "file" if files == 1 else "files"
    draft.put("path", toml.strings(draft.patterns), f"{files:,} {many}, {rows:,} rows")
    is_special = FORMATS[group.format].vocabulary is not None
    draft.put("format", toml.text(group.format), group.evidence or "" if is_special else "")
    if group.records:
        draft.put("records", toml.text(group.records), "where the list is in the document")
    if group.sheet:
        draft.put("sheet", toml.text(group.sheet))
    if proposal.table != "events":
        draft.put("table", toml.text(proposal.table))
    if proposal.layout == "wide":
        draft.put("layout", '"wide"', "a row per shipment, a column per milestone")
    _write_text(draft)
    _write_decimal(draft)
    _write_times(draft)


def _write_text(draft: Draft) -> None:
    """Encoding and delimiter, where all files share them and they are not the usual ones."""
    group = draft.group
    encodings = {file.encoding for file in group.files}
    delimiters = {file.delimiter for file in group.files}
    encoding = encodings.pop() if len(encodings) == 1 else None
    if encoding and not _PLAIN.match(encoding):
        told = {"pl": "Polish", "cs": "Czech", "tr": "Turkish"}.get(group.language or "")
        draft.put(
            "encoding", toml.text(encoding), f"its columns are {told}" if told else "detected"
        )
    delimiter = delimiters.pop() if len(delimiters) == 1 else None
    if delimiter and delimiter != _DEFAULT_DELIMITERS.get(group.format):
        draft.put("delimiter", toml.text(delimiter))


def _write_decimal(draft: Draft) -> None:
    columns = [draft.group.profile.columns[place] for place in sorted(draft.proposal.columns())]
    numbers = [column for column in columns if column.is_number and column.times is None]
    if any(c.commas and not c.points for c in numbers):
        draft.put("decimal", '","')
        return
    doubtful = [c for c in numbers if c.either and not c.points]
    if doubtful:
        words = f"is {doubtful[0].sample[0]!r} in {doubtful[0].name!r} more than a thousand, or a fraction?"
        draft.ask(words, 'decimal = ","', 'decimal = "."')


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


def _write_times(draft: Draft) -> None:
    """Zone and format of the times, proven or asked for."""
    used = time_columns(draft)
    columns = draft.group.profile.columns
    proofs = {place: prove(e) for place, _ in used.values() if (e := columns[place].times)}
    zoneless = {p for p, is_date in used.values() if not is_date and not proofs[p].has_offset}
    clocks = {p for c in draft.proposal.choices.values() for p in c.columns if columns[p].is_clock}
    names = [draft.named(place) for place in sorted(zoneless | clocks)]
    _write_zone(draft, names, zone_in(names), proofs)
    formats = together(proofs.values())
    if clocks and formats:
        formats = (
            *(f"{form} {clock}" for form in formats for clock in _clocks(draft, clocks)),
            *formats,
        )
    unproven = [(place, proof) for place, proof in proofs.items() if not proof.is_proven]
    if formats and not unproven:
        draft.put("datetime_format", toml.strings(formats), _proof_words(draft, proofs))
    for place, proof in unproven:
        _ask_format(draft, place, proof)
    draft.times += [_time_words(draft, place, proof) for place, proof in proofs.items()]


def _clocks(draft: Draft, places: set[int]) -> list[str]:
    """The formats of times of day that stand in a column of their own."""
    shapes = shapes_of(
        pl.Series([v for p in places for v in draft.group.profile.columns[p].sample])
    )
    found = (from_shape(f"9999-99-99 {shape}", None) for shape in shapes.unique().sort().to_list())
    return list(dict.fromkeys(form.pattern.partition(" ")[2] for form in found if form))


def _write_zone(
    draft: Draft, names: list[str], told: ZoneEvidence | None, proofs: Mapping[int, Proof]
) -> None:
    if not names:
        offsets = sorted({offset for proof in proofs.values() for offset in proof.offsets})
        draft.zone = f"the times state their offset ({', '.join(offsets[:4])})" if offsets else ""
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
    draft.ask(f"in which zone are the times of {shown}? {hint}", f"timezone = {toml.text(example)}")


def _likely(draft: Draft) -> str:
    """A zone to begin with; the place where the rows are, or the language of the columns."""
    country = draft.proposal.choices.get("country")
    words = draft.group.profile.columns[country.columns[0]].words if country else None
    return likely_zone(words or Counter(), draft.group.language) or "Area/City"


def _ask_format(draft: Draft, place: int, proof: Proof) -> None:
    name = draft.named(place)
    if proof.open:
        example = draft.group.profile.columns[place].sample[0]
        words = (
            f"how is {example!r} in {name!r} to be read? No value proves the order of day and month"
        )
        draft.ask(words, *(f"datetime_format = {toml.text(form)}" for form in proof.open))
    elif proof.is_mixed:
        rows = "; ".join(f"not {form}: {draft.where(at)}" for form, at in proof.excluded)
        draft.ask(
            f"{name!r} has dates with the day first and with the month first ({rows})",
            f"datetime_format = {toml.text(proof.excluded[0][0])}",
        )
    else:
        draft.ask(f"which dates are in {name!r}?", 'datetime_format = "…"')


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


def write_columns(draft: Draft) -> None:
    """The columns of the block, ours = theirs."""
    if FORMATS[draft.group.format].vocabulary is not None:
        return  # the reader names them itself
    lines = list(_column_lines(draft))
    draft.lines.append(f"[sources.{toml.key(draft.name)}.columns]")
    for line, words in lines:
        if words is None:
            draft.lines.append(line)
        else:
            draft.ask(words, line)


def _column_lines(draft: Draft) -> Iterator[tuple[str, str | None]]:
    """Each line, with what has to be known before it can stand."""
    choices = draft.proposal.choices
    for ours, choice in in_order(draft.proposal):
        theirs = [draft.named(place) for place in choice.columns]
        line = toml.pair(field_name(draft, ours, choice), toml.strings(theirs))
        words = None
        if ours == "weight" and weight_field(theirs[0]) is None:
            words = f"is {theirs[0]!r} in grams, or in kilograms (weight_kg)?"
        elif ours in _MONEY and "currency" not in choices and not _is_in(draft, theirs[0]):
            words = f"in which currency is {theirs[0]!r}? It is read as {draft.currency}"
        elif choice.score < SURE:
            words = f"is {theirs[0]!r} that? Its name is all that says so"
        yield line, words


def _is_in(draft: Draft, name: str) -> bool:
    """Whether the name of a column says the currency of the run."""
    return draft.currency.casefold() in folded_name(name).split()


def in_order(proposal: Proposal) -> list[tuple[str, Choice]]:
    """The chosen columns in the order in which the table has them."""
    order = {field.ours: rank for rank, field in enumerate(FIELDS[proposal.table])}
    return sorted(proposal.choices.items(), key=lambda item: order.get(item[0], len(order)))


def field_name(draft: Draft, ours: str, choice: Choice) -> str:
    """The key of a field in the block: units and days are told by the column."""
    if ours == "weight":
        return weight_field(draft.named(choice.columns[0])) or "weight_grams"
    return ours


def weight_field(name: str) -> str | None:
    """`weight_grams` or `weight_kg` where the name of the column says the unit."""
    words = set(folded_name(name).split())
    if words & _GRAMS or "克" in name.replace("千克", ""):
        return "weight_grams"
    if words & _KILOGRAMS or "公斤" in name or "千克" in name:
        return "weight_kg"
    return None


def write_milestones(draft: Draft, carrier: str | None) -> None:
    """The milestones of a wide block; `carrier` reports those after it took over."""
    if draft.proposal.layout != "wide":
        return
    draft.lines.append(f"[sources.{toml.key(draft.name)}.milestones]")
    taken = False
    for choice in draft.proposal.milestones:
        taken = taken or choice.carrier
        draft.partner = carrier if taken and carrier else draft.partner
        draft.put(choice.milestone.value, _milestone(draft, choice, carrier if taken else None))


def _milestone(draft: Draft, choice: MilestoneChoice, carrier: str | None) -> str:
    column = toml.text(draft.named(choice.column))
    parts = [f"column = {column}"]
    if carrier:
        parts.append(f"partner = {toml.text(carrier)}")
    if choice.counterpart is not None:
        parts.append(f"counterpart_column = {toml.text(draft.named(choice.counterpart))}")
    return column if len(parts) == 1 else f"{{ {', '.join(parts)} }}"

"""The columns and milestones of a block."""

from __future__ import annotations

from collections.abc import Iterator

from tallyclerk.config.formats import FORMATS
from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.draft import Draft
from tallyclerk.ingest.inspect.fields import FIELDS, Choice
from tallyclerk.ingest.inspect.kinds import KINDS, is_count
from tallyclerk.ingest.inspect.names import EXACT, fit, folded_name, without_time_words
from tallyclerk.ingest.inspect.proposal import MilestoneChoice, Proposal
from tallyclerk.ingest.inspect.statuses import statuses_of
from tallyclerk.ingest.vocabulary import folded

SURE = 0.6
"""A column that fits its field less than this is left in the block as a question."""
_GRAMS = frozenset(("g", "gr", "gram", "grams", "gramm", "grammes", "gramos", "gramas"))
_KILOGRAMS = frozenset(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm"))
_RECEIPTS = frozenset(
    (
        *("goods receipt", "goods received", "po receipt", "receipt", "gr", "grn"),
        *("wareneingang", "we"),
    )
)
_MONEY = ("value", "amount")
_AMOUNTS = ("number", "count")


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
    for ours in _misnamed(draft):
        draft.put(ours, "[]", "the column that is called so is not read")
    _ask_revisions(draft)


def _misnamed(draft: Draft) -> Iterator[str]:
    """Columns that bear a name of ours, but hold something else or too much: they would be read untold."""
    proposal = draft.proposal
    fields = {field.ours: field for field in FIELDS[proposal.table]}
    written = {field_name(draft, ours, choice) for ours, choice in proposal.choices.items()}
    used = proposal.columns()
    for place, column in enumerate(draft.group.profile.columns):
        field = fields.get(folded(column.name))
        if field is None or field.ours in written or place in used or not column.filled:
            continue
        if field.kind in _AMOUNTS or not KINDS[field.kind](column):
            yield field.ours


def _ask_revisions(draft: Draft) -> None:
    """Whether versions of an event that a column counts replace one another."""
    proposal = draft.proposal
    key, status = proposal.key, proposal.choices.get("status")
    if (
        proposal.table != "events"
        or key is None
        or status is None
        or "event_ref" in proposal.choices
    ):
        return
    used = proposal.columns()
    for place, column in enumerate(draft.group.profile.columns):
        match = fit(column.name, "revision")
        is_counting = is_count(column) and (column.high or 0) > (column.low or 0)
        if place not in used and match and match.score == EXACT and is_counting:
            same = [draft.named(p) for p in (*proposal.choices[key].columns, *status.columns)]
            words = f"does a row with a later {column.name!r} replace the one before it of the same {' and '.join(map(repr, same))}?"
            draft.ask(words, toml.pair("event_ref", toml.strings(same)))


def _column_lines(draft: Draft) -> Iterator[tuple[str, str | None]]:
    """Each line, with what has to be known before it can stand."""
    choices = draft.proposal.choices
    for ours, choice in in_order(draft.proposal):
        theirs = [draft.named(place) for place in choice.columns]
        line = toml.pair(field_name(draft, ours, choice), toml.strings(theirs))
        words = None
        twins = draft.group.profile.twins_of(theirs)
        if twins:
            words = f"which one is meant, {' or '.join(map(repr, twins))}? They have the same name"
        elif ours == "weight" and weight_field(theirs[0]) is None:
            words = f"is {theirs[0]!r} in grams, or in kilograms (weight_kg)?"
        elif ours in _MONEY and "currency" not in choices and not _is_in(draft, theirs[0]):
            words = f"in which currency is {theirs[0]!r}? It is read as {draft.currency}"
        elif choice.score < SURE and not (ours == "status" and _are_statuses(draft)):
            words = f"is {theirs[0]!r} that? Its name is all that says so"
        yield line, words


def _are_statuses(draft: Draft) -> bool:
    """Whether half of the values of a column, two at least, are statuses whose meaning is known."""
    lines = statuses_of(draft.group, draft.proposal, None) or []
    sure = sum(line.is_sure for line in lines)
    return sure > 1 and 2 * sure >= len(lines)


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


def field_names(draft: Draft, ours: str, choice: Choice) -> tuple[str, ...]:
    """The keys that a field may have in the block: of a weight whose unit is asked, both."""
    is_open = ours == "weight" and weight_field(draft.named(choice.columns[0])) is None
    return ("weight_grams", "weight_kg") if is_open else (field_name(draft, ours, choice),)


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
        value = _milestone(draft, choice, carrier if taken else None)
        name = draft.named(choice.column)
        if choice.milestone == Milestone.DELIVERY_ATTEMPT_FAILED and not _says_failed(name):
            words = f"are the times of {name!r} of failed attempts only, or of any?"
            draft.ask(words, f"{choice.milestone.value} = {value}")
        elif choice.milestone == Milestone.DELIVERED and _is_receipt(name):
            words = f"is {name!r} the receipt by the customer, or by a carrier or warehouse before?"
            lines = (f"{m.value} = {value}" for m in (Milestone.DELIVERED, Milestone.ACCEPTED))
            draft.ask(words, *lines)
        else:
            draft.put(choice.milestone.value, value)


def _is_receipt(name: str) -> bool:
    """Whether a name says that goods were received, and not by whom."""
    match = fit(without_time_words(name), Milestone.DELIVERED, "milestones")
    return match is not None and match.phrase in _RECEIPTS


def _says_failed(name: str) -> bool:
    """Whether a name says that an attempt failed; the first attempt is mostly the delivery."""
    told = {"fail", "failed", "failure", "missed", "unsuccessful"}
    return bool(told & set(folded_name(name).split())) or "失败" in name


def _milestone(draft: Draft, choice: MilestoneChoice, carrier: str | None) -> str:
    column = toml.text(draft.named(choice.column))
    parts = [f"column = {column}"]
    if choice.clock is not None:
        parts.append(f"time_column = {toml.text(draft.named(choice.clock))}")
    if carrier:
        parts.append(f"partner = {toml.text(carrier)}")
    if choice.counterpart is not None:
        parts.append(f"counterpart_column = {toml.text(draft.named(choice.counterpart))}")
    return column if len(parts) == 1 else f"{{ {', '.join(parts)} }}"

"""The `config.toml` that reads the simulated exports, written from the same descriptions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tallyclerk.simulate.dialects import Dialect
from tallyclerk.simulate.emitted import Agreed
from tallyclerk.simulate.houses import commitments, dialects, partners
from tallyclerk.simulate.merchant import BOOKS, Book
from tallyclerk.simulate.messages import MILESTONES
from tallyclerk.simulate.numbers import in_house
from tallyclerk.simulate.partners import Partner
from tallyclerk.simulate.terms import CONTACT, TARGETS, TERMS, WHY
from tallyclerk.simulate.world import LANE, TIMEZONE, TRIAL_DAY

_HEAD: Final = """\
# Configuration for the simulated exports: several suppliers, forwarders and couriers, each in its
# own dialect, and the merchant's own tables. Written by `tallyclerk simulate`; a working example of
# most of what a configuration can say. Paths are relative to this file.

[run]
timezone = {timezone}             # calendar of months, and of promises without a known zone
currency = "EUR"
store = ".tallyclerk"                      # the ledger: everything that was ever read
reports = "reports"
lane = {lane}
delivered_means = ["DELIVERED"]            # a pick-up point is not a delivery here
presumed_lost_after_promise_days = 15      # open that long after its promise …
presumed_lost_silent_days = 10             # … and not scanned for so long: presumed lost
min_link_rate = 0.8                        # below it, ids of two partners do not link
small_partner_shipments = 30               # below it, a partner gets the short page

[brand]                                    # how the pages look; more under "The pages" in the README
company = ""
confidentiality = ""                       # a mark at the head of each page
language = "en"                            # en, de, or a file of labels of your own
"""


def _word(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(_word(value) for value in values) + "]"


def _key(name: str) -> str:
    """A TOML key: bare where it may be."""
    is_bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if is_bare else _word(name)


def _line(name: str, value: str, why: str = "") -> str:
    text = f"{_key(name)} = {value}"
    return f"{text:<42} # {why}" if why else text


def _heading(title: str) -> str:
    return f"\n# {title}\n"


def _time_lines(dialect: Dialect) -> Iterator[str]:
    if not dialect.offset and dialect.stamp:
        yield _line("timezone", _word(dialect.zone), "the zone of its clocks: never guessed")
        yield _line("datetime_format", _word(dialect.stamp))
    if dialect.offset and dialect.header("country"):
        yield _line("clock_confirmed", "true", "one offset at all places: asked, it converts")


def _file_lines(dialect: Dialect) -> Iterator[str]:
    text = dialect.format in ("csv", "tsv")
    if dialect.encoding != "utf-8":
        yield _line("encoding", _word(dialect.encoding), "detected where not given, and printed")
    if text and dialect.delimiter not in (",", "\t"):
        yield _line("delimiter", _word(dialect.delimiter))
    if dialect.null:
        yield _line("null_values", _list([dialect.null]))
    if dialect.decimal != ".":
        yield _line("decimal", _word(dialect.decimal))


def _folder(dialect: Dialect) -> str:
    suffix = dialect.format + (".gz" if dialect.is_packed else "")
    return f"exports/{dialect.name}/*.{suffix}"


def _events_block(dialect: Dialect, prefix: str) -> Iterator[str]:
    """One `[sources.x]` for a partner's export."""
    yield f"\n[sources.{dialect.name}]"
    yield f"# {dialect.note}"
    yield _line("path", _word(prefix + _folder(dialect)))
    yield _line("format", _word(dialect.format))
    if dialect.is_wide:
        yield _line("layout", '"wide"', "a row per shipment, a column per milestone")
    yield from _file_lines(dialect)
    yield from _time_lines(dialect)
    if dialect.is_named:
        yield _line("partner", _word(dialect.partner), "of every row")
    if dialect.months == 1:
        yield _line("expected", '"monthly"', "a missing month is our gap, not its silence")
    yield f"[sources.{dialect.name}.columns]"
    for theirs, ours in dialect.columns:
        if (
            not ours.startswith("=")
            and ours not in MILESTONES
            and not (dialect.is_wide and ours == "counterpart_id")
        ):
            yield _line(dialect.key if ours == "key" else ours, _word(theirs))
    yield from _milestones(dialect) if dialect.is_wide else _statuses(dialect)


def _statuses(dialect: Dialect) -> Iterator[str]:
    yield f"[sources.{dialect.name}.statuses]"
    for milestone, words in dialect.statuses.items():
        if all(theirs.startswith("Delivered,") for theirs in words):
            yield _line("Delivered,*", _word(milestone), "* stands for anything")
            continue
        for theirs in words:
            yield _line(theirs, _word(milestone))


def _milestones(dialect: Dialect) -> Iterator[str]:
    yield f"[sources.{dialect.name}.milestones]"
    for theirs, ours in dialect.columns:
        if ours == "RELEASED":
            counterpart = _word(str(dialect.header("counterpart_id")))
            yield f"{ours} = {{ column = {_word(theirs)}, counterpart_column = {counterpart} }}"
        elif ours in MILESTONES:
            yield _line(ours, _word(theirs))


def _book_block(book: Book, prefix: str) -> Iterator[str]:
    """One `[sources.x]` for a table of the merchant's."""
    yield f"\n[sources.{book.name}]"
    yield f"# {book.note}"
    yield _line("path", _word(f"{prefix}exports/{book.path}"))
    yield _line("format", _word(book.format))
    yield _line("table", _word(book.table))
    if book.delimiter != ",":
        yield _line("delimiter", _word(book.delimiter))
    if book.decimal != ".":
        yield _line("decimal", _word(book.decimal))
    if book.records:
        yield _line("records", _word(book.records), "where the list is in the document")
    if book.stamp:
        yield _line("timezone", _word(book.zone))
        yield _line("datetime_format", _word(book.stamp))
    yield f"[sources.{book.name}.columns]"
    for theirs, ours in book.columns:
        yield _line(ours, _word(theirs))
    if book.outcomes:
        yield f"[sources.{book.name}.outcomes]"
        for ours, theirs in book.outcomes.items():
            yield _line(theirs, _word(ours))


def _partner_block(partner: Partner) -> Iterator[str]:
    yield f"\n[partners.{partner.id}]"
    yield _line("name", _word(partner.name))
    yield _line("role", _word(partner.role))
    if partner.aliases:
        yield _line("aliases", _list(partner.aliases))
    if partner.owes is not None:
        yield _line("must_report", _list(partner.owes))


def _target_block(name: str, role: str, target: float, limit: float) -> Iterator[str]:
    yield "\n[[targets]]"
    yield _line("kpi", _word(name))
    yield _line("role", _word(role))
    yield _line("target", str(target))
    yield _line("limit", str(limit))


def _commitment_block(agreed: Agreed) -> Iterator[str]:
    yield "\n[[commitments]]"
    yield _line("partner", _word(agreed.partner))
    yield _line("leg", _word(agreed.leg))
    if agreed.lane:
        yield _line("lane", _word(agreed.lane))
    yield _line("within", str(agreed.hours))
    if agreed.valid_from:
        yield _line("valid_from", agreed.valid_from.isoformat())


def _terms_block(terms: Mapping[str, str]) -> Iterator[str]:
    yield "\n[[terms]]"
    for name, value in terms.items():
        yield _line(name, value, WHY.get(name, ""))


def _special_targets(houses: int) -> Iterator[str]:
    yield from (
        "\n[[targets]]",
        "# The most specific one wins: the domestic lane is promised tighter.",
    )
    yield from (
        _line("kpi", '"on_time_rate"'),
        _line("role", '"courier"'),
        _line("lane", '"DE>DE"'),
    )
    yield from (_line("target", "0.93"), _line("limit", "0.85"))
    for house in range(houses):
        yield from ("\n[[targets]]", "# On trial: its own terms, from the day it began.")
        yield _line("kpi", '"handover_in_hours.p90"')
        yield _line("partner", _word(in_house("blueharbour", house)))
        yield _line("valid_from", TRIAL_DAY.isoformat())
        yield from (_line("target", "12.0"), _line("limit", "24.0"))


def config_text(prefix: str = "", houses: int = 1) -> str:
    """The configuration that reads the exports.

    Args:
        prefix: What stands before `exports/` in every path, such as "fixtures/".
        houses: How often the cast exists.
    """
    lines = [_HEAD.format(timezone=_word(TIMEZONE), lane=_list(LANE)).rstrip("\n")]
    lines.append(_heading("The partners' exports"))
    for dialect in dialects(houses):
        lines.extend(_events_block(dialect, prefix))
    lines.append(_heading("The merchant's own tables"))
    for book in BOOKS:
        lines.extend(_book_block(book, prefix))
    lines.append(
        _heading("The partners: ids as in the data, what else they are called, what they owe")
    )
    for partner in partners(houses):
        lines.extend(_partner_block(partner))
    lines.append(
        _heading("What is agreed; between target and limit a partner is warned, beyond it breaches")
    )
    for name, role, target, limit in TARGETS:
        lines.extend(_target_block(name, role, target, limit))
    lines.extend(_special_targets(houses))
    lines.append(_heading("Times agreed for a leg, in hours"))
    for agreed in commitments(houses):
        lines.extend(_commitment_block(agreed))
    lines.append(_heading("What is paid for losses, damage and lateness, in cents of run.currency"))
    for terms in TERMS:
        lines.extend(_terms_block(terms))
    lines.append(_heading("What failures cost us besides, in cents too"))
    lines.extend(("\n[costs]", _line("contact", str(CONTACT), "one ticket of a customer")))
    return "\n".join(lines) + "\n"

"""Which ids of one file are which ids of another: proven by values that are in both.

A column called "Order" may hold parcels and one called "AWB Ref" too. Where a table of shipments or
references is among the files, the values decide; without one, a parcel's number is taken for the
shipment itself, since nothing could ever translate it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tallyclerk.domain.tables import REFERENCE_KINDS
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.fields import Choice
from tallyclerk.ingest.inspect.groups import Group
from tallyclerk.ingest.inspect.profile import Column
from tallyclerk.ingest.inspect.tables import Proposal
from tallyclerk.ingest.vocabulary import folded

LEAST_OVERLAP = 0.3
"""Share of a file's ids that must be known elsewhere before they are taken for the same ids."""
_COLUMN_OF_KIND = {kind: column for column, kind in KIND_OF_COLUMN.items()}
_PARCELS = ("tracking_number", "last_mile_number", "hawb")


@dataclass(frozen=True)
class Known:
    """Ids that a table of shipments or references lists, and what they are there."""

    ours: str
    keys: frozenset[str]
    group: str
    column: str


Described = tuple[Group, list[Proposal]]


def link(described: Sequence[Described]) -> list[str]:
    """Correct which ids are which, in place.

    Returns:
        What does not link, in words.
    """
    known = [entry for group, found in described for entry in _known(group, found)]
    problems = []
    for group, found in described:
        for proposal in found:
            others = [entry for entry in known if entry.group != group.name]
            is_hub = (
                proposal.table in {"shipments", "references"} and "shipment_id" in proposal.choices
            )
            if not is_hub and others:
                problem = _linked(group, proposal, others)
                problems += [problem] if problem else []
            elif not others and not is_hub:
                _alone(proposal)
            if proposal.table == "shipments":
                _composed(group, proposal)
    return problems


def _known(group: Group, found: Sequence[Proposal]) -> Iterator[Known]:
    """The ids that the files of a group list."""
    for proposal in found:
        if proposal.table not in {"shipments", "references"}:
            continue
        for ours in KIND_OF_COLUMN:
            if ours in proposal.choices:
                column = group.profile.columns[proposal.choices[ours].columns[0]]
                yield Known(ours, frozenset(column.keys), group.name, column.name)
        if "reference" in proposal.choices:
            column = group.profile.columns[proposal.choices["reference"].columns[0]]
            yield Known(_kind(group, proposal), frozenset(column.keys), group.name, column.name)


def _kind(group: Group, proposal: Proposal) -> str:
    """What most references of a table are."""
    words: Counter[str] = Counter()
    if "kind" in proposal.choices:
        column = group.profile.columns[proposal.choices["kind"].columns[0]]
        words = column.words or words
    kinds = {folded(kind): kind for kind in REFERENCE_KINDS}
    best = next(
        (kinds[folded(w)] for w, _ in words.most_common() if folded(w) in kinds), "tracking"
    )
    return _COLUMN_OF_KIND[best]


def _linked(group: Group, proposal: Proposal, known: Sequence[Known]) -> str | None:
    """Name each id column after the column elsewhere that most of its values are in."""
    ids = {ours: c for ours, c in proposal.choices.items() if ours in KIND_OF_COLUMN}
    found: dict[str, tuple[float, Choice]] = {}
    for ours, choice in ids.items():
        column = group.profile.columns[choice.columns[0]]
        share, entry = max(((_share(column, e), e) for e in known), key=lambda item: item[0])
        if share < LEAST_OVERLAP:
            continue
        why = f"{share:.0%} of its values are in {entry.column!r} of {entry.group}"
        same = choice.renamed(entry.ours, why if entry.ours != ours else f"{choice.why}; {why}")
        if share > found.get(entry.ours, (0.0, same))[0]:
            found[entry.ours] = (share, same)
    if not found:
        names = ", ".join(repr(group.profile.columns[c.columns[0]].name) for c in ids.values())
        tables = ", ".join(sorted({entry.group for entry in known}))
        return (
            f"no id of {group.name} ({names}) is in {tables}: ask which number they have in common"
        )
    for ours in ids:
        del proposal.choices[ours]
    for ours in KIND_OF_COLUMN:
        if ours in found:
            proposal.choices[ours] = found[ours][1]
        elif ours in ids and not _is_taken(ids[ours], proposal):
            proposal.choices[ours] = ids[ours]
    _drop_false_keys(proposal, set(found))
    return None


def _drop_false_keys(proposal: Proposal, proven: set[str]) -> None:
    """Leave out ids that are linked to nothing where they would become the key of the rows."""
    for ours in KIND_OF_COLUMN:
        if ours in proven:
            return
        proposal.choices.pop(ours, None)


def _is_taken(choice: Choice, proposal: Proposal) -> bool:
    return any(other.columns == choice.columns for other in proposal.choices.values())


def _share(column: Column, known: Known) -> float:
    if not column.keys:
        return 0.0
    return len(column.keys & known.keys) / len(column.keys)


def _alone(proposal: Proposal) -> None:
    """Without any table of shipments, the number of a parcel or an order is the shipment's id."""
    if proposal.table == "references" or "shipment_id" in proposal.choices:
        return
    for ours in (*_PARCELS, "order_id"):
        choice = proposal.choices.get(ours)
        if choice:
            del proposal.choices[ours]
            why = f"{choice.why}; no table translates it, so that it is the shipment's id here"
            proposal.choices["shipment_id"] = choice.renamed("shipment_id", why)
            return


def _composed(group: Group, proposal: Proposal) -> None:
    """An order of several suppliers is several shipments: its id and the supplier's together."""
    order, supplier = proposal.choices.get("order_id"), proposal.choices.get("supplier_id")
    if not order or not supplier or proposal.key != "order_id":
        return
    column = group.profile.columns[order.columns[0]]
    if column.is_unique:
        return
    why = "an order comes in several rows: what one supplier sends of it is one shipment"
    columns = (*order.columns, *supplier.columns)
    proposal.choices["shipment_id"] = Choice("shipment_id", columns, order.score, why)

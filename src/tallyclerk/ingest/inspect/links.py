"""Which ids of one file are which ids of another: proven by values that are in both.

A column called "Order" may hold parcels and one called "AWB Ref" too. Where a table of shipments or
references is among the files, the values decide; without one, a parcel's number is taken for the
shipment itself where other files name shipments, since nothing could ever translate it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.by_values import (
    PARCELS,
    Known,
    best_key,
    elsewhere,
    listed_in,
    share_of,
    told_in,
)
from tallyclerk.ingest.inspect.fields import Choice
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.parts import SHIPMENT_KEY, leave_out_others
from tallyclerk.ingest.inspect.proposal import Described, Proposal

LEAST_OVERLAP = 0.3
"""Share of a file's ids that must be known elsewhere before they are taken for the same ids."""
LEAST_PLAIN = 0.75
"""Score from which a tracking number is one beyond doubt."""


def link(described: Sequence[Described]) -> list[str]:
    """Correct which ids are which, in place.

    Returns:
        What does not link, in words.
    """
    listed = [entry for group, found in described for entry in listed_in(group, found)]
    told = [entry for group, found in described for entry in told_in(group, found)]
    problems = []
    for group, found in described:
        for proposal in found:
            others = elsewhere(listed, group) or elsewhere(told, group)
            is_linked = not _is_hub(proposal) and others and _linked(group, proposal, others)
            if not is_linked:
                _plainest(proposal)
            if not is_linked and not _is_hub(proposal) and others and listed:
                problems.append(_unlinked(group, proposal, others))
            if proposal.table == "shipments":
                _composed(group, proposal)
                leave_out_others(group.profile, proposal)
    if not listed and any(_is_plain_key(p) for _, found in described for p in found):
        for _, found in described:
            for proposal in found:
                _alone(proposal)
    for _, found in described:
        _same_key(found)
    return problems


def _same_key(found: Sequence[Proposal]) -> None:
    """Key the milestones of a list of shipments as the list itself is keyed."""
    listed = next((p for p in found if p.table == "shipments" and p.key), None)
    for proposal in found:
        is_beside = proposal.layout == "wide" and set(proposal.choices) == {proposal.key}
        if listed and listed.key and is_beside:
            proposal.choices = {listed.key: listed.choices[listed.key]}


def _is_plain_key(proposal: Proposal) -> bool:
    """Whether a file names shipments by one number."""
    choice = proposal.choices.get(SHIPMENT_KEY)
    return choice is not None and len(choice.columns) == 1


def _key_by_values(
    group: Group, proposal: Proposal, known: Sequence[Known], *, is_lost: bool
) -> dict[str, tuple[float, Choice]]:
    """The number of the shipment, or any known one of a lost file, where no name says so."""
    wanted = [entry for entry in known if is_lost or entry.ours == SHIPMENT_KEY]
    best = best_key(group, wanted, proposal.columns())
    return {best[1].ours: best} if best else {}


def _is_hub(proposal: Proposal) -> bool:
    """Whether a file itself lists shipments."""
    return proposal.table in {"shipments", "references"} and "shipment_id" in proposal.choices


def _linked(group: Group, proposal: Proposal, known: Sequence[Known]) -> bool:
    """Name each id column after the column elsewhere that most of its values are in; False: none."""
    _whole_where_known(group, proposal, known)
    all_ids = {o: c for o, c in proposal.choices.items() if o in KIND_OF_COLUMN}
    ids = {ours: choice for ours, choice in all_ids.items() if len(choice.columns) == 1}
    found: dict[str, tuple[float, Choice]] = {}
    for ours, choice in ids.items():
        column = group.profile.columns[choice.columns[0]]
        share, entry = max(((share_of(column, e), e) for e in known), key=lambda item: item[0])
        if share < LEAST_OVERLAP:
            continue
        why = f"{share:.0%} of its values are in {entry.column!r} of {entry.group}"
        told = why if entry.ours != ours else f"{choice.why}; {why}"
        same = replace(choice, ours=entry.ours, why=told, score=1.0)
        if share > found.get(entry.ours, (0.0, same))[0]:
            found[entry.ours] = (share, same)
    if SHIPMENT_KEY not in found:
        found |= _key_by_values(group, proposal, known, is_lost=not found)
    if not found:
        return False
    for ours in ids:
        del proposal.choices[ours]
    taken = {choice.columns for _, choice in found.values()}
    for ours in KIND_OF_COLUMN:
        if ours in found:
            proposal.choices[ours] = found[ours][1]
        elif ours in ids and ids[ours].columns not in taken:
            proposal.choices[ours] = ids[ours]
    _drop_false_keys(proposal, set(found) | (set(all_ids) - set(ids)))
    return True


def _whole_where_known(group: Group, proposal: Proposal, known: Sequence[Known]) -> None:
    """Take a shipment for a whole, and not for its parts, where other files know it only so."""
    key = proposal.choices.get(SHIPMENT_KEY)
    if key is None or len(key.columns) == 1:
        return
    column = group.profile.columns[key.columns[0]]
    entries = [entry for entry in known if entry.ours == SHIPMENT_KEY]
    best = max(entries, key=lambda entry: share_of(column, entry), default=None)
    if best and share_of(column, best) >= LEAST_OVERLAP:
        why = f"{share_of(column, best):.0%} of its values are in {best.column!r} of {best.group}"
        proposal.choices[SHIPMENT_KEY] = replace(key, columns=key.columns[:1], why=why)


def _unlinked(group: Group, proposal: Proposal, known: Sequence[Known]) -> str:
    ids = [choice for ours, choice in proposal.choices.items() if ours in KIND_OF_COLUMN]
    names = ", ".join(repr(group.profile.columns[choice.columns[0]].name) for choice in ids)
    tables = ", ".join(sorted({entry.group for entry in known}))
    return f"no id of {group.name} ({names}) is in {tables}: ask which number they have in common"


def _drop_false_keys(proposal: Proposal, proven: set[str]) -> None:
    """Leave out ids that are linked to nothing where they would become the key of the rows."""
    for ours in KIND_OF_COLUMN:
        if ours in proven:
            return
        proposal.choices.pop(ours, None)


def _plainest(proposal: Proposal) -> None:
    """A mere "reference" is no shipment's id beside a plain tracking number."""
    id_, number = (proposal.choices.get(ours) for ours in ("shipment_id", "tracking_number"))
    if id_ and number and id_.score < LEAST_PLAIN <= number.score:
        del proposal.choices["shipment_id"]


def _alone(proposal: Proposal) -> None:
    """Without any table of shipments, the number of a parcel or an order is the shipment's id."""
    if proposal.table == "references" or "shipment_id" in proposal.choices:
        return
    for ours in (*PARCELS, "order_id"):
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

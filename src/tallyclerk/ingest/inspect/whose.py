"""Whose export a file is: told by its columns or its name, else asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tallyclerk.config.models import Settings
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.draft import Draft
from tallyclerk.ingest.inspect.notes import MOST_NAMES
from tallyclerk.ingest.inspect.owners import likely_owner
from tallyclerk.ingest.inspect.partners import name_in, owner_of
from tallyclerk.ingest.inspect.proposal import Described, Proposal
from tallyclerk.ingest.zipped import SUFFIX as ARCHIVE

_GIVEN = frozenset((Milestone.READY_FOR_COLLECTION, Milestone.RELEASED))
"""What the giver of shipments says, which is nobody's word where no file names a supplier."""


@dataclass(frozen=True)
class Context:
    """What is known beside the group that is described.

    Attributes:
        base: The folder that paths of the configuration are relative to.
        known: Names of partners that files or the configuration give.
        has_courier: Whether any file names the couriers; `has_supplier`, the suppliers.
        settings: The configuration as it is.
        read: The files that each of its sources reads.
        currency: That of the run.
        described: All files, for what one says about another.
    """

    base: Path
    known: tuple[str, ...]
    has_courier: bool
    has_supplier: bool
    settings: Settings | None
    read: dict[str, set[Path]]
    currency: str
    described: list[Described]


def ask_who(draft: Draft, context: Context, wanted: Sequence[Proposal]) -> None:
    """Who says what a list of shipments tells, where no column names anybody who could."""
    told = {ours for proposal in wanted for ours in proposal.choices}
    milestones = {choice.milestone for choice in draft.proposal.milestones}
    if draft.proposal.milestones and told.isdisjoint((*CHAIN_COLUMNS, "partner_id")):
        _ask_whose(draft, context)
    elif not context.has_supplier and milestones & _GIVEN:
        words = "who hands these shipments over? No column names a supplier"
        draft.ask(words, 'partner = "our_warehouse"')


def write_partner(draft: Draft, context: Context) -> None:
    """Whose export the rows are, where no column says it."""
    if "partner_id" in draft.proposal.choices:
        return
    owner = _owner(draft, context)
    name = name_in(draft.name)
    if owner:
        draft.put("partner", toml.text(owner), "of every row")
        draft.partner = owner
    elif not context.known and name:
        why = "of every row; told by the name of the files, correct it if it is wrong"
        draft.put("partner", toml.text(name), why)
        draft.partner = name
    else:
        _ask_whose(draft, context)


def _owner(draft: Draft, context: Context) -> str | None:
    """The known partner after whom the source is called, or a folder or archive that it lies in."""
    base = context.base.absolute()
    folder = draft.group.folder.absolute()
    parts = folder.relative_to(base).parts if folder.is_relative_to(base) else ()
    folders = (part.removesuffix(ARCHIVE) for part in reversed(parts))
    found = (owner_of(name, context.known) for name in (draft.name, *folders))
    return next(filter(None, found), None)


def _ask_whose(draft: Draft, context: Context) -> None:
    """Leave open whose export it is, with a name to begin with."""
    likely = likely_owner(draft.group, draft.proposal, context.described)
    names = ", ".join(context.known[:MOST_NAMES])
    among = likely.why if likely else f"one of {names}" if names else "nothing says it"
    words = f"whose export is this? ({among}) Leave it open if it is an aggregator's feed"
    guess = likely.partner if likely else name_in(draft.name) or draft.name
    draft.ask(words, f"partner = {toml.text(guess)}")

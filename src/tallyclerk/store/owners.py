"""Whose each export is: a file belongs to the partner that its source block names, else to us."""

from __future__ import annotations

from tallyclerk.config.models import Settings
from tallyclerk.store.ledger import Ledger


def file_owners(ledger: Ledger, settings: Settings) -> dict[str, str]:
    """The partner whose export each file is, "" for our own records and for shared feeds."""
    return {
        segment.file: _owner(segment.source, settings)
        for segment in sorted(ledger.manifest.active, key=lambda s: (s.source, s.file))
    }


def own_kinds(ledger: Ledger, settings: Settings) -> dict[str, str]:
    """By partner, the kind of reference that its own exports are keyed by, where it is not ours."""
    keyed = sorted(
        (_owner(segment.source, settings), segment.key)
        for segment in ledger.manifest.active
        if segment.table == "events" and segment.is_keyed
    )
    return {owner: key for owner, key in reversed(keyed) if owner}


def source_owners(settings: Settings) -> dict[str, str]:
    """The partner whose exports each source reads, "" for our own records and for shared feeds."""
    return {name: _owner(name, settings) for name in settings.sources}


def _owner(source: str, settings: Settings) -> str:
    block = settings.sources.get(source)
    return (block.partner or "") if block else ""

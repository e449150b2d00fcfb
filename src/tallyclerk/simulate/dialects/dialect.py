"""What there is to say about the way a partner writes its export."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MINUTE: Final = 60
ISO: Final = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True)
class Dialect:
    """One partner's export of events.

    Attributes:
        name: Of the source, and of its folder.
        partner: Who sends it.
        columns: Their header, our field; an unmapped column has a field that starts with "=" and
            holds that text in every row.
        statuses: Our milestone, their words for it (each as often); what is missing here is not in
            this export.
        zone: Zone of the local times it prints.
        stamp: strftime pattern; "" for real timestamps of a typed format.
        offset: Whether the zone's offset follows the time.
        precision: Seconds that the pattern can tell apart.
        key: "shipment_id", "order_id", "tracking_number" or "mawb".
        months: Months per file.
        overlap: Days of the next file that are in a file too, because it was pulled late.
        is_named: False for an aggregator's feed, which does not say who scanned.
        note: One sentence for the configuration.
    """

    name: str
    partner: str
    columns: tuple[tuple[str, str], ...]
    statuses: dict[str, tuple[str, ...]]
    zone: str
    stamp: str
    note: str
    offset: bool = False
    precision: int = 1
    format: str = "csv"
    encoding: str = "utf-8"
    has_bom: bool = False
    delimiter: str = ","
    newline: str = "\n"
    is_quoted: bool = False
    null: str = ""
    decimal: str = "."
    is_wide: bool = False
    is_packed: bool = False
    key: str = "shipment_id"
    months: int = 3
    overlap: int = 2
    is_named: bool = True
    aliases: dict[str, str] = field(default_factory=dict)
    """Partner id to the name this sender uses for it."""

    def header(self, wanted: str) -> str | None:
        """Their header for our field."""
        return next((theirs for theirs, ours in self.columns if ours == wanted), None)


def each(**words: str) -> dict[str, tuple[str, ...]]:
    """Milestones and their words, several separated by a bar."""
    return {milestone: tuple(text.split("|")) for milestone, text in words.items()}

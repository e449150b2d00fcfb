"""What is ours or another partner's, and therefore not held against the one the page is about."""

from __future__ import annotations

from tallyclerk.report import text, words
from tallyclerk.report.model import PartnerInput

KINDS = ("dispatched_late", "unannounced", "documents")


def ours(given: PartnerInput, role: str) -> tuple[str, ...]:
    """Say in sentences what others did to the partner's shipments."""
    found = given.ours.get(role, {})
    shipments = text.plural(given.shipments.get(role, 0), "shipment")
    return tuple(
        words.say(f"ours_said.{kind}", n=text.count(found[kind]), shipments=shipments)
        for kind in KINDS
        if found.get(kind)
    )

"""The roles of a partner in the order of its page."""

from __future__ import annotations

from tallyclerk.report.model import PartnerInput


def roles_of(given: PartnerInput) -> list[str]:
    """Give the roles of a partner, the one with most shipments first."""
    roles = set(given.shipments) | {r.role for r in given.totals}
    return sorted(roles, key=lambda role: (-given.shipments.get(role, 0), role))

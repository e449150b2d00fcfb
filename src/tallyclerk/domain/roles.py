"""Roles a partner can have in a chain, in the order in which the goods meet them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a partner does for a shipment."""

    SUPPLIER = "supplier"
    WAREHOUSE = "warehouse"
    FORWARDER = "forwarder"
    AIRLINE = "airline"
    BROKER = "broker"
    COURIER = "courier"


CHAIN_COLUMNS: dict[str, Role] = {
    "supplier_id": Role.SUPPLIER,
    "forwarder_id": Role.FORWARDER,
    "courier_id": Role.COURIER,
}
"""SHIPMENTS columns that name a partner, with the role the column implies."""

ROLE_ORDER: dict[str, int] = {role: place for place, role in enumerate(Role)}
"""Breaks ties between partners that took custody in the same instant."""

ALL: tuple[Role, ...] = tuple(Role)
TAKERS: tuple[Role, ...] = tuple(role for role in Role if role is not Role.SUPPLIER)
"""Roles that take custody from somebody."""
GIVERS: tuple[Role, ...] = tuple(role for role in Role if role is not Role.COURIER)
"""Roles that hand over to a partner."""

"""Houses: the whole cast once more, alike in all it does, under names and in files of its own.

House 0 is the cast as it is. Houses share the merchant, but no partner, order, flight or file.
"""

from __future__ import annotations

from dataclasses import replace

from tallyclerk.simulate.dialects import DIALECTS, Dialect
from tallyclerk.simulate.emitted import Agreed
from tallyclerk.simulate.numbers import in_house
from tallyclerk.simulate.partners import PARTNERS, Partner
from tallyclerk.simulate.terms import COMMITMENTS


def dialect_in(house: int, dialect: Dialect) -> Dialect:
    """The export of the same partner in a house; what it calls others is left to `names`."""
    return replace(
        dialect,
        name=in_house(dialect.name, house),
        partner=in_house(dialect.partner, house),
    )


def dialects(houses: int) -> list[Dialect]:
    """The exports of all houses."""
    return [dialect_in(house, each) for house in range(houses) for each in DIALECTS]


def partners(houses: int) -> list[Partner]:
    """The partners of all houses."""
    return [
        replace(
            each,
            id=in_house(each.id, house),
            name=in_house(each.name, house, " "),
            aliases=tuple(in_house(alias, house, " ") for alias in each.aliases),
        )
        for house in range(houses)
        for each in PARTNERS
    ]


def commitments(houses: int) -> tuple[Agreed, ...]:
    """What is agreed with the partners of all houses."""
    return tuple(
        replace(each, partner=in_house(each.partner, house))
        for house in range(houses)
        for each in COMMITMENTS
    )

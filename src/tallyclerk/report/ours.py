"""What is ours or another partner's, and therefore not held against the one the page is about."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tallyclerk.domain.judgement import OfOthers
from tallyclerk.report import text, words
from tallyclerk.report.model import PartnerInput

SHEET = ("why", "role", "reference", "shipment", "file", "row")
"""Columns of the sheet of a workbook, as `book.ours.NAME` in the labels."""
KINDS = ("dispatched_late", "unannounced", "documents")


def ours(given: PartnerInput, role: str) -> tuple[str, ...]:
    """Say in sentences what others did to the partner's shipments."""
    found = given.ours.get(role, {})
    shipments = text.plural(given.shipments.get(role, 0), "shipment")
    told = tuple(
        words.say(f"ours_said.{kind}", n=text.count(found[kind].count), shipments=shipments)
        for kind in KINDS
        if kind in found
    )
    return (*told, words.say("ours_said.listed")) if told else ()


def _listed(found: OfOthers) -> Iterator[str]:
    """The shipments, and in the place of those that are only counted how many there are."""
    yield from found.shipments
    rest = found.count - len(found.shipments)
    if rest:
        yield words.say("ours_listed.rest", n=text.count(rest))


def ours_rows(given: PartnerInput, facts: pl.DataFrame) -> tuple[tuple[str | int | None, ...], ...]:
    """List the shipments behind these sentences, by the numbers and places that the partner knows.

    Args:
        given: Its part of the judgement.
        facts: Its FACTS, with `tallyclerk.kpis.evidence.PROOF`.

    Returns:
        Rows, in the columns of `SHEET`.
    """
    found = [
        (words.say(f"ours_listed.{kind}"), words.named("role", role), shipment)
        for role, kinds in sorted(given.ours.items())
        for kind in KINDS
        if kind in kinds
        for shipment in _listed(kinds[kind])
    ]
    names = facts.select("shipment_id", "own_reference", "own_file", "own_row").unique(
        "shipment_id", keep="first", maintain_order=True
    )
    listed = pl.DataFrame(found, schema=["why", "role", "shipment_id"], orient="row").cast(
        pl.String
    )
    told = listed.join(names, on="shipment_id", how="left", maintain_order="left")
    columns = ("why", "role", "own_reference", "shipment_id", "own_file", "own_row")
    return tuple(told.select(columns).rows())

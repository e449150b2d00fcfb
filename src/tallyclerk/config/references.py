"""Checks across blocks: names that one block uses and another must define."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tallyclerk.config.agreed import agreement_problems
from tallyclerk.config.models import MilestoneColumn, Settings, Source
from tallyclerk.config.problems import Key, Problem, did_you_mean
from tallyclerk.domain.milestones import Milestone

ID_COLUMNS = (
    "shipment_id",
    "parcel_id",
    "tracking_number",
    "order_id",
    "last_mile_number",
    "hawb",
    "mawb",
    "bag",
    "container",
    "batch_id",
)
"""Columns that can key a row, first one first: the first that a source has is its key."""

CORRECTING = ("event_ref", "corrects_ref", "is_void")
"""Columns by which an export replaces its own events, or takes them back."""

PARTS = ("part_of",)
"""Columns by which an export tells a part of a whole: how many pieces the whole has."""

EXTRA_COLUMNS: dict[str, tuple[str, ...]] = {
    "events": (
        "status",
        "milestone",
        "status_text",
        "side",
        "weight_kg",
        "timezone",
        *CORRECTING,
        *PARTS,
    ),
    "shipments": ("value",),
    "references": ("reference", "kind"),
    "tickets": ("first_reply_minutes",),
    "claims": ("amount",),
}
"""Columns a table takes beside those of its schema, in the units people export them."""

NOT_MAPPED = frozenset(
    {"event_id", "source", "source_file", "source_row", "inherited", "corrects_event_id"}
    | {"is_physical", "occurred_date", "time_source", "time_precision"}
    | {"status_raw", "status_rule"}
)
"""Schema columns that ingest fills itself."""


def known_columns(table: str) -> tuple[str, ...]:
    """Every name that `[sources.x.columns]` may have for a table."""
    from tallyclerk.domain.tables import TABLES  # noqa: PLC0415 - schemas need polars

    own = [name for name in TABLES[table] if name not in NOT_MAPPED]
    return tuple(dict.fromkeys([*ID_COLUMNS, *own, *EXTRA_COLUMNS.get(table, ())]))


def reference_problems(settings: Settings, files: Mapping[Key, str]) -> list[Problem]:
    """Columns no table has, partners named twice by alias, calendars nobody defines."""
    problems = []
    for name, source in settings.sources.items():
        file = files.get(("sources", name), files.get((), ""))
        problems += [Problem(file, f"sources.{name}.{k}", what) for k, what in _of_source(source)]
    file = files.get((), "")
    for key, what in (*_aliases(settings), *_disclosed(settings), *agreement_problems(settings)):
        problems.append(Problem(file, key, what))
    return problems


def _of_source(source: Source) -> Iterator[tuple[str, str]]:
    known = known_columns(source.table)
    for ours in source.columns:
        if ours not in known:
            hint = did_you_mean(ours, known)
            yield f"columns.{ours}", f"no column of {source.table}{hint} Known: {', '.join(known)}"
    key = next((ours for ours in ID_COLUMNS if source.columns.get(ours)), None)
    for ours in source.optional:
        if ours not in {*known, *Milestone}:
            hint = did_you_mean(ours, (*known, *Milestone))
            yield "optional", f"{ours!r} is no column of {source.table}, nor a milestone{hint}"
        elif ours == key:
            yield "optional", f"{ours!r} says which shipment a row is about, so every file needs it"
    for milestone, spec in source.milestones.items():
        if isinstance(spec, MilestoneColumn) and spec.partner and spec.partner_column:
            yield f"milestones.{milestone}", "give partner or partner_column, not both"


def _disclosed(settings: Settings) -> Iterator[tuple[str, str]]:
    for partner_id, partner in settings.partners.items():
        named = () if isinstance(partner.disclose, bool) else partner.disclose
        for other in named:
            if other not in settings.partners:
                hint = did_you_mean(other, settings.partners)
                yield f"partners.{partner_id}.disclose", f"no partner {other!r}{hint}"


def _aliases(settings: Settings) -> Iterator[tuple[str, str]]:
    owner: dict[str, str] = {}
    for partner_id, partner in settings.partners.items():
        for word in {partner_id, partner.name or partner_id, *partner.aliases}:
            first = owner.setdefault(word.strip().casefold(), partner_id)
            if first != partner_id:
                yield f"partners.{partner_id}", f"{word!r} is also a name of {first!r}"

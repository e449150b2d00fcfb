"""The case files: hand-made shipments with the facts that a KPI must find in them.

A file in `tests/cases` is one small world: `settings`, `why` (a sentence per shipment), the input
tables, and `expected`, the facts of its `kpi`. A file whose name has a suffix holds more cases of
the same KPI. A shipment without an expected fact must have none.

For rates, `n` and `hits` are sums where a shipment has several facts for one subject (the events of
`late_record_rate`). Of the finer rows by rule of the incident KPIs only the hits are listed and
compared: what counts under a rule is what counts under the KPI.

Where a file lists `worst`, these are all the cases in doubt, as they are in the worst case: with `n`
and `hits`, or with `minutes` (none: longer than any time).

`outages` in the settings are those that a survey found: partner, first and last day; likewise
`stamps`, minutes in which a day was stamped: partner, clock (recorded, occurred), beginning.

How lateness divides (rules "late: …") is not listed: `tests/unit/judge/test_lateness.py` has it.

`agreements`, where there are any, are blocks of a configuration: calendars, commitments, excuses.
The plain truth knows none, so these files are the engine's alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.support.buckets import context_of

from tallyclerk.config.models import Settings
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Bucket
from tallyclerk.kpis.context import bare_context
from tallyclerk.kpis.retold import CHAIN, IN_DOUBT, LATE, PART, WORST
from tallyclerk.simulate.emitted import Outage, Stamp, TruthSettings

FOLDER = Path(__file__).parents[1] / "cases"
FILES = sorted(FOLDER.glob("*.json"))
TABLES = ("events", "shipments", "claims", "tickets", "reviews", "notices")

INCIDENT_KPIS = ("miscommunication_rate", "message_hygiene_rate")

Fact = tuple[str, str, str | None, str | None, int | None, str | None]
"""Shipment, partner, rule, reason, minutes, ending."""


@dataclass(frozen=True)
class Case:
    """One case file, times read."""

    kpi: str
    settings: TruthSettings
    tables: dict[str, list[dict[str, Any]]]
    expected: list[dict[str, Any]]
    worst: list[dict[str, Any]] | None
    agreements: dict[str, Any]

    def context(self, bucket: Bucket) -> Context:
        """The context of the file's bucket."""
        plain = context_of([bucket], self.settings)
        if not self.agreements:
            return plain
        agreed = Settings.model_validate(
            {"run": {"timezone": self.settings.timezone}, **self.agreements}
        )
        bare = bare_context(agreed, plain.as_of, None)
        names = ("calendars", "calendar_of", "commitments", "excuses")
        return replace(plain, **{name: getattr(bare, name) for name in names})


def read_case(path: Path) -> Case:
    """The case file at `path`."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    settings = raw["settings"]
    return Case(
        kpi=raw["kpi"],
        settings=TruthSettings(
            as_of=dt.datetime.fromisoformat(settings["as_of"]).astimezone(dt.UTC),
            timezone=settings["timezone"],
            lane=tuple(settings["lane"]),
            roles=settings["roles"],
            must_report={name: tuple(owed) for name, owed in settings["must_report"].items()},
            outages=tuple(
                Outage(partner, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
                for partner, first, last in settings.get("outages", ())
            ),
            stamps=tuple(
                Stamp(partner, clock, dt.datetime.fromisoformat(minute).astimezone(dt.UTC))
                for partner, clock, minute in settings.get("stamps", ())
            ),
        ),
        tables={name: [_row(row) for row in raw.get(name, [])] for name in TABLES},
        expected=raw["expected"],
        worst=raw.get("worst"),
        agreements=raw.get("agreements", {}),
    )


def comparable(kpi: str, facts: Iterable[Mapping[str, Any]]) -> tuple[list[Any], list[Any]]:
    """Facts of one KPI in a form that does not depend on their order or on how they are summed."""
    counts: Counter[Fact] = Counter()
    hits: Counter[Fact] = Counter()
    for fact in facts:
        rule = fact.get("rule")
        if rule in {WORST, IN_DOUBT, CHAIN} or (rule and rule.startswith((LATE, PART))):
            continue
        is_incident = kpi in INCIDENT_KPIS and rule is not None
        if is_incident and not fact["hits"]:
            continue
        columns = ("shipment_id", "partner_id", "rule", "reason", "minutes", "ending")
        key: Fact = tuple(fact.get(column) for column in columns)  # type: ignore[assignment]
        counts[key] += fact["hits"] if is_incident else fact["n"]
        hits[key] += fact["hits"] or 0
    return (
        sorted(counts.items(), key=repr),
        sorted(((key, count) for key, count in hits.items()), key=repr),
    )


def doubted(facts: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The cases in doubt as they are in the worst case, in a form that does not depend on order."""
    columns = ("shipment_id", "partner_id", "n", "hits", "minutes", "ending")
    return sorted(({column: fact.get(column) for column in columns} for fact in facts), key=repr)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: _cell(column, value) for column, value in row.items()}


def _cell(column: str, value: Any) -> Any:
    if column.endswith("_at") and value is not None:
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    if column.endswith("_date") and value is not None:
        return dt.date.fromisoformat(value)
    return value

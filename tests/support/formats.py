"""The fixtures of the formats, ingested: what came of them, and everything that was written."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tallyclerk.config import load
from tallyclerk.config.models import Settings
from tallyclerk.ingest.report import IngestReport
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats"
COLUMNS = {
    "shipment": "shipment_id",
    "milestone": "milestone",
    "occurred_at": "occurred_at",
    "partner": "partner_id",
    "counterpart": "counterpart_id",
    "reason": "reason",
    "rule": "status_rule",
    "status": "status_raw",
}


@dataclass
class Ingested:
    """What an ingest came to, and the folder it wrote."""

    report: IngestReport
    ledger: Ledger
    root: Path

    def events(self) -> list[tuple[str, ...]]:
        """Every event as the columns of an expectation, sorted."""
        frame = self.ledger.read_events(0, list(COLUMNS.values()))
        times = pl.col("occurred_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        return sorted(frame.with_columns(times).select(COLUMNS.values()).fill_null("").rows())

    def rejects(self) -> list[tuple[str, str, bool]]:
        """Rule, text and whether a row was refused, sorted."""
        return sorted(self.ledger.rejects().select("rule", "raw", "is_row").collect().rows())

    def notes(self) -> set[str]:
        """Every remark on a file."""
        return {note for segment in self.ledger.manifest.active for note in segment.notes}

    def written(self) -> str:
        """Everything that was written, as one text."""
        parts = [repr(self.report)]
        for path in sorted(self.root.rglob("*")):
            if path.suffix == ".parquet":
                parts.append(pl.read_parquet(path).write_json())
            elif path.is_file():
                parts.append(path.read_text("utf-8", "replace"))
        return "\n".join(parts)


def ingested(settings: Settings, root: Path) -> Ingested:
    """Ingest into a folder; every row is accounted for."""
    run = settings.run.model_copy(update={"store": str(root)})
    report = ingest(settings.model_copy(update={"run": run}))
    for source in report.sources:
        parts = (
            source.accepted + source.rejected + source.duplicates + source.pending + source.left_out
        )
        assert source.rows == parts, source
    return Ingested(report, Ledger.open(root), root)


def ingest_fixture(name: str, root: Path) -> Ingested:
    """Ingest the fixture of a format under its own configuration."""
    return ingested(load(FIXTURES / name / "config.toml", {}), root)


def expected(name: str) -> list[tuple[str, ...]]:
    """The events of a fixture as they were read from it by a person, sorted."""
    with (FIXTURES / name / "expected" / "events.csv").open(encoding="utf-8") as file:
        return sorted(tuple(row[column] for column in COLUMNS) for row in csv.DictReader(file))

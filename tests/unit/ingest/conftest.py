"""A small workshop: write exports, configure a source, ingest, look."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tallyclerk.config.models import Settings
from tallyclerk.ingest.report import IngestReport
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

COLUMNS = {"shipment_id": "id", "status": "status", "occurred_at": "time"}


@dataclass
class Workshop:
    base: Path

    def write(self, name: str, content: str | bytes) -> None:
        path = self.base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def settings(self, **sources: dict[str, Any]) -> Settings:
        partners = sources.pop("partners", {})
        filled = {name: {"timezone": "UTC", **source} for name, source in sources.items()}
        return Settings.model_validate({"sources": filled, "partners": partners, "base": self.base})

    def ingest(self, **sources: dict[str, Any]) -> tuple[IngestReport, Ledger]:
        settings = self.settings(**sources)
        report = ingest(settings)
        for source in report.sources:
            parts = (
                source.accepted
                + source.rejected
                + source.duplicates
                + source.pending
                + source.left_out
            )
            assert source.rows == parts, source
        return report, Ledger.open(settings.resolve(settings.run.store))

    def events(self, content: str | bytes, **source: Any) -> tuple[IngestReport, list[Any]]:
        """Ingest one long export; the events as (shipment, milestone, time)."""
        self.write("a.csv", content)
        report, ledger = self.ingest(a={"path": "a.csv", "columns": COLUMNS, **source})
        rows = ledger.read_events(0, ["shipment_id", "milestone", "occurred_at"]).rows()
        return report, [(i, m, at.strftime("%Y-%m-%dT%H:%M")) for i, m, at in rows]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture(scope="session")
def workshop_at() -> type[Workshop]:
    return Workshop

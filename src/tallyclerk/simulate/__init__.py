"""Realistic exports in several formats, with the true answers beside.

Writes what partners would send for a known set of journeys, so that the reading and the counting
can be checked against a truth that was not computed by the code under test. For that reason it
knows the domain's words and nothing else of ours.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from tallyclerk.simulate.configure import config_text
from tallyclerk.simulate.emitted import Emitted, TruthSettings
from tallyclerk.simulate.exports import export
from tallyclerk.simulate.houses import commitments, partners
from tallyclerk.simulate.truth import compute
from tallyclerk.simulate.world import LANE, TIMEZONE

FIXTURE_SHIPMENTS, FIXTURE_SEED = 2_000, 2026
"""What `fixtures/` was written with."""
MOST_WITH_TRUTH = 50_000
"""Above so many shipments the plain computation of the answers takes too long to be the default."""


def truth_settings(houses: int = 1) -> TruthSettings:
    """The settings of the generated configuration that decide numbers."""
    cast = partners(houses)
    return TruthSettings(
        as_of=None,
        timezone=TIMEZONE,
        lane=LANE,
        roles={partner.id: partner.role for partner in cast},
        must_report={p.id: p.owes for p in cast if p.owes is not None},
        commitments=commitments(houses),
        stamps=None,
    )


def answers(emitted: Emitted, houses: int = 1) -> str:
    """The content of `truth.json`."""
    events = emitted.events
    as_of = events.select(pl.max_horizontal(pl.max("occurred_at", "recorded_at"))).item()
    content = {"as_of": as_of.isoformat(), "results": compute(emitted, truth_settings(houses))}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def simulate(
    directory: Path,
    shipments: int,
    seed: int,
    truth: bool,  # noqa: FBT001
    houses: int = 1,
) -> None:
    """Write exports, the configuration that reads them and, if asked, the true answers.

    Args:
        directory: Where `exports/`, `config.toml` and `truth.json` go; made if missing.
        shipments: How many shipments to simulate.
        seed: The same seed gives the same files.
        truth: Whether to count the true answers; memory and time then grow with the shipments.
        houses: How often the cast of partners exists; a shipment belongs to one of the houses.
    """
    directory.mkdir(parents=True, exist_ok=True)
    emitted = export(directory / "exports", shipments, seed, keep=truth, houses=houses)
    (directory / "config.toml").write_text(config_text(houses=houses), encoding="utf-8")
    if emitted is not None:
        (directory / "truth.json").write_text(answers(emitted, houses), encoding="utf-8")

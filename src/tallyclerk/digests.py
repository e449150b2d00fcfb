"""Digests that say whether two runs must give the same numbers."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from tallyclerk.config.models import Settings

NOT_NUMBERS = {"store", "reports", "small_partner_shipments", "objections", "objection_days"}
"""Settings of [run] that change no number."""
NOT_NUMBERS_OF_PARTNERS = {"disclose"}
"""Settings of [partners.ID] likewise."""
JUDGED = {"vetting", "score", "terms"}
"""Blocks that change what is said of the facts."""
AGREED = {"calendars", "commitments", "excuses"}
"""Blocks that change the facts."""
UNSET = Settings().model_dump(mode="json", include={*JUDGED, *AGREED})
"""Blocks that change numbers only where they are given: left out, they leave digests as they are."""
DEFINING = ("domain", "journey", "kpis", "stats")
"""Packages whose code decides what the facts are."""


def digest_of(*parts: str) -> str:
    """One digest for several texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def config_digest(settings: Settings, *, with_targets: bool) -> str:
    """Digest of the settings that affect numbers (facts alone do not know targets)."""
    told = settings.model_dump(mode="json", include={"run", "partners", "kpis", "targets"})
    more = {*JUDGED, *AGREED} if with_targets else AGREED
    blocks = settings.model_dump(mode="json", include=more)
    told |= {name: block for name, block in blocks.items() if block != UNSET[name]}
    told["run"] = {key: told["run"][key] for key in told["run"] if key not in NOT_NUMBERS}
    for partner in told["partners"].values():
        for key in NOT_NUMBERS_OF_PARTNERS:
            del partner[key]
    if not with_targets:
        del told["targets"]
    return digest_of(json.dumps(told, sort_keys=True, ensure_ascii=False))


@cache
def definitions_digest(*, with_judgement: bool = False) -> str:
    """Digest of the code that defines journeys and KPIs: an edited definition is a new one.

    Args:
        with_judgement: Of what is said of the facts too.
    """
    return code_digest(*((*DEFINING, "judge") if with_judgement else DEFINING))


@cache
def code_digest(*packages: str) -> str:
    """Digest of the code of some packages, named by their folders; of all where none is named."""
    root = files("tallyclerk")
    folders = [root / name for name in packages] or [root]
    return digest_of(*(text for folder in folders for text in _sources(folder)))


def _sources(folder: Traversable) -> list[str]:
    found: list[str] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found.extend(_sources(entry))
        elif entry.name.endswith(".py"):
            found.extend((entry.name, entry.read_text(encoding="utf-8")))
    return found

"""What was asked of a report, as its manifest remembers it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tallyclerk.domain.periods import Period
from tallyclerk.judge.cuts import Cuts
from tallyclerk.pipeline.passes import Passes
from tallyclerk.report.folders import DRAFT
from tallyclerk.report.write import FORMATS
from tallyclerk.store.past import recorded


def recipe_for(
    passes: Passes, cuts: Cuts, period: Period, templates: Path | None, wishes: Mapping[str, Any]
) -> dict[str, object]:
    """What making a report again needs, see `tallyclerk.report.recipe`."""
    settings = passes.settings
    filters = {name: list(values) for name, values in asdict(cuts).items() if name != "period"}
    base = settings.base.resolve()
    return {
        "settings": settings.model_dump(mode="json", by_alias=True),
        "ledger": recorded(passes.ledger.manifest),
        "asked": {
            "cuts": filters,
            "period": [period.first, period.last],
            "formats": sorted(wishes.get("formats", FORMATS)),
            "pdf_for": sorted(wishes.get("pdf_for", ())),
            "issue": wishes.get("issue", DRAFT),
            "templates": Path(os.path.relpath(templates, base)).as_posix() if templates else "",
        },
    }

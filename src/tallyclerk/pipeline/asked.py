"""What was asked of a report, as its manifest remembers it."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from tallyclerk.domain.periods import Period
from tallyclerk.judge.cuts import Cuts
from tallyclerk.pipeline.passes import Passes
from tallyclerk.report.wishes import Wishes
from tallyclerk.store.past import recorded


def recipe_for(
    passes: Passes, cuts: Cuts, period: Period, templates: Path | None, wishes: Wishes
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
            "formats": sorted(wishes.formats),
            "pdf_for": sorted(wishes.pdf_for),
            "issue": wishes.issue,
            "templates": Path(os.path.relpath(templates, base)).as_posix() if templates else "",
        },
    }

"""What a report must remember so that it can be made again: settings, data, and what was asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallyclerk.errors import UsageError
from tallyclerk.report.folders import issues
from tallyclerk.report.names import MANIFEST

NAME = "recipe"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The manifest of a report, as far as making it again needs it.

    Attributes:
        folder: The report: a draft, or an issue.
        told: Its manifest.
    """

    folder: Path
    told: Mapping[str, Any]

    @property
    def outputs(self) -> dict[str, str]:
        """Digest of each file of the report."""
        return {str(each["path"]): str(each["sha256"]) for each in self.told["outputs"]}

    @property
    def settings(self) -> Mapping[str, Any]:
        """The configuration it was made under."""
        found: Mapping[str, Any] = self.told[NAME]["settings"]
        return found

    @property
    def ledger(self) -> Mapping[str, Any]:
        """What counted in the ledger, see `tallyclerk.store.past.recorded`."""
        found: Mapping[str, Any] = self.told[NAME]["ledger"]
        return found

    @property
    def asked(self) -> Mapping[str, Any]:
        """The filters, formats and issue that were asked for."""
        found: Mapping[str, Any] = self.told[NAME]["asked"]
        return found

    def edited(self) -> Iterator[tuple[str, str]]:
        """Files that are not as they were written, and what became of them."""
        for path, digest in sorted(self.outputs.items()):
            file = self.folder / path
            if not file.is_file():
                yield path, "is gone"
            elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
                yield path, "was changed after it was written"


def recipe_of(folder: Path) -> Recipe:
    """Read the manifest of a report; of a folder with issues alone, that of the last one.

    Raises:
        UsageError: There is no report, or one that does not say how it was made.
    """
    made = issues(folder)
    if not (folder / MANIFEST).is_file() and made:
        folder = made[-1]
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        recipe = Recipe(folder=folder, told=told)
        _ = recipe.settings, recipe.ledger, recipe.asked, recipe.outputs
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"there is no report that says how it was made (no usable {MANIFEST})",
            where=str(folder),
            how="name the folder of a period such as reports/2026-10, or of an issue in it",
        ) from error
    return recipe

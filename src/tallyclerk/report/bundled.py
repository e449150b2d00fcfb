"""Where the pages' templates are, with their labels and fonts."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def bundled_templates() -> Path:
    """Give the folder of the templates: in the installed package, else in the checkout.

    Raises:
        FileNotFoundError: There is none; the installation is broken.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "templates", package.parents[1] / "templates"):
        if (folder / "partner.html.j2").is_file():
            return folder
    raise FileNotFoundError(
        "the page templates are missing from the installation; install tallyclerk again"
    )


def font_file(name: str) -> Path:
    """Give a bundled font; users' folders are not asked, so that pages stay reproducible."""
    return bundled_templates() / "fonts" / name

#!/usr/bin/env python3
"""Writes the generated blocks of README.md anew: the KPI dictionary, the formats."""

import re
from pathlib import Path

from tallyclerk.cli.commands.kpis import markdown
from tallyclerk.config import formats
from tallyclerk.kpis.dictionary import definitions

README = Path(__file__).parents[1] / "README.md"


def filled(text: str, block: str, content: str) -> str:
    """Give a text with the content of one generated block replaced."""
    pattern = rf"(<!-- generated:{block} -->\n).*?(<!-- /generated:{block} -->)"
    return re.sub(pattern, lambda found: found[1] + content + found[2], text, flags=re.DOTALL)


if __name__ == "__main__":
    text = README.read_text("utf-8")
    text = filled(text, "kpis", markdown(definitions().values()) + "\n")
    README.write_text(filled(text, "formats", formats.markdown() + "\n"), "utf-8")

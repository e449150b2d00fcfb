"""The CSV files of this package, read once."""

from __future__ import annotations

import csv
from importlib import resources

YES_NO = {"yes": True, "no": False, "": None}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a file of this package, trimmed; its lines that start with # are remarks."""
    file = resources.files(__package__) / f"{name}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [{key: (value or "").strip() for key, value in row.items()} for row in rows]

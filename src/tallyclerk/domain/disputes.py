"""DISPUTES: what a partner holds against single cases, and the workbook in which it says so."""

from __future__ import annotations

from typing import Final

import polars as pl

from tallyclerk.domain.tables import Schema

DISPUTES: Final[Schema] = {
    "case_id": pl.String,
    "view": pl.String,
    "reason": pl.String,
    "proof": pl.String,
    "source_file": pl.String,
    "source_row": pl.Int64,
}
"""One case that a partner objects to: its view, why, and what proves it."""

SHEET = "objections"
"""The sheet of cases."""
VIEW, REASON, PROOF = "your view", "your reason", "your proof"
COLUMNS: Final = {"case_id": "case", "view": VIEW, "reason": REASON, "proof": PROOF}
"""Titles of the columns that are read back, by column of DISPUTES."""
AGREED, OTHER = "agree", "other"
VIEWS: Final = (AGREED, "not ours", "excused", "wrong data", OTHER)
"""What a partner can say of a case; all but the first are objections."""

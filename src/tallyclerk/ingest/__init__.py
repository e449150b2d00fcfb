"""Exports → EVENTS and REJECTS.

Reads the files of partners as they are (`formats/`, one format per file), maps their columns and
statuses to ours (`plan.py`, `vocabulary.py`) and says what was found on the way (`report.py`).
Nothing is dropped in silence: accepted, rejected, duplicate and pending rows add up to rows read.
"""

from tallyclerk.ingest.report import Finding, IngestReport, Progress
from tallyclerk.ingest.run import forget, ingest, is_stale
from tallyclerk.ingest.tallies import RULES

__all__ = ["RULES", "Finding", "IngestReport", "Progress", "forget", "ingest", "is_stale"]

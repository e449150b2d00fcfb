"""Times of an export → UTC, never by a guess about a zone or an order of day and month."""

from tallyclerk.ingest.times.column import CLOCK_CHANGE, PARSED, TimeColumn, TimeCounts

__all__ = ["CLOCK_CHANGE", "PARSED", "TimeColumn", "TimeCounts"]

"""Times of an export → UTC, never by a guess about a zone or an order of day and month."""

from tallyclerk.ingest.times.clock import CLOCK_CHANGE, NO_ZONE, Clock
from tallyclerk.ingest.times.column import TimeColumn, TimeCounts
from tallyclerk.ingest.times.parsing import PARSED

__all__ = ["CLOCK_CHANGE", "NO_ZONE", "PARSED", "Clock", "TimeColumn", "TimeCounts"]

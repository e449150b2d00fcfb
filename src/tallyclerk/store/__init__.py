"""The on-disk ledger: buckets, manifest, atomic writes and locks.

Canonical events are kept as Parquet, hash-bucketed by shipment. One manifest names the segments
that count and is replaced atomically, last: a crash at any moment leaves the old state or the new.
"""

from tallyclerk.store.latest import LatestTime
from tallyclerk.store.ledger import Ledger
from tallyclerk.store.manifest import Failure, Manifest, Segment, Status
from tallyclerk.store.sources import SourceSummary

__all__ = [
    "Failure",
    "LatestTime",
    "Ledger",
    "Manifest",
    "Segment",
    "SourceSummary",
    "Status",
]

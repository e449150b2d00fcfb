"""Partner scorecards from shipment event exports.

A tally clerk is the neutral clerk who counts the cargo at every handover between two parties.
This package does the same with the exports of suppliers, freight forwarders and couriers: count
exactly, blame fairly, show the count behind every judgement. Importing it costs nothing; the heavy
libraries are imported by the packages that use them.
"""

import os

__version__ = "0.1.0"

# Buckets are worked through one after the other: memory that one gave back is wanted by the next. The
# allocator of polars, which reads this when polars is loaded, would hand it to the system after half a
# second, and have it back page by page, which took a sixth of all processor time.
os.environ.setdefault(
    "_RJEM_MALLOC_CONF", f"dirty_decay_ms:5000,muzzy_decay_ms:5000,narenas:{os.cpu_count() or 1}"
)

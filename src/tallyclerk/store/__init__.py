"""The on-disk ledger: buckets, manifest, atomic writes and locks.

Canonical events are kept as Parquet, hash-bucketed by shipment. One manifest names the segments
that count and is replaced atomically, last: a crash at any moment leaves the old state or the new.
"""

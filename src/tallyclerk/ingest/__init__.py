"""Exports → EVENTS and REJECTS.

Reads the files of partners as they are (`formats/`, one format per file), maps their columns and
statuses to ours (`mapping.py`, `vocabulary/`) and says what an unknown export is (`inspect.py`).
Nothing is dropped in silence: accepted, rejected, duplicate and pending rows add up to rows read.
"""

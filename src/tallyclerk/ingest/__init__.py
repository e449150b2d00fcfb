"""Exports → EVENTS and REJECTS.

Reads the files of partners as they are (`formats/`, one format per file), maps their columns and
statuses to ours (`plan.py`, `words.py`, `vocabulary/`) and says what was found on the way
(`report.py`). Nothing is dropped in silence: accepted, rejected, duplicate and pending rows add up
to rows read. `run.py` does it all.

Nothing is imported here: every command asks whether anything is to be read (`todo.py`), and must
not wait for what reads it.
"""

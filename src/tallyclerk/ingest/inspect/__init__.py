"""A strange file → what it is, and the block of the configuration that reads it.

Reads every file once from end to end (`profile.py`), decides which column is what by names and
values (`names.py`, `kinds.py`, `fields.py`, `tables.py`), proves formats of dates (`timing.py`),
finds which ids link (`links.py`), and writes blocks (`blocks.py`). What nothing proves is left open
in the block as a question.
"""

from tallyclerk.ingest.inspect.describe import inspect
from tallyclerk.ingest.inspect.findings import Block, GroupFindings, Inspection, Question

__all__ = ["Block", "GroupFindings", "Inspection", "Question", "inspect"]

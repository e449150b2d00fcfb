"""A strange file → what it is, and the block of the configuration that reads it.

Reads files of one shape together (`groups.py`), each once from end to end (`profile.py`), decides
which column is what by names and values (`names.py`, `kinds.py`, `fields.py`) and which table a file
feeds (`tables.py`, `wide.py`), proves formats of dates (`timing.py`), finds which ids link
(`links.py`) and who the partners are (`partners.py`), and drafts blocks (`describe.py`,
`…_lines.py`). What nothing proves is left open in the block as a question. The words by which names
are known are in `words/`.
"""

from tallyclerk.ingest.inspect.describe import inspect
from tallyclerk.ingest.inspect.findings import Block, GroupFindings, Inspection, Question

__all__ = ["Block", "GroupFindings", "Inspection", "Question", "inspect"]

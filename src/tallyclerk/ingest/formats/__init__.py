"""One module per file format. Each opens a file as a `Reader`: a header, and batches of text cells.

A new format is a module with a `Format` (how to open a file of it, and by what one tells it), a line
in `READERS`, its facts in `tallyclerk.config.formats` and, where it has codes of its own, their table
in `tallyclerk.ingest.vocabulary`. The header of a vendor's or trade format uses our names where the
meaning is certain, so that its source needs no mapping, and the vendor's own for what may be mapped.
"""

from __future__ import annotations

from pathlib import Path

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats import delimited, excel, json_document, json_lines, parquet, xml_tree
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head, read_head
from tallyclerk.ingest.formats.kept import KeptReader
from tallyclerk.ingest.formats.reader import Batch, Reader
from tallyclerk.ingest.formats.trade import dcsa, emsevt, epcis, fsu, iftsta, x12_214
from tallyclerk.ingest.formats.vendors import (
    aftership,
    cainiao,
    easypost,
    helpdesk,
    karrio,
    seventeentrack,
    shipengine,
    shippo,
    shopify,
)

READERS: dict[str, Format] = {
    "csv": delimited.CSV,
    "tsv": delimited.TSV,
    "json": json_document.JSON,
    "jsonl": json_lines.JSONL,
    "xml": xml_tree.XML,
    "parquet": parquet.PARQUET,
    "excel": excel.EXCEL,
    "aftership": aftership.FORMAT,
    "17track": seventeentrack.FORMAT,
    "cainiao": cainiao.FORMAT,
    "easypost": easypost.FORMAT,
    "shippo": shippo.FORMAT,
    "shipengine": shipengine.FORMAT,
    "karrio": karrio.FORMAT,
    "shopify": shopify.FORMAT,
    "iftsta": iftsta.FORMAT,
    "x12_214": x12_214.FORMAT,
    "fsu": fsu.FORMAT,
    "epcis": epcis.FORMAT,
    "dcsa": dcsa.FORMAT,
    "emsevt": emsevt.FORMAT,
    "zendesk": helpdesk.ZENDESK,
    "freshdesk": helpdesk.FRESHDESK,
    "gorgias": helpdesk.GORGIAS,
}
"""Every format, the general ones first."""


def open_export(path: Path, source: Source) -> Reader:
    """Open a file as its source says, with the rows that are to be read.

    Raises:
        InputError: If it cannot be read so.
    """
    reader = READERS[source.format].open(path, source)
    return KeptReader(reader, source.where) if source.where else reader


def sniff(path: Path) -> dict[str, str]:
    """Which formats a file looks like.

    Returns:
        Evidence in words by format, the most special format first; nothing for what cannot be read.
    """
    head = read_head(path)
    found = {name: form.evidence(head) for name, form in reversed(READERS.items())}
    return {name: evidence for name, evidence in found.items() if evidence}


__all__ = ["READERS", "Batch", "Format", "Head", "Reader", "open_export", "read_head", "sniff"]

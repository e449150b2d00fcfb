"""GS1 EPCIS: what was seen where, by unit; 2.0 as JSON-LD, 1.2 and 2.0 as XML.

What a row is and by which keys: `epcis_events.py`. In XML a row's number is the line of its event, in
JSON rows are counted. Documents, query results, bare events, lists and an event per line are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import byte_blocks, check_container
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.payloads import Payload, PayloadReader, Table
from tallyclerk.ingest.formats.payloads import Row as Values
from tallyclerk.ingest.formats.reader import Reader, Traits
from tallyclerk.ingest.formats.text import detect_text
from tallyclerk.ingest.formats.trade.epcis_events import COLUMNS, event_rows, is_event
from tallyclerk.ingest.formats.trade.epcis_xml import EVENTS, xml_events
from tallyclerk.ingest.formats.trade.rows import MessageReader, Row, columns_of


def open_epcis(path: Path, source: Source) -> Reader:
    """Open a file of EPCIS events, in JSON or XML.

    Raises:
        InputError: If it is neither.
    """
    start = next(byte_blocks(path, 4096), b"")
    # The first sign of XML is found whatever the encoding: all of them write it alike.
    if start.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        check_container(path, binary=True)
        return MessageReader(path, source, _parse_xml, COLUMNS)
    header = tuple(columns_of(source, COLUMNS))

    def rows(event: Mapping[str, Any], traits: Traits) -> Iterator[Values]:
        for cells in event_rows(event, traits):
            yield tuple(cells.get(name) for name in header)

    check_container(path)
    table = Table(header, rows)
    kind, _ = detect_text(path, source.encoding)
    return PayloadReader(path, Payload(is_event, {"events": table}), table, kind)


def _parse_xml(path: Path, _: Source, traits: Traits) -> Iterator[Row]:
    count = 0
    try:
        for line, event in xml_events(path):
            count += 1
            for cells in event_rows(event, traits):
                yield Row(line, cells)
    except InputError as error:
        if not count:
            raise
        traits.note(f"damage in the XML, and nothing read behind it: {error.what}")


def _evidence(head: Head) -> str | None:
    """JSON or XML with events of EPCIS."""
    if head.is_json:
        return head.has_keys("eventTime", "bizStep") or head.has_keys(
            "eventTime", "eventTimeZoneOffset"
        )
    is_xml = "EPCIS" in head.text and any(f"<{name}" in head.text for name in EVENTS)
    return "XML with events of EPCIS" if is_xml else None


FORMAT = Format(open_epcis, _evidence)

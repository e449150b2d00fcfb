"""The formats of exports: what `format = "…"` and `vocabulary = "…"` of a source can say.

One list, from which the configuration, the folders that are searched, the README and `inspect` take
what they know of a format. Its reader is in `tallyclerk.ingest.formats`, its codes are in
`tallyclerk.ingest.vocabulary`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_JSON = (".json", ".json.gz", ".json.zst", ".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson")
_CSV = (".csv", ".csv.gz", ".csv.zst")
_EDI = tuple(
    f".{ending}{packed}"
    for ending in ("edi", "edifact", "x12", "txt")
    for packed in ("", ".gz", ".zst")
)

TEXTS = "texts"
"""The vocabulary of nothing but texts: the rules by which every vocabulary reads free text."""


@dataclass(frozen=True, kw_only=True)
class FormatFacts:
    """What is known of a format before a file of it is opened.

    Attributes:
        title: What people call it.
        reads: What it reads, in a few words.
        endings: File names a folder is searched for.
        vocabulary: The codes its statuses are mapped by; None: by the source's block alone.
        tables: Tables it can feed.
        has_row_keys: Whether its rows are keyed by numbers of several kinds, each by the finest it has.
    """

    title: str
    reads: str
    endings: tuple[str, ...]
    vocabulary: str | None = None
    tables: tuple[str, ...] = ("events",)
    has_row_keys: bool = False


_VENDOR = ("events", "shipments")
_ANY = ("events", "shipments", "references", "tickets", "reviews", "claims", "notices")

FORMATS: dict[str, FormatFacts] = {
    "csv": FormatFacts(
        title="CSV",
        reads="any delimiter, encoding and line end, long or wide",
        endings=(*_CSV, ".txt"),
        tables=_ANY,
    ),
    "tsv": FormatFacts(
        title="TSV",
        reads="the same with tabs",
        endings=(".tsv", ".tsv.gz", ".tsv.zst", ".txt"),
        tables=_ANY,
    ),
    "json": FormatFacts(
        title="JSON",
        reads="a list of objects, or an object that holds one; several documents too",
        endings=(".json", ".json.gz", ".json.zst"),
        tables=_ANY,
    ),
    "jsonl": FormatFacts(
        title="JSON Lines",
        reads="an object per line",
        endings=(".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst"),
        tables=_ANY,
    ),
    "xml": FormatFacts(
        title="XML",
        reads="elements that come again and again, with what is around them",
        endings=(".xml", ".xml.gz", ".xml.zst"),
        tables=_ANY,
    ),
    "parquet": FormatFacts(
        title="Parquet",
        reads="typed columns",
        endings=(".parquet",),
        tables=_ANY,
    ),
    "excel": FormatFacts(
        title="Excel, OpenDocument",
        reads="one sheet (`sheet`) of an .xlsx, .xls or .ods, or of a page or XML named .xls",
        endings=(".xlsx", ".xlsm", ".xls", ".ods"),
        tables=_ANY,
    ),
    "aftership": FormatFacts(
        title="AfterShip",
        reads="trackings of the API, old and new, webhooks, the CSV export",
        endings=(*_JSON, *_CSV),
        vocabulary="aftership",
        tables=_VENDOR,
    ),
    "17track": FormatFacts(
        title="17TRACK v2",
        reads="gettrackinfo, register, webhooks; every provider, the local number",
        endings=_JSON,
        vocabulary="17track",
        tables=_VENDOR,
    ),
    "cainiao": FormatFacts(
        title="Cainiao, AliExpress",
        reads="action codes with their handovers, the epoch as time",
        endings=_JSON,
        vocabulary="cainiao",
        tables=_VENDOR,
    ),
    "easypost": FormatFacts(
        title="EasyPost",
        reads="trackers and webhook events",
        endings=_JSON,
        vocabulary="easypost",
        tables=_VENDOR,
    ),
    "shippo": FormatFacts(
        title="Shippo",
        reads="tracks, of v1 too, and webhooks",
        endings=_JSON,
        vocabulary="shippo",
        tables=_VENDOR,
    ),
    "shipengine": FormatFacts(
        title="ShipEngine, ShipStation",
        reads="tracking of numbers and labels, webhooks",
        endings=_JSON,
        vocabulary="shipengine",
        tables=_VENDOR,
    ),
    "karrio": FormatFacts(
        title="Karrio",
        reads="trackers and webhooks; their Z is local time, so that `timezone` is needed",
        endings=_JSON,
        vocabulary="karrio",
        tables=_VENDOR,
    ),
    "shopify": FormatFacts(
        title="Shopify",
        reads="fulfilments, their events, orders with both (REST, GraphQL), the CSV of orders",
        endings=(*_JSON, *_CSV),
        vocabulary="shopify",
        tables=_VENDOR,
    ),
    "iftsta": FormatFacts(
        title="EDIFACT IFTSTA",
        reads="status reports of carriers, terminals and forwarders, any separators (UNA)",
        endings=_EDI,
        vocabulary="iftsta",
        has_row_keys=True,
    ),
    "x12_214": FormatFacts(
        title="ANSI X12 214",
        reads="shipment status of road, rail and parcel carriers, any separators (ISA)",
        endings=_EDI,
        vocabulary="x12_214",
        has_row_keys=True,
    ),
    "fsu": FormatFacts(
        title="IATA Cargo-IMP FSU",
        reads="status of air waybills, bare, in a Type B envelope or in EDIFACT; the year from what surrounds it",
        endings=(*_EDI, ".fsu", ".imp"),
        vocabulary="fsu",
    ),
    "epcis": FormatFacts(
        title="GS1 EPCIS",
        reads="events 2.0 in JSON-LD, 1.2 and 2.0 in XML",
        endings=(*_JSON, ".jsonld", ".xml", ".xml.gz", ".xml.zst"),
        vocabulary="epcis",
        has_row_keys=True,
    ),
    "dcsa": FormatFacts(
        title="DCSA Track & Trace",
        reads="events of container carriers, versions 2 and 3",
        endings=_JSON,
        vocabulary="dcsa",
        has_row_keys=True,
    ),
    "emsevt": FormatFacts(
        title="UPU EMSEVT",
        reads="tables of postal events by item (S10), with local times of offices",
        endings=(*_CSV, ".tsv", ".tsv.gz", ".tsv.zst", ".txt"),
        vocabulary="emsevt",
    ),
    "zendesk": FormatFacts(
        title="Zendesk tickets",
        reads="the API's tickets, the CSV export; map the field with the order number",
        endings=(*_JSON, *_CSV),
        tables=("tickets",),
    ),
    "freshdesk": FormatFacts(
        title="Freshdesk tickets",
        reads="the same",
        endings=(*_JSON, *_CSV),
        tables=("tickets",),
    ),
    "gorgias": FormatFacts(
        title="Gorgias tickets",
        reads="the same; labels as topic",
        endings=(*_JSON, *_CSV),
        tables=("tickets",),
    ),
}
"""Every format by its name."""

VOCABULARIES: tuple[str, ...] = (
    TEXTS,
    "trackingmore",
    *dict.fromkeys(facts.vocabulary for facts in FORMATS.values() if facts.vocabulary),
)
"""Every vocabulary by its name."""


def _known_format(name: str) -> str:
    return _known(name, tuple(FORMATS))


def _known_vocabulary(name: str) -> str:
    return _known(name, VOCABULARIES)


def _known(name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        expected = " or ".join(map(repr, names))
        raise PydanticCustomError("literal_error", "should be {expected}", {"expected": expected})
    return name


FormatName = Annotated[str, AfterValidator(_known_format)]
VocabularyName = Annotated[str, AfterValidator(_known_vocabulary)]


def markdown() -> str:
    """The formats as a table for README.md."""
    lines = ["| `format` | what it is | reads | tables |", "| --- | --- | --- | --- |"]
    for name, facts in FORMATS.items():
        tables = "any" if facts.tables == _ANY else ", ".join(facts.tables)
        lines.append(f"| `{name}` | {facts.title} | {facts.reads} | {tables} |")
    return "\n".join(lines)

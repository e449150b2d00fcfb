"""Which column is likely which of our fields, by its name and by what its values can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.kinds import KINDS
from tallyclerk.ingest.inspect.names import Match, fit, folded_name, names_plan

LEAST = 0.45
"""How well a column must fit a field to be proposed for it."""
_GENERIC = 0.7
_GENERIC_PHRASES = frozenset(
    (
        *("id", "external id", "ref", "reference", "referenz", "referencia", "référence", "code"),
        *("number", "nummer", "at", "data", "status", "estado", "type", "typ", "case", "name"),
        *("what", "party", "next", "unit", "details", "text", "action", "zone", "region"),
        *("location", "label", "load no", "load number"),
    )
)
"""Names that fit many things: a column with a plainer name goes first."""
_PRIVATE = 0.85
_MARKS = frozenset(["note", "notes"])


@dataclass(frozen=True)
class Field:
    """A column of ours, as far as it is looked for in a table.

    Attributes:
        ours: Its name.
        kind: What its values must be, a name in `KINDS`.
        weight: How much it says about which table the file is.
        listed: Its name in the list of words, where that is another one.
    """

    ours: str
    kind: str
    weight: float = 0.0
    listed: str | None = None

    @property
    def word(self) -> str:
        """Its name in the list of words."""
        return self.listed or self.ours


@dataclass(frozen=True)
class Choice:
    """A column proposed for one of our fields, and why."""

    ours: str
    columns: tuple[int, ...]
    score: float
    why: str
    weight: float = 0.0

    def renamed(self, ours: str, why: str) -> Choice:
        """The same column for another field of ours."""
        return replace(self, ours=ours, why=why)


_IDS = tuple(Field(ours, "id", 0.5) for ours in KIND_OF_COLUMN)
_MEASURES = (
    Field("pieces", "count", 0.5),
    Field("weight", "number", 0.5),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "events": (
        *_IDS,
        Field("status", "status", 3),
        Field("status_text", "wording", 0.5),
        Field("occurred_at", "time", 3),
        Field("recorded_at", "time", 1),
        Field("timezone", "zone", 0.5),
        Field("partner_id", "name", 1),
        Field("counterpart_id", "name", 1),
        Field("country", "country", 0.5),
        Field("location", "place", 1),
        Field("destination", "place", 0.5),
        Field("reason", "status", 0.5),
        Field("classifier", "classifier", 1),
        Field("event_ref", "id again", 0.5),
        Field("is_void", "flag", 0.5),
        *_MEASURES,
    ),
    "shipments": (
        *_IDS,
        Field("supplier_id", "name", 2),
        Field("forwarder_id", "name", 2),
        Field("courier_id", "name", 2),
        Field("origin_country", "country", 1),
        Field("destination_country", "country", 1),
        Field("destination_timezone", "zone", 1),
        Field("postcode_zone", "text", 0.3),
        Field("weight_band", "text", 0.3),
        Field("service", "status", 0.5),
        Field("handover_due_at", "time", 3),
        Field("promised", "time", 3),
        Field("value", "number", 0.5),
        Field("currency", "currency", 0.5),
        Field("outcome", "status", 2),
    ),
    "references": (
        *_IDS,
        Field("reference", "id", 3),
        Field("kind", "reference kind", 3),
        Field("valid_from", "time", 1),
    ),
    "tickets": (
        Field("ticket_id", "row id", 2),
        *_IDS,
        Field("opened_at", "time", 2),
        Field("first_reply_at", "time", 3),
        Field("resolved_at", "time", 3),
        Field("topic", "text", 1),
    ),
    "reviews": (
        *_IDS,
        Field("score", "score", 4),
        Field("scale_max", "score", 3),
        Field("given_at", "time", 2),
    ),
    "claims": (
        Field("claim_id", "row id", 3),
        *_IDS,
        Field("kind", "claim kind", 2),
        Field("filed_at", "time", 2),
        Field("status", "claim status", 1, "claim_status"),
        Field("amount", "number", 2),
        Field("currency", "currency", 0.5),
        Field("partner_id", "name", 1, "liable"),
    ),
    "notices": (
        *_IDS,
        Field("sent_at", "time", 3),
        Field("topic", "text", 1),
    ),
}
"""What is looked for in each table, the better known fields first."""


def choices(table: str, columns: Mapping[int, Column]) -> dict[str, Choice]:
    """The best column for each field of a table; no column serves two, no field has two."""
    scored = sorted(_scored(table, columns), key=lambda item: (-item[0], item[1], item[2]))
    taken: set[int] = set()
    found: dict[str, Choice] = {}
    for score, _, place, field, match in scored:
        if place not in taken and field.ours not in found:
            taken.add(place)
            found[field.ours] = Choice(field.ours, (place,), score, _why(match), field.weight)
    return found


Scored = tuple[float, int, int, Field, Match]


_NOT: dict[str, frozenset[str]] = {
    "value": frozenset(
        [
            *("freight", "shipping", "insurance", "tax", "duty", "fee", "cost", "price"),
            *("discount", "quantity", "qty", "count", "items", "weight"),
        ]
    ),
    "country": frozenset(["origin", "destination", "dest"]),
    "location": frozenset(
        (
            *("origin", "destination", "dest", "loading", "discharge", "pol", "pod", "weight"),
            *("ursprung", "ziel", "bestimmung", "empfang", "origen", "destino", "origem"),
        )
    ),
    "status": frozenset(
        (
            *("date", "time", "at", "ts", "payment", "financial", "tz", "timezone", "zone"),
            *("country", "city", "location", "zip", "facility"),
        )
    ),
    "status_text": frozenset(["type", "id", "no", "number", "country", "city"]),
    "outcome": frozenset(["payment", "financial", "claim", "ticket"]),
}
"""Words that make another thing of a name that fits."""
_NO_NAMES = frozenset(["type", "order", "tracking", "invoice", "reference", "ref", "sku"])
"""Words that make a number of a column that would name a partner."""
_PAPERS = frozenset(
    (
        *(
            "order",
            "ordered",
            "invoice",
            "purchase",
            "purchased",
            "payment",
            "paid",
            "billing",
            "bill",
        ),
        *("auftragsdatum", "bestelldatum", "rechnungsdatum", "kaufdatum", "buchungsdatum"),
        *("belegdatum", "commande", "facture", "achat", "pedido", "factura", "fatura", "compra"),
        *("ordine", "fattura", "acquisto", "zamowienia", "faktury", "zakupu", "bestelling"),
        *("factuur", "objednavky", "faktura", "siparis", "pesanan"),
    )
)
_PAPERS_HAN = ("下单", "订单", "付款", "支付", "開票", "开票", "注文", "주문")
"""Words by which a time is that of a paper or a payment: its status came about later."""
_OF_EVENTS = frozenset(
    (
        *("status", "event", "scan", "update", "updated", "change", "changed", "tracking"),
        *("checkpoint", "activity", "action", "step", "milestone"),
    )
)
_PLANS = frozenset(["promised", "handover_due_at", "valid_from"])
"""Fields whose times may lie ahead; all others say what has happened."""


def _scored(table: str, columns: Mapping[int, Column]) -> Iterator[Scored]:
    """Every pair of a column and a field that it could be."""
    for place, column in columns.items():
        if is_private(column):
            continue
        words = folded_name(column.name).split()
        is_plan = column.times is not None and names_plan(column.name)
        for rank, field in enumerate(FIELDS[table]):
            match = fit(column.name, field.word)
            if is_plan and field.kind == "time" and field.ours not in _PLANS:
                continue
            if field.ours == "occurred_at" and _is_of_papers(column.name, words):
                continue
            if field.kind == "name" and _NO_NAMES & set(words):
                continue
            if match is None or _NOT.get(field.ours, frozenset()) & set(words):
                continue
            generic = _GENERIC if match.phrase in _GENERIC_PHRASES else 1.0
            score = match.score * generic * KINDS[field.kind](column)
            if score >= LEAST:
                yield score, rank, place, field, match


def _is_of_papers(name: str, words: Collection[str]) -> bool:
    """Whether a time is when something was ordered, invoiced or paid, whatever its row's status is."""
    is_paper = not _PAPERS.isdisjoint(words) or any(han in name for han in _PAPERS_HAN)
    return is_paper and _OF_EVENTS.isdisjoint(words)


def is_private(column: Column) -> bool:
    """Whether a name is that of a column about a person: it is neither read nor shown.

    A German or French "note" is a mark where it holds marks.
    """
    match = fit(column.name, "private")
    if match is None or (match.phrase in _MARKS and KINDS["score"](column)):
        return False
    others = (fit(column.name, field.word) for field in _known_fields())
    best = max((other.score for other in others if other), default=0.0)
    return match.score >= _PRIVATE and match.score >= best


def _known_fields() -> Iterable[Field]:
    return (field for fields in FIELDS.values() for field in fields)


def _why(match: Match) -> str:
    how = "is" if match.score == 1 else "has"
    return f"its name {how} “{match.phrase}” ({match.language})"

"""The partners: who they are, what they owe, what each one is good and bad at.

Shares are per 100,000 (`loss=350` is 0.35 %), durations are medians in minutes. The levels are
those of the trade: on time 80-97 %, acknowledgement 85-99 %, loss 0.05-0.6 %, damage 0.2-1 %.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Partner:
    """One partner: who it is, what it owes, how well it works and how well it reports.

    `drop` is the share of each milestone that it fails to report, `batch_drop` the share of whole
    flights or trucks that it fails to report. `late` is the share of its messages recorded in a
    bulk upload of the next days.
    """

    id: str
    name: str
    role: str
    owes: tuple[str, ...] | None
    aliases: tuple[str, ...] = ()
    pace: int = 100
    """Handling times in percent of the usual."""
    take: int = 90
    loss: int = 0
    damage: int = 0
    delay: int = 0
    """Share of its flights or trucks that leave a day or more late."""
    drop: dict[str, int] = field(default_factory=dict)
    batch_drop: dict[str, int] = field(default_factory=dict)
    late: int = 2_000
    docked: tuple[dt.date, dt.date] | None = None
    """Days (first, last) on which its handhelds keep all their scans until the evening."""
    hubs: dict[str, str] = field(default_factory=dict)
    """Its hub or airport by country."""


_SUPPLIER = ("READY_FOR_COLLECTION", "RELEASED")
_FORWARDER = ("ACCEPTED", "DEPARTED_ORIGIN", "ARRIVED_DESTINATION", "RELEASED")
_COURIER = ("ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED")

SUPPLIERS: Final = (
    Partner(
        "hengda",
        "深圳市恒达供应链管理有限公司",
        "supplier",
        _SUPPLIER,
        ("恒达供应链",),
        95,
        drop={"RELEASED": 2_500, "READY_FOR_COLLECTION": 1_500},
    ),
    Partner(
        "brightway",
        "Guangdong Brightway Consumer Electronics Manufacturing Co., Ltd.",
        "supplier",
        _SUPPLIER,
        ("Brightway GD",),
        130,
        drop={"RELEASED": 6_000, "LABEL_CREATED": 3_000},
    ),
    Partner(
        "saraswati",
        "Saraswati Export House Pvt. Ltd.",
        "supplier",
        _SUPPLIER,
        ("Saraswati Exports",),
        115,
        drop={"RELEASED": 3_500},
    ),
    Partner("kaveri", "Kaveri Handlooms Weavers' Co-operative Society", "supplier", None, (), 140),
    Partner(
        "anadolu",
        "Anadolu Tekstil Dış Ticaret A.Ş.",
        "supplier",
        _SUPPLIER,
        ("Anadolu Textile",),
        90,
        drop={"RELEASED": 1_000},
    ),
    Partner(
        "saigon",
        "Công ty TNHH Sài Gòn Craft",
        "supplier",
        ("RELEASED",),
        (),
        110,
        drop={"RELEASED": 4_000, "READY_FOR_COLLECTION": 20_000},
    ),
    Partner(
        "bergmann",
        "Bergmann & Söhne Versandhaus GmbH",
        "supplier",
        _SUPPLIER,
        (),
        70,
        drop={"RELEASED": 500},
    ),
)

FORWARDERS: Final = (
    Partner(
        "nordlog",
        "Nordlog Global Forwarding A/S",
        "forwarder",
        _FORWARDER,
        ("NORDLOG", "Nordlog DK"),
        80,
        60,
        60,
        150,
        4_000,
        {"ACCEPTED": 300, "ORIGIN_HUB": 800},
        {"ARRIVED_DESTINATION": 300},
        hubs={
            "CN": "SZX",
            "IN": "BOM",
            "TR": "IST",
            "VN": "SGN",
            "DE": "LEJ",
            "FR": "CDG",
            "US": "JFK",
        },
    ),
    Partner(
        "acme",
        "ACME Forwarding (Hong Kong) Ltd",
        "forwarder",
        _FORWARDER,
        ("ACME FWD", "acme-hk"),
        115,
        150,
        380,
        350,
        12_000,
        {"ACCEPTED": 6_500, "ORIGIN_HUB": 6_000, "RELEASED": 3_000},
        {"ACCEPTED": 7_000, "ORIGIN_HUB": 7_000, "IMPORT_CUSTOMS_CLEARED": 6_000},
        hubs={
            "CN": "HKG",
            "IN": "DEL",
            "TR": "SAW",
            "VN": "SGN",
            "DE": "HAM",
            "FR": "LGG",
            "US": "LAX",
            "PL": "WAW",
            "GB": "LHR",
        },
    ),
    Partner(
        "translink",
        "Translink Intermodal Logistics LLP",
        "forwarder",
        _FORWARDER,
        ("TLK",),
        100,
        110,
        180,
        450,
        8_000,
        {"ORIGIN_HUB": 3_000, "RELEASED": 1_500},
        {"ARRIVED_DESTINATION": 1_500},
        24_000,
        hubs={
            "CN": "CAN",
            "IN": "BOM",
            "TR": "IST",
            "DE": "CGN",
            "US": "ORD",
            "PL": "KTW",
            "GB": "EMA",
        },
    ),
    Partner(
        "blueharbour",
        "Blue Harbour Freight Solutions",
        "forwarder",
        None,
        (),
        100,
        120,
        200,
        300,
        9_000,
        {"ORIGIN_HUB": 4_000},
        late=5_000,
        hubs={"CN": "SZX", "DE": "FRA"},
    ),
)

AIRLINES: Final = (
    Partner(
        "skybridge",
        "Skybridge Cargo Airlines",
        "airline",
        ("DEPARTED_ORIGIN", "ARRIVED_DESTINATION"),
        ("5S",),
        hubs={"VN": "SGN", "US": "LAX"},
    ),
)

COURIERS: Final = (
    Partner(
        "alpenpaket",
        "AlpenPaket Zustelldienst GmbH & Co. KG",
        "courier",
        _COURIER,
        ("ALPENPAKET DE", "Alpen Paket"),
        90,
        80,
        70,
        250,
        drop={"ACCEPTED": 700, "AT_DEPOT": 1_500},
    ),
    Partner(
        "rheinkurier",
        "Rhein-Kurier Express GmbH",
        "courier",
        _COURIER,
        ("RKX",),
        115,
        130,
        240,
        700,
        drop={"ACCEPTED": 4_500, "OUT_FOR_DELIVERY": 3_000},
        docked=(dt.date(2025, 11, 17), dt.date(2025, 12, 20)),
    ),
    Partner(
        "hexagone",
        "Colis Hexagone Société par Actions Simplifiée",
        "courier",
        _COURIER,
        ("Hexagone",),
        110,
        110,
        280,
        500,
        drop={"ACCEPTED": 2_500, "AT_DEPOT": 4_000},
        late=6_000,
    ),
    Partner(
        "starline",
        "Starline Parcel Service Inc.",
        "courier",
        _COURIER,
        ("STARLINE-US",),
        105,
        120,
        320,
        600,
        drop={"ACCEPTED": 3_000, "OUT_FOR_DELIVERY": 1_500},
    ),
    Partner(
        "royalmile",
        "Royal Mile Couriers plc",
        "courier",
        ("OUT_FOR_DELIVERY", "DELIVERED"),
        (),
        95,
        90,
        120,
        300,
        drop={"ACCEPTED": 100_000, "AT_DEPOT": 1_500},
        late=2_500,
    ),
    Partner(
        "szybka",
        "Szybka Paczka Spółka z o.o.",
        "courier",
        ("OUT_FOR_DELIVERY", "DELIVERED"),
        (),
        100,
        90,
        500,
        900,
        drop={"ACCEPTED": 100_000},
    ),
)

PARTNERS: Final = SUPPLIERS + FORWARDERS + AIRLINES + COURIERS
CODES: Final = {partner.id: code for code, partner in enumerate(PARTNERS)}
NOBODY: Final = len(PARTNERS)
"""Code of "no partner" (the forwarder of a domestic shipment)."""

"""A folder of files as partners send them, none like the other, and what truly happened."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA, GERMANY, POLAND = (ZoneInfo(z) for z in ("Asia/Shanghai", "Europe/Berlin", "Europe/Warsaw"))
STEPS = (
    *(("READY_FOR_COLLECTION", 5), ("RELEASED", 11), ("ACCEPTED", 14), ("DEPARTED_ORIGIN", 40)),
    *(("ARRIVED_DESTINATION", 55), ("IMPORT_CUSTOMS_CLEARED", 71), ("AT_DEPOT", 80)),
    *(("OUT_FOR_DELIVERY", 101), ("DELIVERED", 107)),
)
Truth = list[tuple[str, str, dt.datetime]]


class Trade:
    """A dozen parcels: half of them delivered by Rapidpost, half by Wisla Kurier."""

    def __init__(self, count: int = 12) -> None:
        """Draw up the parcels: numbers in every form, times on whole minutes."""
        begin = dt.datetime(2026, 9, 8, 2, 7, tzinfo=dt.UTC)
        self.parcels = [f"ZZ{5000 + 7 * n}" for n in range(count)]
        self.last = {no: f"0034{900 + n}" for n, no in enumerate(self.parcels)}
        self.order = {no: f"#{10_000 + n}" for n, no in enumerate(self.parcels)}
        self.at = {
            (no, step): begin + dt.timedelta(hours=hours + 31 * n, minutes=7 * n)
            for n, no in enumerate(self.parcels)
            for step, hours in STEPS
        }

    @property
    def truth(self) -> Truth:
        """Parcel, milestone and UTC time of everything that happened."""
        return sorted((no, step, at) for (no, step), at in self.at.items())

    def of(self, courier: int) -> list[str]:
        """The parcels of a courier."""
        return self.parcels[courier::2]

    def local(self, no: str, step: str, zone: ZoneInfo, form: str) -> str:
        """The time of a step as a clock in a zone shows it."""
        return self.at[no, step].astimezone(zone).strftime(form)


def write_strange_files(folder: Path) -> Trade:
    """Write the files.

    Returns:
        What they tell.
    """
    folder.mkdir(parents=True)
    trade = Trade()
    _orders(folder, trade)
    _numbers(folder, trade)
    _supplier(folder, trade)
    _forwarder(folder, trade)
    _rapidpost(folder, trade)
    _wisla(folder, trade)
    _tickets(folder, trade)
    _claims(folder, trade)
    (folder / "portal.csv").write_text("<!DOCTYPE html><html>log in</html>", encoding="utf-8")
    damaged = [("9.4E+21", "05/09/2026", "Delivered")] * 5
    _csv(folder / "damaged.csv", ("Tracking", "Date", "Status"), damaged)
    (folder / "nothing.csv").write_bytes(b"")
    return trade


def _csv(
    path: Path,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    delimiter: str = ",",
    encoding: str = "utf-8",
    *,
    above: str = "",
    below: str = "",
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([head, *rows])
    path.write_bytes(f"{above}{text.getvalue()}{below}".encode(encoding))


def _orders(folder: Path, trade: Trade) -> None:
    """The shop: order numbers under "Name", German dates, decimal commas."""
    head = ("Name", "Sendungs-ID", "Lieferant", "Spediteur", "Zusteller", "Zielland")
    head += ("Zugesagter Liefertermin", "Warenwert", "Währung", "E-Mail")
    rows = [
        (
            *(trade.order[no], no, "Brightstar", "Oceanwide"),
            *(("Rapidpost", "DE") if no in trade.of(0) else ("Wisla Kurier", "PL")),
            *(trade.local(no, "DELIVERED", GERMANY, "%d.%m.%Y"), "19,99", "EUR", "jo@example.com"),
        )
        for no in trade.parcels
    ]
    _csv(folder / "Bestellungen 2026.csv", head, rows, ";", "cp1252")


def _numbers(folder: Path, trade: Trade) -> None:
    _csv(folder / "labels.txt", ("parcel", "last mile no"), trade.last.items(), "|")


def _supplier(folder: Path, trade: Trade) -> None:
    """Wide, Chinese, in a Chinese encoding."""
    rows = [
        [no, *(trade.local(no, s, CHINA, "%Y年%m月%d日 %H:%M") for s in _SUPPLIER)]
        for no in trade.parcels
    ]
    _csv(folder / "发货明细.csv", ("运单号", "备货完成时间", "交货时间"), rows, encoding="gb18030")


_SUPPLIER = ("READY_FOR_COLLECTION", "RELEASED")
_FORWARDER = {
    "ACCEPTED": "Übernommen",
    "DEPARTED_ORIGIN": "Abflug",
    "ARRIVED_DESTINATION": "Ankunft",
    "IMPORT_CUSTOMS_CLEARED": "Verzollt",
}


def _forwarder(folder: Path, trade: Trade) -> None:
    """A title above, a sum below, date and time of day in two columns."""
    rows = [
        (
            *(no, trade.local(no, step, GERMANY, "%d.%m.%Y")),
            *(trade.local(no, step, GERMANY, "%H:%M"), word, "Köln"),
        )
        for no in trade.parcels
        for step, word in _FORWARDER.items()
    ]
    above, below = "Statusreport Oceanwide;;;;\r\n;;;;\r\n", f"Summe;;;{len(rows)};\r\n"
    head = ("Sendungsnr.", "Datum", "Uhrzeit", "Ereignis", "Ort")
    _csv(folder / "oceanwide.csv", head, rows, ";", "cp1252", above=above, below=below)


_COURIER = {
    "AT_DEPOT": ("IN", "Arrived at the delivery depot"),
    "OUT_FOR_DELIVERY": ("OFD", "Out for delivery"),
    "DELIVERED": ("POD", "Delivered, signed by MEIER"),
}


def _rapidpost(folder: Path, trade: Trade) -> None:
    """A parcel a line with its scans inside, milliseconds since 1970, packed."""
    lines = [
        json.dumps(
            {
                "parcel": {"number": trade.last[no]},
                "scans": [
                    {
                        "ts": int(trade.at[no, step].timestamp() * 1000),
                        "code": code,
                        "text": text,
                        "depot": {"city": "Leipzig", "country": "DE"},
                    }
                    for step, (code, text) in _COURIER.items()
                ],
            }
        )
        for no in trade.of(0)
    ]
    content = gzip.compress("\n".join(lines).encode(), mtime=0)
    (folder / "rapidpost-scans.ndjson.gz").write_bytes(content)


def _wisla(folder: Path, trade: Trade) -> None:
    words = {
        "AT_DEPOT": "Przyjęta w oddziale",
        "OUT_FOR_DELIVERY": "Wydana do doręczenia",
        "DELIVERED": "Doręczona",
    }
    rows = [
        (trade.last[no], word, trade.local(no, step, POLAND, "%Y-%m-%d %H:%M:%S"), "Łódź")
        for no in trade.of(1)
        for step, word in words.items()
    ]
    head = ("Numer przesyłki", "Zdarzenie", "Data zdarzenia", "Oddział")
    _csv(folder / "wisla.csv", head, rows, ";", "cp1250")


def _tickets(folder: Path, trade: Trade) -> None:
    rows = [
        (n, "where is it", "Jo Doe", f"2026-10-0{n} 10:00:00 +0200", trade.order[no])
        for n, no in enumerate(trade.parcels[:5], 1)
    ]
    head = ("Ticket ID", "Subject", "Requester", "Created at", "Order number")
    _csv(folder / "helpdesk.csv", head, rows)


def _claims(folder: Path, trade: Trade) -> None:
    rows = [
        (f"S-{n}", trade.last[no], "Verlust" if n % 2 else "Beschädigung", f"2{n}.10.2026", "offen")
        for n, no in enumerate(trade.parcels[:4])
    ]
    head = ("Schadennr.", "Sendungsnummer", "Schadenart", "Meldedatum", "Status")
    _csv(folder / "Schadenfälle.csv", head, rows, ";", "cp1252")

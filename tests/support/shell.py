"""A small world on disk, and the command line as a process in it."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

CONFIG = """
[run]
timezone = "Europe/Berlin"

[sources.orders]
path = "exports/orders.csv"
table = "shipments"

[sources.scans]
path = "exports/scans-*.csv"
timezone = "UTC"

[partners.sup]
role = "supplier"
name = "Supplier & Söhne"
[partners.fast]
role = "forwarder"
aliases = ["Fast Freight"]
[partners.slow]
role = "forwarder"
"""
SCANS = "shipment_id,occurred_at,milestone,partner_id,counterpart_id\n"
ORDERS = "shipment_id,supplier_id,origin_country,destination_country,promised_date,order_id\n"
SHIPMENTS = 80


def scans(number: int) -> list[tuple[str, dt.datetime, str, str, str]]:
    """The journey of a shipment: the fast forwarder takes after 2 h, the slow one after 30 h."""
    start = dt.datetime(2026, 8 + number % 3, 1 + number // 3 % 20, 8, number % 60, tzinfo=dt.UTC)
    who, hours = ("fast", 2) if number % 2 else ("slow", 30 + number % 7)
    taken = start + dt.timedelta(hours=hours)
    times = [("RELEASED", start, "sup", who), ("ACCEPTED", taken, who, "sup")]
    delivered = taken + dt.timedelta(hours=40)
    return [
        (f"S-{number:03d}", at, milestone, partner, other)
        for milestone, at, partner, other in [*times, ("DELIVERED", delivered, who, "")]
    ]


def write_world(folder: Path) -> None:
    """Write the exports and the configuration that reads them."""
    (folder / "exports").mkdir()
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    rows, orders = [SCANS], [ORDERS]
    for number in range(SHIPMENTS):
        told = scans(number)
        rows += [f"{i},{at:%Y-%m-%d %H:%M},{what},{who},{to}\n" for i, at, what, who, to in told]
        due = (told[0][1] + dt.timedelta(days=3)).date()
        orders.append(
            f"S-{number:03d},sup,CN,{'DE' if number // 2 % 4 else 'FR'},{due},O-{number}\n"
        )
    rows.append("S-000,yesterday,ACCEPTED,fast,\n")
    rows.append("S-001,2026-10-28 10:00,Verloren,fast,\n")
    (folder / "exports" / "scans-1.csv").write_text("".join(rows), encoding="utf-8")
    (folder / "exports" / "orders.csv").write_text("".join(orders), encoding="utf-8")


def call(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "tallyclerk", *args],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "POLARS_MAX_THREADS": "1", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

import datetime as dt
from dataclasses import replace

import polars as pl
from tests.unit.report import world

from tallyclerk.domain.results import State
from tallyclerk.domain.tables import FACTS
from tallyclerk.kpis.evidence import PROOF
from tallyclerk.report.cases import Cases
from tallyclerk.report.model import KpiText
from tallyclerk.report.trails import MOST, trails

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
DAY = dt.datetime(2026, 10, 3, 9, 30, tzinfo=dt.UTC)


def fact(kpi, shipment, event, **changed):
    start = DAY + dt.timedelta(hours=event)
    return {
        "kpi": kpi, "shipment_id": shipment, "role": "forwarder", "n": 1, "cohort_at": start,
        "month": 202610,
        "from_event": event, "from_at": start, "from_milestone": "RELEASED",
        "from_file": "exports/acme/2026-10.csv", "from_row": event + 2,
        "to_event": event + 100, "to_at": start + dt.timedelta(hours=3),
        "to_milestone": "ACCEPTED", "to_file": "export of courier B", "to_row": 7,
        "own_file": "exports/acme/2026-10.csv", "own_row": event + 2,
        "own_reference": f"AC-{shipment}",
    } | changed  # fmt: skip


def frame(*rows):
    return pl.DataFrame(rows, schema=FACTS | PROOF)


def result(kpi, statistic="rate", **changed):
    base = world.result("acme", "forwarder", kpi, statistic, 611)
    return replace(base, **{"state": State.BREACH} | changed)


TOTALS = [result("handover_ack_rate"), result("handover_in_hours", "p90", target=24.0)]


def test_the_shipments_that_miss_most_come_first_with_all_that_is_known():
    rows = [fact("handover_ack_rate", f"{i:02d}", i, hits=0) for i in range(12)]
    slow = fact(
        "handover_in_hours", "07", 7, minutes=1500, ending="observed", to_event=900,
        to_milestone="AT_DEPOT", to_at=DAY + dt.timedelta(hours=40),
    )  # fmt: skip
    found = trails(Cases(frame(*rows, slow)), TOTALS, KPIS)
    assert len(found) == MOST
    first = found[0]
    assert (first.shipment, first.reference) == ("07", "AC-07")
    assert first.missed == "Acceptance scan within 24 h, Handover in"
    assert first.steps == (
        ("2026-10-03 16:30", "released", "2026-10.csv:9"),
        ("2026-10-03 19:30", "accepted", "export of courier B:7"),
        ("2026-10-05 01:30", "at depot", "export of courier B:7"),
    )


def test_what_is_on_time_or_not_counted_has_no_trail():
    good = fact("handover_ack_rate", "01", 1, hits=1)
    out = fact("handover_ack_rate", "02", 2, hits=0, n=0, reason="cancelled")
    assert trails(Cases(frame(good, out)), TOTALS, KPIS) == ()
    untargeted = [result("handover_ack_rate", target=None)]
    assert trails(Cases(frame(fact("handover_ack_rate", "03", 3, hits=0))), untargeted, KPIS) == ()

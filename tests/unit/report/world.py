"""A made-up judgement with everything a page must bear: roles, gaps, odd names, missing values."""

from __future__ import annotations

import datetime as dt
import math
from functools import cache

import polars as pl

from tallyclerk.domain.judgement import Judgement, RunInfo, SourceCount
from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.results import Histogram, Result, State
from tallyclerk.domain.tables import FACTS
from tallyclerk.ingest.objections import Objections
from tallyclerk.judge.disputes import with_disputes
from tallyclerk.kpis.evidence import PROOF
from tallyclerk.report.audience import Party
from tallyclerk.report.cards import Readers

AS_OF = dt.datetime(2026, 11, 10, 14, 5, tzinfo=dt.UTC)
RUN = RunInfo(
    as_of=AS_OF,
    version="0.1.0",
    config_digest="9f3c1a77aa01bb02cc03",
    inputs_digest="b81d00ee11ff22aa33bb",
    period="2026-10",
    timezone="Europe/Berlin",
    currency="EUR",
)
MONTHS = [f"2025-{m:02d}" for m in (10, 11, 12)] + [f"2026-{m:02d}" for m in range(1, 11)]
HOURS = (Statistic.P50, Statistic.P90)
RATE = (Statistic.RATE,)
# name, label, better, statistics, hit word, target, limit
DEFINITIONS = [
    (
        "dispatch_on_time_rate",
        "Shipped on time",
        "higher",
        RATE,
        "handed over by the due time",
        0.95,
        0.9,
    ),
    ("dispatch_hours", "Time to dispatch", "lower", HOURS, "", 48.0, 72.0),
    (
        "handover_ack_rate",
        "Acceptance scan within 24 h",
        "higher",
        RATE,
        "acknowledged within 24 h",
        0.92,
        0.88,
    ),
    ("handover_in_hours", "Handover in", "lower", HOURS, "", 24.0, 36.0),
    ("handover_out_hours", "Handover out", "lower", HOURS, "", 24.0, 36.0),
    ("on_time_rate", "On-time delivery", "higher", RATE, "delivered on time", 0.93, 0.9),
    ("transit_hours", "Transit in custody", "lower", HOURS, "", 96.0, 144.0),
    ("lead_hours", "Door to door", "lower", HOURS, "", None, None),
    ("loss_rate", "Loss", "lower", RATE, "lost", 0.005, 0.01),
    ("damage_rate", "Damage", "lower", RATE, "damaged", 0.01, 0.02),
    ("scan_gap_hours", "Longest silence", "lower", HOURS, "", 36.0, 60.0),
    (
        "blackout_rate",
        "Silent for more than 48 h",
        "lower",
        RATE,
        "silent for more than 48 h",
        0.05,
        0.08,
    ),
    ("preimport_blackout_hours", "Cross-border visibility gap", "lower", HOURS, "", 72.0, 96.0),
    ("first_scan_hours", "Time to first scan", "lower", HOURS, "", 36.0, 48.0),
    ("milestone_completeness_rate", "Scan compliance", "higher", RATE, "reported", 0.97, 0.94),
    (
        "late_record_rate",
        "Scan latency over 12 h",
        "lower",
        RATE,
        "recorded more than 12 h late",
        0.05,
        0.1,
    ),
    (
        "miscommunication_rate",
        "Serious miscommunication",
        "lower",
        RATE,
        "miscommunicated",
        0.05,
        0.08,
    ),
    ("message_hygiene_rate", "Message hygiene", "lower", RATE, "badly reported", 0.1, 0.15),
]
SUPPLIER = {
    "dispatch_on_time_rate", "dispatch_hours", "handover_out_hours", "on_time_rate", "lead_hours",
    "milestone_completeness_rate", "late_record_rate", "miscommunication_rate", "message_hygiene_rate",
}  # fmt: skip
COURIER = {name for name, *_ in DEFINITIONS} - {
    "dispatch_on_time_rate", "dispatch_hours", "preimport_blackout_hours", "handover_out_hours",
}  # fmt: skip
FORWARDER = {name for name, *_ in DEFINITIONS} - {"dispatch_on_time_rate", "dispatch_hours"}
WAREHOUSE = {
    "handover_ack_rate", "handover_in_hours", "handover_out_hours", "transit_hours", "loss_rate",
    "damage_rate", "scan_gap_hours", "milestone_completeness_rate", "miscommunication_rate",
}  # fmt: skip
OWN = {
    "supplier": SUPPLIER,
    "forwarder": FORWARDER,
    "courier": COURIER,
    "warehouse": WAREHOUSE,
    "airline": WAREHOUSE | {"on_time_rate", "lead_hours", "late_record_rate"},
    "broker": WAREHOUSE - {"loss_rate", "damage_rate", "scan_gap_hours"},
}
RULES = (
    "missing_acknowledgement", "late_acknowledgement", "unannounced_acceptance", "wrong_receiver",
    "pieces_differ", "delay_without_notice",
)  # fmt: skip


def no_facts(*_args):
    raise AssertionError("a report reads definitions, it does not compute")


def kpi(name, label, better, statistics, hit_word) -> Kpi:
    return Kpi(
        name=name,
        label=label,
        question=f"How is it with {label.lower()}?",
        subject="the taker",
        roles=tuple(role for role, own in OWN.items() if name in own),
        rules=RULES if name == "miscommunication_rate" else (),
        cohort="release",
        eligible="shipments released to it",
        numerator=f"shipments {hit_word}" if hit_word else "hours from start to end",
        maturity="24 h after the acknowledgement time",
        better=better,
        statistics=statistics,
        hit_word=hit_word,
        source="IATA Cargo iQ, adapted",
        facts=no_facts,
        self_reported=name in {"damage_rate", "late_record_rate"},
    )


KPIS = {d[0]: kpi(*d[:5]) for d in DEFINITIONS}
GOALS = {d[0]: (d[5], d[6]) for d in DEFINITIONS}


@cache
def wave(*parts) -> float:
    """A number in 0..1 that only depends on its arguments."""
    seed = sum((i + 1) * ord(c) for i, c in enumerate("|".join(map(str, parts))))
    return (math.sin(seed * 12.9898) * 43758.5453) % 1.0


def state_of(value, low, high, n, target, limit, better) -> State:
    if target is None:
        return State.NO_TARGET
    if n < 30:
        return State.INSUFFICIENT
    if better == "higher":
        value, low, high, target, limit = -value, -high, -low, -target, -limit
    if high <= target:
        return State.MEETS
    if low > limit:
        return State.BREACH
    return State.BELOW_TARGET if low > target else State.NOT_PROVEN


def result(
    partner, role, name, statistic, n, *, period="2026-10", quality=0.0, targets=True, **cut
) -> Result:
    definition = KPIS[name]
    target, limit = GOALS[name] if targets else (None, None)
    if statistic == "p50" and target:
        target, limit = None, None
    draw = (
        wave(
            partner,
            role,
            name,
            "" if definition.unit == "hours" else statistic,
            period,
            *sorted(cut.values()),
        )
        - 0.5
    )
    if definition.unit == "rate":
        base = GOALS[name][0]
        bad = (1 - base if definition.better == "higher" else base) * (1 + quality + draw * 0.8)
        hits = round(n * max(0.0, 1 - bad if definition.better == "higher" else bad))
        value = hits / n
        half = 2.6 * math.sqrt(max(value * (1 - value), 1 / n) / n)
        low, high = max(0.0, value - half), min(1.0, value + half)
    else:
        hits = None
        value = (
            (GOALS[name][0] or 160.0)
            * (0.3 if statistic == "p50" else 1.0)
            * (1 + quality + draw * 0.4)
        )
        low, high = value * (1 - 2 / math.sqrt(n)), value * (1 + 2.2 / math.sqrt(n))
        low = max(low, 0.0)
    state = state_of(value, low, high, n, target, limit, definition.better)
    good = None
    if target is not None:
        good = value >= target if definition.better == "higher" else value <= target
    return Result(
        partner_id=partner, role=role, kpi=name, statistic=statistic, unit=definition.unit,
        period=period, n=n, hits=hits, value=value, low=low, high=high,
        counted=None if good is None else "met" if good else "missed",
        state=state, target=target, limit=limit, better=definition.better,
        reason="fewer than 30 shipments" if state is State.INSUFFICIENT else None,
        provisional=period == "2026-10" and name == "loss_rate",
        waiting=44 if period == "2026-10" and name == "loss_rate" else 0,
        excluded=(("cancelled", 7), ("negative", 2)) if name.startswith("handover") else (),
        **cut,
    )  # fmt: skip


def missing(partner, role, name, statistic, why) -> Result:
    return Result(
        partner_id=partner, role=role, kpi=name, statistic=statistic, unit=KPIS[name].unit,
        period="2026-10", n=0, hits=0 if statistic == "rate" else None, value=None, low=None,
        high=None, state=State.NOT_ASSESSABLE, reason=why, better=KPIS[name].better,
    )  # fmt: skip


def histogram(partner, name, n, scale) -> Histogram:
    bins: dict[int, list[int]] = {}
    for i in range(n):
        minutes = int(scale * 60 * -math.log(1 - wave(partner, name, i) * 0.995))
        cell = bins.setdefault(minutes, [0, 0])
        cell[1 if i % 41 == 0 else 0] += 1
    return Histogram(bins=tuple((m, a, b) for m, (a, b) in sorted(bins.items())), never=0)


PARTNERS = [  # id, name, roles, shipments, quality, has targets
    ("acme", "ACME Forwarding Ltd", ("forwarder",), 611, 0.9, True),
    ("nordlog", "Nordlog Spedition GmbH & Co. KG", ("forwarder", "courier"), 540, 0.0, True),
    (
        "深圳-快递/01",
        "深圳市前海跨境电子商务供应链管理服务有限公司第一分公司",
        ("supplier",),
        318,
        0.4,
        True,
    ),
    ("Al-Noor", "شركة النور للشحن السريع", ("courier",), 275, -0.5, True),
    ("freeline", "Freeline Couriers", ("courier",), 152, 0.1, False),
    ("tiny", "Tiny Parts Ltd", ("supplier",), 12, 0.2, True),
]


def partner_results(partner, role, n, quality, targets, totals_only):
    own = [name for name in KPIS if name in OWN[role]]
    cells = [(name, s.value) for name in own for s in KPIS[name].statistics]
    totals = [result(partner, role, k, s, n, quality=quality, targets=targets) for k, s in cells]
    if totals_only:
        return totals, [], [], [], []
    months = [
        result(partner, role, k, s, max(3, n - 10 * i), period=m, quality=quality, targets=targets)
        for k, s in cells
        for i, m in enumerate(MONTHS[::-1])
        if not (i == 5 and role == "courier")
    ]
    lanes = [
        result(
            partner, role, k, s, max(2, n // (i + 2)), lane=lane, quality=quality, targets=targets
        )
        for k, s in cells
        for i, lane in enumerate(("CN>DE", "CN>FR", "HK>DE", "CN>PL", "VN>DE"))
        if n > 30
    ]
    rules = [
        result(partner, role, "miscommunication_rate", "rate", n, rule=rule, targets=False)
        for rule in RULES
    ]
    counterparts = [
        result(
            partner,
            role,
            "miscommunication_rate",
            "rate",
            max(1, n // 2),
            counterpart=c,
            targets=False,
        )
        for c in ("nordlog", "tiny")
    ]
    return totals, months, lanes, counterparts, rules


def judgement(partners=PARTNERS, run=RUN, *, totals_only=False) -> Judgement:
    return _judgement(tuple(partners), run, totals_only)


@cache
def _judgement(partners, run, totals_only):
    cuts = ([], [], [], [], [])
    totals = cuts[0]
    histograms, shipments = {}, {}
    for partner, _, roles, n, quality, targets in partners:
        for role in roles:
            shipments[partner, role] = n
            for cut, more in zip(
                cuts, partner_results(partner, role, n, quality, targets, totals_only), strict=True
            ):
                cut.extend(more)
            for name in OWN[role]:
                if KPIS[name].unit == "hours" and not totals_only:
                    p90 = next(
                        r.value
                        for r in totals
                        if (r.partner_id, r.role, r.kpi, r.statistic)
                        == (partner, role, name, "p90")
                    )
                    scale = p90 / math.log(10)
                    histograms[partner, role, name] = histogram(partner, name, n, scale)
    for place, r in enumerate(totals):
        if (r.partner_id, r.kpi) == ("nordlog", "damage_rate"):
            totals[place] = missing(
                r.partner_id,
                r.role,
                r.kpi,
                r.statistic,
                "the export of Nordlog has no damage events",
            )
        if (r.partner_id, r.kpi) == ("Al-Noor", "loss_rate"):
            totals[place] = result("Al-Noor", r.role, "loss_rate", "rate", r.n, quality=-5.0)
    key = lambda r: (r.partner_id, r.role, r.kpi, r.statistic, r.period, r.lane or "", r.rule or "")  # noqa: E731
    return Judgement(
        run=run,
        totals=tuple(sorted(totals, key=key)),
        months=tuple(sorted(cuts[1], key=key)),
        lanes=tuple(sorted(cuts[2], key=key)),
        counterparts=tuple(cuts[3]),
        rules=tuple(sorted(cuts[4], key=key)),
        histograms=histograms,
        shipments=shipments,
        names={p[0]: p[1] for p in partners},
        sources=(
            SourceCount(
                source="acme", files=13, rows_read=48210, accepted=47880, rejected=31,
                duplicates=290, pending=9, bad_cells=12,
                first_at=dt.datetime(2025, 9, 30, 2, tzinfo=dt.UTC), last_at=AS_OF,
            ),
            SourceCount(
                source="shop orders", files=1, rows_read=9120, accepted=9120, rejected=0,
                duplicates=0, pending=0, bad_cells=0, first_at=None, last_at=None,
            ),
        ),
        findings=(
            "Status “Arrived at sorting center” of acme is not mapped: 1,204 rows are IN_TRANSIT.",
            "Nordlog never sends RELEASED and does not owe it.",
        ),
    )  # fmt: skip


def evidence(partner: str) -> pl.DataFrame:
    """Facts of a partner: 150 handovers and some incidents, all columns of the interface."""
    rows = []
    if partner == "acme":
        for i in range(150):
            late = wave("late", i) > 0.8
            at = dt.datetime(2026, 10, 1 + i % 28, 9, 30, tzinfo=dt.UTC)
            common = {
                "role": "forwarder", "shipment_id": f"00{i:07d}", "counterpart": "tiny",
                "lane": "CN>DE", "cohort_at": at, "month": 202610, "from_file": "exports/acme/2026-10.csv",
                "from_row": i + 2, "from_at": at, "reason": None, "rule": None, "from_event": i,
                "own_file": "exports/acme/2026-10.csv", "own_row": i + 2,
                "own_reference": f"AC-{i:05d}", "batch": f"bag {i // 9}",
            }  # fmt: skip
            rows.append(
                {
                    **common,
                    "kpi": "handover_ack_rate",
                    "n": 1,
                    "hits": int(not late),
                    "minutes": None,
                    "ending": None,
                }
            )
            rows.append(
                {
                    **common,
                    "kpi": "handover_in_hours",
                    "n": 1,
                    "hits": None,
                    "minutes": 60 * 31 if late else 300,
                    "ending": "observed",
                }
            )
            if late:
                rows.append(
                    {
                        **common,
                        "kpi": "miscommunication_rate",
                        "n": 1,
                        "hits": 1,
                        "minutes": None,
                        "ending": None,
                        "rule": RULES[i % 3],
                    }
                )
    told = pl.DataFrame(rows, schema=FACTS | PROOF).with_columns(partner_id=pl.lit(partner))
    return with_disputes(told, Objections().disputes)


INPUTS = (
    {"path": "exports/acme/2026-10.csv", "sha256": "5f" * 32, "rows": 4021},
    {"path": "exports/orders.csv", "sha256": "7a" * 32, "rows": 9120},
)

OWNERS = {"exports/acme/2026-10.csv": "acme", "exports/orders.csv": ""}


def readers(partners=PARTNERS, **may_read) -> Readers:
    """Everybody of a judgement; `may_read` says whose names a partner may know."""
    return Readers(
        parties=tuple(
            Party(
                partner_id=partner,
                name=name,
                role=roles[0],
                may_read=frozenset(may_read.get(partner, ())),
            )
            for partner, name, roles, *_ in partners
        ),
        owners=OWNERS,
        source_owners={"acme": "acme", "shop orders": ""},
    )

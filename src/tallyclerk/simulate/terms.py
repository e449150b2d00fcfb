"""What is agreed with the partners: targets, times for legs, and what failures are paid with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from tallyclerk.simulate.emitted import Agreed

TARGETS: Final = (
    ("on_time_rate", "courier", 0.90, 0.80),
    ("on_time_rate", "forwarder", 0.90, 0.80),
    ("on_time_rate", "supplier", 0.90, 0.80),
    ("dispatch_on_time_rate", "supplier", 0.95, 0.85),
    ("dispatch_hours.p90", "supplier", 72.0, 120.0),
    ("handover_in_hours.p90", "forwarder", 12.0, 36.0),
    ("handover_in_hours.p90", "courier", 8.0, 24.0),
    ("handover_ack_rate", "forwarder", 0.97, 0.92),
    ("handover_ack_rate", "courier", 0.97, 0.92),
    ("loss_rate", "forwarder", 0.002, 0.005),
    ("loss_rate", "courier", 0.003, 0.008),
    ("damage_rate", "forwarder", 0.004, 0.01),
    ("damage_rate", "courier", 0.006, 0.012),
    ("scan_gap_hours.p90", "forwarder", 72.0, 110.0),
    ("scan_gap_hours.p90", "courier", 36.0, 60.0),
    ("blackout_rate", "forwarder", 0.45, 0.6),
    ("milestone_completeness_rate", "forwarder", 0.97, 0.92),
    ("late_record_rate", "forwarder", 0.05, 0.2),
    ("miscommunication_rate", "supplier", 0.06, 0.15),
    ("miscommunication_rate", "forwarder", 0.08, 0.2),
    ("miscommunication_rate", "courier", 0.06, 0.15),
)
"""What is agreed by role: KPI statistic, role, target, limit."""

COMMITMENTS: Final = (
    Agreed("nordlog", "custody", 120),
    Agreed("nordlog", "custody", 144, "CN>US"),
    Agreed("nordlog", "linehaul", 60, valid_from=dt.date(2026, 4, 1)),
    Agreed("alpenpaket", "last_mile", 48),
)
"""Times agreed for legs, where any are; the others are held against what is usual."""

TERMS: Final[tuple[Mapping[str, str], ...]] = (
    {"covers": '"loss"', "role": '"forwarder"', "cap": "20000", "cap_per_kg": "2200",
     "claim_days": "120", "freight": "620"},
    {"covers": '"damage"', "role": '"forwarder"', "cap": "20000", "cap_per_kg": "2200",
     "claim_days": "45"},
    {"covers": '"loss"', "role": '"courier"', "cap": "50000", "claim_days": "90", "freight": "410"},
    {"covers": '"damage"', "role": '"courier"', "cap": "50000", "claim_days": "45"},
    {"covers": '"lateness"', "role": '"forwarder"', "credit": "150"},
    {"covers": '"lateness"', "role": '"courier"', "freight": "410",
     "tiers": "[{ below = 0.97, basis_points = 200 }, { below = 0.90, basis_points = 500 }]",
     "max_basis_points": "800"},
)  # fmt: skip
"""What is agreed about money, in cents."""
CONTACT: Final = 450
"""What one ticket of a customer costs the merchant, in cents."""
WHY: Final = {
    "cap": "at most, for one shipment",
    "cap_per_kg": "and for each kilogram",
    "claim_days": "after the promise or report, or the delivery",
    "freight": "agreed, of one shipment",
    "credit": "for each late shipment",
    "max_basis_points": "of the freight, at most",
}

"""Message hygiene: shipments with a minor incident in the messages about them."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.incidents import RULES
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, hours
from tallyclerk.kpis.shared_incidents import incident_facts


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment the subject had or was to have, and one per rule broken."""
    return incident_facts(journeys, hours(parameters["mature_hours"]), serious=False)


KPI = Kpi(
    name="message_hygiene_rate",
    label="Message hygiene",
    question="How often are messages incomplete or stamped carelessly?",
    subject="as attributed by each rule, alone or as one of a pair",
    roles=ALL,
    cohort="own taking of custody, else the tender",
    eligible="Shipments the subject had custody of or was named to receive",
    numerator="At least one minor incident attributed to the subject",
    maturity="48 h after its custody ended; open custody at once",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="with a careless message",
    parameters={"mature_hours": 48},
    goals={Statistic.RATE: Goal(target=0.10, limit=0.25)},
    rules=tuple(rule.name for rule in RULES if not rule.is_serious),
    caveats="An incident of a pair counts for both partners: the data do not say which one it was. A "
    "day counts as stamped in one minute if nine of ten, and at least ten, of a partner's recordings "
    "of that (UTC) day lie in it though they happened over 4 h, or if nine of ten of what happened "
    "are said to have happened in it and cannot have: at customers' doors, or three different steps.",
    source="Worked rules in the method, after CTPAT/IATA Cargo iQ message checks",
    facts=facts,
)

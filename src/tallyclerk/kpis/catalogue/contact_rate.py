"""Shipments about which the customer had to ask."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case, days
from tallyclerk.kpis.shared_contacts import contacts


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner that had custody of it."""
    told = contacts(journeys)
    asked = told.select("sid", "partner", is_asked=pl.lit(value=True)).drop_nulls().unique()
    undated = told.filter(pl.col("opened_at").is_null()).select(
        "sid", has_undated=pl.lit(value=True)
    )
    return (
        journeys.custody.lazy()
        .join(asked, on=["sid", "partner"], how="left")
        .join(undated.unique(), on="sid", how="left")
        .select(
            "sid",
            "partner",
            **case(
                journeys.context,
                hit=pl.col("is_asked"),
                cohort="taken_at",
                matures_at=pl.col("taken_at") + days(parameters["mature_days"]),
                excluded={
                    "undated_contact": pl.col("has_undated") & pl.col("is_asked").is_null(),
                    "not_reported": pl.lit(not journeys.context.has_tickets),
                },
                events=("taken_event", None),
            ),
        )
    )


KPI = Kpi(
    name="contact_rate",
    label="Customer contacts",
    question="How often does the customer have to ask where the parcel is?",
    subject="custodian when the ticket was opened; before anybody took it the supplier",
    roles=ALL,
    cohort="own taking of custody",
    eligible="Shipments the subject had custody of; asked about at no known time: out",
    numerator="At least one ticket opened in the subject's custody, or after it as the last one",
    maturity="30 days after own taking",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="with a customer contact",
    parameters={"mature_days": 30},
    needs=("customer contacts",),
    caveats="Not assessable where no ticket is in the data. Counts contacts of any topic. A partner "
    "that reports its taking late, or never, leaves contacts to the partner before it.",
    source="Contact (WISMO) rate of customer service",
    facts=facts,
)

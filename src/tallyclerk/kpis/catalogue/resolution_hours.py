"""Time until a customer contact is resolved."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, duration
from tallyclerk.kpis.shared_contacts import contacts


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per ticket; of one opened at no known time one per partner that had custody."""
    told = contacts(journeys).with_columns(
        fate=pl.lit(None, dtype=pl.String), event=pl.lit(None, dtype=pl.Int64)
    )
    dated = told.filter(pl.col("partner").is_not_null()).select(
        "sid",
        "partner",
        **duration(journeys.context, "opened_at", "resolved_at", "fate", ("event", "event")),
    )
    undated = (
        told.filter(pl.col("opened_at").is_null())
        .select("sid")
        .join(journeys.custody.lazy().select("sid", "partner"), on="sid")
        .with_columns(
            cohort_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
            reason=pl.lit("undated_contact"),
        )
    )
    return pl.concat([dated, undated], how="diagonal")


KPI = Kpi(
    name="resolution_hours",
    label="Contact resolution",
    question="How long do customers wait until their question is answered?",
    subject="custodian when the ticket was opened; before anybody took it the supplier",
    roles=ALL,
    cohort="the ticket's opening",
    eligible="Tickets opened in the subject's custody, or after it as the last one; opened at no "
    "known time: out",
    numerator="Hours from the ticket's opening to its resolution",
    maturity="at once: open ones count as censored; resolved before they were opened: out",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    needs=("customer contacts",),
    caveats="Whoever answers the customer resolves it: the subject only had the goods. Of a ticket "
    "told of several times the earliest opening and the latest resolution count.",
    source="Full resolution time of customer service",
    cases="contacts",
    facts=facts,
)

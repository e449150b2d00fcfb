"""What really happens to each shipment: one column of times per step, null where it never happens.

Times are whole seconds since 1970 in UTC. Parcels of one flight or truck share its departure, its
delay and its clearance; whole weeks suffer together; a lost or cancelled parcel has no later steps.
"""

from __future__ import annotations

import polars as pl

from tallyclerk.simulate.inbound import by_airline, delivered, imported, taken_in
from tallyclerk.simulate.mishaps import mishaps
from tallyclerk.simulate.outbound import at_supplier, boarded, taken


def journeys(ordered: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Adds to each order of `orders()` the true time of every step of its journey.

    Returns:
        One row per shipment. `flight` is the number of its flight or truck, null before the export
        clearance; `lost_at` is a `LostAt`, 0 where nothing is lost.
    """
    frame = boarded(taken(at_supplier(ordered)), seed)
    return mishaps(delivered(taken_in(by_airline(imported(frame)))))

"""The KPIs of the peers in pandas: merges, group-bys and masks, no loops over rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HALF_HOUR = pd.Timedelta(minutes=30)


def answers(folder: Path, physical: tuple[str, ...]) -> dict[str, dict[str, list[int]]]:
    """By KPI and partner the cases in n, and hits or minutes."""
    files = sorted(folder.glob("events-*.csv"))
    events = pd.concat([pd.read_csv(f, parse_dates=["occurred_at", "recorded_at"]) for f in files])
    shipments = pd.read_csv(folder / "shipments.csv", parse_dates=["promised_at"])
    scans = events[events["milestone"].isin(physical)]
    now = events[["occurred_at", "recorded_at"]].max().max()
    takings = _takings(scans, shipments)
    done = events[events["milestone"] == "DELIVERED"].groupby("shipment_id")["occurred_at"].min()
    delivered = done.rename("delivered_at").reset_index()
    custody = takings.merge(delivered, on="shipment_id")
    custody["end_at"] = custody["next_at"].fillna(custody["delivered_at"])
    custody["fits"] = custody["taken_at"] - custody["end_at"] <= HALF_HOUR
    names = shipments.melt("shipment_id", ["supplier_id", "forwarder_id", "courier_id"])
    members = names.rename(columns={"value": "partner_id"}).dropna(subset=["partner_id"])
    members = members.drop_duplicates(["shipment_id", "partner_id"])
    gaps = _gaps(scans, custody)
    return {
        "late_record_rate": _late_records(events),
        "on_time_rate": _on_time(members, shipments, delivered, now),
        "lead_hours": _lead(members, takings, delivered),
        "transit_hours": _timed(custody[custody["fits"]], "taken_at", "end_at"),
        "handover_ack_rate": _acknowledged(events, takings, now),
        "scan_gap_hours": _told(gaps.assign(value=gaps["gap"] // pd.Timedelta(minutes=1))),
        "blackout_rate": _told(gaps.assign(value=gaps["is_dark"])),
    }


def _told(rows: pd.DataFrame) -> dict[str, list[int]]:
    found = rows.groupby("partner_id")["value"].agg(["size", "sum"])
    return {str(who): [int(n), int(total)] for who, n, total in found.itertuples()}


def _timed(rows: pd.DataFrame, start: str, end: str) -> dict[str, list[int]]:
    minutes = ((rows[end] - rows[start]) // pd.Timedelta(minutes=1)).clip(lower=0)
    return _told(rows.assign(value=minutes))


def _takings(scans: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    keys = ["shipment_id", "partner_id"]
    first = scans.groupby(keys)["occurred_at"].min().rename("scanned_at")
    accepted = scans[scans["milestone"] == "ACCEPTED"].groupby(keys)["occurred_at"].min()
    both = first.to_frame().join(accepted.rename("accepted_at")).reset_index()
    both = both.merge(shipments, on="shipment_id")
    both = both[both["partner_id"] != both["supplier_id"]]
    both["taken_at"] = both["accepted_at"].fillna(both["scanned_at"])
    both["is_courier"] = both["partner_id"] == both["courier_id"]
    both = both.sort_values(["shipment_id", "taken_at", "is_courier", "partner_id"])
    both["next_at"] = both.groupby("shipment_id")["taken_at"].shift(-1)
    return both[[*keys, "taken_at", "next_at"]]


def _gaps(scans: pd.DataFrame, custody: pd.DataFrame) -> pd.DataFrame:
    """The longest silence of each custody and whether one was too long."""
    keys = ["shipment_id", "partner_id"]
    own = custody[[*keys, "taken_at", "end_at", "fits"]]
    seen = own.merge(scans[["shipment_id", "occurred_at", "milestone"]], on="shipment_id")
    inside = (seen["occurred_at"] >= seen["taken_at"]) & (seen["occurred_at"] < seen["end_at"])
    seen = seen[inside]
    seen = seen.assign(at=seen["occurred_at"], flight=seen["milestone"] == "DEPARTED_ORIGIN")
    ends = own.assign(at=own[["taken_at", "end_at"]].max(axis=1), end=True, flight=False)
    begins = own.assign(at=own["taken_at"], end=False, flight=False)
    columns = [*keys, "at", "end", "flight"]
    points = pd.concat([seen.assign(end=False)[columns], ends[columns], begins[columns]])
    points = points.sort_values([*keys, "at", "end", "flight"])
    points["gap"] = points.groupby(keys)["at"].shift(-1) - points["at"]
    points = points[~points["end"]]
    limit = points["flight"].map({True: pd.Timedelta(hours=72), False: pd.Timedelta(hours=48)})
    points["is_dark"] = points["gap"] > limit
    found = points.groupby(keys).agg(gap=("gap", "max"), is_dark=("is_dark", "max")).reset_index()
    return found.merge(own[own["fits"]][keys], on=keys)


def _late_records(events: pd.DataFrame) -> dict[str, list[int]]:
    timed = events.dropna(subset=["recorded_at"])
    late = timed["recorded_at"] - timed["occurred_at"] > pd.Timedelta(hours=12)
    return _told(timed.assign(value=late))


def _on_time(
    members: pd.DataFrame, shipments: pd.DataFrame, delivered: pd.DataFrame, now: pd.Timestamp
) -> dict[str, list[int]]:
    rows = members.merge(shipments, on="shipment_id").merge(delivered, on="shipment_id")
    rows = rows[rows["promised_at"] + pd.Timedelta(days=3) <= now]
    return _told(rows.assign(value=rows["delivered_at"] <= rows["promised_at"]))


def _lead(
    members: pd.DataFrame, takings: pd.DataFrame, delivered: pd.DataFrame
) -> dict[str, list[int]]:
    first = takings.groupby("shipment_id")["taken_at"].min().reset_index()
    rows = members.merge(first, on="shipment_id").merge(delivered, on="shipment_id")
    rows = rows[rows["taken_at"] - rows["delivered_at"] <= HALF_HOUR]
    return _timed(rows, "taken_at", "delivered_at")


def _acknowledged(
    events: pd.DataFrame, takings: pd.DataFrame, now: pd.Timestamp
) -> dict[str, list[int]]:
    released = events[events["milestone"] == "RELEASED"].sort_values("occurred_at")
    first = released.drop_duplicates(["shipment_id", "partner_id"])
    first = first[first["occurred_at"] + pd.Timedelta(hours=48) <= now]
    tenders = first[["shipment_id", "counterpart_id", "occurred_at"]]
    tenders = tenders.rename(columns={"counterpart_id": "partner_id"})
    rows = tenders.merge(takings, on=["shipment_id", "partner_id"], how="left")
    in_time = rows["taken_at"] <= rows["occurred_at"] + pd.Timedelta(hours=24)
    return _told(rows.assign(value=in_time))

"""What there is to say: for each kind of partner its messages, when they are stamped, what they add."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tallyclerk.simulate.calendars import DAY, HOUR
from tallyclerk.simulate.draws import below, chance, lookup, seconds, words
from tallyclerk.simulate.handling import LostAt
from tallyclerk.simulate.partners import CODES, COURIERS, FORWARDERS, NOBODY, Partner
from tallyclerk.simulate.world import LANES


@dataclass(frozen=True)
class Say:
    """One kind of message: the milestone, when it is stamped, and for which shipments."""

    milestone: str
    at: pl.Expr
    when: pl.Expr | None = None
    adds: dict[str, pl.Expr] = field(default_factory=dict)


def _on_lane(side: str) -> pl.Expr:
    return words([getattr(lane, side) for lane in LANES], pl.col("lane"))


def _hub(partner: Partner, side: str) -> pl.Expr:
    return words([partner.hubs.get(getattr(lane, side)) for lane in LANES], pl.col("lane"))


def _goods(who: str, at: str) -> dict[str, pl.Expr]:
    """Pieces, weight and destination as this party writes them down, with its mistakes."""
    wrong = pl.when(pl.col("lane") % 2 == 0).then(pl.lit("AT")).otherwise(pl.lit("BE"))
    return {
        "pieces": pl.col("pieces") + chance(f"miscounted {who}", 220).cast(pl.Int64),
        "weight_grams": pl.col("weight")
        * pl.when(chance(f"weighed wrong {who}", 380)).then(118).otherwise(100)
        // 100
        + below(f"scale {who}", 40),
        "destination": pl.when(chance(f"misread {who}", 130))
        .then(wrong)
        .otherwise(_on_lane("destination")),
        "country": _on_lane(at),
    }


def _other(code: str, group: tuple[Partner, ...]) -> pl.Expr:
    """Another partner of the same group, for a handover announced to the wrong one."""
    codes = [CODES[each.id] for each in group]
    return lookup(
        [
            codes[(codes.index(c) + 1) % len(codes)] if c in codes else codes[0]
            for c in range(len(CODES) + 1)
        ],
        pl.col(code),
    )


def _to(column: str, group: tuple[Partner, ...], stream: str) -> pl.Expr:
    return pl.when(chance(stream, 450)).then(_other(column, group)).otherwise(pl.col(column))


def _hold(side: str) -> pl.Expr:
    papers = pl.when(f"is_{side}_papers").then(pl.lit("documents"))
    return papers.otherwise(pl.lit("inspection"))


def supplier(partner: Partner) -> list[Say]:
    """Label, ready, released, cancelled; some release times are typed in at the end of the day."""
    slow = {"brightway": 1_800, "saraswati": 1_200}.get(partner.id, 300)
    typed_late = (
        pl.when(chance("released typed late", slow))
        .then(below("typed at", 12 * HOUR) + 2 * HOUR)
        .otherwise(0)
    )
    ready_late = pl.when(chance("ready typed late", 350)).then(2 * DAY).otherwise(0)
    domestic = pl.col("forwarder") == NOBODY
    taker = (
        pl.when(domestic)
        .then(pl.col("courier"))
        .otherwise(_to("forwarder", FORWARDERS, "wrong forwarder"))
    )
    dated = chance("cancelled with a date", 60_000, "_o")
    return [
        Say("LABEL_CREATED", pl.col("label")),
        Say("READY_FOR_COLLECTION", pl.col("ready") + ready_late),
        Say(
            "RELEASED",
            pl.col("released") + typed_late,
            None,
            {"counterpart": taker, **_goods("supplier", "origin")},
        ),
        Say("CANCELLED", pl.col("cancelled"), dated),
    ]


def _before_departure(partner: Partner) -> list[Say]:
    """From the pick-up to the flight or truck; careful forwarders scan what they load."""
    here = {"country": _on_lane("origin"), "location": _hub(partner, "origin")}
    taken = {**_goods("forwarder", "origin"), **here, "counterpart": pl.col("supplier")}
    loading = {"nordlog": 88_000, "acme": 30_000}.get(partner.id, 55_000)
    loaded = pl.col("planned") - 8 * HOUR + seconds("loaded", 90)
    announced = pl.col("is_flight_late") & (partner.id == "nordlog")
    return [
        Say("ACCEPTED", pl.col("taken"), None, taken),
        Say("ORIGIN_HUB", pl.col("hub"), None, here),
        Say(
            "EXPORT_CUSTOMS_HELD", pl.col("export_held"), None, {**here, "reason": _hold("export")}
        ),
        Say("EXPORT_CUSTOMS_CLEARED", pl.col("export_cleared"), None, here),
        Say("DELAYED", pl.col("planned") + 3 * HOUR, announced, here),
        Say("IN_TRANSIT", loaded, chance("loaded", loading), here),
        Say("DEPARTED_ORIGIN", pl.col("departed"), ~pl.col("is_flown"), here),
    ]


def forwarder(partner: Partner) -> list[Say]:
    """Pick-up to injection; the airline's lane has no flight scans of the forwarder's own."""
    here = {"country": _on_lane("destination"), "location": _hub(partner, "destination")}
    road = {"location": words([lane.via for lane in LANES], pl.col("lane"))}
    flown = pl.col("is_flown")
    courier_named = _to("courier", COURIERS, "wrong courier")
    taker = pl.when(flown).then(CODES["skybridge"]).otherwise(courier_named)
    given = {**_goods("injected", "destination"), **here, "counterpart": taker}
    linehaul = chance("linehaul scan", 30_000) & (partner.id != "acme")
    lost = pl.col("is_admitted") & ~pl.col("lost_at").is_in([LostAt.COURIER, LostAt.GATE])
    return [
        *_before_departure(partner),
        Say("TRANSIT_HUB", pl.col("transit"), None, road),
        Say("ARRIVED_DESTINATION", pl.col("arrived"), ~flown, here),
        Say(
            "IMPORT_CUSTOMS_HELD", pl.col("import_held"), None, {**here, "reason": _hold("import")}
        ),
        Say("IMPORT_CUSTOMS_CLEARED", pl.col("import_cleared"), ~pl.col("is_trouble"), here),
        Say("IN_TRANSIT", pl.col("injected") - 2 * HOUR, linehaul, here),
        Say("RELEASED", pl.col("forwarded"), None, given),
        Say("DAMAGED", pl.col("injected") - HOUR, pl.col("is_damaged_forwarder") & ~flown, here),
        Say("LOST", pl.col("declared_lost"), lost, here),
    ]


def airline(partner: Partner) -> list[Say]:
    """What the airline says about a waybill: every time belongs to the flight."""
    start = {"country": _on_lane("origin"), "location": _hub(partner, "origin")}
    end = {"country": _on_lane("destination"), "location": _hub(partner, "destination")}
    return [
        Say("ACCEPTED", pl.col("air_taken"), None, start),
        Say("DEPARTED_ORIGIN", pl.col("departed"), None, start),
        Say("ARRIVED_DESTINATION", pl.col("arrived"), None, end),
        Say("RELEASED", pl.col("air_released"), None, {**end, "counterpart": pl.col("courier")}),
    ]


def _after_the_end(partner: Partner, end: dict[str, pl.Expr]) -> list[Say]:
    """Messages that contradict a delivery, and parcels that turn up again."""
    twice = {"rheinkurier": 400, "szybka": 500}.get(partner.id, 200)
    found = pl.col("is_admitted") & (pl.col("lost_at") == LostAt.COURIER) & chance("found", 12_000)
    declared = pl.col("declared_lost")
    return [
        Say(
            "AT_DEPOT",
            pl.col("delivered") + seconds("scan after", 900, 50),
            chance("scan after", twice),
            end,
        ),
        Say("RETURNED", pl.col("delivered") + 4 * DAY, chance("returned too", twice // 2), end),
        Say("LOST", pl.col("delivered") + 3 * DAY, chance("lost too", twice // 3), end),
        Say("LOST", declared, pl.col("is_admitted") & (pl.col("lost_at") == LostAt.COURIER), end),
        Say("FOUND", declared + 5 * DAY, found, end),
        Say("DELIVERED", declared + 7 * DAY, found, end),
    ]


def _taken_in(partner: Partner, here: dict[str, pl.Expr]) -> list[Say]:
    """The data arrive before the parcel, the intake is weighed and counted."""
    domestic = pl.col("forwarder") == NOBODY
    giver = pl.when(domestic).then(pl.col("supplier")).otherwise(pl.col("forwarder"))
    intake = {**_goods("courier", "destination"), **here, "counterpart": giver}
    has_data = chance("data received", 40_000) & (partner.id != "szybka")
    told = chance("announced", 15_000) & (partner.id == "alpenpaket")
    damaged = pl.col("is_damaged_courier") & pl.col("round").is_not_null()
    return [
        Say("INFO", pl.col("given") - 5 * HOUR, has_data),
        Say("ACCEPTED", pl.col("intake"), None, intake),
        Say("AT_DEPOT", pl.col("depot"), None, here),
        Say("DAMAGED", pl.col("depot") + HOUR, damaged, here),
        Say("CUSTOMER_NOTIFIED", pl.col("round") - 9 * HOUR, told),
    ]


def courier(partner: Partner) -> list[Say]:
    """Intake to the door, with the odd wrong clock."""
    depots = words([f"D{number:02}" for number in range(40)], below("depot", 40))
    here = {"country": _on_lane("destination"), "location": depots}
    clock = pl.when(chance("clock ahead", 350)).then(15 * HOUR).otherwise(0)
    is_said = ~chance("delivered unsaid", 350)
    return [
        *_taken_in(partner, here),
        Say("OUT_FOR_DELIVERY", pl.col("round") + clock, None, here),
        Say("DELIVERY_ATTEMPT_FAILED", pl.col("failed"), None, here),
        Say("AVAILABLE_AT_PICKUP_POINT", pl.col("shop"), None, here),
        Say("OUT_FOR_DELIVERY", pl.col("round_again"), None, here),
        Say("DELIVERED", pl.col("delivered"), is_said, here),
        Say("RETURN_STARTED", pl.col("return_started"), None, here),
        Say("RETURNED", pl.col("returned"), None, here),
        *_after_the_end(partner, here),
    ]


SPEAKERS: Final = {
    "supplier": supplier,
    "forwarder": forwarder,
    "airline": airline,
    "courier": courier,
}

"""Whether partners know each other's shipments, and what becomes of numbers where they do not."""

from __future__ import annotations

import datetime as dt

import pytest

from tallyclerk.ingest.survey import survey_of, unlinked
from tallyclerk.judge.cuts import Cuts
from tallyclerk.pipeline import open_run

SHIPMENTS = 40
AS_OF = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
PARTNERS = {"sup": {"role": "supplier"}, "fwd": {"role": "forwarder"}, "cou": {"role": "courier"}}
EVENTS = {"shipment_id": "id", "status": "status", "occurred_at": "time", "partner_id": "partner"}


def ids(spelling="{:06}", count=SHIPMENTS):
    return [spelling.format(number) for number in range(1, count + 1)]


def long(numbers, partner, **hours):
    """An export: every shipment with each milestone so many hours after the same midnight."""
    lines = ["id,status,time,partner"]
    lines += [
        f"{who},{status},2026-03-0{1 + hour // 24} {hour % 24:02}:00,{partner}"
        for who in numbers
        for status, hour in hours.items()
    ]
    return "\n".join(lines) + "\n"


def of_courier(numbers):
    return long(numbers, "cou", ACCEPTED=30, OUT_FOR_DELIVERY=60, DELIVERED=66)


def sources(*names, key="shipment_id"):
    columns = {**{k: v for k, v in EVENTS.items() if k != "shipment_id"}, key: "id"}
    return {
        name: {"path": f"{name}.csv", "columns": columns if name == "cou" else EVENTS}
        for name in names
    }


def write(workshop, courier, *, listed=True):
    """The exports of three partners, and the merchant's own list; names of the sources."""
    workshop.write("sup.csv", long(ids(), "sup", READY_FOR_COLLECTION=0, RELEASED=5))
    workshop.write("fwd.csv", long(ids(), "fwd", ACCEPTED=8, RELEASED=28))
    workshop.write("cou.csv", courier)
    if not listed:
        return sources("sup", "fwd", "cou")
    rows = "".join(f"{who},sup,fwd,cou\n" for who in ids())
    workshop.write("own.csv", f"shipment_id,supplier_id,forwarder_id,courier_id\n{rows}")
    own = {"path": "own.csv", "table": "shipments"}
    return {**sources("sup", "fwd", "cou"), "own": own}


def look(workshop, exports):
    settings = workshop.settings(**exports, partners=PARTNERS)
    report, ledger = workshop.ingest(**exports, partners=PARTNERS)
    survey = survey_of(ledger, settings)
    rates = {(k.partner, k.other): (k.known, k.shipments) for k in survey.links}
    pairs = [(a.partner, a.other) for a, _ in unlinked(survey.links, settings.run.min_link_rate)]
    found = [f for f in report.findings if f.kind == "unlinked"]
    return settings, rates, pairs, found


def test_partners_that_know_each_other_link(workshop):
    _, rates, pairs, found = look(workshop, write(workshop, of_courier(ids())))
    assert set(rates.values()) == {(SHIPMENTS, SHIPMENTS)}
    assert (len(rates), pairs, found) == (6, [], [])


def test_a_partner_that_keeps_silent_is_not_excused_by_its_ids(workshop):
    told = ids()[: SHIPMENTS // 2]
    settings, rates, pairs, _ = look(workshop, write(workshop, of_courier(told)))
    assert rates["fwd", "cou"] == (SHIPMENTS // 2, SHIPMENTS)
    assert rates["cou", "fwd"] == (SHIPMENTS // 2, SHIPMENTS // 2)
    assert pairs == []
    (row,) = [r for r in totals(settings, "handover_ack_rate") if r.partner_id == "cou"]
    assert (row.n, row.hits) == (SHIPMENTS, SHIPMENTS // 2)


def totals(settings, *kpis):
    return open_run(settings, as_of=AS_OF).results(Cuts(kpis=kpis))


SPELLINGS = {
    "zeros": ("leading zeros", ids("{}")),
    "signs": ("hyphens", [f"{who[:3]}-{who[3:]}" for who in ids()]),
    "digits": ("same digits", ids("DE{:06}X")),
    "other": ("differ", [f"Q{number * 7919}" for number in range(1, SHIPMENTS + 1)]),
}


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("name", SPELLINGS)
def test_ids_that_do_not_link_are_said_with_how_they_differ(workshop, listed, name):
    _, courier = SPELLINGS[name]
    _, rates, pairs, found = look(workshop, write(workshop, of_courier(courier), listed=listed))
    assert rates["fwd", "cou"] == rates["cou", "fwd"] == (0, SHIPMENTS)
    assert pairs == [("cou", "fwd"), ("cou", "sup")]
    assert min(courier) in found[0].what
    assert "000001" in found[0].what
    said = [other for other, (word, _) in SPELLINGS.items() if word in found[0].what]
    assert said == ([] if name == "other" else [name, "other"])


@pytest.mark.parametrize("listed", [True, False])
def test_kpis_between_partners_that_do_not_link_are_not_assessable(workshop, listed):
    settings, *_ = look(workshop, write(workshop, of_courier(ids("{}")), listed=listed))
    kpis = ("handover_in_hours", "handover_out_hours", "transit_hours", "blackout_rate")
    rows = {(r.partner_id, r.kpi, r.statistic): r for r in totals(settings, *kpis)}
    out = rows["fwd", "handover_out_hours", "p50"]
    assert out.value is None
    assert dict(out.excluded) == {"ids do not link": SHIPMENTS}
    assert "ids do not link" in out.reason
    for key in (("fwd", "transit_hours", "p90"), ("fwd", "blackout_rate", "rate")):
        assert dict(rows[key].excluded) == {"ids do not link": SHIPMENTS}, key
    # What the supplier and the forwarder tell of each other is as good as ever.
    assert rows["sup", "handover_out_hours", "p50"].value == 3.0
    assert rows["fwd", "handover_in_hours", "p50"].n == SHIPMENTS


def test_the_threshold_is_configurable(workshop):
    exports = write(workshop, of_courier(ids()[:20] + ids("X{}")[20:]))
    settings, rates, pairs, _ = look(workshop, exports)
    assert rates["fwd", "cou"] == (20, 40)
    assert ("cou", "fwd") in pairs
    lower = settings.model_copy(
        update={"run": settings.run.model_copy(update={"min_link_rate": 0.5})}
    )
    for chosen, n in ((settings, 0), (lower, SHIPMENTS)):
        rows = [r for r in totals(chosen, "handover_ack_rate") if r.partner_id == "cou"]
        assert sum(r.n for r in rows) == n


def test_rows_that_wait_for_their_shipment_are_ids_that_do_not_link(workshop):
    exports = write(workshop, of_courier(ids("T{}")))
    exports |= {"cou": sources("cou", key="tracking_number")["cou"]}
    report_rates = look(workshop, exports)
    _, rates, pairs, found = report_rates
    assert rates["cou", "fwd"] == (0, SHIPMENTS)
    assert ("cou", "fwd") in pairs
    assert "T1" in found[0].what


def test_couriers_that_never_met_are_no_pair(workshop):
    exports = write(workshop, of_courier(ids()))
    workshop.write("alt.csv", long(ids("B{:05}"), "alt", ACCEPTED=30, DELIVERED=66))
    rows = "".join(f"{who},sup,fwd,alt\n" for who in ids("B{:05}"))
    workshop.write("more.csv", f"shipment_id,supplier_id,forwarder_id,courier_id\n{rows}")
    exports |= sources("alt") | {"more": {"path": "more.csv", "table": "shipments"}}
    _, rates, pairs, _ = look(workshop, exports)
    assert not {("alt", "cou"), ("cou", "alt")} & set(rates)
    assert pairs == []


def test_parcels_given_to_the_wrong_partner_are_no_matter_of_ids(workshop):
    exports = write(workshop, of_courier(ids()))
    workshop.write("alt.csv", long(ids("B{:05}"), "alt", ACCEPTED=30, DELIVERED=66))
    workshop.write("fwd2.csv", long(ids("B{:05}"), "fwd", ACCEPTED=8, RELEASED=28))
    # Ten parcels of each courier were meant for the other one, as the shop has it.
    meant = {who: "cou" if n < 10 else "alt" for n, who in enumerate(ids("B{:05}"))}
    meant |= {who: "alt" if n < 10 else "cou" for n, who in enumerate(ids())}
    rows = "".join(f"{who},sup,fwd,{courier}\n" for who, courier in meant.items())
    workshop.write("own.csv", f"shipment_id,supplier_id,forwarder_id,courier_id\n{rows}")
    exports |= sources("alt", "fwd2")
    _, rates, pairs, _ = look(workshop, exports)
    assert rates["cou", "alt"] == rates["alt", "cou"] == (0, 10)
    assert pairs == []

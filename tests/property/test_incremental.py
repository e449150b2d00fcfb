"""Counting from what an earlier run has left gives what counting all of it gives, to the last row.

A world is told by files of several kinds in a random order: rows of a shipment come in different
months, some keyed by a tracking number that is linked later, some replaced by a later snapshot,
taken back, or gone with a file that was rewritten. Between runs time passes and settings change.
"""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from tests.support.archives import is_gone_on
from tests.support.worlds import PARTNERS, ROLES, world

from tallyclerk.config import load
from tallyclerk.domain.periods import Period
from tallyclerk.ingest import room
from tallyclerk.ingest.survey import Survey, survey_of
from tallyclerk.kpis.engine import add
from tallyclerk.pipeline import Run, leaving, open_run, shares
from tallyclerk.store import Ledger, sections

STEPS = (
    dt.datetime(2026, 5, 20, tzinfo=dt.UTC),
    dt.datetime(2026, 6, 20, tzinfo=dt.UTC),
    dt.datetime(2026, 6, 21, tzinfo=dt.UTC),
    dt.datetime(2026, 8, 1, tzinfo=dt.UTC),
)
DERIVED = ("tallies", "evidence", "earlier", "whole", "begun")
SOURCES = {
    "events": 'table = "events"',
    "shipments": 'table = "shipments"',
    "claims": 'table = "claims"',
    "tickets": 'table = "tickets"',
    "reviews": 'table = "reviews"',
    "notices": 'table = "notices"',
    "tracked": 'table = "events"',
    "links": 'table = "references"',
    "snaps": 'table = "events"\nmode = "snapshot"',
    "corrected": 'table = "events"',
    "ordered": 'table = "events"',
}
USUAL = ("LABEL_CREATED", "RELEASED", "ACCEPTED", "DEPARTED_ORIGIN", "IN_TRANSIT", "DELIVERED")
TIMES = "%Y-%m-%dT%H:%M:%S%.fZ"


def config(random: Random) -> str:
    """Settings, now and then others than before."""
    blocks = [
        '[run]\ntimezone = "Europe/Berlin"\nstore = "ledger"\nmin_link_rate = 0.0\n',
        *(f'[partners.{name}]\nrole = "{role}"\n' for name, role in ROLES.items()),
        *(
            f'[sources.{name}]\npath = "{name}-*.csv"\ntimezone = "UTC"\n{more}\n'
            for name, more in SOURCES.items()
        ),
    ]
    if random.random() < 0.3:
        blocks.append("[kpis.late_record_rate]\nlate_hours = 6\n")
    if random.random() < 0.5:
        blocks.append(
            '[[commitments]]\npartner = "fwd"\nleg = "custody"\nwithin = 36\nclock = "hours"\n'
        )
    if random.random() < 0.3:
        blocks.append(
            '[[excuses]]\nreason = "strike"\npartner = "fwd"\nfrom = 2026-03-26\nto = 2026-03-28\n'
            'agreed_by = "both"\n'
        )
    return "\n".join(blocks)


def told(random: Random, seed: int) -> dict[str, list[dict[str, object]]]:
    """The rows of each source."""
    tables = world(seed, 60)
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in SOURCES}
    rows |= {
        name: list(tables[name])
        for name in ("shipments", "claims", "tickets", "reviews", "notices")
    }
    ends = [
        {
            "shipment_id": row["shipment_id"],
            "milestone": milestone,
            "occurred_at": dt.datetime(2026, 4, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour),
            "partner_id": partner,
        }
        for row in tables["shipments"]
        if random.random() < 0.7
        for milestone, partner, hour in (("ACCEPTED", "cou", 0), ("DELIVERED", "cou", 9))
    ]
    for row in [*(e for e in tables["events"] if e["milestone"] in USUAL), *ends]:
        shipment = str(row["shipment_id"])
        kind = int(shipment[1:]) % 6
        if kind == 0:
            own = {k: v for k, v in row.items() if k != "shipment_id"}
            rows["tracked"].append({"tracking_number": f"T{shipment}", **own})
        elif kind == 1:
            rows["snaps"].append(row)
        elif kind == 2:
            number = len(rows["corrected"])
            given = {
                "event_ref": f"E{number}",
                "corrects_ref": f"E{random.randrange(number)}"
                if number and number % 5 == 0
                else "",
                "is_void": "true" if number % 11 == 0 else "false",
            }
            rows["corrected"].append({**row, **given})
        else:
            rows["events"].append(row)
    numbers = {str(row["tracking_number"]) for row in rows["tracked"]}
    rows["links"] = [
        {"shipment_id": number[1:], "tracking_number": number} for number in sorted(numbers)
    ]
    for number in range(20):  # orders of three shipments, told again of one or two of them
        told_of = random.sample(tables["shipments"], 3)
        rows["links"] += [
            {"shipment_id": row["shipment_id"], "order_id": f"O{number}"} for row in told_of
        ]
        said = {
            "milestone": "ORIGIN_HUB",
            "occurred_at": dt.datetime(2026, 3, 27, number, tzinfo=dt.UTC),
            "partner_id": "fwd",
        }
        rows["ordered"] += [{"order_id": f"O{number}", **said}] * random.choice((1, 2))
        rows["events"] += [
            {"shipment_id": row["shipment_id"], **said} for row in told_of[: number % 4]
        ]
    return rows


def anchors() -> list[dict[str, object]]:
    """Every partner sends everything once at the start, so that it is no news later."""
    return [
        {
            "shipment_id": f"S9{place}3",
            "milestone": milestone,
            "occurred_at": dt.datetime(2026, 3, 26, place, tzinfo=dt.UTC),
            "partner_id": partner,
        }
        for place, partner in enumerate(PARTNERS)
        for milestone in (*USUAL, "DAMAGED")
    ]


def late() -> dict[str, object]:
    """A scan long after all others: until then nothing is known that has no time."""
    return {**anchors()[0], "shipment_id": "S993", "occurred_at": STEPS[-1] - dt.timedelta(days=9)}


def write(folder: Path, name: str, step: int, rows: list[dict[str, object]]) -> None:
    if rows:
        names = list(dict.fromkeys(column for row in rows for column in row))
        frame = pl.DataFrame(
            [{n: row.get(n) for n in names} for row in rows], infer_schema_length=None
        )
        frame.write_csv(folder / f"{name}-{step}.csv", datetime_format=TIMES)


def counted(folder: Path, as_of: dt.datetime) -> tuple[Run, pl.DataFrame, pl.DataFrame]:
    """A run, its tallies, and the evidence of a month."""
    run = open_run(load(folder / "config.toml", {}), as_of=as_of)
    tallies, proof = run.passes.derive(Period(202604, 202604))
    return run, add(tallies), proof.collect().sort(pl.all())


def split(random: Random, rows: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Rows by the step in which they are told: most of them in the first one."""
    parts: list[list[dict[str, object]]] = [[] for _ in STEPS]
    for row in rows:
        parts[random.choice((0,) * 9 + (1, 2, 3))].append(row)
    return parts


@pytest.mark.parametrize("seed", range(2))
def test_going_on_gives_what_counting_all_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(leaving, "WORTH_FROM", 0)
    monkeypatch.setattr(room, "EVENTS_PER_BUCKET", 20)
    monkeypatch.setattr(room, "MAX_BUCKETS", 2)
    monkeypatch.setattr(shares, "SHIPMENTS_OF_LOT", 60 if seed else 5)
    monkeypatch.setattr(sections, "WORTH_FROM", 0)
    monkeypatch.setattr(sections, "ROWS", 400)
    monkeypatch.setattr(sections, "FRESH", dt.timedelta(days=3))
    random = Random(seed)  # noqa: S311 nothing secret
    parts = {name: split(random, rows) for name, rows in told(random, seed).items()}
    parts["events"][0] += anchors()
    if seed % 2:  # until the last step, the data go on after the run
        parts["events"][0].append(late())
    text = config(random)
    gone_on = 0
    for step, as_of in enumerate(STEPS):
        if random.random() < 0.2:
            text = config(random)
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        for name, steps in parts.items():
            write(tmp_path, name, step, steps[step])
        if step == 2:  # a file is sent again, without some of its rows
            write(tmp_path, "events", 1, parts["events"][1][::2])
        if step == 3:  # and another one with more rows
            write(tmp_path, "shipments", 0, [*parts["shipments"][1], *parts["shipments"][0]])
        run, *found = counted(tmp_path, as_of)
        assert run.ledger.bucket_count == 4
        gone_on += is_gone_on(run)
        if step:  # before, there is nothing to go on from
            whole = from_nothing(tmp_path, as_of, monkeypatch)
            assert [one.equals(other) for one, other in zip(found, whole, strict=True)] == [
                True
            ] * 2
        assert said_of(run.ledger) == said_of(plain_copy(run.ledger), monkeypatch)
        if step % 2:
            assert survey_of(run.ledger, run.settings) == plainly_surveyed(run, monkeypatch)
        damage(random, tmp_path / "ledger" / "cache", ["settled"] if step == seed else [])
    assert gone_on


def from_nothing(
    folder: Path, as_of: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> list[pl.DataFrame]:
    """Tallies and evidence as a run counts that leaves nothing; what others left is put back after."""
    left, aside = folder / "ledger" / "cache" / "settled", folder / "aside"
    left.rename(aside)
    for kind in DERIVED:
        shutil.rmtree(left.parent / kind, ignore_errors=True)
    with monkeypatch.context() as patch:
        patch.setattr(leaving, "WORTH_FROM", 10**9)
        _, *found = counted(folder, as_of)
    assert not left.exists()
    aside.rename(left)
    return found


def plainly_surveyed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Survey:
    """The survey of all buckets, without what is remembered of sections."""
    cache = run.ledger.root / "cache"
    assert len(list((cache / "sections").glob("*/[0-9a-f]*"))) > 1
    shutil.rmtree(cache / "survey")
    shutil.copytree(cache / "surveyed", cache / "aside")
    with monkeypatch.context() as patch:
        patch.setattr(sections, "WORTH_FROM", 10**9)
        found = survey_of(run.ledger, run.settings)
    for kind in ("survey", "surveyed"):
        shutil.rmtree(cache / kind)
    (cache / "aside").rename(cache / "surveyed")
    return found


def plain_copy(ledger: Ledger) -> Ledger:
    """The same ledger without anything that was found of it."""
    root = ledger.root.with_name("plain")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(ledger.root, root, ignore=shutil.ignore_patterns("cache", "derived"))
    return Ledger.open(root)


def said_of(ledger: Ledger, monkeypatch: pytest.MonkeyPatch | None = None) -> dict[str, Any]:
    """The summary of a ledger; with a patch that of all its buckets, not of sections."""
    with monkeypatch.context() if monkeypatch else nullcontext() as patch:
        if patch:
            patch.setattr(sections, "WORTH_FROM", 10**9)
        found = vars(ledger.summary)
    remembered = len(list((ledger.root / "cache").glob("accounts/*/*")))
    assert (remembered == 0) if monkeypatch else (remembered > 1)
    return {**found, "partner_milestones": found["partner_milestones"].rows()}


def damage(random: Random, cache: Path, kinds: list[str]) -> None:
    """Change a byte of something remembered of sections and in some other kinds, or cut it."""
    for kind in ("sections", "surveyed", "accounts", "identities", *kinds):
        files = sorted(path for path in (cache / kind).glob("*/*") if path.is_file())
        path = random.choice(files)
        told = bytearray(path.read_bytes())
        told[random.randrange(len(told))] ^= 1
        path.write_bytes(told if random.random() < 0.5 else told[:-1])

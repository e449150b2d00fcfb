"""The settings of a run, typed. Every key of `config.toml` is a field here and nowhere else.

Unknown keys are refused. Paths are kept as written; `Settings.base` says what they are relative to.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, FiniteFloat, model_validator

from tallyclerk.config.agreements import Calendar, Clock, Commitment, Excuse
from tallyclerk.config.blocks import STRICT, Place, Zone
from tallyclerk.config.brand import Brand
from tallyclerk.config.formats import FORMATS, FormatName, VocabularyName
from tallyclerk.config.terms import Costs, Terms
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role

ZoneWord = Annotated[str, Field(pattern=r"^[A-Z]{2,5}$")]
Columns = dict[str, str | list[str]]
Mark = Annotated[FiniteFloat, Field(ge=0)]


def _as_words(given: object) -> object:
    """What cells say, given as words, numbers or true and false; one by itself needs no brackets."""
    many = given if isinstance(given, list | tuple) else [given]
    return tuple(str(word).lower() if isinstance(word, int) else word for word in many)


Words = Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_as_words)]
TableName = Literal["events", "shipments", "references", "tickets", "reviews", "claims", "notices"]
Outcome = Literal["delivered", "cancelled", "lost", "returned"]
LaneColumn = Literal[
    "origin_country", "destination_country", "service", "postcode_zone", "weight_band"
]


class Block(BaseModel):
    """A table of `config.toml`: frozen, and an unknown key is an error."""

    model_config = STRICT


class Run(Block):
    """`[run]`: what holds for the whole run."""

    timezone: Zone = "UTC"
    """Calendar of months, and of promise dates where the destination does not tell its zone."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    store: Place = ".tallyclerk"
    reports: Place = "reports"
    objections: Place = "objections"
    """Folder with the objections.xlsx that partners sent back."""
    lane: tuple[LaneColumn, ...] = ("origin_country", "destination_country")
    delivered_means: tuple[Milestone, ...] = (Milestone.DELIVERED,)
    presumed_lost_after_promise_days: Annotated[int, Field(ge=0)] = 15
    presumed_lost_silent_days: Annotated[int, Field(ge=0)] = 10
    min_link_rate: Annotated[float, Field(ge=0, le=1)] = 0.8
    small_partner_shipments: Annotated[int, Field(ge=0)] = 30
    """Below this many shipments a partner gets the short page, and a PDF only when named."""
    objection_days: Annotated[int, Field(ge=0)] = 14
    """For how long after `as_of` objections to an issued report are heard."""


class MilestoneColumn(Block):
    """A milestone's column in a wide layout, and who reports it."""

    column: str
    time_column: str | None = None
    """Where the time of day stands in a column of its own, beside that of the date."""
    partner: str | None = None
    partner_column: str | None = None
    counterpart: str | None = None
    counterpart_column: str | None = None
    recorded_column: str | None = None
    timezone: Zone | None = None
    location_column: str | None = None


class Source(Block):
    """`[sources.NAME]`: one kind of export and how to read it."""

    path: Place | tuple[Place, ...]
    format: FormatName = "csv"
    vocabulary: VocabularyName | None = None
    """Codes that statuses are mapped by where `statuses` does not say; default: the format's own."""
    table: TableName = "events"
    layout: Literal["long", "wide"] = "long"
    timezone: Zone | None = None
    timezones: dict[ZoneWord, Zone] = {}
    """Zones by country, where each place keeps its own time (`DE = "Europe/Berlin"`), or by the word that
    stands beside the time (`CST = "Asia/Shanghai"`)."""
    ignore_offset: bool = False
    """Printed offsets (and Z) are not to be believed: what is stated is the local time."""
    shift_hours: Annotated[FiniteFloat, Field(ge=-48, le=48, multiple_of=0.25)] = 0
    """Added to every time of day of the source: what its clock is known to be wrong by."""
    year: Annotated[int, Field(ge=1971, lt=2200)] | None = None
    """Year of times that state none; without it they are refused."""
    clock_confirmed: bool = False
    """The partner has confirmed its clock: what looks wrong with it is no finding."""
    datetime_format: str | tuple[str, ...] | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    records: str | None = None
    """JSON and XML: dotted path to the list of records, such as `data.items`; of one that is inside the
    entries of another (`data.items.scans`) each entry has the keys around it too. Tables: the column whose
    cells hold a list, a history of events (`history`, with `history.time` and more) or several numbers."""
    header: tuple[str, ...] = ()
    """Tables only: the names of the columns of files that have none. Rows of another number of fields are
    refused, unless `where` says that they are of another kind."""
    fill_down: tuple[str, ...] = ()
    """Tables only: columns whose empty cells hold what stands above them, as merged cells do, or the rows
    below a header row (H, D, D) that alone has the number."""
    where: dict[str, Words] = {}
    """Of exports with rows of several kinds: those to read, by what columns say of them
    (`where = { record_type = "D", stop = ["PICKUP", "DELIVERY"] }`); an empty cell says "". All others are
    left out, whatever they hold, and counted."""
    sheet: str | Annotated[int, Field(ge=1)] | None = None
    """Excel only: name or number of the sheet; needed where more than one holds data."""
    null_values: tuple[str, ...] = ()
    scale: tuple[Mark, Mark] | None = None
    """Reviews only: the worst and the best score there is, `[1, 5]`, where the rows do not say out of how
    much a score is; school marks are `[6, 1]`."""
    partner: str | None = None
    role: Role | None = None
    mode: Literal["append", "snapshot"] = "append"
    expected: Literal["daily", "weekly", "monthly"] | None = None
    columns: Columns = {}
    """Ours by theirs; several are joined, and `[]` is none, though the export has one of our name."""
    optional: tuple[str, ...] = ()
    """Of ours in `columns` and `milestones`, those that some files have no column for: they say nothing of
    it. A column that is not named here must be in every file."""
    statuses: dict[str, Milestone] | str = {}
    milestones: dict[Milestone, str | MilestoneColumn] = {}
    outcomes: dict[str, Outcome] = {}

    @property
    def words(self) -> str | None:
        """The vocabulary in force: the one declared, else that of the format."""
        return self.vocabulary or FORMATS[self.format].vocabulary

    @model_validator(mode="after")
    def _format_feeds_table(self) -> Source:
        tables = FORMATS[self.format].tables
        if self.table not in tables:
            msg = f"format {self.format!r} feeds the tables {', '.join(tables)}"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _expected_has_times(self) -> Source:
        if self.expected and self.table in {"shipments", "references"}:
            msg = f"expected is about times, and {self.table} have none of their own: leave it out"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _scale_is_of_reviews(self) -> Source:
        if self.scale and self.table != "reviews":
            msg = (
                f"scale is that of the scores of reviews, and {self.table} have none: leave it out"
            )
            raise ValueError(msg)
        if self.scale and self.scale[0] == self.scale[1]:
            msg = "scale needs two scores, the worst there is and the best, such as [1, 5]"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _ignored_offset_has_zone(self) -> Source:
        if self.ignore_offset and self.timezone is None and not self.timezones:
            msg = (
                "ignore_offset needs the zone of what is stated: timezone, or timezones by country"
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _wide_has_milestones(self) -> Source:
        if self.table == "events" and (self.layout == "wide") != bool(self.milestones):
            msg = (
                'layout = "wide" needs a [sources.….milestones] block with a column per milestone'
                if self.layout == "wide"
                else 'a [sources.….milestones] block needs layout = "wide"'
            )
            raise ValueError(msg)
        return self


class Partner(Block):
    """`[partners.ID]`: one partner by the id it has in the data."""

    name: str | None = None
    role: Role | tuple[Role, ...] = ()
    aliases: tuple[str, ...] = ()
    calendar: str | None = None
    must_report: tuple[Milestone, ...] | None = None
    disclose: bool | tuple[str, ...] = False
    """Partners whose names may stand in what is sent to it, true = of all; others are a role and a
    letter, "courier B"."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The configured roles, first one first."""
        return (self.role,) if isinstance(self.role, Role) else self.role


class Target(Block):
    """`[[targets]]`: what was agreed for one KPI statistic; the most specific one wins."""

    kpi: str
    target: float
    limit: float | None = None
    role: Role | None = None
    partner: str | None = None
    lane: str | None = None
    service: str | None = None
    valid_from: dt.date | None = None
    clock: Clock = "hours"
    """Of a duration: on which clock the partner's hours run; a business day is 24 of them."""


class Cut(Block):
    """What a partner must prove of one KPI statistic; what is not given is its target's."""

    cut: FiniteFloat | None = None
    """Approved from here on; default: the target agreed, else that of the KPI."""
    limit: FiniteFloat | None = None
    """Rejected when proven beyond it; default: the limit agreed, else that of the KPI."""


class Vetting(Block):
    """`[vetting]`: on what `vet` approves, and for what it rejects."""

    months_per_period: Annotated[int, Field(ge=1, le=12)] = 1
    """A rejection needs proof in two consecutive periods of so many calendar months."""
    parcels_per_batch: Annotated[int, Field(ge=1)] = 20
    """Parcels that share a flight or a day, as `vet --plan` expects them."""
    mandatory: dict[Role, dict[str, Cut]] = {}
    """`[vetting.mandatory.courier]`: `loss_rate = { cut = 0.005, limit = 0.015 }`; a role that is
    not named here keeps its defaults (`tallyclerk.judge.terms`)."""


class Score(Block):
    """`[score]`: weights of an optional composite; without the block there is no score."""

    weights: Annotated[dict[str, Annotated[FiniteFloat, Field(gt=0)]], Field(min_length=1)]
    """By KPI statistic, of any scale: `on_time_rate = 40`, `"handover_in_hours.p90" = 20`."""
    mandatory: tuple[str, ...] = ()
    """Those without which there is no score."""
    grades: Annotated[dict[str, FiniteFloat], Field(min_length=1)] = {
        "A": 85,
        "B": 70,
        "C": 55,
        "D": 40,
    }
    """Score from which each grade is given; E below all of them."""


class Engine(Block):
    """`[engine]`: what counts the buckets; no number depends on it."""

    name: Literal["local", "spark"] = "local"
    master: str | None = None
    """Of a classic Spark cluster: `spark://HOST:7077`, `yarn`, `k8s://…`."""
    remote: str | None = None
    """Of a Spark Connect server, in place of `master`: `sc://HOST:15002`."""
    options: dict[str, str] = {}
    """Spark's own settings by name, such as `"spark.executor.memory" = "4g"`."""


class Settings(Block):
    """A whole configuration; `base` is the folder its paths are relative to."""

    run: Run = Run()
    sources: dict[str, Source] = {}
    partners: dict[str, Partner] = {}
    calendars: dict[str, Calendar] = {}
    targets: tuple[Target, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    terms: tuple[Terms, ...] = ()
    costs: Costs = Costs()
    kpis: dict[str, dict[str, Any]] = {}
    vetting: Vetting = Vetting()
    score: Score | None = None
    brand: Brand = Brand()
    engine: Engine = Engine()
    base: Annotated[Path, Field(exclude=True)] = Path()

    def resolve(self, path: str) -> Path:
        """A configured path, relative to the configuration file."""
        place = self.base / path
        # The workers of a cluster stand in other folders.
        return place if self.engine.name == "local" else place.absolute()

"""Every word of a page comes out of the catalogue of its language, and German says all of them."""

from __future__ import annotations

import html
import io
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from python_calamine import load_workbook
from tests.unit.report import world
from tests.unit.report.test_money import ACCOUNT, ACME, LOST

from tallyclerk.domain.disputes import PROOF, REASON, VIEW, VIEWS
from tallyclerk.domain.judgement import OfOthers, Restatement
from tallyclerk.domain.results import ControlPoint
from tallyclerk.domain.roles import Role
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.report import words
from tallyclerk.report.audience import cast_for, facts_to_send, to_send
from tallyclerk.report.brief import brief
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.cover_note import cover_note
from tallyclerk.report.evidence import evidence_book
from tallyclerk.report.index_page import index_page
from tallyclerk.report.method_notes import METHODS, stated
from tallyclerk.report.model import KpiText, Links
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render.objections import objections
from tallyclerk.report.render.pages import brief_html, index_html, partner_html
from tallyclerk.report.render.workbook import workbook

FIELDS = [
    name
    for name in KpiText.__dataclass_fields__
    if name not in {"name", "unit", "better", "self_reported"}
]
MARKED = str.maketrans("aeiouAEIOU", "äëïöüÄËÏÖÜ")
WORD = re.compile(r"[A-Za-z]{3,}")
"""A word: in a page of which every entry is marked, one with plain vowels is not of the catalogue."""
PLAIN = re.compile(r"[aeiou]")
CONTRACT = {
    "csv",
    "pdf",
    "html",
    "json",
    "xlsx",
    "toml",
    "tallyclerk",
    "compare",
    "results",
    "evidence",
    "objections",
    "utc",
    "manifest",
}
"""Names of files, formats and commands: they are the same in every language."""
CODES = {"case", "part", *Role, *WORD.findall(" ".join((*VIEWS, VIEW, REASON, PROOF)))}
"""What workbooks filter by, and what is read back from them: codes in every language."""


def marked(pattern: str) -> str:
    """A pattern with every letter of its own marked; its places stay."""
    told = []
    for text, place, _, _ in string.Formatter().parse(pattern):
        told.append(text.translate(MARKED).replace("{", "{{").replace("}", "}}"))
        told.append("" if place is None else f"{{{place}}}")
    return "".join(told)


def entries() -> Iterator[tuple[str, str]]:
    """All that a catalogue may say: the English labels, the definitions, and methods as stated."""
    yield from words.english().entries.items()
    for kpi in (*all_kpis().values(), *world.KPIS.values()):
        for field in FIELDS:
            if getattr(kpi, field):
                yield f"kpi.{kpi.name}.{field}", getattr(kpi, field)
    for key, method in METHODS.items():
        if method.functions:
            formula = " ".join(stated(function)[0] for function in method.functions)
            yield f"method.{key}.formula", formula.replace("{", "(").replace("}", ")")


@pytest.fixture(scope="module")
def labels(tmp_path_factory) -> Path:
    """A folder with the labels of a language of which every word is marked."""
    folder = tmp_path_factory.mktemp("marked")
    (folder / "labels").mkdir()
    lines = [
        f"{'.'.join(_key(part) for part in key.split('.'))} = '''{marked(pattern)}'''"
        for key, pattern in dict(entries()).items()
    ]
    (folder / "labels" / "xx.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _key(part: str) -> str:
    return part if re.fullmatch(r"[\w-]+", part) else f'"{part}"'


class Texts(HTMLParser):
    """What a reader reads or hears: text, and the attributes that are told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.told += [
            value or "" for name, value in attrs if name in {"alt", "title", "aria-label"}
        ]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script", "code"} & {*self.inside}:
            self.told.append(data)


def unmarked(page: str, data: set[str]) -> set[str]:
    """Words with plain vowels that are neither data nor names that all languages share."""
    parser = Texts()
    parser.feed(page)
    found = {word for told in parser.told for word in WORD.findall(told)}
    return {w for w in found if PLAIN.search(w) and w.lower() not in data | CONTRACT}


def cells_of(content: bytes) -> str:
    """All cells of a workbook as text."""
    book = load_workbook(io.BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return html.escape(" ".join(str(cell) for row in rows for cell in row))


def data_of(*texts: str) -> set[str]:
    return {word.lower() for text in texts for word in WORD.findall(text)}


def test_no_word_of_a_page_is_written_past_the_catalogue(labels) -> None:
    point = ControlPoint(period="2026-10", centre=0.1, low=0.05, high=0.15)
    judged = world.judgement()
    judged = replace(
        judged,
        money={ACME: ACCOUNT},
        liabilities=(LOST,),
        ours={
            ACME: {
                "dispatched_late": OfOthers(count=3, shipments=("000000001",)),
                "unannounced": OfOthers(count=1, shipments=("7",)),
                "documents": OfOthers(count=1, shipments=("8",)),
            }
        },
        limits={
            (*ACME, r.kpi, r.statistic): (point,)
            for r in judged.totals
            if (r.partner_id, r.role) == ACME
        },
        totals=tuple(
            replace(r, previous=0.5, previous_n=40, change="worse", is_flagged=True, expected=0.1,
                    ratio=2.0, coverage=0.8, peers_n=90, disputed=2, gross=0.5, worst=0.4,
                    excluded=(("cancelled", 2), ("excused: strike", 1)), in_doubt=1)
            if r.value is not None
            else r
            for r in judged.totals
        ),
        restatements=(
            Restatement(
                partner_id="acme", role="forwarder", kpi="loss_rate", statistic="rate",
                unit="rate", causes=("late data", "changed rule"),
                before={"n": 4, "value": None, "counted": None, "state": "meets", "low": None},
                after={"n": 5, "value": 0.1, "counted": "met", "state": "breach", "low": 0.1,
                       "high": 0.2, "excluded": {"cancelled": 1}},
            ),
        ),
    )  # fmt: skip
    data = data_of(
        *judged.names.values(), *judged.names, "strike", *judged.findings, *world.OWNERS,
        *(s.source for s in judged.sources), "Europe Berlin", *(r.reason or "" for r in judged.totals),
        *(" ".join(map(str, key)) for key in METHODS), *(m for m in _sources()),
        *(column for frame in [world.evidence("acme")] for column in _cells(frame)),
        *(kpi for kpi in world.KPIS),
        *(lane.lane or "" for lane in judged.lanes),
        "EUR",
    )  # fmt: skip
    with words.speaking("xx", labels):
        kpis = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
        readers = world.readers()
        for partner, given in partner_inputs(judged).items():
            cast = cast_for(partner, readers.parties, readers.owners)
            sent = to_send(given, cast, readers.source_owners)
            facts = facts_to_send(world.evidence(partner), cast)
            page = partner_page(sent, facts, kpis, small_below=30)
            assert unmarked(partner_html(page, bundled_templates()), data) == set(), partner
            told = brief_html(brief(given, kpis, judged.lanes), bundled_templates())
            assert unmarked(told, data) == set(), partner
            book = evidence_book(sent, facts, kpis)
            for content in (workbook(book), objections(book)):
                assert unmarked(cells_of(content), data | CODES) == set(), partner
            note = cover_note(sent, kpis, ("evidence.xlsx",))
            assert unmarked(note, data) == set(), partner
        page = index_page(
            judged, partner_inputs(judged), kpis, pages={"acme": Links(html="a.html")},
            small_below=30, failures=(), inputs=world.INPUTS, brand=partner_inputs(judged)["acme"].brand,
        )  # fmt: skip
        assert unmarked(index_html(page, bundled_templates()), data) == set()


def _sources() -> Iterator[str]:
    for method in METHODS.values():
        for function in method.functions:
            yield stated(function)[1]


def _cells(frame: pl.DataFrame) -> Iterator[str]:
    for column in frame.select(pl.col(pl.String)).iter_columns():
        if column.name not in {"rule", "reason", "kpi"}:
            yield from column.drop_nulls().unique().to_list()


def test_german_says_everything() -> None:
    told = words.catalogue("de").entries
    wanted = set(words.english().entries)
    wanted |= {
        f"kpi.{kpi.name}.{field}"
        for kpi in all_kpis().values()
        for field in FIELDS
        if getattr(kpi, field)
    }
    wanted |= {f"method.{key}.formula" for key in METHODS}
    assert wanted - set(told) == set()
    kept = {
        key
        for key, said in words.english().entries.items()
        if told[key] == said and len(said.split()) > 3
    }
    assert {key for key in kept if PLAIN.search(re.sub(r"\{\w+\}", "", told[key]))} <= {
        "number.below"
    }, "copied, not translated"

import datetime as dt
import re
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser

import polars as pl
import pytest
from tests.unit.report import world

from tallyclerk.domain.results import State
from tallyclerk.report import tables
from tallyclerk.report.annex import MOST_PER_FIGURE
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.index_page import index_page
from tallyclerk.report.model import KpiText, Links
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render.pages import index_html, partner_html
from tallyclerk.report.states import MARKS, focus

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
VOID = {"meta", "br", "col", "img", "link", "hr", "input"}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}\u202e=1+1\x00"


class Checked(HTMLParser):
    """Fails on unbalanced tags; collects ids, links and the text of table headers."""

    def __init__(self, html):
        super().__init__()
        self.open, self.ids, self.links, self.tags = [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        for name, value in attrs:
            assert not name.startswith("on")
            if name == "id":
                self.ids.append(value)
            if name in {"href", "src", "xlink:href"}:
                self.links.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


WORLD = world.judgement()


def page(partner, judgement=None):
    return _page(partner) if judgement is None else _built(partner, judgement)


@lru_cache
def _page(partner):
    return _built(partner, WORLD)


def _built(partner, judgement):
    given = partner_inputs(judgement)[partner]
    return partner_page(given, world.evidence("acme"), KPIS, small_below=30)


def index(judgement=None, **changed):
    judgement = judgement or WORLD
    givens = partner_inputs(judgement)
    options = {
        "pages": {p: Links(html=f"{p}/x.html") for p in givens},
        "small_below": 30,
        "failures": (),
        "inputs": world.INPUTS,
    } | changed
    return index_page(judgement, givens, KPIS, **options)


@pytest.fixture(scope="module")
def pages():
    made = {p: partner_html(page(p), bundled_templates()) for p in ("acme", "nordlog", "tiny")}
    return made | {"index": index_html(index(), bundled_templates())}


def check(html):
    parsed = Checked(html)
    assert len(parsed.ids) == len(set(parsed.ids))
    assert all(
        not re.match(r"(?i)\s*(?:https?:|//|file:|javascript:|data:)", link)
        for link in parsed.links
    )
    assert not any(tag == "script" for tag, _ in parsed.tags)
    urls = re.findall(r"url\(([^)]{0,40})", html)
    assert all(url.startswith(("data:font/", "#")) for url in urls)
    assert all(a.get("scope") for tag, a in parsed.tags if tag == "th")
    assert all(a.get("aria-label") for _, a in parsed.tags if a.get("role") == "img")
    named = {tag for tag, _ in parsed.tags}
    assert {"main", "header", "footer", "h1", "title"} <= named
    assert ("html", {"lang": "en"}) in parsed.tags
    return parsed


@pytest.mark.parametrize("name", ["acme", "nordlog", "tiny", "index"])
def test_pages_are_sound_and_reach_for_nothing(pages, name):
    parsed = check(pages[name])
    anchors = {link[1:] for link in parsed.links if link.startswith("#")}
    assert anchors <= set(parsed.ids)
    assert len(pages[name]) < (300_000 if name == "index" else 600_000)


def test_hostile_text_is_shown_and_does_nothing():
    partners = [(EVIL, EVIL, ("courier",), 60, 0.9, True)]
    judged = world.judgement(partners)
    evil = lambda r, **c: replace(r, reason=EVIL, **c)  # noqa: E731
    judged = replace(
        judged,
        totals=tuple(evil(r) for r in judged.totals),
        lanes=tuple(evil(r, lane=EVIL) for r in judged.lanes),
        rules=tuple(evil(r, rule=EVIL) for r in judged.rules),
        findings=(EVIL,),
    )
    made = page(EVIL, judged)
    html = partner_html(made, bundled_templates())
    check(html)
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert "\u202e" not in html
    assert "\x00" not in html
    check(index_html(index(judged, failures=((EVIL, EVIL),)), bundled_templates()))


def test_a_name_of_5000_letters_is_cut():
    partners = [("long", "W" * 5000, ("courier",), 12, 0.0, True)]
    assert "W" * 200 not in partner_html(
        page("long", world.judgement(partners)), bundled_templates()
    )


def test_right_to_left_names_are_isolated():
    html = partner_html(page("Al-Noor"), bundled_templates())
    assert "<h1><bdi>شركة النور للشحن السريع</bdi></h1>" in html


def test_a_missing_value_is_a_dash_with_its_reason():
    rows = [r for r in page("nordlog").sections[0].rows if r.kpi == "damage_rate"]
    assert [(r.value, r.interval, r.bar, r.mark.word) for r in rows] == [
        ("—", "—", "", "not assessable")
    ]
    assert "no damage events" in rows[0].note


def test_two_roles_are_two_sections_and_small_partners_have_no_figures():
    assert [s.role for s in page("nordlog").sections] == ["courier", "forwarder"]
    small = page("tiny")
    assert small.is_small
    assert not small.sections[0].figures


def test_what_counts_against_a_partner_is_listed_longest_first():
    annex = page("acme").annex
    (part,) = [part for part in annex.parts if part.anchor == "forwarder-handover_in_hours"]
    late = world.evidence("acme").filter(kpi="handover_in_hours").filter(pl.col("minutes") > 1440)
    assert part.table.title == f"Handover in as forwarder: {late.height} cases against the partner"
    assert len(part.table.rows) == min(late.height, MOST_PER_FIGURE)
    reference, place, shipment = part.table.rows[0][:3]
    assert re.fullmatch(r"AC-\d{5}", reference)
    assert re.fullmatch(r"exports/acme/2026-10.csv:\d+", place)
    assert shipment in late.get_column("shipment_id").to_list()
    assert "forwarder-handover_in_hours" in annex.anchors


def test_the_index_ranks_proven_breaches_first_and_folds_the_unknown():
    made = index()
    breaches = [int((re.match(r"(\d+) in breach", r.summary) or [0, 0])[1]) for r in made.ranked]
    assert breaches == sorted(breaches, reverse=True)
    assert [r.name for r in made.unranked] == ["Tiny Parts Ltd"]
    assert all(not any(c.bar for c in r.cells) for r in made.unranked)


def test_no_colour_stands_without_its_word_and_shape(pages):
    for css in ("meets", "below", "breach"):
        marks = re.findall(
            rf'<span class="mark {css}"><span class="shape"[^>]*>(.)</span> (\w+)', pages["acme"]
        )
        assert len(set(marks)) <= 1
    assert len({(m.shape, m.word) for m in MARKS.values()}) == len(State)


def contrast(colour, paper=(255, 255, 255)):
    def light(rgb):
        parts = [c / 255 for c in rgb]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    ink = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return (light(paper) + 0.05) / (light(ink) + 0.05)


def test_every_text_colour_can_be_read():
    css = (bundled_templates() / "css" / "page.css").read_text("utf-8")
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", css))
    for name in ("ink", "soft", "meets", "below", "breach", "open"):
        assert contrast(colours[name]) >= 4.5, name


def test_938_partners_stay_usable():
    partners = [
        (f"s{i:04d}", f"Supplier {i}", ("supplier",), 5 + i % 20, 0.0, True) for i in range(898)
    ]
    partners += [
        (f"f{i:02d}", f"Forwarder {i}", ("forwarder",), 200 + i, 0.2, True) for i in range(40)
    ]
    judged = world.judgement(partners, totals_only=True)
    html = index_html(index(judged), bundled_templates())
    check(html)
    assert len(html) < 500_000
    big = index(world.judgement(partners[898:], totals_only=True))
    assert len(index_html(big, bundled_templates())) < 300_000


def test_many_sources_are_summed_on_a_partner_page_and_troubled_ones_kept():
    good, bad = WORLD.sources[1], WORLD.sources[0]
    table = tables.sources((bad, *([good] * 9)), 6)
    assert [row[0] for row in table.rows] == ["all 10 sources", "acme"]
    assert table.rows[0][2] == f"{bad.rows_read + 9 * good.rows_read:,}"
    assert len(tables.sources(WORLD.sources, 6).rows) == 2


def test_lanes_show_a_figure_that_lanes_can_say_something_about():
    loss, ack = (
        next(r for r in WORLD.totals if (r.partner_id, r.kpi) == ("acme", k))
        for k in ("loss_rate", "handover_ack_rate")
    )
    totals = (replace(loss, state=State.BREACH), replace(ack, state=State.NOT_PROVEN))
    thin = replace(loss, lane="CN>DE", state=State.INSUFFICIENT)
    told = replace(ack, lane="CN>DE", state=State.NOT_PROVEN)
    assert focus(totals, (thin, told)) == ("handover_ack_rate", "rate")
    assert focus(totals, (thin,)) == ("loss_rate", "rate")
    assert focus(totals, ()) == ("", "")


def test_the_index_says_until_when_a_source_is_complete_and_who_tells_what_in_it():
    told = replace(
        WORLD.sources[0],
        missing=("2026-09",),
        data_until=dt.date(2026, 10, 30),
        zone_evidence="source zone",
        tells=(("acme", "ACCEPTED", 1200), ("acme", "DELIVERED", 7), ("", "INFO", 1)),
    )
    row, other = tables.feeds((told, WORLD.sources[1])).rows
    assert row[1:] == (
        *("2026-10-30", "2026-09", "source zone"),
        "acme: ACCEPTED 1,200, DELIVERED 7; —: INFO 1",
    )
    assert other[1:] == ("—",) * 4

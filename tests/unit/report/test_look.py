import base64
import re

import pytest
from tests.unit.report import world

from tallyclerk.config.brand import Brand
from tallyclerk.errors import ConfigError, UsageError
from tallyclerk.report.look import contrast, look_of
from tallyclerk.report.wishes import Wishes
from tallyclerk.report.write import write_report

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p9cVnwAAAABJRU5ErkJggg=="
)
ONE = [world.PARTNERS[0]]
HTML = Wishes(formats=frozenset({"html"}))


def page(tmp_path, look, partners=ONE):
    outcome = write_report(
        world.judgement(partners),
        world.KPIS,
        world.evidence,
        tmp_path / "report",
        readers=world.readers(partners),
        wishes=HTML,
        look=look,
    )
    assert not outcome.failures, outcome.failures
    return next(outcome.folder.glob("send/*/*.html")).read_text("utf-8")


def test_a_brand_stands_at_the_head_of_each_page(tmp_path):
    (tmp_path / "logo.png").write_bytes(PNG)
    brand = Brand(
        company="Example Ltd", logo="logo.png", accent="#7a1fa2", confidentiality="Confidential"
    )
    html = page(tmp_path, look_of(brand, tmp_path, None))
    assert 'src="data:image/png;base64,' in html
    assert 'alt="Example Ltd"' in html
    assert "Confidential</span>" in html
    assert "--accent:#7a1fa2" in html
    index = (tmp_path / "report" / "internal" / "index.html").read_text("utf-8")
    assert "--accent:#7a1fa2" in index
    assert "Confidential</span>" in index


def test_contrast_is_that_of_wcag():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"accent": "#ffcc00"}, r"contrast of 1\.5"),
        ({"logo": "none.png"}, "cannot be read"),
        ({"logo": "letter.txt"}, "no picture"),
        ({"logo": "torn.svg"}, r"torn\.svg:2: .+no SVG: unclosed"),
        ({"logo": "bare.svg"}, "no SVG: unbound prefix"),
        ({"language": "tlh"}, "no labels in 'tlh'"),
    ],
)
def test_a_brand_that_no_page_can_bear_is_refused(tmp_path, block, message):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    (tmp_path / "torn.svg").write_text("<svg>\n<rect width=", encoding="utf-8")
    (tmp_path / "bare.svg").write_text('<svg><use xlink:href="#a"/></svg>', encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        look_of(Brand(**block), tmp_path, None)


def test_a_german_page_is_german(tmp_path):
    html = page(tmp_path, look_of(Brand(language="de"), tmp_path, None))
    assert '<html lang="de">' in html
    for word in ("Zuerst zu beheben", "Als Spediteur", "Pünktlich zugestellt", "Verstoß", "Okt."):
        assert word in html
    assert re.search(r"\d,\d\N{NO-BREAK SPACE}%", html)
    assert not re.search(r"\d\.\d\N{NO-BREAK SPACE}%", html)
    for word in ("To fix first", "Not counted", "How to read", "Late shipments"):
        assert word not in html


def test_templates_of_the_user_go_before_ours(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "base.html.j2").write_text(
        '<html><body class="mine">{% block body %}{% endblock %}</body></html>',
        encoding="utf-8",
    )
    html = page(tmp_path, look_of(Brand(), tmp_path, own))
    assert '<body class="mine">' in html


def test_a_mistake_in_a_template_names_file_and_line(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "partner.html.j2").write_text("{# a #}\n{% if %}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"partner\.html\.j2:2"):
        look_of(Brand(), tmp_path, own)


def test_a_name_that_no_page_has_names_file_and_line(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "partner.html.j2").write_text("<p>\n\n{{ page.headline }}", encoding="utf-8")
    look = look_of(Brand(), tmp_path, own)
    outcome = write_report(
        world.judgement(ONE), world.KPIS, world.evidence, tmp_path / "r",
        readers=world.readers(ONE), wishes=HTML, look=look,
    )  # fmt: skip
    ((partner, why),) = outcome.failures
    assert partner == "acme"
    assert "partner.html.j2:3" in why
    assert "headline" in why


def test_a_folder_without_a_template_is_refused(tmp_path):
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="no template"):
        look_of(Brand(), tmp_path, tmp_path)

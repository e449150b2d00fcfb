import io

import pytest
from fontTools.ttLib import TTFont

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.render import letters

NAMES = {
    "Han": "深圳市前海跨境电子商务供应链管理服务有限公司第一分公司 株式会社 한진",
    "Arabic": "شركة النور للشحن السريع",
    "Hebrew": "חברת שילוח בע״מ",
    "Latin": "Công ty Việt Nam · Δέλτα · Почта",
    "Devanagari": "भारतीय डाक सेवा",
    "Thai": "ไปรษณีย์ไทย",
}


@pytest.mark.parametrize("script", NAMES)
def test_a_page_carries_the_letters_it_has_and_no_more(script):
    found, missing = letters.needed(f"<h1>{NAMES[script]}</h1>")
    assert not missing
    assert list(found) == [script]
    content = letters.cut(script, found[script])
    with TTFont(io.BytesIO(content)) as font:
        drawn = {chr(code) for code in font.getBestCmap()}
    assert found[script] | {" "} <= drawn, "a space between two words is a letter of theirs"
    assert len(content) < 60_000
    assert f"Tallyclerk {script}" in letters.faces(NAMES[script], is_screen=True)


def test_plain_pages_carry_nothing_and_rare_letters_are_left_to_the_system():
    assert letters.faces("Größe ≤ 24 h ■", is_screen=True) == ""
    assert letters.needed("ok 🚚") == ({}, frozenset("🚚"))


def test_equal_letters_give_equal_bytes():
    first = letters.cut("Han", frozenset("深圳"), "woff2")
    letters.cut.cache_clear()
    assert letters.cut("Han", frozenset("圳深"), "woff2") == first


def test_the_style_sheet_and_the_drawings_name_every_fallback():
    css = (bundled_templates() / "css" / "page.css").read_text("utf-8")
    for script in letters.SCRIPTS:
        assert f'"Tallyclerk {script}"' in css
        assert f"Tallyclerk {script}" in letters.FAMILIES

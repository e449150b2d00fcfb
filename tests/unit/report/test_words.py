import re
import tomllib

import pytest

from tallyclerk.errors import ConfigError
from tallyclerk.report import text, words
from tallyclerk.report.bundled import bundled_templates


def test_without_a_language_everything_is_english():
    assert words.say("counted.missed") == "missed"
    assert text.count(12345) == "12,345"
    assert text.plural(2, "shipment") == "2 shipments"
    assert text.plural(2, "noun that no catalogue has") == "2 noun that no catalogue hass"


def test_a_users_language_says_what_it_has_and_the_rest_in_english(tmp_path):
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "fr.toml").write_text(
        '[number]\ndecimal = ","\ngroup = " "\n[counted]\nmissed = "manqué"\n', encoding="utf-8"
    )
    with words.speaking("fr", tmp_path):
        assert words.language() == "fr"
        assert words.say("counted.missed") == "manqué"
        assert words.say("counted.met") == "met"
        assert text.count(12345) == "12 345"
        assert text.share(0.841) == "84,1"
        assert text.agreed(0.005, "rate") == "0,5\N{NO-BREAK SPACE}%"
    assert words.language() == "en"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[verdict]\nmeets = "{target} ok"', r"verdict\.meets has the place \{target\}"),
        ('[verdict]\nmeets = "{names!r}"', "no name of a place"),
        ('[verdict]\nmeets = "{names.__class__}"', "no name of a place"),
        ('[verdict]\nmeets = "{names"', "verdict.meets"),
        ("[verdict]\nmeets = 3", "not a text"),
        ("[verdict\n", "line 1"),
    ],
)
def test_a_catalogue_that_would_break_a_page_is_refused(tmp_path, content, message):
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "xx.toml").write_text(content, encoding="utf-8")
    words.catalogue.cache_clear()
    with pytest.raises(ConfigError, match=message) as refused:
        words.catalogue("xx", tmp_path)
    assert "xx.toml" in str(refused.value)


def test_an_unknown_language_names_those_that_are_there():
    with pytest.raises(ConfigError, match="en"):
        words.catalogue("tlh")


def test_every_entry_of_a_bundled_language_is_known():
    folder = bundled_templates() / "labels"
    for file in folder.glob("*.toml"):
        tomllib.loads(file.read_text("utf-8"))
        found = words.catalogue(file.stem).entries
        own = {key for key in found if not re.match(r"kpi\.|method\.\w+\.(formula|source)", key)}
        assert own <= set(words.english().entries), file.name

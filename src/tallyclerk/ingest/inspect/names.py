"""What the name of a column says: which of our columns, in which language, how surely."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

EXACT = 1.0
_SAME_LETTERS = 0.98
_LEAST_JOINED = 4
"""Letters of the shortest word that may begin or end a longer one ("Paket" in "Paketnummer")."""
_LAST = 0.95
"""What the last part of a path into an object (`location.city`) counts by itself."""
_PATH_END = re.compile(r"\.([^.\s][^.]*)$")  # a space behind the point makes it an abbreviation
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕвкмнтАВЕКМНОРСТУХІЈЅΑΒΕΗΙΚΜΝΟΡΤΥΧο", "aeopcyxijsbkmhtABEKMHOPCTYXIJSABEHIKMNOPTYXo"
)
"""Letters of Cyrillic and Greek that look like Latin ones, beside which no word has them."""
_MIXED = re.compile(r"\w*(?:[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z])\w*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")
_COMPOUND = re.compile(r"(?<!lauf)(?<!liefer)(?<!warte)(?:datum|zeit|tijd|^\w{2}(?:dat|tim|uhr))$")
"""Words for dates and times at the end of longer ones, and in SAP's names of fields."""
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Match:
    """How well a name fits a word of ours.

    Attributes:
        score: 1 where the name is the phrase, less where it only contains it.
        phrase: The phrase as listed.
        language: Of the phrase.
    """

    score: float
    phrase: str
    language: str


@lru_cache(maxsize=2**16)
def folded_name(name: str) -> str:
    """A name as words: lower case, without accents, punctuation a space, camelCase taken apart.

    Example:
        >>> folded_name("eventTime_UTC (Übergabe-Nr.)")
        'event time utc ubergabe nr'
    """
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf"
    )
    latin = _MIXED.sub(lambda word: word[0].translate(_LOOK_ALIKES), seen)
    spaced = _CAMEL.sub(" ", latin).casefold()
    spaced = spaced.replace("đ", "d").replace("ł", "l").replace("ı", "i").replace("ß", "ss")
    bare = (c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", "".join(bare)).split())


@lru_cache(maxsize=2**16)
def fit(name: str, ours: str, listed: str = "columns") -> Match | None:
    """How well a column's name fits one of ours, None where nothing of it does."""
    best: Match | None = None
    words = folded_name(name)
    end = _PATH_END.search(name)
    last = folded_name(end[1]) if end else ""
    for phrase, folded, language in _phrases(listed).get(ours, ()):
        score = max(_score(words, folded), _LAST * _score(last, folded) if last else 0.0)
        if score and (best is None or score > best.score):
            best = Match(score, phrase, language)
    return best


def _score(words: str, phrase: str) -> float:
    if words == phrase:
        return EXACT
    if words.replace(" ", "") == phrase.replace(" ", ""):
        return _SAME_LETTERS
    cover = len(phrase) / len(words) if words else 0.0
    if f" {phrase} " in f" {words} ":
        return 0.5 + 0.4 * cover
    if _HAN.search(phrase):
        is_in = phrase in words and len(phrase) > 1
        return (0.55 if words.endswith(phrase) else 0.5) + 0.4 * cover if is_in else 0.0
    if len(phrase) >= _LEAST_JOINED and " " not in phrase:
        joined = any(w.startswith(phrase) or w.endswith(phrase) for w in words.split())
        return 0.35 + 0.4 * cover if joined and len(phrase) > len(words) / 3 else 0.0
    return 0.0


def names_time(name: str) -> bool:
    """Whether a name has a word for a date or a time, or one that is made of such."""
    return _has(name, "time") or any(map(_COMPOUND.search, folded_name(name).split()))


_TOLD = frozenset(["status", "update", "event", "scan", "checkpoint", "activity", "tracking"])
"""What the latest of is the last one, and none that is expected at the latest."""


_CUT_SHORT = re.compile(r"\w+\.")


def names_plan(name: str) -> bool:
    """Whether a name says that its times are planned or expected, and did not happen yet."""
    words = set(folded_name(name).split())
    is_last = "latest" in words and bool(words & _TOLD)
    return not is_last and (_has(name, "planned") or _is_cut_short(name))


def _is_cut_short(name: str) -> bool:
    """Whether a word for what is planned is cut short; without its point EST is a zone."""
    return any(word in _time_words()["planned_cut"] for word in _CUT_SHORT.findall(name.casefold()))


def _has(name: str, kind: str) -> bool:
    words = _time_words()
    is_word = any(word in words[kind] for word in folded_name(name).split())
    return is_word or any(han in name for han in words[f"{kind}_han"])


def without_time_words(name: str) -> str:
    """A name without its words for dates and times: what happened then."""
    words = _time_words()
    text = " ".join(word for word in folded_name(name).split() if word not in words["time"])
    for han in words["time_han"]:
        text = text.replace(han, "")
    return text.strip()


@cache
def _time_words() -> dict[str, list[str]]:
    """Words of names by what they say about times."""
    return tomllib.loads(_listed("times"))


def language_of(names: Iterable[str]) -> str | None:
    """The language that most of the names are in, where it is not English and beyond doubt."""
    votes: Counter[str] = Counter()
    for name in names:
        languages = _languages().get(folded_name(name), frozenset())
        if len(languages) == 1:
            votes.update(languages)
    (best, count), *others = (*votes.most_common(2), ("", 0), ("", 0))[:2]
    return best if count > others[0][1] and best != "en" else None


@cache
def _languages() -> dict[str, frozenset[str]]:
    """The languages in which a folded phrase is the name of a column."""
    found: dict[str, frozenset[str]] = {}
    for phrases in _phrases("columns").values():
        for _, folded, language in phrases:
            found[folded] = found.get(folded, frozenset()) | {language}
    return found


@cache
def _phrases(listed: str) -> dict[str, list[tuple[str, str, str]]]:
    """Phrase, folded phrase and language by our name."""
    return {
        ours: [
            (phrase, folded_name(phrase), language)
            for language, phrases in by_language.items()
            for phrase in phrases
        ]
        for ours, by_language in tomllib.loads(_listed(listed)).items()
    }


def exact_name(words: str, listed: str) -> str | None:
    """Which one of ours a text is a phrase of, None where it is none or of several."""
    found = _exact(listed).get(folded_name(words), frozenset())
    return next(iter(found)) if len(found) == 1 else None


@cache
def _exact(listed: str) -> dict[str, frozenset[str]]:
    """Our names by folded phrase."""
    found: dict[str, frozenset[str]] = {}
    for ours, phrases in _phrases(listed).items():
        for _, folded, _ in phrases:
            found[folded] = found.get(folded, frozenset()) | {ours}
    return found


def listed_names(listed: str) -> list[str]:
    """Every name of ours that a list of words has."""
    return list(_phrases(listed))


def _listed(name: str) -> str:
    return (files("tallyclerk.ingest.inspect") / "words" / f"{name}.toml").read_text("utf-8")

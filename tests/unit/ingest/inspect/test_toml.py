"""Whatever an export holds, the lines written about it are the TOML that was meant."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from tallyclerk.ingest.inspect import toml

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))


@given(TEXTS, TEXTS, TEXTS)
def test_a_pair_is_read_back_whatever_stands_beside_it(name, value, why):
    line = toml.pair(name, toml.text(value), why)
    assert tomllib.loads(line) == {name: value}


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_several_strings_are_read_back(values):
    found = tomllib.loads(f"x = {toml.strings(values)}")["x"]
    assert found == (values[0] if len(values) == 1 else values)


@given(TEXTS, TEXTS)
def test_a_question_says_nothing_until_it_is_answered(line, words):
    assert tomllib.loads(toml.question(line, words)) == {}
    assert tomllib.loads(toml.comment(words)) == {}


def test_a_block_cannot_be_broken_out_of():
    evil = 'x"\n[run]\ncurrency = "USD'
    text = f"[sources.{toml.key(evil)}]\n{toml.pair(evil, toml.text(evil), evil)}\n"
    assert tomllib.loads(text) == {"sources": {evil: {evil: evil}}}

import pytest

from tallyclerk.cli.places import Places
from tallyclerk.cli.table import Column, Row, cells, shortened, table, wrapped


def test_columns_are_aligned_by_cells_of_the_terminal():
    text = table([Column("name"), Column("n", right=True)], [["上海货运", "1"], ["ab", "10"]], 40)
    assert text.splitlines() == ["name       n", "上海货运   1", "ab        10"]


def test_flexible_columns_give_way_and_lose_nothing():
    words = "one two three four five six"
    text = table([Column("a"), Column("b", flexible=True)], [["fixed", words]], 20)
    assert max(len(line) for line in text.splitlines()) <= 20
    assert " ".join(text.replace("fixed", "").split()[2:]) == words


def test_a_rest_takes_the_place_of_the_cells_not_given():
    text = table([Column("a"), Column("b"), Column("c")], [["1", "2", "3"], Row(["1"], "why")], 40)
    assert text.splitlines()[-1] == "1  why"


def test_text_from_files_cannot_steer_the_terminal():
    assert "\x1b" not in table([Column("a")], [["\x1b[31mred\u202e"]], 40)


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_what_is_cut_is_marked_and_fits(size):
    for text in ("abcdefghijk", "上海货运代理有限公司"):
        assert cells(shortened(text, size)) <= size
        assert shortened(text, size).endswith("…")
        assert all(cells(line) <= size for line in wrapped(f"{text} {text}", size))


def test_files_get_a_sign_each():
    places = Places()
    said = [places.short(place) for place in ("a/b.csv:3", "c:d.csv:1", "a/b.csv:4", None)]
    assert said == ["f1:3", "f2:1", "f1:4", "—"]
    assert places.legend() == "f1  a/b.csv\nf2  c:d.csv"


def test_columns_that_are_not_needed_go_where_space_is_short():
    columns = [Column("name"), Column("extra", needed=False), Column("n", right=True)]
    rows = [["abc", "long text", "1"], Row(["def"], "why not")]
    assert table(columns, rows, 30).splitlines()[1] == "abc   long text  1"
    assert table(columns, rows, 12).splitlines() == ["name  n", "abc   1", "def   why", "      not"]

"""Real exports as other systems would have written them: all that the original says, cell by cell."""

import pytest
from tests.support.command import ingest
from tests.support.dialects import Dialect
from tests.support.inspected import everything
from tests.support.public_data import DATA, configuration, needs_data
from tests.support.settings_file import write_tree

pytestmark = needs_data

DIALECTS = [
    Dialect("UTF-16, tabs, CRLF", "tsv", "utf-16", delimiter="\t", line_end="\r\n"),
    Dialect("UTF-16 without a mark, semicolons", encoding="utf-16-le", delimiter=";"),
    Dialect("UTF-8 with a mark, CR only, pipes", has_mark=True, line_end="\r", delimiter="|"),
    Dialect("GB18030, gz", encoding="gb18030", packed=".gz", says={"encoding": "gb18030"}),
    Dialect("Latin-1, found out, semicolons", encoding="latin-1", delimiter=";"),
    Dialect("Latin-1, CR", encoding="latin-1", line_end="\r", says={"encoding": "latin-1"}),
    Dialect("D/M/Y, proved by the column", date="%d/%m/%Y", delimiter=";"),
    Dialect("M-D-Y, proved by the column, zst", date="%m-%d-%Y", packed=".zst"),
    Dialect("JSON Lines", "jsonl", packed=".gz"),
    Dialect("JSON, UTF-16", "json", "utf-16"),
    Dialect("Parquet, typed", "parquet"),
]
DECLARED = {
    "olist": Dialect(
        "D.M.Y, declared", date="%d.%m.%Y", says={"datetime_format": "DD.MM.YYYY HH:mm:ss"}
    ),
    "scms": Dialect("D/M/Y, declared", date="%d/%m/%y", says={"datetime_format": "%d/%m/%y"}),
}
SCMS_ONLY = (
    "Latin-1"  # what is counted of Olist is plain ASCII: Latin-1 and UTF-8 are the same there
)
CASES = [
    pytest.param(name, dialect, id=f"{name}, {dialect.name}")
    for name in DECLARED
    for dialect in [*DIALECTS, DECLARED[name]]
    if name == "scms" or not dialect.name.startswith(SCMS_ONLY)
]


def said(name, folder, dialect=None):
    """What a data set says, from which every figure follows, and its account, in a dialect."""
    tree = configuration(name, DATA)
    for source in tree["sources"].values():
        source["path"] = source["path"].replace("scms_bom_cr_only", "scms_utf8_iso")
        if dialect:
            path = dialect.write(folder / source["path"], folder / "exports")
            source |= {"path": f"exports/{path.name}", **dialect.keys}
    config = write_tree(tree, folder / "config.toml")
    told = ingest(config)
    assert told["events"]
    account = {s["source"]: (s["rows"], s["pending"], s["rejected"]) for s in told["sources"]}
    return everything(config), account


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return {name: said(name, tmp_path_factory.mktemp(name)) for name in DECLARED}


@pytest.mark.parametrize(("name", "dialect"), CASES)
def test_it_says_what_the_original_says(original, tmp_path, name, dialect):
    told, account = said(name, tmp_path, dialect)
    expected, expected_account = original[name]
    assert account == expected_account
    for table, frame in expected.items():
        assert told[table].equals(frame), table

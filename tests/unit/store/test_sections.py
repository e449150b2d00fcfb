"""What is remembered of sections is looked for when its turn comes, and forgotten when it is of no use."""

from tallyclerk.store import Ledger, Manifest
from tallyclerk.store.looking import Looking, Share
from tallyclerk.store.memory import Memory


def number_of(share):
    ledger, bucket = share.opened()
    return f"{len(ledger.manifest.segments)}, {bucket}"


def looked(root, monkeypatch):
    """What is found of three shares, and how many things were opened before each."""
    ledger, found, opened = Ledger(root, Manifest()), Memory.find, []

    def find(memory, name):
        opened.append(name)
        return found(memory, name)

    monkeypatch.setattr(Memory, "find", find)
    shares = [Share(ledger=ledger, bucket=number, name=f"s{number}") for number in range(3)]
    looking = Looking(Memory(root, "found", "code"))
    found_in = looking.each(number_of, shares, ["all"] * 3)
    parts = [(part, len(opened)) for part in found_in]
    looking.done()
    monkeypatch.setattr(Memory, "find", found)
    return parts


def test_remembered_parts_are_opened_one_by_one_and_damaged_ones_found_again(tmp_path, monkeypatch):
    said = [f"0, {number}" for number in range(3)]
    assert looked(tmp_path, monkeypatch) == list(zip(said, [0, 0, 0], strict=True))
    assert looked(tmp_path, monkeypatch) == list(zip(said, [1, 2, 3], strict=True))
    (kept,) = tmp_path.glob("cache/found/*/s1-all")
    kept.write_bytes(kept.read_bytes()[:-2])
    assert looked(tmp_path, monkeypatch) == list(zip(said, [1, 2, 3], strict=True))
    assert looked(tmp_path, monkeypatch) == list(zip(said, [1, 2, 3], strict=True))


def test_what_was_found_in_another_way_is_forgotten(tmp_path):
    former, now = (Memory(tmp_path, "surveyed", key) for key in ("code of before", "code"))
    former.keep("s1", 1)
    now.keep("s1", 2)
    now.keep("s2", 3)
    now.forget_others({"s1"})
    assert [former.find("s1"), now.find("s1"), now.find("s2")] == [None, 2, None]
    assert len(list((tmp_path / "cache" / "surveyed").iterdir())) == 1

"""What is shipped, and what it is installed from."""

import re
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling import build

import tallyclerk

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-spark.lock"]


def pins(lock: str) -> dict[str, list[str]]:
    """Every pinned requirement of a lock file with its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.split("--hash")[0].strip(): line.split("--hash=")[1:] for line in lines}


def name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        folder = tmp_path_factory.mktemp("wheel")
        with zipfile.ZipFile(folder / build.build_wheel(str(folder))) as opened:
            yield opened


def test_the_wheel_holds_the_templates_and_the_type_marker(wheel):
    shipped = set(wheel.namelist())
    templates = {
        f"tallyclerk/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert templates
    assert templates <= shipped
    assert "tallyclerk/py.typed" in shipped


def test_the_wheel_holds_nothing_else(wheel):
    folders = {path.split("/")[0] for path in wheel.namelist()}
    assert folders == {"tallyclerk", f"tallyclerk-{tallyclerk.__version__}.dist-info"}


def test_the_source_distribution_can_be_built_from(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with tarfile.open(tmp_path / build.build_sdist(str(tmp_path))) as sdist:
        paths = {path.split("/", 1)[1] for path in sdist.getnames()}
    assert {"pyproject.toml", "LICENSE", "README.md", "src/tallyclerk/__init__.py"} <= paths
    assert any(path.startswith("templates/") for path in paths)
    assert not any(path.startswith((".venv", ".git/", ".tallyclerk")) for path in paths)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_has_hashes(lock):
    for requirement, hashes in pins(lock).items():
        assert "==" in requirement
        assert hashes


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|(^|\s)/\w", text)


def test_every_direct_dependency_is_locked():
    groups = PYPROJECT["dependency-groups"]
    runtime = {name(item) for item in PYPROJECT["project"]["dependencies"] + groups["build"]}
    assert runtime <= {name(pin) for pin in pins("requirements.lock")}
    assert {name(item) for item in groups["dev"]} <= {
        name(pin) for pin in pins("requirements-dev.lock")
    }
    extra = PYPROJECT["project"]["optional-dependencies"]["spark"]
    assert {name(item) for item in extra} <= {name(pin) for pin in pins("requirements-spark.lock")}


@pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-spark.lock"])
def test_a_wider_lock_agrees_with_the_narrow_one(lock):
    everything = pins(lock)
    assert {pin: everything.get(pin) for pin in pins("requirements.lock")} == pins(
        "requirements.lock"
    )

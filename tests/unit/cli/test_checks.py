"""What `doctor` finds of the Java that Spark starts."""

import pytest

from tallyclerk.cli.checks import _configuration


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ('openjdk version "17.0.15" 2025-04-15', (True, 'version "17.0.15"')),
        ('java version "1.8.0_202"', (False, 'version "1.8.0_202"')),
        ("Segmentation fault", (False, "java does not tell its version")),
        (None, (False, "java: No such file or directory")),
    ],
)
def test_java_must_be_new_enough(tmp_path, monkeypatch, says, found):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    if says:
        java.write_text(f"#!/bin/sh\necho '{says}' >&2\n", encoding="utf-8")
        java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    is_fine, what = found
    (check,) = java_checks(tmp_path, "local[2]")
    assert (check.is_fine, check.what.removeprefix(f"{java.parent}/")) == (is_fine, what)
    assert "install Java 17" in check.mend


def test_a_connect_server_needs_no_java_here(tmp_path):
    assert not java_checks(tmp_path, "sc://host")


def java_checks(folder, remote):
    config = folder / "config.toml"
    config.write_text(f'[engine]\nname = "spark"\nremote = "{remote}"\n', encoding="utf-8")
    return [check for check in _configuration(config) if check.name == "Java"]

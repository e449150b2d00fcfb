import errno
import pkgutil
import tomllib
from importlib import import_module

import click
import pytest

from tallyclerk.cli import commands
from tallyclerk.cli.app import COMMANDS
from tallyclerk.cli.commands.init import starter
from tallyclerk.cli.endings import PipeClosedError, ending_of
from tallyclerk.cli.session import global_options
from tallyclerk.config import load
from tallyclerk.errors import PagesError


def test_every_module_of_commands_is_listed():
    assert {module.name for module in pkgutil.iter_modules(commands.__path__)} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_known_without_importing_is_the_command_s_own(name):
    command = import_module(f"tallyclerk.cli.commands.{name}").command
    assert command.help.split("\n\n")[0].replace("\n", " ").startswith(COMMANDS[name])
    assert command.name in {name, "command"}


def test_an_error_of_ours_is_one_message_and_its_exit_code(capsys):
    assert ending_of(PagesError("two failed", where="a/b", how="mend \x1b[31mit")) == 7
    assert capsys.readouterr().err == "Error: a/b: two failed. Mend: mend [31mit\n"


def test_a_bug_asks_to_be_reported_with_its_place(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["tallyclerk", "tally"])
    with pytest.raises(AttributeError) as found:
        global_options(None)
    assert ending_of(found.value) == 1
    said = capsys.readouterr().err
    assert "bug: AttributeError: " in said
    assert "(at cli/session.py:" in said
    assert "please report it, with this line" in said
    assert "Traceback" not in said


def test_very_verbose_shows_the_traceback_of_a_bug(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["tallyclerk", "-vv", "tally"])
    assert ending_of(ZeroDivisionError("oh")) == 1
    assert "ZeroDivisionError: oh\nError: bug" in capsys.readouterr().err


def test_an_interruption_ends_with_the_code_of_shells(capsys):
    assert ending_of(click.Abort()) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_closed_pipe_is_quiet(capsys, monkeypatch):
    monkeypatch.setattr("tallyclerk.cli.endings._discard_stdout", lambda: None)
    assert ending_of(PipeClosedError()) == 141
    assert capsys.readouterr().err == ""


def test_the_starter_loads_as_it_is(tmp_path):
    (tmp_path / "sources").mkdir()  # as `init` leaves it: a folder to be filled
    (tmp_path / "config.toml").write_text(starter(), encoding="utf-8")
    assert load(tmp_path / "config.toml", {}).sources == {}


def test_the_starter_s_examples_load_too(tmp_path):
    lines = starter().splitlines()
    used = [
        line.removeprefix("# ")
        for line in lines
        if not line.startswith("# ") or line[2:].startswith(("[", '"')) or " = " in line
    ]
    text = "\n".join(line for line in used if not line.startswith("include"))
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    assert "acme" in tomllib.loads(text)["sources"]
    settings = load(tmp_path / "config.toml", {})
    assert set(settings.sources) == {"acme", "orders", "reviews"}
    assert settings.targets[0].limit == 36.0


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "reports/index.html"),
        PermissionError(errno.EACCES, "Permission denied", "reports/index.html"),
        OSError("reports/index.html: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_no_bug(error, capsys):
    assert ending_of(error) == 4
    told = capsys.readouterr().err
    assert "reports/index.html: " in told
    assert "Mend: " in told
    assert "bug" not in told


def test_another_error_of_the_system_is_one(capsys):
    assert ending_of(OSError(errno.EBADF, "Bad file descriptor")) == 1
    assert "bug" in capsys.readouterr().err

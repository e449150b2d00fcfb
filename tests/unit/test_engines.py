import builtins
import socket

import pytest

from tallyclerk.config.models import Engine
from tallyclerk.engines import _answers, _reason, of_each
from tallyclerk.errors import ConfigError


def square(number: int) -> int:
    return number * number


def test_without_spark_the_message_says_how_to_get_it(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **more):
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match="pip install 'tallyclerk\\[spark\\]'"):
        next(of_each(square, 2, Engine(name="spark"), spread=True))


def test_this_machine_gives_what_each_part_gives_in_order():
    assert list(of_each(square, 4, Engine(), spread=False)) == [0, 1, 4, 9]


def test_what_went_wrong_in_a_worker_is_told_in_one_line():
    told = """An exception was thrown from the Python worker. Traceback:
      File "worker.py", line 1920, in read_udfs
        import pyarrow as pa
    ModuleNotFoundError: No module named 'pyarrow'
     SQLSTATE: 38000"""
    assert _reason(RuntimeError(told)) == "ModuleNotFoundError: No module named 'pyarrow'"
    assert _reason(RuntimeError("Connection refused\n at java.net")) == "Connection refused"
    assert _reason(RuntimeError()) == "RuntimeError"


def test_an_address_at_which_nothing_answers_is_told_at_once(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with socket.create_server(("127.0.0.1", 0)) as master:
        port = master.getsockname()[1]
        assert _answers(f"spark://127.0.0.1:{port}")
        assert _answers(f"spark://127.0.0.1:1,127.0.0.1:{port}")
        assert _answers(f"sc://127.0.0.1:{port}/;token=x")
    assert not _answers(f"sc://127.0.0.1:{port}/;token=x")
    assert not _answers("spark://127.0.0.1:1,127.0.0.1:99999")
    assert all(map(_answers, ("", "yarn", "local[2]", "k8s://https://127.0.0.1:1")))

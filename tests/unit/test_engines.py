import builtins

import pytest

from tallyclerk.config.models import Engine
from tallyclerk.engines import _reason, of_each
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

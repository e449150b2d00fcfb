"""The command line answers at once: what is heavy is loaded when it is needed."""

import json
import subprocess
import sys

import pytest

HEAVY = {"polars", "pydantic", "pydantic_settings", "rich", "weasyprint", "altair", "vl_convert"}
# A name without a specification is a stand-in that loads nothing until it is used.
LOADED = """
import json, sys
from tallyclerk.cli.app import run
code = run(sys.argv[1:])
loaded = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
print(json.dumps([name.partition(".")[0] for name in loaded]), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["kpis"], ["report", "--help"]])
def test_nothing_heavy_is_loaded(args, tmp_path):
    command = [sys.executable, "-c", LOADED, *args]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout
    assert HEAVY.isdisjoint(json.loads(done.stderr))

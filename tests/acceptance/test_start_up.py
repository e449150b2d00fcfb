"""The command line answers at once: what is heavy is loaded when it is needed."""

import json
import subprocess
import sys

import pytest

HEAVY = {"polars", "pydantic", "pydantic_settings", "rich", "weasyprint", "altair", "vl_convert"}
LOADED = """
import json, sys
from tallyclerk.cli.app import run
code = run(sys.argv[1:])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["kpis"], ["report", "--help"]])
def test_nothing_heavy_is_loaded(args, tmp_path):
    command = [sys.executable, "-c", LOADED, *args]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout
    assert HEAVY.isdisjoint(json.loads(done.stderr))

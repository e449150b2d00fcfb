#!/usr/bin/env python3
"""Compiles every chart of the pages anew, into the file that they are drawn from."""

import json

from tallyclerk.report.charts import beforehand, draw

if __name__ == "__main__":
    told = {
        name: json.dumps(draw.compiled(specification, unit), separators=(",", ":"))
        for name, specification, unit in beforehand.described()
    }
    lines = ",\n".join(f"{json.dumps(name)}:{chart}" for name, chart in told.items())
    beforehand.FILE.write_text(f"{{\n{lines}\n}}\n", "utf-8")

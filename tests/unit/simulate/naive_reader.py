"""Reads the simulated exports the plain way: the configuration, the csv module, a dictionary per row.

It knows no dialect; whatever it understands stands in `config.toml`.
"""

import csv
import gzip
import io
import json
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

FIELDS = (
    "shipment_id",
    "milestone",
    "occurred_at",
    "recorded_at",
    "partner_id",
    "counterpart_id",
    "country",
    "location",
    "destination",
    "reason",
    "pieces",
    "weight_grams",
    "status_raw",
)
KEYS = ("shipment_id", "tracking_number", "order_id", "mawb")


def records(path, source):
    """The rows of a file as dictionaries of text."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).to_dicts()
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = raw.decode(source.get("encoding", "utf-8-sig")).removeprefix("\ufeff")
    if source["format"] == "json":
        found = json.loads(text)
        for name in source["records"].split("."):
            found = found[name]
        return found
    if source["format"] == "jsonl":
        return [json.loads(line) for line in text.splitlines() if line]
    delimiter = source.get("delimiter", "\t" if source["format"] == "tsv" else ",")
    return list(csv.DictReader(io.StringIO(text, newline=None), delimiter=delimiter))


def moment(value, source):
    """A time as the rules read it: an ambiguous one is the earlier instant (fold 0)."""
    if value is None or isinstance(value, datetime):
        return value
    if "datetime_format" not in source:
        return datetime.fromisoformat(value).astimezone(UTC)
    local = datetime.strptime(value, source["datetime_format"])  # noqa: DTZ007 - the zone follows
    return local.replace(tzinfo=ZoneInfo(source["timezone"])).astimezone(UTC)


class Reader:
    """All sources of one configuration."""

    def __init__(self, config):
        settings = tomllib.loads(config.read_text(encoding="utf-8"))
        self.base = config.parent
        self.sources = settings["sources"]
        self.ids = {}
        for partner, block in settings["partners"].items():
            for name in (partner, block["name"], *block.get("aliases", ())):
                self.ids[name] = partner
        self.members = {key: defaultdict(list) for key in KEYS}
        for row in self.rows("orders"):
            self.members["shipment_id"][row["shipment_id"]] = [row["shipment_id"]]
            self.members["order_id"][row["order_id"]].append(row["shipment_id"])
            self.members["mawb"][row["mawb"]].append(row["shipment_id"])
        for row in self.rows("labels"):
            self.members["tracking_number"][row["reference"]].append(row["shipment_id"])

    def raw_rows(self, name):
        """Rows of a source under their own headers, empty cells as None."""
        source = self.sources[name]
        empty = ("", *source.get("null_values", ()))
        for path in sorted(self.base.glob(source["path"])):
            for row in records(path, source):
                yield {k: None if v in empty else v for k, v in row.items()}

    def rows(self, name):
        """Rows of a source under our names."""
        columns = self.sources[name]["columns"]
        for row in self.raw_rows(name):
            yield {ours: row[theirs] for ours, theirs in columns.items()}

    def milestone(self, status, statuses):
        """Our milestone for a status; a pattern ends with an asterisk."""
        if status in statuses:
            return statuses[status]
        return next(
            ours for k, ours in statuses.items() if k.endswith("*") and status.startswith(k[:-1])
        )

    def shipments(self, row):
        """The shipments a row is about; none for an id that a spreadsheet damaged."""
        key = next(key for key in KEYS if key in row)
        value = row[key].replace(" ", "") if key == "tracking_number" else row[key]
        return self.members[key].get(value, [])

    def events(self, name):
        """Counts of the observations in one source, as tuples of FIELDS."""
        source = self.sources[name]
        found = (
            self.wide(source, name) if source.get("layout") == "wide" else self.long(source, name)
        )
        return Counter(found)

    def long(self, source, name):
        decimal = source.get("decimal", ".")
        for row in self.rows(name):
            event = dict.fromkeys(FIELDS) | {k: v for k, v in row.items() if k in FIELDS}
            event["status_raw"] = row["status"]
            event["milestone"] = self.milestone(row["status"], source["statuses"])
            event["occurred_at"] = moment(row["occurred_at"], source)
            event["recorded_at"] = moment(row.get("recorded_at"), source)
            event["partner_id"] = source.get("partner")
            event["counterpart_id"] = self.ids.get(row.get("counterpart_id"))
            if row.get("weight_kg"):
                event["weight_grams"] = round(float(row["weight_kg"].replace(decimal, ".")) * 1000)
            for number in ("pieces", "weight_grams"):
                event[number] = None if event[number] is None else int(event[number])
            for shipment in self.shipments(row):
                yield tuple((event | {"shipment_id": shipment})[field] for field in FIELDS)

    def wide(self, source, name):
        key = source["columns"]["shipment_id"]
        for row in self.raw_rows(name):
            for milestone, spec in source["milestones"].items():
                column = spec if isinstance(spec, str) else spec["column"]
                if row[column] is None:
                    continue
                event = dict.fromkeys(FIELDS) | {"shipment_id": row[key], "milestone": milestone}
                event |= {
                    "occurred_at": moment(row[column], source),
                    "partner_id": source["partner"],
                }
                if isinstance(spec, dict):
                    event["counterpart_id"] = self.ids.get(row[spec["counterpart_column"]])
                yield tuple((event | {"status_raw": column})[field] for field in FIELDS)

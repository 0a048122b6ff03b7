"""Reads what `credtrail extract` wrote with DuckDB and polars: columns, types, values, metadata.

Takes a folder with `schemas.json` (table -> [[column, kind]]), TABLE.parquet, events.arrow,
events.ndjson and events.csv. Says what it saw; fails at the first thing that is not as promised.
"""

import json
import sys
from pathlib import Path

import duckdb
import polars

DUCKDB = {
    "text": "VARCHAR",
    "count": "UBIGINT",
    "number": "BIGINT",
    "truth": "BOOLEAN",
    "instant": "TIMESTAMP",
}
POLARS = {
    "text": polars.String,
    "count": polars.UInt64,
    "number": polars.Int64,
    "truth": polars.Boolean,
    "instant": polars.Datetime("us"),
}


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: expected {expected}, found {found}")


folder = Path(sys.argv[1])
schemas = json.loads((folder / "schemas.json").read_text())
for table, columns in schemas.items():
    path = str(folder / f"{table}.parquet")
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    found = [[name, kind] for name, kind, *_ in described]
    same(f"DuckDB {table}", found, [[name, DUCKDB[kind]] for name, kind in columns])
    frame = polars.read_parquet(path)
    expected = [(name, POLARS[kind]) for name, kind in columns]
    same(f"polars {table}", list(frame.schema.items()), expected)
    pairs = duckdb.sql(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
    pairs = {bytes(key).decode(): bytes(value).decode() for key, value in pairs}
    same(f"metadata of {table}", pairs["credtrail.schema"], f"credtrail/{table}/1")
    [source] = json.loads(pairs["credtrail.sources"])
    same("balance sheet", source["lines"], source["used"] + source["ignored"] + source["unread"])

path = str(folder / "events.parquet")
rows = duckdb.sql(
    f"SELECT therapist, \"at\", \"precision\", field, object, line FROM '{path}' WHERE lines > 0 ORDER BY line"
).fetchall()
same("rows", len(rows), 5)
same("ids", {row[0] for row in rows}, {"48213"})
same("the third write", [str(cell) for cell in rows[2]], [
    "48213",
    "2025-07-04 07:04:57",
    "1s",
    "credentialing_active_attested_id",
    "30272441773",
    "3",
])
parquet = polars.read_parquet(path)
arrow = polars.read_ipc(folder / "events.arrow")
same("Arrow", arrow.equals(parquet), True)
for name, read in [("ndjson", polars.read_ndjson), ("csv", polars.read_csv)]:
    frame = read(folder / f"events.{name}", infer_schema_length=None)
    same(f"columns of {name}", sorted(frame.columns), sorted(parquet.columns))
    same(f"rows of {name}", frame.height, parquet.height)
print(f"DuckDB {duckdb.__version__} and polars {polars.__version__} read {', '.join(schemas)}")

"""Runs exported recipes on the real libraries and compares their tables with ours.

The folder holds input.csv and a folder for each recipe: ours.csv, and the code for each tool.
"""

import csv
import io
import math
import pathlib
import runpy
import sys

import duckdb
import polars

folder = pathlib.Path(sys.argv[1])
source = str(folder / "input.csv")


def ours(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def theirs(path):
    if path.suffix == ".sql":
        connection = duckdb.connect()
        connection.execute("SET VARIABLE source = '" + source.replace("'", "''") + "'")
        result = connection.execute(path.read_text(encoding="utf-8"))
        return [column[0] for column in result.description], result.fetchall()
    module = runpy.run_path(str(path))
    table = module["transform"](module["read"](source))
    if isinstance(table, polars.DataFrame):
        return table.columns, table.rows()
    return list(table.columns), list(table.itertuples(index=False, name=None))


def written(value):
    if value is None or value != value or str(value) in ("<NA>", "NaT", "nan"):
        return ""
    return str(value)


def same(a, b):
    a, b = written(a), written(b)
    if a == b:
        return True
    try:
        return math.isclose(float(a), float(b), rel_tol=1e-7, abs_tol=1e-9)
    except ValueError:
        return False


failures = []
agree = 0
for case in sorted(path for path in folder.iterdir() if path.is_dir()):
    names, rows = ours(case / "ours.csv")
    for code in sorted(case.iterdir()):
        if code.suffix not in (".py", ".sql"):
            continue
        try:
            their_names, their_rows = theirs(code)
        except Exception as error:
            failures.append(f"{case.name} {code.name}: {type(error).__name__}: {str(error)[:600]}")
            continue
        if list(names) != list(their_names):
            failures.append(f"{case.name} {code.name}: columns {their_names} instead of {names}")
            continue
        if len(rows) != len(their_rows):
            failures.append(f"{case.name} {code.name}: {len(their_rows)} records instead of {len(rows)}")
            continue
        different = [
            f"record {n} {name}: {written(b)!r} instead of {a!r}"
            for n, (own, other) in enumerate(zip(rows, their_rows))
            for name, a, b in zip(names, own, other)
            if not same(a, b)
        ]
        if different:
            failures.append(f"{case.name} {code.name}: {len(different)} values, {'; '.join(different[:3])}")
        else:
            agree += 1
for failure in failures:
    print(failure)
print(f"{agree} agree")
sys.exit(1 if failures else 0)

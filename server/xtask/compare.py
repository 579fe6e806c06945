#!/usr/bin/env python3
"""How AURORA reads CSV beside other readers: the table in the README.

    compare.py DATA [--aurora BINARY] [--only AURORA,CleverCSV,…] [--parts dialect,encoding,pollock,diag]

DATA holds the labelled sets with their scorers (dialect, encoding, pollock, diag). Peers that are not installed are
left out: pip install clevercsv duckdb pandas chardet charset-normalizer
Every tool sees the same files, and every figure is the scorer's own.
"""
import argparse
import csv
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import tempfile

SECONDS = 30  # for one file; beyond, the tool has failed on it
SETS = ["pollock148", "w3c221", "wrangling179", "fresh"]
csv.field_size_limit(1 << 30)


def decoded(path):
    """The text of a file, for peers that read text: by its mark, else UTF-8, else Latin-1."""
    data = open(path, "rb").read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


class Aurora:
    needs = []

    def __init__(self, binary):
        self.binary = binary

    def run(self, *arguments):
        return subprocess.run([self.binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def dialect(self, path):
        return json.loads(self.run("sniff", "--format", "json", path))

    def encoding(self, path):
        return self.dialect(path)["encoding"]

    def load(self, path):
        return self.run("convert", "--repair", "all", path)

    def lines(self, path):
        report = json.loads(self.run("check", "--format", "json", "--select", "structure", path))
        return {finding["line"] for finding in report["diagnostics"]}


class Python:
    needs = []

    def dialect(self, path):
        found = csv.Sniffer().sniff(decoded(path))
        return {"delimiter": found.delimiter, "quote": found.quotechar, "escape": found.escapechar or '"'}

    def load(self, path):
        text = decoded(path)
        return as_csv(csv.reader(io.StringIO(text, newline=""), csv.Sniffer().sniff(text)))


class CleverCsv:
    needs = ["clevercsv"]

    def sniff(self, text):
        import clevercsv

        return clevercsv.Sniffer().sniff(text)

    def dialect(self, path):
        found = self.sniff(decoded(path))
        return {"delimiter": found.delimiter, "quote": found.quotechar or "", "escape": found.escapechar or ""}

    def load(self, path):
        import clevercsv

        text = decoded(path)
        return as_csv(clevercsv.reader(io.StringIO(text, newline=""), self.sniff(text)))


class DuckDb:
    needs = ["duckdb", "pandas"]

    def dialect(self, path):
        import duckdb

        name = path.replace("'", "''")
        row = duckdb.sql(f"select Delimiter, Quote, Escape, SkipRows, HasHeader from sniff_csv('{name}')").fetchall()[0]
        plain = ["" if value in ("(empty)", None, "\0") else value for value in row[:3]]
        return {"delimiter": plain[0], "quote": plain[1], "escape": plain[2], "skip": row[3], "header": row[4]}

    def load(self, path):
        import duckdb

        table = duckdb.connect().read_csv(path, strict_mode=False, ignore_errors=True, null_padding=True)
        return table.df().to_csv(index=False).encode()

    def lines(self, path):
        import duckdb

        name = path.replace("'", "''")
        connection = duckdb.connect()
        try:
            connection.sql(f"select * from read_csv('{name}', store_rejects = true)").fetchall()
            rows = connection.sql("select line from reject_errors where error_type <> 'CAST'").fetchall()
        except duckdb.Error:
            rows = []
        return {row[0] for row in rows}


class Chardet:
    needs = ["chardet"]

    def encoding(self, path):
        import chardet

        return chardet.detect(open(path, "rb").read())["encoding"]


class CharsetNormalizer:
    needs = ["charset_normalizer"]

    def encoding(self, path):
        import charset_normalizer

        best = charset_normalizer.from_path(path).best()
        return best.encoding if best else None


class TooSlow(Exception):
    pass


def too_slow(*_):
    raise TooSlow


def within_time(work, path):
    """What `work` answers about the file at `path`; `None` when it fails or takes too long."""
    signal.alarm(SECONDS)
    try:
        return work(path)
    except Exception:
        return None
    finally:
        signal.alarm(0)


def scorer(data, part):
    return os.path.join(data, part, f"score_{part}.py")


def scored(data, part, *arguments):
    with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        command = [sys.executable, scorer(data, part), *arguments, "--json", report.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.load(report)


def predicted(data, part, work):
    """The scorer's report on the answers of `work` about its files."""
    paths = subprocess.run([sys.executable, scorer(data, part), "--paths"], stdout=subprocess.PIPE, check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as answers:
        for path in paths.stdout.decode().splitlines():
            answer = within_time(work, path) or {"failed": True}
            print(json.dumps({"file": path.split("/files/", 1)[1], **answer}), file=answers)
        answers.flush()
        return scored(data, part, "--pred", answers.name)


def module(data, part):
    spec = importlib.util.spec_from_file_location(f"score_{part}", scorer(data, part))
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def dialect(data, tool):
    sets = predicted(data, "dialect", tool.dialect)["sets"]
    yield from ((f"dialect right, {name}, %", f"{sets[name]['overall']:.1f}") for name in SETS)
    yield "same table as with the labelled dialect, %", f"{sets['ALL']['table']:.1f}"


def encoding(data, tool):
    report = predicted(data, "encoding", lambda path: {"encoding": tool.encoding(path)})
    yield "same text as with the labelled encoding, %", f"{report['sets']['ALL']['same']:.1f}"


def pollock(data, tool):
    folder = os.path.join(module(data, "pollock").data_root(), "polluted_files", "csv")
    with tempfile.TemporaryDirectory() as out:
        for name in sorted(os.listdir(folder)):
            loaded = within_time(tool.load, os.path.join(folder, name))
            with open(os.path.join(out, f"{name}_converted.csv"), "wb") as file:
                file.write(b"Application Error\n" if loaded is None else loaded)
        report = scored(data, "pollock", "--outdir", out)
    yield "Pollock, simple score of 10", f"{report['simple']:.3f}"
    yield "Pollock, whole table right, %", f"{100 * report['mean']['exact']:.1f}"


def diag(data, tool):
    cases = list(module(data, "diag").cases(["pollock", "duckdb"]))
    exact = sum(within_time(tool.lines, path) == lines for _, _, path, lines in cases)
    yield "exactly the malformed records reported, %", f"{100 * exact / len(cases):.1f}"


PARTS = [(dialect, "dialect"), (encoding, "encoding"), (pollock, "load"), (diag, "lines")]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data")
    arguments.add_argument("--aurora", default="target/release/aurora")
    arguments.add_argument("--only")
    arguments.add_argument("--parts", default="dialect,encoding,pollock,diag")
    chosen = arguments.parse_args()
    signal.signal(signal.SIGALRM, too_slow)
    tools = {
        "AURORA": Aurora(os.path.abspath(chosen.aurora)),
        "CleverCSV": CleverCsv(),
        "DuckDB": DuckDb(),
        "Python csv": Python(),
        "chardet": Chardet(),
        "charset-normalizer": CharsetNormalizer(),
    }
    figures, columns = {}, []
    for name, tool in tools.items():
        missing = [need for need in tool.needs if importlib.util.find_spec(need) is None]
        if missing or (chosen.only and name not in chosen.only.split(",")):
            print(f"left out: {name} {missing or ''}", file=sys.stderr)
            continue
        columns.append(name)
        for part, ability in PARTS:
            if hasattr(tool, ability) and part.__name__ in chosen.parts.split(","):
                for measure, figure in part(chosen.data, tool):
                    figures.setdefault(measure, {})[name] = figure
                    print(f"{name}: {measure}: {figure}", file=sys.stderr)
    print("| measure | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for measure, of_tool in figures.items():
        print(f"| {measure} | " + " | ".join(of_tool.get(name, "–") for name in columns) + " |")


if __name__ == "__main__":
    main()

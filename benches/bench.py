"""How fast: guanjia beside DuckDB by hand, pandas and Polars, on made-up exports. Prints the table of the README.

python benches/bench.py --guanjia BINARY [--work DIR] [--sizes district,city] [--runs 3] [--province DIR]

Every program runs as a process of its own; what counts is its CPU time (user + system, two threads), since wall-clock
times mean little on a machine that others share. Each pair runs in turn, and the ratio is the median of the pairs'.
Figures are compared before their times are: a difference ends the run. --province names a folder of exports made beforehand
(`guanjia synth --size province --seed 1 --out DIR`, 15.7 GB): its ingest and measures are set beside those of the city, once.
"""
import argparse
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PERIOD = "2026-10"
TABLES = "cases case_events evaluations complaints diary assignments enterprises people absences".split()
FIELDS = "n met breached pending extended mean median p90 max".split()
LOAD = """
import duckdb, glob, os, sys
c = duckdb.connect(sys.argv[2]); c.execute("SET threads = 2; SET enable_progress_bar = false")
for f in sorted(glob.glob(sys.argv[1] + "/*.csv")):
    c.execute(f"CREATE TABLE {os.path.basename(f)[:-4]} AS SELECT * FROM read_csv('{f}', all_varchar = true)")
"""
HAND = """
import duckdb, json, sys
c = duckdb.connect(); c.execute(f"ATTACH '{sys.argv[1]}' AS w (READ_ONLY); SET threads = 2; SET enable_progress_bar = false")
c.execute(f"CREATE TEMP TABLE cal AS SELECT date AS day, is_workday = 1 AS is_workday, sum(is_workday) OVER (ORDER BY date) AS ordinal, strftime(date, '%G-W%V') AS iso_week FROM '{sys.argv[2]}'")
c.execute("CREATE TEMP TABLE workday AS SELECT ordinal, day FROM cal WHERE is_workday")
out = {}
for f in sys.argv[3:]:
    r = c.execute(open(f).read())
    out[f] = dict(zip([d[0] for d in r.description], r.fetchone()))
print(json.dumps(out, default=float))
"""
SCAN = """
import duckdb, sys
c = duckdb.connect(); c.execute(f"ATTACH '{sys.argv[1]}' AS w (READ_ONLY); SET threads = 2; SET enable_progress_bar = false")
for t, columns in (("case_events", 'case_id, event, "at", seq, unit, until'), ("cases", "case_id, enterprise_id, category, channel, submitted_at"),
                   ("diary", "person_id, enterprise_id, served_on, written_at, kind"), ("evaluations", 'enterprise_id, person_id, unit, case_id, channel, "at", grade'),
                   ("assignments", "enterprise_id, role, holder_id, valid_from, valid_to"), ("enterprises", "enterprise_id, listed, in_scope_from, in_scope_to"),
                   ("complaints", "enterprise_id, person_id, unit, received_at, verdict")):
    c.execute(f"SELECT sum(hash({columns})) FROM w.{t}").fetchone()
"""


def run(*command):
    """CPU seconds, peak memory in MiB and output of a process."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # 1 of guanjia: done, and something in the input was refused.
    if child.returncode > (0 if command[0] == sys.executable else 1) or child.returncode < 0:
        sys.exit(f"exit {child.returncode}: {' '.join(command)[:400]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out


def paired(runs, ours, theirs):
    """Medians of CPU seconds of both, of the ratio, and the peaks."""
    pairs = [(ours(), theirs()) for _ in range(runs)]
    a, b = ([p[i][0] for p in pairs] for i in (0, 1))
    median = statistics.median
    return median(a), median(b), median(x / y for x, y in zip(a, b)), max(p[0][1] for p in pairs), max(p[1][1] for p in pairs)


def same(measure, ours, theirs):
    for field in FIELDS:
        x, y = ours.get(field), theirs.get(field)
        if (x or y) and not (x is not None and y is not None and abs(x - y) <= 1e-9 * max(1, abs(x))):
            sys.exit(f"{measure}: {field} is {x} here and {y} there")


class Size:
    def __init__(self, name, args):
        self.name, self.guanjia, self.runs = name, args.guanjia, args.runs
        self.base = os.path.join(args.work, name)
        self.exports, self.workspace = os.path.join(self.base, "exports"), os.path.join(self.base, "workspace")
        self.warehouse, self.parquet = os.path.join(self.workspace, "warehouse.duckdb"), os.path.join(self.base, "parquet")
        self.calendar = os.path.join(self.base, "calendar.csv")
        shutil.rmtree(self.base, ignore_errors=True)
        os.makedirs(self.parquet)
        run(self.guanjia, "synth", "--size", name, "--seed", "1", "--out", self.exports)

    def line(self, work, ours, against, goal):
        a, b, ratio, mine, other = paired(self.runs, ours, against[1])
        print(f"| {self.name} | {work} | {a:.2f} | {against[0]} | {b:.2f} | {ratio:.2f} × | {goal} | {mine:.0f} / {other:.0f} |", flush=True)

    def fresh(self, sources, workspace=None):
        """An ingest into a new workspace."""
        workspace = workspace or self.workspace
        shutil.rmtree(workspace, ignore_errors=True)
        run(self.guanjia, "-q", "init", workspace, "--regime", "dalian-hitech")
        return run(self.guanjia, "-q", "--workspace", workspace, "ingest", *sources)

    def ingest(self):
        database = os.path.join(self.base, "yardstick.duckdb")

        def load():
            if os.path.exists(database):
                os.remove(database)
            return run(sys.executable, "-c", LOAD, self.exports, database)

        self.line("ingest of CSV", lambda: self.fresh([self.exports]), ("DuckDB: read_csv, all_varchar", load), "≤ 2.0")

    def measure(self, *measures, workspace=None):
        asked = [word for measure in measures for word in ("--measure", measure)]
        return run(self.guanjia, "-q", "--workspace", workspace or self.workspace, "--format", "json", "measures", "--period", PERIOD, *asked)

    def measures(self):
        calendar = run(self.guanjia, "calendar", "show", "--format", "csv")[2]
        with open(self.calendar, "w") as out:
            out.write(calendar)
        export = f"import duckdb\nc = duckdb.connect(); c.execute(\"ATTACH '{self.warehouse}' AS w (READ_ONLY)\")\n"
        for table in TABLES:
            export += f"c.execute(\"COPY (FROM w.{table}) TO '{self.parquet}/{table}.parquet' (FORMAT parquet, COMPRESSION zstd)\")\n"
        run(sys.executable, "-c", export)
        files = sorted(glob.glob(os.path.join(HERE, "by_hand", "*.sql")))
        named = {os.path.basename(f)[:-4]: f for f in files}
        ours = {figure["measure"]: figure for figure in json.loads(self.measure(*named)[2])}
        by_hand = json.loads(run(sys.executable, "-c", HAND, self.warehouse, self.calendar, *files)[2])
        for measure, file in named.items():
            same(measure, ours[measure], by_hand[file])
            hand = ("DuckDB by hand", lambda file=file: run(sys.executable, "-c", HAND, self.warehouse, self.calendar, file))
            self.line(f"`{measure}`, one month", lambda m=measure: self.measure(m), hand, "≤ 1.5")
        for script, goal in (("pandas", "≤ 0.1"), ("polars", "≤ 0.67")):
            path = os.path.join(HERE, f"figures_{script}.py")
            there = lambda path=path: run(sys.executable, path, self.parquet, self.calendar)
            theirs = json.loads(there()[2])
            for measure, figures in theirs.items():
                same(measure, ours[measure], figures)
            self.line(f"the {len(theirs)} measures of the script, one month", lambda: self.measure(*theirs), (f"{script} on Parquet", there), goal)
        scan = ("DuckDB: sum(hash(…)) of the columns", lambda: run(sys.executable, "-c", SCAN, self.warehouse))
        self.line("all measures, one month", self.measure, scan, "–")

    def month(self):
        """A new month onto the months before, against everything from nothing."""
        split = os.path.join(self.base, "split")
        shutil.rmtree(split, ignore_errors=True)
        os.makedirs(split + "/before"), os.makedirs(split + "/new")
        stamped = {"cases": "submitted_at", "case_events": "at", "diary": "written_at", "evaluations": "at", "complaints": "received_at"}
        cut = "import duckdb\nc = duckdb.connect()\n"
        for file in sorted(glob.glob(self.exports + "/*.csv")):
            table = os.path.basename(file)[:-4]
            if table not in stamped:
                shutil.copy(file, split + "/before")
                continue
            # A case's events are one set, and come whole: those of the cases that the month touched.
            touched = f"case_id IN (SELECT case_id FROM f WHERE \"at\" >= '{PERIOD}')" if table == "case_events" else f"\"{stamped[table]}\" >= '{PERIOD}'"
            cut += f"c.execute(\"CREATE OR REPLACE TABLE f AS FROM read_csv('{file}', all_varchar = true)\")\n"
            before = f"\"at\" < '{PERIOD}'" if table == "case_events" else f"NOT ({touched})"
            for part, where in (("before", before), ("new", touched)):
                cut += f"c.execute('''COPY (FROM f WHERE {where}) TO '{split}/{part}/{table}.csv' ''')\n"
        run(sys.executable, "-c", cut)
        workspace, eleven = os.path.join(self.base, "month"), os.path.join(self.base, "eleven")
        self.fresh([split + "/before"], eleven)

        def onto():
            shutil.rmtree(workspace, ignore_errors=True)
            shutil.copytree(eleven, workspace)
            return run(self.guanjia, "-q", "--workspace", workspace, "ingest", split + "/new")

        self.line("ingest of a new month onto eleven", onto, ("ingest of all twelve", lambda: self.fresh([self.exports], workspace + "-all")), "≤ 0.125")

    def documents(self):
        def once():
            return run(self.guanjia, "-q", "--workspace", self.workspace, "run", "--period", PERIOD)

        def taken():
            shutil.rmtree(self.workspace)
            run(self.guanjia, "-q", "init", self.workspace, "--regime", "dalian-hitech")
            shutil.copytree(self.exports, os.path.join(self.workspace, "inbox"), dirs_exist_ok=True)
            began = time.monotonic()
            cpu, peak, _ = once()
            return cpu, peak, time.monotonic() - began

        cpu, peak, clock = zip(*(taken() for _ in range(self.runs)))
        work = f"`run`: exports → documents, dashboard; {statistics.median(clock):.1f} s by the clock"
        print(f"| {self.name} | {work} | {statistics.median(cpu):.2f} | – | – | – | ≤ 5 s on 2 cores | {max(peak):.0f} |", flush=True)

    def growth(self, province):
        """Ingest and measures of a province's exports against those of this size, once; its workspace goes again."""
        workspace = os.path.join(self.base, "province")

        def line(work, here, there, goal):
            print(f"| province | {work} | {there[0]:.1f} | {self.name} | {here[0]:.1f} | {there[0] / here[0]:.1f} × | {goal} | {there[1]:.0f} / {here[1]:.0f} |", flush=True)

        here, there = self.fresh([self.exports], workspace), self.fresh([province], workspace)
        bytes_of = lambda folder: sum(os.path.getsize(f) for f in glob.glob(folder + "/*.csv"))
        line(f"ingest of CSV: {bytes_of(province) / bytes_of(self.exports):.1f} × the bytes", here, there, "≤ 25, ≤ 12 GB")
        for measures in (["case_settled"], ["department_reply"], ["one_steward"], ["integrity_leads"], []):
            here, there = self.measure(*measures), self.measure(*measures, workspace=workspace)
            line(f"`{measures[0]}`, one month" if measures else "all measures, one month", here, there, "≤ 25, ≤ 12 GB")
        shutil.rmtree(workspace)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--guanjia", required=True)
    parser.add_argument("--work", default="target/bench")
    parser.add_argument("--sizes", default="district,city")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--province", help="a folder of a province's exports")
    args = parser.parse_args()
    args.guanjia, args.work = os.path.abspath(args.guanjia), os.path.abspath(args.work)
    print("| size | work | CPU s | against | CPU s | ratio | goal | peak MiB |\n|---|---|---|---|---|---|---|---|", flush=True)
    for name in args.sizes.split(","):
        size = Size(name, args)
        size.ingest()
        size.measures()
        size.month()
        if name == "district":
            size.documents()
        if name == "city" and args.province:
            size.growth(args.province)
    if not args.province:
        print("\nNot run: a province, and the growth from city to it (--province).")


if __name__ == "__main__":
    main()

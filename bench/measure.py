"""What the measuring programs of this folder share: cordboard-sim, a router on a new data directory, and tables."""

import contextlib
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build/release/bin"
SIM = BIN / "cordboard-sim"
CONFIG = ROOT / "bench/load.yaml"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def output_of(*command):
    """Standard output of a program that must succeed."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def sim(*arguments, check=True):
    """A subcommand of cordboard-sim that prints one JSON object. With check=False a failed audit is a result."""
    done = subprocess.run([str(SIM), *map(str, arguments)], capture_output=True, text=True)
    return judged(done.args, done.returncode, done.stdout, done.stderr, check)


def start_sim(*arguments):
    """The same beside something else; result_of() waits for it."""
    return subprocess.Popen([str(SIM), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def result_of(process, check=True):
    out, errors = process.communicate()
    return judged(process.args, process.returncode, out, errors, check)


def judged(command, status, out, errors, check):
    if (check and status != 0) or not out.startswith("{"):
        sys.exit(f"bench: {' '.join(command)} ended with {status}:\n{errors[-2000:]}")
    return json.loads(out)


class Router:
    """A router process on a new data directory; dies with the block that made it."""

    def __init__(self, config=CONFIG):
        self.config = config

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="cordboard-bench-")
        self.errors = open(os.path.join(self.directory.name, "stderr"), "w+")
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [str(BIN / "cordboard-router"), "--config", str(self.config), "--data-dir",
             os.path.join(self.directory.name, "data"), "--grpc-listen", "127.0.0.1:0", "--http-listen",
             "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        self.start_seconds = time.monotonic() - begin
        found = re.fullmatch(r"ready grpc=(\S+) http=(\S+) metrics=(\S+)\n", line)
        if not found:
            self.errors.seek(0)
            sys.exit(f"bench: the router did not start:\n{self.errors.read()[-2000:]}")
        self.grpc, _, self.metrics_address = found.groups()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        self.directory.cleanup()

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024

    def metrics(self, label=""):
        """Sums over all labels, or those with `label`, such as 'kind="watch"', by name."""
        with urllib.request.urlopen(f"http://{self.metrics_address}/metrics", timeout=30) as page:
            text = page.read().decode()
        sums = {}
        for name, labels, value in re.findall(r"^(\w+)(\{[^\n]*\})? (\S+)$", text, re.MULTILINE):
            if label in labels:
                sums[name] = sums.get(name, 0.0) + float(value)
        return sums


@contextlib.contextmanager
def background(*arguments):
    """cordboard-sim beside what is measured; interrupted, and waited for, at the end."""
    process = subprocess.Popen([str(SIM), *map(str, arguments)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(load, condition):
    """Until the load has brought the router there."""
    while not condition():
        if load.poll() is not None:
            sys.exit(f"bench: {' '.join(load.args)} ended with {load.returncode}")
        time.sleep(0.5)


# ---- results -------------------------------------------------------------------------------------


class Report:
    def __init__(self):
        self.values = {}
        self.missed = []  # rows that do not reach their bound

    def heading(self, text):
        print(f"\n### {text}\n\n| Measure | median | spread | reach | |\n|---|---|---|---|---|", flush=True)

    def row(self, name, values, unit, reach=None, at_least=False, digits=3):
        """`values`: one for each run. `reach`: the bound, from above unless at_least."""
        values = [float(v) for v in values]
        median = statistics.median(values)
        spread = (max(values) - min(values)) / median if median else 0
        self.values[name] = {"median": median, "runs": values, "unit": unit}
        verdict, bound = "", ""
        if reach is not None:
            reached = median >= reach if at_least else median <= reach
            verdict = "reached" if reached else "**not reached**"
            if not reached:
                self.missed.append(name)
            bound = f"{'at least' if at_least else 'at most'} {number(reach, digits)} {unit}"
        print(f"| {name} | {number(median, digits)} {unit} | {spread:.0%} | {bound} | {verdict} |", flush=True)

    def longer(self, name, alone, beside, percent):
        """p99 in ms without somebody and with them, and the bound of what that may cost."""
        self.row(f"{name}, p99 without them", alone, "ms")
        self.row(f"{name}, p99 with them", beside, "ms")
        self.row(f"{name}, longer by", [100 * (statistics.median(beside) / statistics.median(alone) - 1)], "%", percent)


def number(value, digits=3):
    if abs(value) >= 10 ** digits:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"

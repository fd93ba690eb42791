"""What the router says of its queues, as each of those who look sees it: the API, the operators' command line,
Prometheus, the page.

Each gives {queue: {...}} and the revision that it is of, which the command line does not tell."""

import decimal
import json
import pathlib
import re
import subprocess
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROTO = ROOT / "proto"
LIMIT_S = 120


# ---- the API: a browser's call, in binary protobuf, which protoc reads and writes ----

def protoc(*words, data):
    return subprocess.run(["protoc", f"-I{PROTO}", *words], input=data, stdout=subprocess.PIPE, check=True).stdout


def call(url, rpc, fields=""):
    """rpc: Service/Method; fields: the request in protobuf's text format. The answer, as `message` reads it."""
    service, method = rpc.split("/")
    files = [str(path.relative_to(PROTO)) for path in sorted((PROTO / "cordboard/v1").glob("*.proto"))]
    body = protoc(f"--encode=cordboard.v1.{method}Request", *files, data=fields.encode())
    asked = urllib.request.Request(f"{url}cordboard.v1.{service}/{method}", body,
                                   {"content-type": "application/proto", "connect-protocol-version": "1"})
    try:
        with urllib.request.urlopen(asked, timeout=LIMIT_S) as answer:
            return message(protoc(f"--decode=cordboard.v1.{method}Response", *files, data=answer.read()).decode())
    except urllib.error.HTTPError as refused:
        raise AssertionError(f"{rpc} {fields}: {refused.read().decode()}") from None


def message(text):
    """Protobuf's text format: {field: [value, ...]}, where a message is again such a dict."""
    stack = [{}]
    for line in text.splitlines():
        line = line.strip()
        if line == "}":
            stack.pop()
        elif line.endswith(" {"):
            inner = {}
            stack[-1].setdefault(line[:-2], []).append(inner)
            stack.append(inner)
        else:
            name, _, value = line.partition(": ")
            stack[-1].setdefault(name, []).append(value.strip('"'))
    return stack[0]


def first(of, name, default="0"):
    return of.get(name, [default])[0]


def duration_us(of, name):
    inner = first(of, name, {})
    return int(first(inner, "seconds")) * 1_000_000 + int(first(inner, "nanos")) // 1000


def kpi_of(kpi):
    if "whole" in kpi:
        return int(first(kpi, "part")), int(first(kpi, "whole"))
    return duration_us(kpi, "sum"), int(first(kpi, "count"))


def from_api(url, counts, durations):
    answer = call(url, "SupervisorService/ListQueues")
    queues = {}
    for row in answer.get("queues", []):
        counters = first(row, "counters", {})
        figures = {name: int(first(counters, name)) for name in counts}
        figures |= {name: duration_us(counters, name) for name in durations}
        figures |= {name: [int(n) for n in counters[name]] for name in ("answered_waits", "abandoned_waits")}
        figures |= {name: int(first(row, name)) for name in ("waiting", "waiting_late")}
        figures["kpis"] = {name: kpi_of(value[0]) for name, value in first(row, "kpis", {}).items()}
        queues[first(row, "queue")] = figures
    return queues, int(first(answer, "revision"))


# ---- the operators' command line: protobuf's mapping to JSON ----

def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def text_us(duration):
    return int(decimal.Decimal(duration.removesuffix("s")) * 1_000_000)


def kpi_of_json(kpi):
    return (int(kpi["part"]), int(kpi["whole"])) if "whole" in kpi else (text_us(kpi["sum"]), int(kpi["count"]))


def from_ctl(ctl, target, counts, durations, kpis):
    done = subprocess.run([ctl, "queues", "--target", target, "-o", "json"], stdout=subprocess.PIPE, text=True,
                          check=True, timeout=LIMIT_S)
    queues = {}
    for row in json.loads(done.stdout):
        counters = row["counters"]
        figures = {name: int(counters[camel(name)]) for name in counts}
        figures |= {name: text_us(counters[camel(name)]) for name in durations}
        figures |= {name: [int(n) for n in counters[camel(name)]] for name in ("answered_waits", "abandoned_waits")}
        figures |= {name: row[camel(name)] for name in ("waiting", "waiting_late")}
        figures["kpis"] = {name: kpi_of_json(row["kpis"][camel(name)]) for name in kpis if camel(name) in row["kpis"]}
        queues[row["queue"]] = figures
    return queues


# ---- Prometheus: the text of a scrape ----

LEFT, ENDED, WAITS = "queue_left_total/", "queue_offers_ended_total/", "queue_wait_seconds"
METRICS = {name: f"queue_{name}_total" for name in (
    "offered", "answered_within", "abandoned_within", "abandoned_short", "transferred_in", "transferred_out",
    "handled", "completed", "callbacks_requested", "callbacks_dialed", "callbacks_connected", "callbacks_failed",
    "promises_broken", "redials")} | {name: LEFT + name for name in (
        "answered", "abandoned", "overflowed", "expired", "deferred", "cancelled")} | {
            f"offers_{end}": ENDED + end for end in ("accepted", "declined", "expired", "rescinded")} | {
                "offers": "queue_offers_made_total", "waiting": "queue_waiting",
                "waiting_late": "queue_waiting_late"}
SECONDS = {"wait_answered": f"{WAITS}_sum/answered", "wait_abandoned": f"{WAITS}_sum/abandoned",
           "connected": "queue_connected_seconds_total", "wrap_up": "queue_wrap_up_seconds_total",
           "longest_wait": "queue_longest_wait_ever_seconds"}


def from_metrics(address, buckets_s):
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=LIMIT_S) as answer:
        text = answer.read().decode()
    by_queue, revision = {}, None
    for line in text.splitlines():
        if found := re.match(r'cordboard_log_sequence\{tenant="default"\} (\S+)$', line):
            revision = int(float(found[1]))
        if found := re.match(r'cordboard_(queue_\w+)\{(.*)\} (\S+)$', line):
            labels = dict(re.findall(r'(\w+)="([^"]*)"', found[2]))
            outcome = f"/{labels['outcome']}" if "outcome" in labels else ""
            bound = f"/{float(labels['le']):g}" if "le" in labels else ""
            by_queue.setdefault(labels["queue"], {})[found[1] + outcome + bound] = float(found[3])
    queues = {}
    for name, values in by_queue.items():
        figures = {figure: int(values[metric]) for figure, metric in METRICS.items()}
        figures |= {figure: round(values[metric] * 1_000_000) for figure, metric in SECONDS.items()}
        for outcome in "answered", "abandoned":
            upto = [int(values[f"{WAITS}_bucket/{outcome}/{bound:g}"]) for bound in (*buckets_s, float("inf"))]
            figures[f"{outcome}_waits"] = [n - before for n, before in zip(upto, [0, *upto])]
        queues[name] = figures
    return queues, revision


# ---- the page, in Chromium ----

def from_page(url):
    done = subprocess.run(["node", "e2e/figures.mjs", url], cwd=ROOT / "dashboard", stdout=subprocess.PIPE, text=True,
                          check=True, timeout=5 * LIMIT_S)
    queues = json.loads(done.stdout)
    revisions = {queue.pop("revision") for queue in queues.values()}
    if len(revisions) > 1:
        return queues, None
    return queues, revisions.pop()

#!/usr/bin/env python3
"""Measures how long snapshots make others wait, with 100,000 contacts alive: `bench/snapshots.py [--runs N]`.

The wait of requests for the routing thread is the router's own cordboard_inbox_seconds, with snapshots and without
any, beside the same load. It is known up to the next power of two of microseconds, so that 10 ms means 8.2 ms. Ends with
1 when the longest of the median run was longer while there were snapshots; whatever else the machine does shows in the
spread, and in the runs without.
"""

import argparse
import re
import sys
import tempfile
import urllib.request

from measure import ROOT, Report, Router, sim

CONFIG = ROOT / "bench/snapshots.yaml"
ALIVE = 100_000
SECONDS = 20
EVERY = 50_000  # commands; about 240,000 come
NEVER = 1_000_000_000


def buckets(router, name):
    """How many observations of a histogram are at most so many ms: [(ms, count)], ascending."""
    with urllib.request.urlopen(f"http://{router.metrics_address}/metrics", timeout=30) as page:
        text = page.read().decode()
    found = re.findall(rf'^{name}_bucket\{{[^\n]*le="([0-9.e+-]+)"\}} (\S+)$', text, re.MULTILINE)
    return [(1000 * float(bound), float(count)) for bound, count in found]


def longest(before, after):
    """The upper bound of the longest observation between two readings."""
    counts = [(bound, late - early) for (bound, late), (_, early) in zip(after, before)]
    return next(bound for bound, count in counts if count == counts[-1][1])


def play(every):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        config.write(CONFIG.read_text() + f"server: {{snapshot_every: {every}}}\n")
        config.flush()
        with Router(config.name) as router:
            sim("open", "--target", router.grpc, "--queue", "q1", "--agents", 1, "--rate", 10_000, "--warm-up", 0,
                "--seconds", ALIVE / 10_000)
            alive = router.metrics()["cordboard_queue_waiting"]
            begin, made = buckets(router, "cordboard_inbox_seconds"), router.metrics()
            load = sim("open", "--target", router.grpc, "--queue", "q0", "--agents", 500, "--rate", 3000, "--warm-up", 0,
                       "--seconds", SECONDS)
            waits = longest(begin, buckets(router, "cordboard_inbox_seconds"))
            builds = "cordboard_snapshot_build_seconds_"
            made = {part: router.metrics()[builds + part] - made[builds + part] for part in ("count", "sum")}
            return {"alive": alive, "wait": waits, "made": made["count"],
                    "took": made["sum"] / made["count"] if made["count"] else 0,
                    "accept": load["accept"]["done_ms"]["p99"], "resident": router.resident_mib()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="of each (default 3)")
    runs = parser.parse_args().runs
    without, with_them = [], []
    for _ in range(runs):
        without.append(play(NEVER))
        with_them.append(play(EVERY))

    report = Report()
    report.heading(f"Snapshots with {ALIVE:,} contacts alive, 3,000 contacts/s beside them")
    report.row("contacts alive", [r["alive"] for r in with_them], "", ALIVE, at_least=True)
    report.row("snapshots", [r["made"] for r in with_them], "", 2, at_least=True)
    report.row("each made in", [r["took"] for r in with_them], "s")
    report.row("longest wait for the routing thread, without", [r["wait"] for r in without], "ms")
    report.row("longest wait for the routing thread, with", [r["wait"] for r in with_them], "ms", 10)
    report.row("accept, p99 without", [r["accept"] for r in without], "ms")
    report.row("accept, p99 with", [r["accept"] for r in with_them], "ms")
    report.row("resident without", [r["resident"] for r in without], "MiB")
    report.row("resident with", [r["resident"] for r in with_them], "MiB")
    sys.exit(1 if report.missed else 0)


if __name__ == "__main__":
    main()

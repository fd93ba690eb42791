#!/usr/bin/env python3
"""Measures what overload and stopped readers do, and prints docs/GUARANTEES.md's figures: `bench/overload.py [--runs N]`.

Overload: the highest rate of a ladder that the router sustains is its peak; then four times as much is asked for, of a
router that is told what it can sustain (server.rates), and of one that has to notice (server.shed_after).
Stopped readers: 1,000 watches that read nothing any more beside a load, and the same load without them. Router and
load share the machine. Ends with 1 when a figure is not reached.
"""

import argparse
import functools
import sys
import tempfile
import threading
import time

from measure import ROOT, Report, Router, result_of, sim, start_sim, wait_until

CONFIG = ROOT / "bench/overload.yaml"
AGENTS = 5000
LADDER = (2000, 5000, 10000, 15000, 20000, 30000, 40000, 50000, 60000)
SOON_MS = 3  # p99 of accepts and ends at a sustained rate
MEMORY_MIB = 640  # what the limits of CONFIG sum up to


def play(router, rate, seconds, check=True):
    return sim("open", "--target", router.grpc, "--queue", "q0", "--agents", AGENTS, "--rate", rate, "--warm-up", 3,
               "--seconds", seconds, check=check)


class Watched:
    """Polls the router in a thread of its own while the block runs."""

    def __init__(self, look, interval):
        self.look, self.interval = look, interval
        self.over = threading.Event()
        self.failure = None
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            while not self.over.wait(self.interval):
                self.look()
        except Exception as failure:  # raised when the block ends
            self.failure = failure

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        if self.failure:
            raise self.failure


# ---- overload ------------------------------------------------------------------------------------


def is_sustained(result, rate):
    """What came ended, and soon."""
    return (result["ended_per_second"] >= 0.99 * rate
            and all(result[verb]["done_ms"]["p99"] <= SOON_MS for verb in ("accept", "end")))


def line(name, rate, result):
    print(f"{name} {rate:.0f}/s: ended {result['ended_per_second']:.0f}/s, shed {result['submit']['shed']}, p99 in ms: "
          + ", ".join(f"{verb} {result[verb]['done_ms']['p99']:.2f}" for verb in ("submit", "accept", "end"))
          + f", shed {result['submit']['shed_ms']['p99']:.2f}, client lag {result['client_lag_ms']['p99']:.2f}",
          file=sys.stderr)


@functools.cache
def climb():
    """(the highest rate that is sustained, the most that ever ended in a second)"""
    sustained, most = 0, 0
    for rate in LADDER:
        with Router(CONFIG) as router:
            result = play(router, rate, 5)
        line("ladder", rate, result)
        most = max(most, result["ended_per_second"])
        if is_sustained(result, rate):
            sustained = rate
        if result["ended_per_second"] < 0.95 * rate:
            break
    if sustained == 0:
        sys.exit(f"bench: not even {LADDER[0]} contacts/s are sustained; does the machine do something else?")
    return sustained, most


def overload(report, runs):
    sustained, _ = climb()
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as sized:
        sized.write(CONFIG.read_text() + f"  rates: {{tenant_submits: {sustained}, burst: 1s}}\n")
        sized.flush()
        of_rate(report, runs, f"Overload: {sustained:,} contacts/s, sustained and in server.rates, and 4 times as many",
                sized.name, sustained, bounded=True)


def unsized(report, runs):
    _, most = climb()
    of_rate(report, runs, f"Overload without rates: {most:,.0f} contacts/s, the most that it does, and 4 times as many",
            CONFIG, most, bounded=False)


def of_rate(report, runs, title, config, peak, bounded):
    """`bounded`: the figures are to be reached. Of four times what the machine can do they are printed as they are: there
    the load, and refusing it, take the processor from what is to be served."""
    at_peak, at_four = [], []
    for _ in range(runs):
        for rate, results in ((peak, at_peak), (4 * peak, at_four)):
            memory = []
            with Router(config) as router, Watched(lambda: memory.append(router.resident_mib()), 0.2):
                results.append(play(router, rate, 10))
            results[-1]["memory"] = max(memory)
            line("played", rate, results[-1])

    def each(get):
        return [get(r) for r in at_peak], [get(r) for r in at_four]

    def bound(value):
        return value if bounded else None

    report.heading(title)
    report.row("asked for at 4 times the peak", [r["asked_per_second"] for r in at_four], "contacts/s", 3.9 * peak,
               at_least=True)
    good, under = each(lambda r: r["ended_per_second"])
    report.row("goodput at the peak", good, "contacts/s")
    report.row("goodput at 4 times the peak", under, "contacts/s")
    report.row("of that at the peak", [100 * u / g for u, g in zip(under, good)], "%", bound(90), at_least=True)
    for verb in ("accept", "end"):
        good, under = each(lambda r: r[verb]["done_ms"]["p99"])
        report.row(f"{verb}, p99 at the peak", good, "ms")
        report.row(f"{verb}, p99 at 4 times the peak", under, "ms")
        report.row(f"{verb}, times as long", [u / g for u, g in zip(under, good)], "", bound(2))
    shed = [r["submit"] for r in at_four]
    report.row("submits shed at 4 times the peak", [100 * s["shed"] / (s["shed"] + s["done"]) for s in shed], "%")
    report.row("shed submit answered, p99", [s["shed_ms"]["p99"] for s in shed], "ms", bound(5))
    report.row("shed without a time to wait", [s["without_wait"] for s in shed], "", 0)
    report.row("accepts and ends shed", [r["accept"]["shed"] + r["end"]["shed"] for r in at_four], "", 0)
    report.row("resident, most", [r["memory"] for r in at_four], "MiB", MEMORY_MIB)


# ---- stopped readers -----------------------------------------------------------------------------

READERS = 1000
# Counted while they read nothing, and when they are cut: they come and stop within the warm-up.
READERS_LOAD = ("--agents", 100, "--rate", 1000, "--warm-up", 6, "--seconds", 12)
STOP_FOR = 25


class Readers:
    """What is seen of stopped readers from outside."""

    def __init__(self, router):
        self.router = router
        self.resident = router.resident_mib()
        self.unread = self.sent = self.most_open = 0
        self.last_sent = self.all_cut = None

    def look(self):
        metrics, now = self.router.metrics('kind="watch"'), time.monotonic()
        self.unread = max(self.unread, metrics["cordboard_stream_unread_bytes"])
        self.resident = max(self.resident, self.router.resident_mib())
        if metrics["cordboard_stream_messages_sent_total"] > self.sent:
            self.sent, self.last_sent = metrics["cordboard_stream_messages_sent_total"], now
        open_streams = metrics["cordboard_streams"]
        self.most_open = max(self.most_open, open_streams)
        if self.most_open >= READERS and open_streams == 0 and self.all_cut is None:
            self.all_cut = now

    def seconds_to_cut(self):
        """From the last message that went on its way."""
        return self.all_cut - self.last_sent if self.all_cut else float("inf")


def load_beside(stop):
    """(the load's result, what became of the readers, what they said), with 1,000 who stop reading, or without."""
    with Router(ROOT / "bench/open.yaml") as router:
        load = start_sim("open", "--target", router.grpc, "--queue", "q0", *READERS_LOAD)
        wait_until(load, lambda: router.metrics().get("cordboard_queue_completed_total", 0) > 0)
        readers, said = Readers(router), None
        with Watched(readers.look, 0.1):
            if stop:
                said = sim("watch", "--target", router.grpc, "--subscribers", READERS, "--connections", 20, "--agents",
                           "--update-interval", 0.25, "--stop-for", STOP_FOR, "--seconds", STOP_FOR + 5, check=False)
            return result_of(load), readers, said


def stopped_readers(report, runs):
    alone, beside = [], []
    for _ in range(runs):
        alone.append(load_beside(stop=False))
        beside.append(load_beside(stop=True))
    report.heading(f"{READERS:,} watches stop reading beside 1,000 contacts/s")
    report.row("waiting for them on average, most", [r.unread / READERS / 1024 for _, r, _ in beside], "KiB", 64)
    report.row("resident, more than without them", [1024 * (r.resident - without.resident) / READERS
                                                   for (_, r, _), (_, without, _) in zip(beside, alone)], "KiB each")
    report.row("cut", [said["cut"] for _, _, said in beside], "", READERS, at_least=True)
    report.row("of them told the revision to resume from", [said["told_revision"] for _, _, said in beside], "", READERS,
               at_least=True)
    report.row("last message on its way until all are cut", [r.seconds_to_cut() for _, r, _ in beside], "s", 10.5)
    for verb in ("submit", "accept", "end"):
        without, with_them = ([result[verb]["done_ms"]["p99"] for result, _, _ in played] for played in (alone, beside))
        report.longer(verb, without, with_them, 10)


PARTS = {"overload": overload, "unsized": unsized, "readers": stopped_readers}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="of each measure (default 3)")
    parser.add_argument("--parts", default=",".join(PARTS), help="which (default: all)")
    arguments = parser.parse_args()
    unknown = [part for part in arguments.parts.split(",") if part not in PARTS]
    if unknown or arguments.runs < 1:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}" if unknown else "--runs: at least 1")
    report = Report()
    for part in arguments.parts.split(","):
        PARTS[part](report, arguments.runs)
    sys.exit(1 if report.missed else 0)


if __name__ == "__main__":
    main()

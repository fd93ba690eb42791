#!/usr/bin/env python3
"""Plays contacts for a long time and prints how the router's process grew: `bench/soak.py [--contacts N]`.

Memory, file descriptors and threads are read every second. During the warm-up what is remembered up to a limit
(ended contacts, events for gateways that resume) fills up, and the allocator gets the size that some snapshots need, of
which one comes every 500,000 contacts; what comes after it must not grow. Ends with 1 when it does.
"""

import argparse
import os
import pathlib
import statistics
import sys
import time

from measure import ROOT, Report, Router, result_of, start_sim

CONFIG = ROOT / "bench/open.yaml"


class Sample:
    def __init__(self, router):
        process = pathlib.Path(f"/proc/{router.process.pid}")
        self.ended = router.metrics()["cordboard_queue_completed_total"]
        self.resident = router.resident_mib()
        self.files = len(os.listdir(process / "fd"))
        self.threads = len(os.listdir(process / "task"))


def play(contacts, rate, agents):
    samples = []
    with Router(CONFIG) as router:
        load = start_sim("open", "--target", router.grpc, "--queue", "q0", "--agents", agents, "--rate", rate,
                         "--warm-up", 0, "--seconds", contacts / rate)
        while load.poll() is None:
            time.sleep(1)
            samples.append(Sample(router))
            if len(samples) % 30 == 0:
                last = samples[-1]
                print(f"{last.ended:,.0f} contacts, {last.resident:.1f} MiB, {last.files} files, {last.threads} threads",
                      file=sys.stderr)
        result = result_of(load)
    return samples, result


def tenths(samples, warm_up):
    """What came after the warm-up, in ten parts."""
    after = [s for s in samples if s.ended >= warm_up]
    if len(after) < 10:
        sys.exit(f"bench: {len(after)} samples after the warm-up are too few; let it play more contacts")
    return [after[i * len(after) // 10:(i + 1) * len(after) // 10] for i in range(10)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=20_000_000, help="in all (default 20,000,000)")
    parser.add_argument("--warm-up", type=int, default=8_000_000, help="of these (default 8,000,000)")
    parser.add_argument("--rate", type=int, default=10_000, help="contacts a second (default 10,000)")
    parser.add_argument("--agents", type=int, default=2_000, help="(default 2,000)")
    arguments = parser.parse_args()
    samples, result = play(arguments.contacts, arguments.rate, arguments.agents)
    parts = tenths(samples, arguments.warm_up)
    memory, files, threads = ([statistics.median(getattr(s, name) for s in part) for part in parts]
                              for name in ("resident", "files", "threads"))

    report = Report()
    report.heading(f"{arguments.contacts:,} contacts, {arguments.agents:,} agents, {arguments.rate:,} contacts/s, durable")
    report.row("contacts that ended", [samples[-1].ended], "", 0.999 * arguments.contacts, at_least=True)
    report.row("submits refused", [result["submit"]["shed"]], "")
    for number, value in enumerate(memory, 1):
        report.row(f"resident, tenth {number} after {arguments.warm_up:,}", [value], "MiB", digits=4)
    report.row("growth from the first of these to the last", [100 * (memory[-1] / memory[0] - 1)], "%", 2)
    for name, values in (("file descriptors", files), ("threads", threads)):
        report.row(f"{name} in the last of them", [values[-1]], "")
        report.row(f"{name}, more than in the first", [values[-1] - values[0]], "", 0)
    sys.exit(1 if report.missed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures Cordboard and prints bench/RESULTS.md's tables: `./dev bench` builds and runs it.

Every row is the median of several runs; a run starts a router of its own on a new directory, with the sync of
production, on ports that the system chooses. Router and load share the machine. Each run of this program adds
one line to bench/history.jsonl, so that results can be compared over commits of the same machine.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import sys
import tempfile
import time

from measure import BIN, ROOT, Report, Router, background, output_of, result_of, sim, start_sim, wait_until


def google_benchmark(binary, pattern, runs):
    """{name: [seconds of CPU or real time per item, or a counter's value, of each run]}."""
    text = output_of(BIN / binary, f"--benchmark_filter={pattern}", f"--benchmark_repetitions={runs}",
                     "--benchmark_format=json")
    results = {}
    for run in json.loads(text)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        if run.get("error_occurred"):
            sys.exit(f"bench: {run['name']}: {run['error_message']}")
        if "bytes_each" in run:
            value = run["bytes_each"]
        else:
            value = 1 / run["items_per_second"]
        results.setdefault(run["run_name"], []).append(value)
    return results


# ---- rows ----------------------------------------------------------------------------------------


def engine_and_growth(report, runs):
    """1 and 2: the engine alone."""
    times = google_benchmark("core_bench", "FromIndex|FromScan|ServeContact|MemoryOf", runs)
    ns = {name: [v * 1e9 for v in values] for name, values in times.items()}

    def sized(kind, agents, waiting, classes=100):
        return ns[f"{kind}/agents:{agents}/waiting:{waiting}/classes:{classes}"]

    report.heading("1. The engine alone, one core")
    report.row("agent takes contact, 10,000 agents, 10,000 waiting, 100 classes",
               sized("ContactFromIndex", 10000, 10000), "ns", 200)
    report.row("the same, 100,000 agents, 1,000,000 waiting", sized("ContactFromIndex", 100000, 1000000), "ns", 500)
    report.row("the same, 10,000 agents, 10,000 waiting, 1,000 classes",
               sized("ContactFromIndex", 10000, 10000, 1000), "ns")
    report.row("one command of a contact's four, all bookkeeping, 10,000 agents",
               ns["ServeContact/agents:10000"], "ns")
    report.row("memory of a waiting contact, 1,000,000 waiting",
               times["MemoryOfWaitingContacts/contacts:1000000/iterations:1"], "bytes", 400)
    report.row("memory of an agent, 100,000 agents",
               times["MemoryOfAgents/agents:100000/iterations:1"], "bytes", 1024)

    report.heading("2. Growth")
    for kind, text in (("AgentFromIndex", "contact takes agent, index"), ("AgentFromScan", "contact takes agent, scan")):
        for agents in (1000, 10000, 100000):
            report.row(f"{text}, {agents:,} agents", sized(kind, agents, 0), "ns")
        growth = [b / a for a, b in zip(sized(kind, 1000, 0), sized(kind, 100000, 0))]
        report.row(f"{text}, 1,000 to 100,000 agents", growth, "times", 4 if kind == "AgentFromIndex" else None)
    for waiting in (1000, 10000, 1000000):
        agents = 1000 if waiting == 1000 else 10000
        report.row(f"agent takes contact, {agents:,} agents, {waiting:,} waiting",
                   sized("ContactFromIndex", agents, waiting), "ns")
    growth = [b / a for a, b in zip(sized("ContactFromIndex", 1000, 1000), sized("ContactFromIndex", 10000, 1000000))]
    report.row("agent takes contact, 1,000 to 1,000,000 waiting", growth, "times", 4)


def live(router, agents, rate, seconds, check=True):
    """Agents talk for 60 % of their time and wrap up for 10 %, each contact equally long."""
    talk = 0.6 * agents / rate
    return sim("live", "--target", router.grpc, "--agents", agents, "--rate", rate, "--duration", f"{seconds}s",
               "--handle-time", f"{talk * 1000:.0f}ms", "--wrap-up", f"{talk * 1000 / 6:.0f}ms",
               "--give-up-after", "30s", "--json", check=check)


def is_sustained(result, rate, seconds):
    """All asked for was submitted in time, nothing was lost, and nothing piled up: the last contact ended at
    most a second late."""
    longest = 0.7 * result["agents"] / rate
    return (not result["failure"] and result["lost"] == 0 and result["double_offered"] == 0
            and result["violations"] == 0 and result["refused"] == 0
            and result["submitted"] >= 0.98 * rate * seconds and result["elapsed_s"] < seconds + longest + 1
            and result["client_lag_ms"]["p50"] < 100)


def end_to_end(report, runs):
    """3: durable, over gRPC streams."""
    report.heading("3. Contacts from end to end, 10,000 agents, durable, over gRPC streams")
    seconds, best = 20, 0  # long enough for a snapshot or two
    for rate in (5000, 10000, 15000, 20000, 25000, 30000, 35000, 40000, 45000, 50000, 60000):
        with Router() as router:
            result = live(router, 10000, rate, seconds, check=False)
        print(f"{rate}/s: elapsed {result['elapsed_s']:.1f} s, lag p50 {result['client_lag_ms']['p50']:.1f} ms,"
              f" submit to offer p50 {result['submit_to_offer_ms']['p50']:.1f} ms", file=sys.stderr)
        if not is_sustained(result, rate, seconds):
            break
        best = rate
    if best == 0:
        sys.exit("bench: not even the lowest rate is sustained")
    rates, router_us, client_us = [], [], []
    for _ in range(runs):
        with Router() as router:
            before = router.cpu_seconds()
            result = live(router, 10000, best, seconds, check=False)
            used = router.cpu_seconds() - before
        rates.append(result["submitted"] / seconds if is_sustained(result, best, seconds) else 0)
        router_us.append(used * 1e6 / result["submitted"])
        client_us.append(result["client_cpu_s"] * 1e6 / result["submitted"])
    report.row("sustained, nothing lost", rates, "contacts/s", 50000, at_least=True)
    report.row("CPU of the router for one contact", router_us, "us")
    report.row("CPU of the simulator for one contact", client_us, "us")


def latency(report, runs):
    """4: submit to offer at the agent's client."""
    report.heading("4. Submit to offer, 2,000 agents, 5,000 contacts/s, durable")
    results, stages = [], []
    for _ in range(runs):
        with Router() as router:
            results.append(live(router, 2000, 5000, 20))
            stages.append(router.metrics())
    for quantile, reach in (("p50", 1), ("p99", 5), ("p999", 20)):
        report.row(quantile, [r["submit_to_offer_ms"][quantile] for r in results], "ms", reach)

    def mean_ms(metrics, name):
        return 1e3 * metrics[f"cordboard_{name}_seconds_sum"] / metrics[f"cordboard_{name}_seconds_count"]

    offers = [r["submit_to_offer_ms"]["mean"] for r in results]
    inbox, apply, commit = ([mean_ms(m, name) for m in stages] for name in ("inbox", "apply", "commit"))
    before = [r["submit_to_decision_ms"]["mean"] for r in results]
    after = [r["decision_to_offer_ms"]["mean"] for r in results]
    report.row("mean", offers, "ms")
    for text, times in (
            ("gRPC in: from the client's submit to the inbox", [b - i for b, i in zip(before, inbox)]),
            ("inbox: until the batch begins", inbox),
            ("apply: the batch applied, encoded and staged", apply),
            ("sync: the wait for the log, the append and the sync", commit),
            ("gRPC out: until the agent's client has read it", [a - p - c for a, p, c in zip(after, apply, commit)])):
        report.row(text, times, "ms")
        report.row(text.split(":")[0] + ", share", [100 * t / o for t, o in zip(times, offers)], "%")
    for name, text in (("batch_commands", "commands of one batch"), ("sync_records", "records of one sync")):
        report.row(text, [m[f"cordboard_{name}_sum"] / m[f"cordboard_{name}_count"] for m in stages], "")


def unary(report, runs):
    """5: simple clients."""
    report.heading("5. Unary submits, 64 clients, durable")
    results = []
    for _ in range(runs):
        with Router() as router:
            results.append(sim("unary", "--target", router.grpc, "--queue", "q0", "--seconds", 8))
    report.row("submits", [r["accepted_per_second"] for r in results], "per s", 25000, at_least=True)
    report.row("call to answer, p50", [r["latency_ms"]["p50"] for r in results], "ms")
    report.row("call to answer, p99", [r["latency_ms"]["p99"] for r in results], "ms")


def log(report, runs):
    """6: durability and recovery."""
    report.heading("6. The log")
    times = google_benchmark("log_bench", "AppendDurably|live:100000", runs)
    for group in (1, 100, 1000):
        name = f"AppendDurably/group:{group}/real_time"
        report.row(f"encode, append and sync, groups of {group:,}", [1 / v for v in times[name]], "commands/s",
                   500000 if group == 1000 else None, at_least=True)
    recover = times["Recover/live:100000/records:1000000/iterations:1/real_time"]
    report.row("ready with 100,000 live contacts and 1,000,000 commands to replay", [v * 1e6 for v in recover], "s", 2)
    few = statistics.median(times["Recover/live:100000/records:1000/iterations:1/real_time"]) * 1000
    report.row("replay alone: without opening and the snapshot, which the same with 1,000 commands shows",
               [999000 / (v * 1e6 - few) for v in recover], "commands/s", 2000000, at_least=True)


def idle(report, runs):
    """7: 10,000 agents, and nothing happens."""
    report.heading("7. Idle: 10,000 agents logged in and heart-beating")
    shares, seconds = [], 20
    for _ in range(runs):
        with Router() as router, background("live", "--target", router.grpc, "--agents", 10000, "--rate", 0.001,
                                            "--duration", "600s") as load:
            wait_until(load, lambda: router.metrics().get("cordboard_agents", 0) >= 10000)
            time.sleep(3)
            before = router.cpu_seconds()
            time.sleep(seconds)
            shares.append(100 * (router.cpu_seconds() - before) / seconds)
    report.row("CPU of the router", shares, "% of a core", 0.5)


def simulation(report, runs):
    """8: virtual time."""
    report.heading("8. Simulation: a year of 40 million contacts, 1,000 agents, 20 queues")
    scenario = ROOT / "tests/sim/scenarios/speed.yaml"
    contacts_in_a_year = 40e6

    def run(path, *arguments):
        begin = time.monotonic()
        usage_before = os.times()
        result = sim("virtual", path, "--seed", 7, "--json", *arguments)
        usage = os.times()
        cpu = usage.children_user + usage.children_system - usage_before.children_user - usage_before.children_system
        return result, time.monotonic() - begin, cpu

    one_hour = 19400
    results = [run(scenario) for _ in range(runs)]
    hours = 20
    report.row("the year, from 20 hours of it, CPU", [c * contacts_in_a_year / (one_hour * hours)
                                                     for _, _, c in results], "s", 180)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", dir=scenario.parent) as year:
        text = scenario.read_text()
        year.write(text.replace("horizon: 20h", f"horizon: {contacts_in_a_year / one_hour:.0f}h"))
        year.flush()
        _, wall, cpu = run(year.name)
    report.row("the whole year, one run, wall clock", [wall], "s", 180)
    report.row("the whole year, one run, CPU", [cpu], "s")
    two = [run(scenario, "--replications", 2) for _ in range(runs)]
    report.row("two replications: CPU by wall clock", [c / w for _, w, c in two], "cores")


FAN_OUT_LOAD = ("--queue", "q0", "--agents", 1000, "--rate", 700, "--warm-up", 5, "--seconds", 12)


def fan_out(report, runs):
    """9: many who watch, and what the others notice of them."""
    report.heading("9. Fan-out: 1,000 subscribers, an update each 0.25 s, durable")
    without = [fan_out_run(None)[0] for _ in range(runs)]
    for name, more in (("queues", []), ("queues and agents", ["--agents"])):
        played = [fan_out_run(more) for _ in range(runs)]
        loads, watches = [load for load, _ in played], [watch for _, watch in played]
        report.row(f"{name}: changes", [r["changes"] for r in loads], "per s", 2000, at_least=True)
        report.row(f"{name}: subscribers cut off", [r["cut"] for r in watches], "", 0)
        report.row(f"{name}: messages to each", [r["messages"] / 1000 / 15 for r in watches], "per s")
        report.row(f"{name}: age of a change at its subscriber, p50", [r["age_ms"]["p50"] for r in watches], "ms")
        report.row(f"{name}: age of a change at its subscriber, p99", [r["age_ms"]["p99"] for r in watches], "ms")
        report.row(f"{name}: CPU of the router", [r["cpu"] for r in loads], "% of a core")
        for verb in ("submit", "accept", "end"):
            report.longer(f"{name}: {verb}", [r[verb]["done_ms"]["p99"] for r in without],
                          [r[verb]["done_ms"]["p99"] for r in loads], 10)
    report.row("nobody: CPU of the router", [r["cpu"] for r in without], "% of a core")


def fan_out_run(watched):
    """(what the load says, what the watches say). `watched`: more flags for them; None: nobody watches."""
    with Router(ROOT / "bench/open.yaml") as router:
        load, watch = start_sim("open", "--target", router.grpc, *FAN_OUT_LOAD), None
        wait_until(load, lambda: router.metrics().get("cordboard_queue_completed_total", 0) > 0)
        if watched is not None:
            watch = start_sim("watch", "--target", router.grpc, "--subscribers", 1000, "--connections", 20,
                              "--update-interval", 0.25, "--seconds", 15, *watched)
        before, begin, used = router.metrics(), time.monotonic(), router.cpu_seconds()
        result = result_of(load)
        after, took = router.metrics(), time.monotonic() - begin
        result["changes"] = (after["cordboard_log_sequence"] - before["cordboard_log_sequence"]) / took
        result["cpu"] = 100 * (router.cpu_seconds() - used) / took
        return result, result_of(watch, check=False) if watch else None


def start_and_size(report, runs):
    """10."""
    report.heading("10. Start and size")
    starts, sizes = [], []
    for _ in range(max(runs, 10)):
        with Router(ROOT / "deploy/examples/minimal.yaml") as router:
            starts.append(router.start_seconds * 1e3)
            sizes.append(router.resident_mib())
    report.row("start on an empty directory until it serves", starts, "ms", 200)
    report.row("resident after the start", sizes, "MiB")
    report.row("program with line numbers", [(BIN / "cordboard-router").stat().st_size / 2**20], "MiB")
    with tempfile.NamedTemporaryFile() as stripped:
        output_of("strip", "-o", stripped.name, BIN / "cordboard-router")
        report.row("program without", [os.stat(stripped.name).st_size / 2**20], "MiB")


ROWS = {"1": engine_and_growth, "3": end_to_end, "4": latency, "5": unary, "6": log, "7": idle, "8": simulation,
        "9": fan_out, "10": start_and_size}


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return {
        "date": datetime.date.today().isoformat(),
        "commit": output_of("git", "-C", ROOT, "describe", "--always", "--dirty").strip(),
        "cpu": f"{cpu.group(1) if cpu else platform.machine()}, {os.cpu_count()} cores",
        "kernel": platform.release(),
        "compiler": output_of("c++", "--version").splitlines()[0],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="of each measure (default 5)")
    parser.add_argument("--rows", default=",".join(ROWS), help="which, by number; 2 comes with 1 (default: all)")
    arguments = parser.parse_args()
    unknown = [row for row in arguments.rows.split(",") if row not in ROWS]
    if unknown or arguments.runs < 1:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}" if unknown else "--runs: at least 1")
    where = machine()
    print(f"## {where['date']}, commit {where['commit']}\n\n{where['cpu']}, Linux {where['kernel']}, {where['compiler']};"
          f" medians of {arguments.runs} runs.")
    report = Report()
    for row in arguments.rows.split(","):
        ROWS[row](report, arguments.runs)
    with open(ROOT / "bench/history.jsonl", "a") as history:
        history.write(json.dumps(where | {"results": report.values}) + "\n")


if __name__ == "__main__":
    main()

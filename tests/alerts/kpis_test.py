#!/usr/bin/env python3
"""kpis_test.py KPI_TABLE: the recording rules compute from Prometheus' counters what the router computes.

Both get the same sums: the example of docs/METRICS.md, and some in which every sum is another number, so that a
rule that takes a wrong one gives a wrong figure."""

import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from kpi_rules import kpi_ids, rule_of

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parent.parent / "deploy/prometheus/rules/kpis.yml"
KPI_TABLE = sys.argv.pop(1)
STEPS = 10  # of a minute: each sum grows evenly

LEFT, ENDED = "cordboard_queue_left_total", "cordboard_queue_offers_ended_total"
WAITS = "cordboard_queue_wait_seconds_sum"
SERIES = {  # of each sum: metric, outcome, units in one of the metric
    "offered": ("cordboard_queue_offered_total", "", 1),
    "answered": (LEFT, "answered", 1),
    "answered_within": ("cordboard_queue_answered_within_total", "", 1),
    "abandoned": (LEFT, "abandoned", 1),
    "abandoned_within": ("cordboard_queue_abandoned_within_total", "", 1),
    "abandoned_short": ("cordboard_queue_abandoned_short_total", "", 1),
    "transferred_out": ("cordboard_queue_transferred_out_total", "", 1),
    "handled": ("cordboard_queue_handled_total", "", 1),
    "offers": ("cordboard_queue_offers_made_total", "", 1),
    "offers_accepted": (ENDED, "accepted", 1),
    "offers_declined": (ENDED, "declined", 1),
    "offers_expired": (ENDED, "expired", 1),
    "offers_rescinded": (ENDED, "rescinded", 1),
    "wait_answered_us": (WAITS, "answered", 1_000_000),
    "connected_us": ("cordboard_queue_connected_seconds_total", "", 1_000_000),
    "wrap_up_us": ("cordboard_queue_wrap_up_seconds_total", "", 1_000_000),
    "waiting_late": ("cordboard_queue_waiting_late", "", 1),
}
EXAMPLE = {"offered": 1060, "answered": 1000, "answered_within": 860, "abandoned": 60, "abandoned_within": 20,
           "abandoned_short": 10}


def random_sums(chance):
    """Sums that could be: who is counted in two of them is in the wider one, too. Multiples of STEPS."""
    pick = lambda most: STEPS * chance.randint(1, most // STEPS)
    sums = {"answered": pick(100_000), "abandoned": pick(20_000), "handled": pick(90_000),
            "offers_accepted": pick(100_000), "offers_declined": pick(9_000), "offers_expired": pick(7_000),
            "offers_rescinded": pick(5_000), "wait_answered_us": pick(10**12), "connected_us": pick(10**13),
            "wrap_up_us": pick(10**12), "waiting_late": pick(400)}
    sums["answered_within"] = pick(sums["answered"])
    sums["abandoned_within"] = pick(sums["abandoned"])
    sums["abandoned_short"] = pick(sums["abandoned_within"])
    sums["offered"] = sums["answered"] + sums["abandoned"] + pick(3_000)
    sums["transferred_out"] = pick(sums["handled"])
    sums["offers"] = sum(sums[name] for name in sums if name.startswith("offers_")) + pick(50)
    return sums


def router_kpis(all_sums):
    """For each: {id: (kind, value)}."""
    lines = "\n".join(" ".join(f"{name}={value}" for name, value in sums.items()) for sums in all_sums) + "\n"
    told = subprocess.run([KPI_TABLE], input=lines, stdout=subprocess.PIPE, text=True, check=True).stdout
    tables = told.strip("\n").split("\n\n")
    return [{name: (kind, float(value)) for name, kind, value in (line.split() for line in table.splitlines())}
            for table in tables]


def input_series(queue, sums):
    for name, (metric, outcome, units) in SERIES.items():
        labels = f'queue="{queue}"' + (f',outcome="{outcome}"' if outcome else "")
        value = sums.get(name, 0)
        grows = f"0+{value / STEPS / units!r}x{STEPS}" if name != "waiting_late" else f"{value}x{STEPS}"
        yield f"      - {{series: '{metric}{{{labels}}}', values: '{grows}'}}"


def expected(queue, kpis):
    """To nine digits behind the point, since seconds have been floating-point numbers on their way."""
    for name, (kind, value) in kpis.items():
        labels = f'{{queue="{queue}"}}'
        yield (f"      - {{expr: 'round(1e9 * {rule_of(kind, name)}{labels}) / 1e9', eval_time: {STEPS}m, "
               f"exp_samples: [{{labels: '{labels}', value: {round(1e9 * value) / 1e9!r}}}]}}")


class Kpis(unittest.TestCase):
    def test_the_rules_and_the_router_compute_the_same(self):
        chance = random.Random(1)
        all_sums = [EXAMPLE, *(random_sums(chance) for _ in range(20))]
        tables = router_kpis(all_sums)
        self.assertEqual(len(tables), len(all_sums))
        self.assertEqual(list(tables[1]), [name for _, name in kpi_ids()])
        self.assertEqual(f"{100 * tables[0]['service_level_strict'][1]:.1f}", "81.1")
        lines = [f"rule_files: ['{RULES}']", "evaluation_interval: 15s", "tests:", "  - interval: 1m",
                 "    input_series:"]
        for number, sums in enumerate(all_sums):
            lines += input_series(f"q{number}", sums)
        lines.append("    promql_expr_test:")
        for number, kpis in enumerate(tables):
            lines += expected(f"q{number}", kpis)
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            done = subprocess.run(["promtool", "test", "rules", file.name], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""files_test.py: what deploy/ has for Prometheus, Alertmanager and Grafana is well formed, computes what it says,
and is described."""

import pathlib
import re
import subprocess
import unittest

from kpi_rules import kpi_ids, rule_of

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEPLOY = ROOT / "deploy"


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def alerts():
    """Name and text of each."""
    parts = re.split(r"^ +- alert: (\w+)$", text("deploy/prometheus/rules/alerts.yml"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


class Files(unittest.TestCase):
    def succeeds(self, *words):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_prometheus_takes_them(self):
        self.succeeds("promtool", "check", "config", "--lint-fatal", DEPLOY / "prometheus/prometheus.yml")
        self.succeeds("promtool", "check", "rules", "--lint-fatal", *(DEPLOY / "prometheus/rules").glob("*.yml"))

    def test_rules_compute_and_fire_what_they_should(self):
        self.succeeds("promtool", "test", "rules", HERE / "rules.test.yml")

    def test_alertmanager_takes_its_file(self):
        self.succeeds("amtool", "check-config", DEPLOY / "alertmanager/alertmanager.yml")

    def test_alerts_reach_their_team_and_critical_ones_on_call(self):
        for team in "supervisors", "operations":
            for severity, receivers in ("critical", f"on-call,{team}"), ("warning", team):
                self.succeeds("amtool", "config", "routes", "test", f"--verify.receivers={receivers}",
                              f"--config.file={DEPLOY / 'alertmanager/alertmanager.yml'}", f"team={team}",
                              f"severity={severity}")

    def test_dashboards_are_what_their_program_makes(self):
        self.succeeds(DEPLOY / "grafana/dashboards.py", "--check")

    def test_every_alert_says_how_bad_whose_and_what_to_do(self):
        self.assertTrue(alerts())
        for name, rule in alerts().items():
            with self.subTest(name):
                self.assertRegex(rule, r"labels: {severity: (critical|warning), team: (supervisors|operations)}")
                self.assertRegex(rule, r"\n +summary: \S")
                self.assertRegex(rule, r"\n +description: (\S|>-\n)")

    def test_every_runbook_link_leads_somewhere_and_no_section_is_left_over(self):
        linked = set(re.findall(r"runbook_url: docs/OPERATIONS\.md#(\w+)$",
                                text("deploy/prometheus/rules/alerts.yml"), re.M))
        described = {heading.lower()
                     for heading in re.findall(r"^### (Cordboard\w+)$", text("docs/OPERATIONS.md"), re.M)}
        self.assertEqual(linked, described)
        self.assertEqual([name for name, rule in alerts().items() if "runbook_url: " not in rule], [])

    def test_every_alert_is_seen_to_fire_and_to_be_silent(self):
        tests = text("tests/alerts/rules.test.yml")
        fires = set(re.findall(r"alertname: (\w+)\n +exp_alerts:\n +- exp_labels", tests))
        silent = set(re.findall(r"alertname: (\w+), exp_alerts: \[\]", tests))
        self.assertEqual(set(alerts()) - fires, set())
        self.assertEqual(set(alerts()) - silent, set())

    def test_every_kpi_is_documented_and_recorded_by_its_id(self):
        ids = kpi_ids()
        self.assertTrue(ids)
        (table,) = re.findall(r"\| Id \| KPI \|.*\n\|[-|]+\n((?:\|.*\n)+)", text("docs/METRICS.md"))
        self.assertEqual(re.findall(r"^\| `(\w+)` \|", table, re.M), [name for _, name in ids])
        recorded = re.findall(r"record: (cordboard:queue_\w+:(?:ratio|mean)15m)", text("deploy/prometheus/rules/kpis.yml"))
        burn = "cordboard:queue_service_level_strict_burn:ratio15m"
        self.assertEqual(sorted(recorded), sorted([*(rule_of(*kpi) for kpi in ids), burn]))


if __name__ == "__main__":
    unittest.main()

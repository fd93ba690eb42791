#!/usr/bin/env python3
"""alerts_test.py ROUTER SIM: the rules and routes of deploy/ in Debian's Prometheus and Alertmanager, against a
router: a queue goes into breach and out of it, the router goes and comes back, and who should hear of it does.

Time is compressed: each duration of the configuration files is divided by 30, windows of the rules, `for`,
intervals and waits alike, and so are the clocks of the queue (`cordboard-sim scaled`). So the rules are those that
are installed, with their thresholds and expressions, and a quarter of an hour takes half a minute. What is not a
duration of them stays as it is: the 50 ms of a slow sync, the days of a certificate."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request

from programs import Inbox, MailReceiver, Program, WebhookReceiver

HERE = pathlib.Path(__file__).resolve().parent
DEPLOY = HERE.parent.parent / "deploy"
SPEED = 30
ROUTER, SIM = sys.argv[1:3]

MILLISECONDS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def faster(text):
    """A configuration file of Prometheus or Alertmanager with its durations divided by SPEED."""
    def divided(found):
        return f"{found[1]}{int(found[2]) * MILLISECONDS[found[3]] // SPEED}ms"
    text = re.sub(r"(\[)(\d+)([smhd])(?=\])", divided, text)
    return re.sub(r"(?m)(^ *(?:for|\w*interval|group_wait): )(\d+)([smhd])$", divided, text)


def replaced(text, changes):
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


class Alerts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="cordboard-alerts-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.pages, cls.mails, cls.slack = Inbox(), Inbox(), Inbox()
        cls.start_router("127.0.0.1:0", "127.0.0.1:0")
        cls.start_alertmanager()
        cls.start_prometheus()

    @classmethod
    def start(cls, *words):
        program = Program(*map(str, words), log=cls.folder / (pathlib.Path(words[0]).name + ".log"))
        cls.addClassCleanup(program.stop, kill=True)
        return program

    @classmethod
    def start_router(cls, grpc, metrics):
        config = cls.folder / "queues.yaml"
        config.write_text(subprocess.run([SIM, "scaled", "--speed", str(SPEED), HERE / "queues.yaml"], check=True,
                                         capture_output=True, text=True).stdout)
        cls.router = cls.start(ROUTER, "--config", config, "--data-dir", cls.folder / "data", "--grpc-listen", grpc,
                               "--http-listen", "127.0.0.1:0", "--metrics-listen", metrics)
        cls.grpc, cls.metrics = cls.router.wait_for(r"^ready grpc=(\S+) .*metrics=(\S+)").groups()

    @classmethod
    def start_alertmanager(cls):
        pager, slack, mail = WebhookReceiver(cls.pages), WebhookReceiver(cls.slack), MailReceiver(cls.mails)
        for receiver in pager, slack, mail:
            cls.addClassCleanup(receiver.stop)
        secrets = cls.folder / "secrets"
        secrets.mkdir()
        (secrets / "slack-url").write_text(f"http://{slack.address}/hook")
        (secrets / "smtp-password").write_text("open-sesame")
        (secrets / "pager-token").write_text("token-of-the-pager")
        source = DEPLOY / "alertmanager"
        shutil.copytree(source / "templates", cls.folder / "templates")
        config = cls.folder / "alertmanager.yml"
        config.write_text(faster(replaced((source / "alertmanager.yml").read_text(), {
            "/etc/prometheus/secrets": str(secrets),
            "https://pager.example.com/alertmanager": f"http://{pager.address}/alertmanager",
            "smarthost: smtp.example.com:587": f"smarthost: {mail.address}\n        require_tls: false"})))
        cls.alertmanager = cls.start("prometheus-alertmanager", f"--config.file={config}",
                                     f"--storage.path={cls.folder / 'alertmanager'}",
                                     "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=")
        cls.alertmanager_address = cls.alertmanager.wait_for(r'"?Listening on"? address=(\S+)')[1]

    @classmethod
    def start_prometheus(cls):
        source = DEPLOY / "prometheus"
        (cls.folder / "rules").mkdir()
        for rules in (source / "rules").glob("*.yml"):
            (cls.folder / "rules" / rules.name).write_text(faster(rules.read_text()))
        config = cls.folder / "prometheus.yml"
        config.write_text(faster(replaced((source / "prometheus.yml").read_text(), {
            "127.0.0.1:7090": cls.metrics, "127.0.0.1:9093": cls.alertmanager_address})))
        prometheus = cls.start("prometheus", f"--config.file={config}",
                               f"--storage.tsdb.path={cls.folder / 'prometheus'}", "--web.listen-address=127.0.0.1:0",
                               "--rules.alert.resend-delay=1s")
        cls.prometheus = prometheus.wait_for(r'"Listening on" address=(\S+)')[1]
        prometheus.wait_for("ready to receive web requests")

    def api(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"http://{self.prometheus}/api/v1/{path}?{query}") as answer:
            return json.load(answer)["data"]

    def play(self, agents, *options):
        """Two calls a second of the queue's time, half a minute each: 60 agents have half of their time free."""
        return self.start(SIM, "live", "--target", self.grpc, "--agents", agents, "--rate", 1, "--duration", "1h",
                          "--speed", SPEED, "--handle-time", "25s", "--wrap-up", "5s", "--patience", "150s", *options)

    def paged(self, status, alert, **labels):
        """Waits until on call is told so."""
        def is_it(told):
            return told["status"] == status and (labels | {"alertname": alert}).items() <= told["labels"].items()

        authorization, body = self.pages.next(lambda page: any(map(is_it, page[1]["alerts"])))
        self.assertEqual(authorization, "Bearer token-of-the-pager")
        told = next(filter(is_it, body["alerts"]))
        print(f"{status}: {alert}: {told['annotations']['summary']}", flush=True)

    def mailed(self, *words):
        """Waits until the supervisors' channel has a message with these words in it."""
        def text(mail):
            return f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}"
        mail = self.mails.next(lambda mail: all(word in text(mail) for word in words))
        print(f"to {mail['To']}: {mail['Subject']}", flush=True)

    def posted_to_slack(self, *words):
        def title(post):
            return post[1]["attachments"][0]["title"]

        post = self.slack.next(lambda post: all(word in title(post) for word in words))
        print(f"to Slack, {post[1]['channel']}: {title(post)}", flush=True)

    def test_who_should_hear_of_it_does(self):
        self.paged("firing", "CordboardNoAgentsStaffed", queue="sales")
        calm = self.play(60)
        self.paged("resolved", "CordboardNoAgentsStaffed", queue="sales")
        calm.stop()

        storm = self.play(2)
        self.paged("firing", "CordboardServiceLevelBurnFast", queue="sales", severity="critical")
        self.mailed("[FIRING]", "Queue sales misses its service level",
                    "docs/OPERATIONS.md#cordboardservicelevelburnfast")
        storm.stop()
        calm = self.play(60)
        self.paged("resolved", "CordboardServiceLevelBurnFast", queue="sales")

        self.every_rule_can_be_evaluated()
        self.every_series_of_the_dashboards_exists()

        calm.stop()
        self.router.stop(kill=True)
        self.paged("firing", "CordboardRouterDown")
        self.posted_to_slack("[FIRING]", "does not answer Prometheus")
        self.start_router(self.grpc, self.metrics)
        self.paged("resolved", "CordboardRouterDown")

    def every_rule_can_be_evaluated(self):
        rules = [rule for group in self.api("rules")["groups"] for rule in group["rules"]]
        self.assertEqual([rule for rule in rules if rule["health"] != "ok"], [])
        self.check_series([rule["query"] for rule in rules])
        print(f"{len(rules)} rules", flush=True)

    def every_series_of_the_dashboards_exists(self):
        expressions = set()
        for file in (DEPLOY / "grafana/dashboards").glob("*.json"):
            for panel in json.loads(file.read_text())["panels"]:
                expressions |= {target["expr"] for target in panel["targets"]}
        filled_in = {re.sub(r"\$(tenant|queue)", ".*", one).replace("$__rate_interval", "1m") for one in expressions}
        for expression in filled_in:
            self.api("query", query=expression)  # an error of PromQL is an HTTP error
        self.check_series(filled_in)
        print(f"{len(filled_in)} expressions of dashboards", flush=True)

    def check_series(self, expressions):
        """Each selector finds something. The certificate's metric is only there with TLS."""
        selectors = {found for one in expressions for found in re.findall(r"\b((?:cordboard[\w:]+|up)\b(?:{[^}]*})?)", one)}
        nothing = {one for one in selectors if not self.api("series", **{"match[]": one})}
        self.assertEqual(nothing - {"cordboard_certificate_expiry_time_seconds"}, set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/env python3
"""alerts_test.py ROUTER SIM [CASE...]: the rules and routes of deploy/ in Debian's Prometheus and Alertmanager, against a
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
    """One router, one Alertmanager and one Prometheus for all cases; another router and Prometheus for TLS."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="cordboard-alerts-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.pages, cls.mails, cls.slack = Inbox(), Inbox(), Inbox()
        cls.start_alertmanager()
        (cls.folder / "rules").mkdir()
        for rules in (DEPLOY / "prometheus/rules").glob("*.yml"):
            (cls.folder / "rules" / rules.name).write_text(faster(rules.read_text()))
        cls.config = subprocess.run([SIM, "scaled", "--speed", str(SPEED), HERE / "queues.yaml"], check=True,
                                    capture_output=True, text=True).stdout
        cls.router, cls.grpc, cls.metrics = cls.start_router("router", cls.config)
        cls.prometheus = cls.start_prometheus("prometheus", {"127.0.0.1:7090": cls.metrics})

    @classmethod
    def start(cls, *words, name=None):
        name = name or pathlib.Path(words[0]).name
        program = Program(*map(str, words), log=cls.folder / f"{name}.log")
        cls.addClassCleanup(program.stop, kill=True)
        return program

    @classmethod
    def start_router(cls, name, config, grpc="127.0.0.1:0", metrics="127.0.0.1:0"):
        """The program and the addresses that it took."""
        file = cls.folder / f"{name}.yaml"
        file.write_text(config)
        router = cls.start(ROUTER, "--config", file, "--data-dir", cls.folder / f"{name}-data", "--grpc-listen", grpc,
                           "--http-listen", "127.0.0.1:0", "--metrics-listen", metrics, name=name)
        return router, *router.wait_for(r"^ready grpc=(\S+) .*metrics=(\S+)").groups()

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
        alertmanager = cls.start("prometheus-alertmanager", f"--config.file={config}",
                                 f"--storage.path={cls.folder / 'alertmanager'}", "--web.listen-address=127.0.0.1:0",
                                 "--cluster.listen-address=")
        cls.alertmanager = alertmanager.wait_for(r'"?Listening on"? address=(\S+)')[1]

    @classmethod
    def start_prometheus(cls, name, changes):
        """Its address. `changes`: of the configuration, beside where Alertmanager is."""
        config = cls.folder / f"{name}.yml"
        config.write_text(faster(replaced((DEPLOY / "prometheus/prometheus.yml").read_text(),
                                          changes | {"127.0.0.1:9093": cls.alertmanager})))
        prometheus = cls.start("prometheus", f"--config.file={config}", f"--storage.tsdb.path={cls.folder / name}",
                               "--web.listen-address=127.0.0.1:0", "--rules.alert.resend-delay=1s", name=name)
        address = prometheus.wait_for(r'"Listening on" address=(\S+)')[1]
        prometheus.wait_for("ready to receive web requests")
        return address

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

    def test_a_cause_silences_what_follows_from_it(self):
        for cause, consequence in (
                ("CordboardRouterDown", "CordboardLogSyncSlow"),
                ("CordboardTenantDown", "CordboardOldestWait"),
                ("CordboardNoAgentsStaffed", "CordboardServiceLevelBurnFast"),
                ("CordboardNoAgentsStaffed", "CordboardContactsUnservable"),
                ("CordboardServiceLevelBurnFast", "CordboardServiceLevelBurnSlow"),
                ("CordboardCertificateExpires", "CordboardCertificateExpiresSoon")):
            with self.subTest(f"{cause} silences {consequence}"):
                here = {"job": "cordboard", "instance": f"{cause}-{consequence}", "tenant": "t", "queue": "q"}
                there = here | {"instance": f"{cause}-{consequence}-elsewhere"}
                alerts = [here | {"alertname": cause, "severity": "critical"}, here | {"alertname": consequence},
                          there | {"alertname": consequence}]
                self.tell_alertmanager(alerts)
                self.paged("firing", cause, instance=here["instance"])
                self.assertEqual([self.state_of(alert) for alert in alerts], ["active", "suppressed", "active"])

    def tell_alertmanager(self, alerts):
        body = json.dumps([{"labels": labels, "annotations": {"summary": "made up"}} for labels in alerts]).encode()
        request = urllib.request.Request(f"http://{self.alertmanager}/api/v2/alerts", body,
                                         {"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()

    def state_of(self, labels):
        query = urllib.parse.urlencode([("filter", f'{name}="{value}"') for name, value in labels.items()])
        with urllib.request.urlopen(f"http://{self.alertmanager}/api/v2/alerts?{query}") as answer:
            return json.load(answer)[0]["status"]["state"]

    def test_a_router_with_tls_is_scraped_and_its_certificate_is_watched(self):
        certificate, key = self.folder / "router.crt", self.folder / "router.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                        "-out", certificate, "-keyout", key], check=True, capture_output=True)
        _, _, metrics = self.start_router("encrypted", self.config +
                                          f"server: {{tls: {{certificate: {certificate}, key: {key}}}}}\n")
        self.start_prometheus("encrypted-prometheus", {
            "127.0.0.1:7090": metrics, "# scheme: https": "scheme: https", "# tls_config:": "tls_config:",
            "#   ca_file: /etc/cordboard/ca.crt": f"  ca_file: {certificate}", "#   server_name:": "  server_name:"})
        self.paged("firing", "CordboardCertificateExpires", instance=metrics)
        self.posted_to_slack("[FIRING]", f"The certificate of router {metrics} ends within three days")

    def test_who_should_hear_of_it_does(self):
        self.paged("firing", "CordboardNoAgentsStaffed", queue="sales", instance=self.metrics)
        calm = self.play(60)
        self.paged("resolved", "CordboardNoAgentsStaffed", queue="sales", instance=self.metrics)
        calm.stop()

        storm = self.play(2)
        self.paged("firing", "CordboardServiceLevelBurnFast", queue="sales", instance=self.metrics)
        self.mailed("[FIRING]", "Queue sales misses its service level",
                    "docs/OPERATIONS.md#cordboardservicelevelburnfast")
        storm.stop()
        calm = self.play(60)
        self.paged("resolved", "CordboardServiceLevelBurnFast", queue="sales", instance=self.metrics)

        self.metrics_are_well_formed()
        self.every_rule_can_be_evaluated()
        self.every_series_of_the_dashboards_exists()

        calm.stop()
        self.router.stop(kill=True)
        self.paged("firing", "CordboardRouterDown", instance=self.metrics)
        self.posted_to_slack("[FIRING]", f"Router {self.metrics} does not answer Prometheus")
        self.start_router("router", self.config, self.grpc, self.metrics)
        self.paged("resolved", "CordboardRouterDown", instance=self.metrics)

    def metrics_are_well_formed(self):
        with urllib.request.urlopen(f"http://{self.metrics}/metrics") as answer:
            subprocess.run(["promtool", "check", "metrics"], input=answer.read(), check=True)

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
        selectors = set(re.findall(r"\b((?:cordboard[\w:]+|up)\b(?:{[^}]*})?)", "\n".join(expressions)))
        nothing = {one for one in selectors if not self.api("series", **{"match[]": one})}
        self.assertEqual(nothing - {"cordboard_certificate_expiry_time_seconds"}, set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])

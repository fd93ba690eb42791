#!/usr/bin/env python3
"""Writes the Grafana dashboards beside it, dashboards/*.json (Grafana 9.4 or newer).

    deploy/grafana/dashboards.py            after a change of this file
    deploy/grafana/dashboards.py --check    ends with 1 when what is committed is not what this file says

An expression may name only what exists: a metric of docs/METRICS.md, or what a rule of deploy/prometheus/rules
records. Anything else ends it with the panel and the name."""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
ALL = 'tenant=~"$tenant", queue=~"$queue"'  # of queues
TENANT = 'tenant=~"$tenant"'
FORMULAS = ("strict", "ignore_within", "ignore_short", "positive", "positive_short", "answered_only")


def known_names():
    docs = (ROOT / "docs/METRICS.md").read_text(encoding="utf-8")
    names = {"up"}
    for name, kind in re.findall(r"^\| `(cordboard_\w+)` \| (counter|gauge|histogram) \|", docs, re.M):
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    for rules in sorted((ROOT / "deploy/prometheus/rules").glob("*.yml")):
        names |= set(re.findall(r"^ +- record: (\S+)$", rules.read_text(encoding="utf-8"), re.M))
    return names


def names_in(expression):
    return set(re.findall(r"\b(?:cordboard[\w:]+|up)\b", expression))


def panel(kind, title, width, unit, *targets, height=8, description="", **options):
    """`targets`: (expression, legend)."""
    instant = kind in ("stat", "table")
    return {
        "type": kind, "title": title, "description": description, "datasource": DATA_SOURCE,
        "gridPos": {"w": width, "h": height},
        "fieldConfig": {"defaults": {"unit": unit, **options.pop("defaults", {})},
                        "overrides": options.pop("overrides", [])},
        "targets": [{"refId": chr(ord("A") + i), "datasource": DATA_SOURCE, "expr": expression, "legendFormat": legend,
                     "instant": instant, "range": not instant, "format": "table" if kind == "table" else "time_series"}
                    for i, (expression, legend) in enumerate(targets)],
        **options,
    }


def graph(title, width, unit, *targets, **options):
    return panel("timeseries", title, width, unit, *targets, **options)


def stat(title, width, unit, *targets, bad_from=None, **options):
    """`bad_from`: red at and above it."""
    steps = [{"color": "green", "value": None}]
    if bad_from is not None:
        steps.append({"color": "red", "value": bad_from})
    return panel("stat", title, width, unit, *targets, height=4,
                 defaults={"thresholds": {"mode": "absolute", "steps": steps}}, **options)


def table(title, columns, description=""):
    """One row for each queue. `columns`: (name, unit, expression)."""
    letters = [chr(ord("A") + i) for i in range(len(columns))]
    overrides = [{"matcher": {"id": "byName", "options": f"Value #{letter}"},
                  "properties": [{"id": "displayName", "value": name}, {"id": "unit", "value": unit}]}
                 for letter, (name, unit, _) in zip(letters, columns)]
    return panel("table", title, 24, "none", *((expression, "") for _, _, expression in columns), height=10,
                 description=description, overrides=overrides,
                 transformations=[{"id": "merge", "options": {}},
                                  {"id": "organize", "options": {"excludeByName": {"Time": True, "job": True}}}])


def variable(name, query):
    return {"type": "query", "name": name, "datasource": DATA_SOURCE, "query": {"query": query, "refId": name},
            "definition": query, "refresh": 2, "multi": True, "includeAll": True, "allValue": ".*", "sort": 1,
            "current": {"text": "All", "value": "$__all"}}


def laid_out(panels):
    """Left to right, then the next row."""
    x = y = row = 0
    for number, one in enumerate(panels, 1):
        place = one["gridPos"]
        if x + place["w"] > 24:
            x, y, row = 0, y + row, 0
        place.update(x=x, y=y)
        x, row = x + place["w"], max(row, place["h"])
        one["id"] = number
    return panels


def dashboard(uid, title, variables, panels):
    return {
        "uid": uid, "title": title, "tags": ["cordboard"], "schemaVersion": 37, "version": 1, "editable": True,
        "refresh": "15s", "time": {"from": "now-6h", "to": "now"}, "timezone": "browser",
        "templating": {"list": [{"type": "datasource", "name": "datasource", "query": "prometheus"}, *variables]},
        "panels": laid_out(panels),
    }


TENANTS = variable("tenant", "label_values(cordboard_tenant_up, tenant)")
QUEUES = variable("queue", 'label_values(cordboard_queue_waiting{tenant=~"$tenant"}, queue)')


def queues():
    by_queue = "{{queue}}"
    return dashboard("cordboard-queues", "Cordboard: queues", [TENANTS, QUEUES], [
        stat("Waiting", 4, "none", (f"sum(cordboard_queue_waiting{{{ALL}}})", "")),
        stat("Unservable", 4, "none", (f"sum(cordboard_queue_unservable{{{ALL}}})", ""), bad_from=1),
        stat("Oldest wait", 4, "s", (f"max(cordboard_queue_longest_wait_seconds{{{ALL}}})", "")),
        stat("In contact", 4, "none", (f"sum(cordboard_queue_connected{{{ALL}}})", "")),
        stat("Agents with work or ready", 4, "none",
             (f'sum(cordboard_agents{{{TENANT}, state="ready", activity!~"disconnected|not_responding"}})', ""),
             description="Of the whole tenant: an agent counts once, however many queues are served."),
        stat("Occupancy, 15 min", 4, "percentunit", (f"avg(cordboard:agents_occupancy:ratio15m{{{TENANT}}})", "")),
        table("Queues now and over the last 15 minutes", [
            ("waiting", "none", f"cordboard_queue_waiting{{{ALL}}}"),
            ("oldest", "s", f"cordboard_queue_longest_wait_seconds{{{ALL}}}"),
            ("staffed", "none", f"cordboard:queue_agents_staffed:sum{{{ALL}}}"),
            ("ready", "none", f"cordboard:queue_agents_ready:sum{{{ALL}}}"),
            ("service level (strict)", "percentunit", f"cordboard:queue_service_level_strict:ratio15m{{{ALL}}}"),
            ("target", "percentunit", f"cordboard_queue_service_level_target_ratio{{{ALL}}}"),
            ("ASA", "s", f"cordboard:queue_asa_seconds:mean15m{{{ALL}}}"),
            ("AHT", "s", f"cordboard:queue_aht_seconds:mean15m{{{ALL}}}"),
            ("abandonment", "percentunit", f"cordboard:queue_abandonment_rate:ratio15m{{{ALL}}}"),
        ], "An agent who serves several queues is in the row of each."),
        graph("Service level (strict), 15 min", 12, "percentunit",
              (f"cordboard:queue_service_level_strict:ratio15m{{{ALL}}}", by_queue),
              defaults={"min": 0, "max": 1}),
        graph("Burn of the service level (strict), 15 min: 1 is exactly at the target", 12, "none",
              (f"cordboard:queue_service_level_strict_burn:ratio15m{{{ALL}}}", by_queue)),
        graph("Waiting", 12, "none", (f"cordboard_queue_waiting{{{ALL}}}", by_queue)),
        graph("Oldest wait", 12, "s", (f"cordboard_queue_longest_wait_seconds{{{ALL}}}", by_queue)),
    ])


def one_queue():
    rate = "$__rate_interval"
    outcomes = ("answered", "abandoned", "overflowed", "expired", "deferred", "cancelled")
    return dashboard("cordboard-queue", "Cordboard: one queue", [TENANTS, QUEUES | {
        "multi": False, "includeAll": False, "allValue": None, "current": {}}], [
        graph("Service level by formula, 15 min", 16, "percentunit",
              *((f"cordboard:queue_service_level_{formula}:ratio15m{{{ALL}}}", formula) for formula in FORMULAS),
              (f"cordboard_queue_service_level_target_ratio{{{ALL}}}", "target"), defaults={"min": 0, "max": 1},
              description="docs/METRICS.md has the formulas."),
        graph("Burn of the service level (strict)", 8, "none",
              *((f"cordboard:queue_service_level_strict_burn:ratio{window}{{{ALL}}}", window)
                for window in ("5m", "15m", "1h"))),
        graph("Contacts in and out", 12, "none",
              (f"increase(cordboard_queue_offered_total{{{ALL}}}[{rate}])", "offered"),
              *((f'increase(cordboard_queue_left_total{{{ALL}, outcome="{outcome}"}}[{rate}])', outcome)
                for outcome in outcomes)),
        graph("Contacts now", 12, "none",
              *((f"cordboard_queue_{state}{{{ALL}}}", state.replace("_", " "))
                for state in ("waiting", "waiting_late", "unservable", "ringing", "connected", "callbacks", "scheduled"))),
        graph("Agents", 12, "none",
              (f"cordboard:queue_agents_staffed:sum{{{ALL}}}", "staffed"),
              (f"cordboard:queue_agents_ready:sum{{{ALL}}}", "ready"),
              (f"cordboard_queue_wrap_up{{{ALL}}}", "in wrap-up")),
        graph("Waits", 12, "s",
              (f"cordboard:queue_asa_seconds:mean15m{{{ALL}}}", "ASA, 15 min"),
              (f"cordboard_queue_longest_wait_seconds{{{ALL}}}", "oldest now"),
              (f"cordboard_queue_expected_wait_seconds{{{ALL}}}", "expected"),
              (f"histogram_quantile(0.9, sum without (outcome) (rate(cordboard_queue_wait_seconds_bucket{{{ALL}}}[15m])))",
               "90 % waited at most")),
        graph("Handling, 15 min", 12, "s",
              (f"cordboard:queue_aht_seconds:mean15m{{{ALL}}}", "AHT"),
              (f"cordboard:queue_acw_seconds:mean15m{{{ALL}}}", "ACW")),
        graph("Offers and losses, 15 min", 12, "percentunit",
              *((f"cordboard:queue_{kpi}:ratio15m{{{ALL}}}", kpi.replace("_", " "))
                for kpi in ("answer_rate", "rona_rate", "decline_rate", "rescind_rate", "transfer_rate",
                            "abandonment_rate", "abandonment_rate_without_short"))),
    ])


def router():
    by_tenant = "{{tenant}}"
    def p99(metric):
        return f"histogram_quantile(0.99, rate(cordboard_{metric}_seconds_bucket{{{TENANT}}}[5m]))"
    return dashboard("cordboard-router", "Cordboard: router", [TENANTS], [
        stat("Up", 3, "none", ('up{job="cordboard"}', "{{instance}}")),
        stat("Ready", 3, "none", ("cordboard_ready", "{{instance}}")),
        stat("Tenants that answer", 3, "none", (f"sum(cordboard_tenant_up{{{TENANT}}})", "")),
        stat("Uptime", 3, "s", ("cordboard_uptime_seconds", "{{instance}}")),
        stat("Certificate ends in", 4, "s", ("cordboard_certificate_expiry_time_seconds - time()", "{{instance}}")),
        stat("Disk left", 4, "bytes", (f"min(cordboard_store_free_bytes{{{TENANT}}})", "")),
        stat("Version", 4, "none", ("cordboard_build_info", "{{version}}"), options={"textMode": "name"}),
        graph("Commands", 12, "ops",
              (f"sum by (outcome) (rate(cordboard_commands_total{{{TENANT}}}[$__rate_interval]))", "{{outcome}}")),
        graph("Rejections by reason", 12, "ops",
              (f"sum by (reason) (rate(cordboard_rejections_total{{{TENANT}}}[$__rate_interval])) > 0", "{{reason}}")),
        graph("99 % at most: inbox, apply, commit", 12, "s",
              *((p99(metric), f"{metric} {by_tenant}") for metric in ("inbox", "apply", "commit"))),
        graph("99 % at most: sync", 12, "s", (f"cordboard:log_sync_seconds:p99_5m{{{TENANT}}}", by_tenant)),
        graph("Refused before the engine", 12, "ops",
              (f"sum by (class, reason) (rate(cordboard_requests_refused_total{{{TENANT}}}[$__rate_interval]))",
               "{{class}}: {{reason}}"),
              (f"rate(cordboard_inbox_overloaded_total{{{TENANT}}}[$__rate_interval])", "inbox full")),
        graph("Limits in use", 12, "percentunit",
              (f'cordboard_limit_used{{tenant=~"$tenant|"}} / cordboard_limit_max', "{{limit}}")),
        graph("Streams", 12, "none", (f"sum by (kind) (cordboard_streams{{{TENANT}}})", "{{kind}}")),
        graph("Sent on streams", 12, "Bps",
              (f"sum by (kind) (rate(cordboard_stream_bytes_sent_total{{{TENANT}}}[$__rate_interval]))", "{{kind}}")),
        graph("Store", 12, "bytes", (f"cordboard_store_bytes{{{TENANT}}}", f"store {by_tenant}"),
              (f"cordboard_snapshot_bytes{{{TENANT}}}", f"snapshot {by_tenant}")),
        graph("Commands a restart would replay", 12, "none",
              (f"cordboard_log_sequence{{{TENANT}}} - cordboard_log_snapshot_sequence{{{TENANT}}}", by_tenant)),
    ])


def main():
    known, stale = known_names(), []
    for made in queues(), one_queue(), router():
        for one in made["panels"]:
            for target in one["targets"]:
                if unknown := names_in(target["expr"]) - known:
                    sys.exit(f"{made['title']}, panel '{one['title']}': nothing exports or records {sorted(unknown)}")
        path = HERE / "dashboards" / f"{made['uid']}.json"
        text = json.dumps(made, indent=1) + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"not what deploy/grafana/dashboards.py makes: {', '.join(stale)}; run it and commit what it wrote")


if __name__ == "__main__":
    main()

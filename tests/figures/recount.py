#!/usr/bin/env python3
"""recount.py CONFIG [--until REVISION] [EVENTS]: counts the figures of every queue from what happened, and nothing else.

    cordboardctl events --data-dir DIR | tests/figures/recount.py router.json

EVENTS are the lines of `cordboardctl events` (default: standard input), of one tenant. CONFIG is the configuration that
the router ran with from the first record on, as JSON, of which only the names and thresholds of the queues are taken: a
threshold that was changed on the way, or a queue that was renamed, would need what events do not tell. Prints one JSON
object for each queue, as of the last event, with durations in microseconds.

This shares nothing with the router but the meaning of its events (proto/cordboard/v1/*_event.proto) and of the formulas
(docs/METRICS.md): it exists so that the router's figures can be doubted. It reads no counter, and no wait that the
router computed, but to compare: a figure that does not follow from the times of the events stops it."""

import argparse
import calendar
import fractions
import json
import re
import sys
import time

UNITS_US = {"d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1}
DEFAULT_WITHIN, DEFAULT_SHORT = "20s", "5s"  # docs/CONFIGURATION.md
BUCKETS_S = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800)


class Contradiction(Exception):
    """Events that cannot all be true."""


def require(holds, what):
    if not holds:
        raise Contradiction(what)


def configured_us(text):
    """1m30s, 750ms, 0."""
    if text in ("0", 0):
        return 0
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|us|[dhms])", text)
    require("".join(number + unit for number, unit in parts) == text, f"no duration: {text}")
    return round(sum(fractions.Fraction(number) * UNITS_US[unit] for number, unit in parts))


def duration_us(text):
    """12.345678s"""
    seconds, _, rest = text[:-1].partition(".")
    return int(seconds) * 1_000_000 + int(rest.ljust(6, "0")[:6] or 0)


_seconds = {}


def time_us(text):
    """2026-01-31T12:34:56.789012Z"""
    whole, rest = text[:19], text[20:-1]
    if whole not in _seconds:
        if len(_seconds) > 100_000:
            _seconds.clear()
        _seconds[whole] = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return _seconds[whole] * 1_000_000 + (int(rest.ljust(6, "0")[:6]) if rest else 0)


class Stopwatch:
    """How long somebody has worked on a contact, without the time for which it was set aside."""

    def __init__(self, at, aside=False):
        self.began = at
        self.aside_at = at if aside else None

    def set_aside(self, at):
        require(self.aside_at is None, "set aside twice")
        self.aside_at = at

    def take_up(self, at):
        require(self.aside_at is not None, "taken up without having been set aside")
        self.began += at - self.aside_at
        self.aside_at = None

    def worked(self, at):
        return (at if self.aside_at is None else self.aside_at) - self.began


class Queue:
    COUNTS = ("offered", "answered", "answered_within", "abandoned", "abandoned_within", "abandoned_short",
              "overflowed", "expired", "deferred", "cancelled", "transferred_in", "transferred_out", "handled",
              "completed", "offers", "offers_accepted", "offers_declined", "offers_expired", "offers_rescinded",
              "callbacks_requested", "callbacks_dialed", "callbacks_connected", "callbacks_failed",
              "promises_broken", "redials")
    SUMS_US = ("wait_answered", "wait_abandoned", "connected", "wrap_up", "longest_wait")

    def __init__(self, name, within_us, short_us):
        self.name, self.within_us, self.short_us = name, within_us, short_us
        self.waiting = {}  # since when, by contact
        for count in self.COUNTS + self.SUMS_US:
            setattr(self, count, 0)
        self.answered_waits = [0] * (len(BUCKETS_S) + 1)
        self.abandoned_waits = [0] * (len(BUCKETS_S) + 1)

    def count_answer(self, wait):
        self.answered += 1
        self.wait_answered += wait
        self.answered_within += wait <= self.within_us
        self.answered_waits[bucket_of(wait)] += 1

    def count_abandon(self, wait):
        self.abandoned += 1
        self.wait_abandoned += wait
        self.abandoned_within += wait <= self.within_us
        self.abandoned_short += wait <= self.short_us
        self.abandoned_waits[bucket_of(wait)] += 1

    def late(self, at):
        """Of those waiting, who has waited longer than the threshold by then."""
        return sum(at - since > self.within_us for since in self.waiting.values())

    def kpis(self, at):
        """By the id of the formula: (part, whole), times in microseconds; at that time, when the last event is past."""
        answers, losses = self.answered, self.abandoned
        sums = {
            "service_level_strict": (self.answered_within, answers + losses + self.late(at)),
            "service_level_ignore_within": (self.answered_within, answers + (losses - self.abandoned_within)),
            "service_level_ignore_short": (self.answered_within, answers + (losses - self.abandoned_short)),
            "service_level_positive": (self.answered_within + self.abandoned_within, answers + losses),
            "service_level_positive_short": (self.answered_within + self.abandoned_short, answers + losses),
            "service_level_answered_only": (self.answered_within, answers),
            "abandonment_rate": (losses, self.offered),
            "abandonment_rate_without_short": (losses - self.abandoned_short,
                                               self.offered - self.abandoned_short),
            "asa": (self.wait_answered, answers),
            "aht": (self.connected + self.wrap_up, self.handled),
            "acw": (self.wrap_up, self.handled),
            "answer_rate": (self.offers_accepted, self.offers),
            "decline_rate": (self.offers_declined, self.offers),
            "rona_rate": (self.offers_expired, self.offers),
            "rescind_rate": (self.offers_rescinded, self.offers),
            "transfer_rate": (self.transferred_out, self.handled),
        }
        return {name: numbers for name, numbers in sums.items() if numbers[1] > 0}

    def figures(self, at):
        result = {name: getattr(self, name) for name in self.COUNTS + self.SUMS_US}
        return result | {"answered_waits": self.answered_waits, "abandoned_waits": self.abandoned_waits,
                         "waiting": len(self.waiting), "waiting_late": self.late(at)}


def bucket_of(wait_us):
    return next((i for i, bound in enumerate(BUCKETS_S) if wait_us <= bound * 1_000_000), len(BUCKETS_S))


class Contact:
    __slots__ = ("queue", "queued_at", "in_queue", "dialing", "agent", "talk")

    def __init__(self):
        self.queue = self.queued_at = self.agent = self.talk = None
        self.in_queue = self.dialing = False


class Recount:
    def __init__(self, config):
        self.queues = {}
        for queue in config["queues"]:
            within = configured_us(queue.get("service_level", {}).get("within", DEFAULT_WITHIN))
            short = configured_us(queue.get("short_abandon", DEFAULT_SHORT))
            self.queues[queue["name"]] = Queue(queue["name"], within, short)
        self.contacts = {}
        self.offers = {}    # id: queue
        self.wrap_ups = {}  # (contact, agent): (queue, stopwatch)
        self.events = self.revision = self.at = 0

    def read(self, lines, until=None):
        for line in lines:
            row = json.loads(line)
            revision = int(row["revision"])
            if until is not None and revision > until:
                break
            at = time_us(row["at"])
            require(revision >= self.revision and at >= self.at, f"revision {revision} goes back")
            self.revision, self.at = revision, at
            ((kind, event),) = row["event"].items()
            try:
                if handler := getattr(self, "on_" + kind, None):
                    handler(event, at)
            except (Contradiction, KeyError, AttributeError) as wrong:
                raise Contradiction(f"{wrong!r}, at revision {revision}: {line}") from wrong
            self.events += 1

    def leave(self, contact, at, told):
        """Out of its queue; how long it was in it. `told` is the router's own word for it."""
        require(contact.in_queue, "it is in no queue")
        wait = at - contact.queued_at
        require(told is None or duration_us(told) == wait, f"it waited {wait} us, the router says {told}")
        contact.in_queue = False
        contact.dialing = False
        contact.queue.longest_wait = max(contact.queue.longest_wait, wait)
        return wait

    def end_talk(self, contact, at):
        contact.queue.handled += 1
        contact.queue.connected += contact.talk.worked(at)
        aside, contact.talk = contact.talk.aside_at is not None, None
        return aside

    # O = A + B + F + X + waiting, at every moment. Who waits is known here by name, and told by the router as a
    # number.
    def check_identity(self, queue, told_waiting):
        flowed = queue.overflowed + queue.expired + queue.deferred
        gone, wait = queue.answered + queue.abandoned + flowed + queue.cancelled, len(queue.waiting)
        require(queue.offered == gone + wait, f"{queue.name}: O = {queue.offered}, gone are {gone}, {wait} wait")
        require(told_waiting == wait, f"{queue.name}: {wait} wait, told are {told_waiting}")

    def on_contactQueued(self, e, at):
        contact = self.contacts.setdefault(e["contactId"], Contact())
        require(not contact.in_queue and contact.talk is None, "it is somewhere already")
        queue = self.queues[e["queue"]]
        contact.queue, contact.queued_at, contact.in_queue = queue, at, True
        queue.waiting[e["contactId"]] = at
        queue.offered += 1
        queue.redials += e.get("cause") == "REDIALLED"
        self.check_identity(queue, e["waiting"])

    def out(self, e, at):
        contact = self.contacts[e["contactId"]]
        wait = self.leave(contact, at, e.get("wait"))
        del contact.queue.waiting[e["contactId"]]
        return contact, wait

    def on_contactConnected(self, e, at):
        contact = self.contacts[e["contactId"]]
        require(contact.queue is self.queues[e["queue"]], "it was in another queue")
        contact.queue.callbacks_connected += contact.dialing
        _, wait = self.out(e, at)
        contact.queue.count_answer(wait)
        contact.agent, contact.talk = e["agentId"], Stopwatch(at)

    def on_contactMoved(self, e, at):
        contact, _ = self.out(e, at)
        require(contact.queue is self.queues[e["fromQueue"]], "it was in another queue")
        contact.queue.overflowed += 1

    def on_contactScheduled(self, e, at):
        if e.get("fromQueue"):
            contact, _ = self.out(e, at)
            contact.queue.deferred += 1
        contact = self.contacts.setdefault(e["contactId"], Contact())
        contact.queue = self.queues[e["queue"]]
        contact.queue.callbacks_requested += e.get("cause") == "CALLBACK_REQUESTED"

    def on_contactTransferred(self, e, at):
        contact = self.contacts[e["contactId"]]
        if contact.talk is not None:  # no wrap-up has begun
            self.end_talk(contact, at)
        self.queues[e["fromQueue"]].transferred_out += 1
        self.queues[e["toQueue"]].transferred_in += 1

    def on_wrapUpStarted(self, e, at):
        contact = self.contacts[e["contactId"]]
        known = contact.queue is self.queues[e["queue"]] and contact.agent == e["agentId"]
        require(known, "another agent has it")
        aside = self.end_talk(contact, at)
        self.wrap_ups[e["contactId"], e["agentId"]] = contact.queue, Stopwatch(at, aside)

    def on_wrapUpEnded(self, e, at):
        queue, watch = self.wrap_ups.pop((e["contactId"], e["agentId"]))
        require(queue is self.queues[e["queue"]], "the wrap-up began in another queue")
        queue.wrap_up += watch.worked(at)

    def watch_of(self, e):
        contact = self.contacts.get(e["contactId"])
        if contact is not None and contact.talk is not None and contact.agent == e["agentId"]:
            return contact.talk
        return self.wrap_ups[e["contactId"], e["agentId"]][1]

    def on_contactInterrupted(self, e, at):
        self.watch_of(e).set_aside(at)

    def on_contactResumed(self, e, at):
        self.watch_of(e).take_up(at)

    def on_contactEnded(self, e, at):
        contact = self.contacts.pop(e["contactId"])
        if contact.talk is not None:
            require(e["state"] == "COMPLETED", f"it is {e['state']} while an agent has it")
            self.end_talk(contact, at)
        if e["state"] == "COMPLETED":
            contact.queue.completed += 1
            require(not contact.in_queue, "it is completed and waits")
        elif contact.in_queue:  # otherwise it was scheduled, and counts nowhere
            wait = self.leave(contact, at, e.get("wait"))
            del contact.queue.waiting[e["contactId"]]
            if e["state"] == "ABANDONED":
                contact.queue.count_abandon(wait)
            else:
                name = {"CANCELLED": "cancelled", "EXPIRED": "expired", "OVERFLOWED": "overflowed"}[e["state"]]
                setattr(contact.queue, name, getattr(contact.queue, name) + 1)

    def on_offerCreated(self, e, _):
        require(e["offerId"] not in self.offers, "an offer with this id is live")
        queue = self.offers[e["offerId"]] = self.queues[e["queue"]]
        queue.offers += 1

    def on_offerEnded(self, e, _):
        queue = self.offers.pop(e["offerId"])
        name = "offers_" + e["state"].lower()
        setattr(queue, name, getattr(queue, name) + 1)

    def on_callbackDialing(self, e, _):
        self.contacts[e["contactId"]].dialing = True
        self.queues[e["queue"]].callbacks_dialed += 1

    def on_callbackFailed(self, e, _):
        self.contacts[e["contactId"]].dialing = False
        self.queues[e["queue"]].callbacks_failed += 1

    def on_callbackPromiseBroken(self, e, _):
        self.queues[e["queue"]].promises_broken += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("config", type=argparse.FileType())
    parser.add_argument("--until", type=int, help="up to this revision")
    parser.add_argument("events", nargs="?", type=argparse.FileType(), default=sys.stdin)
    arguments = parser.parse_args()
    recount = Recount(json.load(arguments.config))
    try:
        recount.read(arguments.events, arguments.until)
    except Contradiction as wrong:
        sys.exit(f"recount.py: {wrong}")
    for queue in recount.queues.values():
        about = {"queue": queue.name, "revision": recount.revision}
        print(json.dumps(about | queue.figures(recount.at) | {"kpis": queue.kpis(recount.at)}))


if __name__ == "__main__":
    main()

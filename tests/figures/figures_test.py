#!/usr/bin/env python3
"""figures_test.py --router R --sim S --ctl C --page DIR [--contacts N] [--rate R] [--agents A]

Everybody who shows figures of a queue shows the same ones, and they are those of what happened: plays contacts against
a router that is killed with kill -9 on the way, asks it through the API, with cordboardctl, as Prometheus and on the
page in Chromium, at one revision, and compares with what recount.py counts from the events of its log. Ends with 0 when
every count, sum and KPI is equal."""

import argparse
import ctypes
import decimal
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import recount
import sources

HERE = pathlib.Path(__file__).resolve().parent
CONFIG = HERE / "contact_center.json"
KILLS = 2  # while contacts come and go; once more when nothing flows
TRIES = 10  # to find everybody at one revision: deadlines may be due in between
_LIBC = ctypes.CDLL(None)


def die_with_parent():
    _LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Router:
    def __init__(self, program, page, folder):
        self.words = [program, "--config", CONFIG, "--data-dir", folder / "data", "--dashboard", page]
        self.log = (folder / "router.log").open("a")
        self.listen = {"grpc": "127.0.0.1:0", "http": "127.0.0.1:0", "metrics": "127.0.0.1:0"}
        self.kills = 0

    def start(self):
        """From the second time on at the same addresses."""
        flags = [word for edge, at in self.listen.items() for word in (f"--{edge}-listen", at)]
        self.process = subprocess.Popen([*self.words, *flags], stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        preexec_fn=die_with_parent)
        for line in self.process.stdout:
            if line.startswith("ready "):
                self.listen = dict(word.split("=") for word in line.split()[1:])
                return
        sys.exit(f"the router did not start: {self.log.name}")

    def kill_and_start(self):
        self.process.kill()
        self.process.wait()
        self.kills += 1
        self.start()

    def stop(self):
        self.process.terminate()
        if code := self.process.wait():
            sys.exit(f"the router ended with {code}")

    @property
    def url(self):
        return f"http://{self.listen['http']}/"


def play(router, sim, contacts, rate, agents):
    """More contacts than the agents can take, so that everything happens that can be counted; and KILLS times the
    router dies."""
    seconds = contacts / rate
    live = subprocess.Popen(
        [sim, "live", "--target", router.listen["grpc"], "--agents", str(agents), "--rate", str(rate),
         "--duration", f"{seconds:g}s", "--seed", "7", "--json", "--handle-time", "{exponential: {mean: 250ms}}",
         "--wrap-up", "{exponential: {mean: 50ms}}", "--patience", "{exponential: {mean: 2s}}",
         "--answer-delay", "20ms", "--decline", "0.02", "--no-answer", "0.005", "--notice-after", "1500ms",
         "--transfer", "0.1"],
        stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
    began = time.monotonic()
    for kill in range(1, KILLS + 1):
        try:
            live.wait(max(0, began + seconds * kill / (KILLS + 1) - time.monotonic()))
            sys.exit("the contacts came to an end before the router was killed")
        except subprocess.TimeoutExpired:
            router.kill_and_start()
    told = json.loads(live.communicate()[0])
    if live.returncode != 0:
        sys.exit(f"the audit of the clients found something: {json.dumps(told)}")
    return told


def play_by_hand(router):
    """What the simulator's customers do not do: withdraw, ask to be called back, come later; and some still wait at
    the end. Nobody takes contacts of the queue any more."""
    def ask(method, **fields):
        text = " ".join(f"{name}: {value}" for name, value in fields.items())
        sources.call(router.url, f"GatewayService/{method}", fields=text)

    far = "{seconds: %d}" % (time.time() + 7 * 86_400)
    names = [f"hand-{n}" for n in range(12)]
    for n, name in enumerate(names):
        more = {"not_before": far} if n in (4, 5) else {"gateway": '"hand"'} if n in (6, 7, 8) else {}
        ask("SubmitContact", contact_id=f'"{name}"', queue='"later"', customer='"+49 30 5550"', **more)
    for name in names[:3]:
        ask("CancelContact", contact_id=f'"{name}"')
    ask("CancelContact", contact_id=f'"{names[4]}"')  # scheduled: it was in no queue
    for name in names[6:8]:
        ask("RequestCallback", contact_id=f'"{name}"', not_before=far)
    ask("RequestCallback", contact_id=f'"{names[8]}"')  # due at once: in the queue again
    ask("EndContact", contact_id=f'"{names[9]}"')


def ask_api(router):
    return sources.from_api(router.url, recount.Queue.COUNTS, recount.Queue.SUMS_US)


def read_all(router, ctl):
    """What each of them says at one revision, and the time at which they did. Nothing flows, but deadlines may pass."""
    for _ in range(TRIES):
        api, begin = ask_api(router)
        page, page_at = sources.from_page(router.url)
        kpis = {kpi for queue in api.values() for kpi in queue["kpis"]}
        told = sources.from_ctl(ctl, router.listen["grpc"], recount.Queue.COUNTS, recount.Queue.SUMS_US, kpis)
        metrics, metrics_at = sources.from_metrics(router.listen["metrics"], recount.BUCKETS_S)
        again, end = ask_api(router)
        if begin == page_at == metrics_at == end and api == again:
            return api, told, metrics, page, begin, time.time_ns() // 1000
        print(f"revisions {begin}, {page_at}, {metrics_at}, {end}: once more")
    sys.exit(f"no revision at which all could be asked, in {TRIES} tries")


def count_events(ctl, folder, until):
    """Of the log, by the other program."""
    counted = recount.Recount(json.loads(CONFIG.read_text()))
    with subprocess.Popen([ctl, "events", "--data-dir", folder / "data"], stdout=subprocess.PIPE, text=True,
                          preexec_fn=die_with_parent) as export:
        counted.read(export.stdout, until)
        for line in export.stdout:  # a stop may have added something
            pass
    if export.returncode:
        sys.exit(f"cordboardctl events ended with {export.returncode}")
    return counted


# ---- as the page writes it, in English ----

def rounded(number, digits):
    return number.quantize(decimal.Decimal(1).scaleb(-digits), rounding=decimal.ROUND_HALF_UP)


def duration_text(seconds):
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def kpi_text(name, part, whole):
    quotient = decimal.Decimal(part) / decimal.Decimal(whole)
    if name not in ("asa", "aht", "acw"):
        return f"{rounded(100 * quotient, 1)}%"
    seconds = quotient / 1_000_000
    if seconds >= decimal.Decimal("59.95"):
        return duration_text(int(rounded(seconds, 0)))
    return f"{rounded(seconds, 1):,} s"


class Comparison:
    def __init__(self):
        self.equal = 0
        self.wrong = []

    def same(self, where, expected, told):
        if expected == told:
            self.equal += 1
        else:
            self.wrong.append(f"{where}: {told}, and from the events {expected}")

    def all_of(self, source, queue, expected, told):
        for name, value in expected.items():
            self.same(f"{source}: {queue} {name}", value, told.get(name))


def compare(queues, at, api, told, metrics, page):
    found = Comparison()
    found.same("queues", sorted(queues), sorted(api))
    for name, queue in queues.items():
        figures, kpis = queue.figures(at), queue.kpis(at)
        found.all_of("API", name, figures, api[name])
        found.same(f"API: {name} KPIs", sorted(kpis), sorted(api[name]["kpis"]))
        found.all_of("API", name, kpis, api[name]["kpis"])
        found.all_of("cordboardctl", name, figures, told[name])
        found.same(f"cordboardctl: {name} KPIs", kpis, told[name]["kpis"])
        found.all_of("Prometheus", name, figures, metrics[name])
        shown = {count: f"{figures[count]:,}" for count in ("offered", "answered", "abandoned", "waiting")}
        found.all_of("page", name, shown, page[name])
        texts = {kpi: kpi_text(kpi, *numbers) for kpi, numbers in kpis.items()}
        found.all_of("page", name, {kpi: texts.get(kpi, "–") for kpi in page[name]["kpis"]}, page[name]["kpis"])
        found.same(f"page: {name} KPIs", sorted(set(kpis) - set(page[name]["kpis"])), [])
    return found


COLUMNS = ("offered", "answered", "answered_within", "abandoned", "abandoned_within", "abandoned_short", "overflowed",
           "expired", "deferred", "cancelled", "transferred_out", "offers_declined", "offers_expired",
           "offers_rescinded")
HEADS = ("O", "A", "A_T", "B", "B_T", "B_s", "over", "exp", "def", "X", "transf", "decl", "rona", "resc")


# There is no gateway that dials.
NEVER = {"callbacks_dialed", "callbacks_connected", "callbacks_failed", "promises_broken", "redials"}


def show(queues, at):
    print(("{:<9}" + "{:>9}" * 15).format("queue", *HEADS, "strict"))
    for name, queue in queues.items():
        level = queue.kpis(at).get("service_level_strict")
        print(("{:<9}" + "{:>9}" * 15).format(name, *(getattr(queue, column) for column in COLUMNS),
                                             kpi_text("", *level) if level else "-"))


def run(arguments, folder):
    router = Router(arguments.router, arguments.page, folder)
    router.start()
    told = play(router, arguments.sim, arguments.contacts, arguments.rate, arguments.agents)
    play_by_hand(router)
    before, _ = ask_api(router)
    router.kill_and_start()
    api, shown, metrics, page, revision, at = read_all(router, arguments.ctl)
    router.stop()
    counted = count_events(arguments.ctl, folder, revision)
    show(counted.queues, at)
    found = compare(counted.queues, at, api, shown, metrics, page)
    for name, figures in before.items():
        found.all_of("before the last kill -9", name, figures, api[name])
    for name in next(iter(counted.queues.values())).figures(at):  # what never happened was not compared
        happened = any(queue.figures(at)[name] for queue in counted.queues.values())
        found.same(f"tried: {name}", name not in NEVER, happened)
    for line in found.wrong:
        print(f"DIFFERS {line}")
    print(f"{told['submitted']} contacts by the simulator, {router.kills} kill -9, {counted.events} events up to "
          f"revision {revision}: {found.equal} figures are equal, {len(found.wrong)} differ")
    return 1 if found.wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[1])
    for program in "router", "sim", "ctl", "page":
        parser.add_argument(f"--{program}", required=True, type=pathlib.Path)
    parser.add_argument("--contacts", type=int, default=15_000)
    parser.add_argument("--rate", type=float, default=750)
    parser.add_argument("--agents", type=int, default=150)
    with tempfile.TemporaryDirectory(prefix="cordboard-figures-") as folder:
        return run(parser.parse_args(), pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())

"""One soak: a Seawall, its gateway, the load, the changes, what is measured meanwhile, and the verdict."""

import asyncio
import contextlib
import logging
import os
import pathlib
import random
import re
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field

import changes
import load
from book import Book
from trend import Limit, trend
from wire import Connection, WebSocket, context
from wire2 import Connection2

from lab import PASSWORD, ROOT, USER, LabError, free_port, until
from lab.seawall import ALLOWED

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = 5  # seconds
STILL = 2  # seconds
SETTLED = 45  # seconds until everything that the load used must be gone
MEBIBYTE = 1 << 20
HELD = 50

# How much more of each may be there at the end than after the warm-up. What the load itself makes of it comes and goes:
# clients in flight, tunnels that a restart of the gateway ended.
LIMITS = {
    "RSS": Limit(20 * MEBIBYTE, 0.12),
    "live heap": Limit(3 * MEBIBYTE, 0.15),
    "direct memory": Limit(8 * MEBIBYTE),
    "metaspace and code": Limit(16 * MEBIBYTE),
    "descriptors": Limit(40, 0.10),
    "threads": Limit(1),
    "connections": Limit(30, 0.10),
    "WebSockets": Limit(15, 0.10),
    "series": Limit(40),
}
# What may be left when the last client has gone, beyond what was there before the first came.
LEFT = {"connections": 0, "WebSockets": 0, "descriptors": 5, "threads": 0}


@dataclass
class Place:
    """Where the clients go, and what they need to know."""
    port: int
    metrics_url: str
    tls: dict
    bearer: str
    hooks: str
    book: Book
    session: str = ""
    idle: int = load.IDLE
    seawall: object = None
    gateway: object = None
    held: list = field(default_factory=list)

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    def scrape(self):
        with urllib.request.urlopen(self.metrics_url, timeout=30) as answer:
            text = answer.read().decode()
        return {name: float(value) for name, value in re.findall(r"(?m)^(\w+(?:\{[^}]*\})?) (\S+)$", text)}

    async def metric(self, series):
        return (await asyncio.to_thread(self.scrape)).get(series, 0.0)


class Log:
    """Seawall's output, read as it is written and not kept: hours of it would fill a disk. The lines that are no
    client's exchange are."""

    KEPT = 2000
    BAD = re.compile(r"OutOf\w*Memory\w*|LEAK|unexpected [\w.$]+|watcher failed|Exception")

    def __init__(self, file):
        os.mkfifo(file)
        self.exchanges = 0
        self.others = []
        threading.Thread(target=self.read, args=(file,), daemon=True).start()

    def read(self, file):
        with open(file, errors="replace") as lines:
            for line in lines:
                if '"status":' in line:
                    self.exchanges += 1
                elif '"auth_failure' not in line and len(self.others) < self.KEPT:
                    self.others.append(line.rstrip())

    def bad(self):
        """The lines, each kind once."""
        return list({found[0]: line[:600] for line in self.others if (found := self.BAD.search(line))}.values())


class Soak:
    def __init__(self, lab, seconds, seed, leak=0):
        self.seconds, self.seed, self.leak = seconds, seed, leak
        self.folder = lab.place("soak")
        self.book = Book()
        gateway_port, admin = free_port(), free_port()
        self.certificates = changes.Certificates(lab.place("certificates"))
        tokens = [secrets.token_hex(32) for _ in range(2)]
        port = free_port()
        self.place = Place(port, f"http://127.0.0.1:{admin}/metrics",
                           {protocol: context(self.certificates.ca, protocol) for protocol in ("http/1.1", "h2")},
                           f"Authorization: Bearer {tokens[0]}", f"Authorization: Bearer {tokens[1]}", self.book)
        self.settings = changes.Settings(self.folder / ".env", {
            "PORT": port, "SEAWALL_BIND": "127.0.0.1", "SEAWALL_UPSTREAM": f"127.0.0.1:{gateway_port}",
            "SEAWALL_ADMIN": f"127.0.0.1:{admin}", "SEAWALL_STATE_DIR": self.folder / "state", "SEAWALL_LOG": "json",
            "SEAWALL_TLS": "files", "SEAWALL_TLS_CERT": self.certificates.folder / "served.pem",
            "SEAWALL_TLS_KEY": self.certificates.folder / "served.key",
            "AUTH_USERNAME": USER, "AUTH_PASSWORD": PASSWORD, "OPENCLAW_GATEWAY_TOKEN": tokens[0],
            "HOOKS_ENABLED": "true", "HOOKS_TOKEN": tokens[1], "SEAWALL_PUBLIC_PATHS": "/soak/*",
            "SEAWALL_TRUSTED_PROXIES": load.PROXY, "SEAWALL_CLIENT_IP_HEADER": "X-Forwarded-For",
            "SEAWALL_IDLE_TIMEOUT": load.IDLE, "SEAWALL_STALL_TIMEOUT": load.STALL,
            "SEAWALL_HANDSHAKE_TIMEOUT": load.HANDSHAKE,
            **ALLOWED})
        self.place.gateway = changes.Gateway(lab, self.folder, gateway_port, [sys.executable, HERE / "gateway.py"])
        self.log = Log(self.folder / "seawall.log")
        self.process = lab.start([ROOT / "seawall", "run"], self.folder / "seawall.log", self.folder)
        self.place.seawall = self.process
        self.series = {}
        self.classes = []
        self.before, self.end, self.errors, self.reloads = {}, {}, {}, False
        self.passed, self.failures = [], []

    # --- its course

    async def run(self):
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it complains of clients that write to the vanished
        await self.begin()
        self.book.begin = time.monotonic()
        before = await self.rest()
        tasks = load.start(self.place, self.seed, self.leak, self.seconds)
        others = [asyncio.create_task(other)
                  for other in (self.sample_on(), self.watch_own_clock(), *self.changing())]
        stopped = "its time was up"
        try:
            done, _ = await asyncio.wait(tasks + others, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                stopped = f"{task.get_name()} ended: {task.exception()!r}"
                task.print_stack()
        finally:
            for task in tasks + others:
                task.cancel()
            await asyncio.gather(*tasks, *others, return_exceptions=True)
        self.check("the load went on to the end", stopped == "its time was up", stopped)
        self.check("Seawall lives", self.process.poll() is None,
                   f"exit {self.process.poll()}, its last words: {self.log.others[-3:]}")
        if self.process.poll() is None:
            await self.place.gateway.back()
            await self.judge(before)

    async def begin(self):
        """Until it serves, and every part of it was used once."""
        def answers():
            with contextlib.suppress(OSError):
                return self.place.scrape().get("seawall_upstream_up") == 1
        if not await asyncio.to_thread(until, answers, 60) or self.process.poll() is not None:
            raise LabError("Seawall does not get ready:\n" + "\n".join(self.log.others[-20:]))
        connection, other = Connection(self.place, "127.0.0.2"), Connection2(self.place, "127.0.0.2")
        answer = await connection.ask("GET", "/chat", load.RIGHT)
        self.place.session = "Cookie: " + answer.get("set-cookie").partition(";")[0]
        load.expect(await other.ask("POST", "/v1/sum", self.place.bearer, body=bytes(200_000)), 200)
        socket = WebSocket(self.place, "127.0.0.2")
        load.expect(await socket.open("/", self.place.session), 101)
        await socket.goodbye()
        await connection.close()
        await other.close()
        await asyncio.to_thread(self.live_heap)

    def changing(self):
        short = self.seconds < 900
        yield changes.restarts(self.place, 60, random.Random(f"{self.seed} restarts"))
        yield self.certificates.swaps(self.place, 20 if short else 30, random.Random(f"{self.seed} swaps"))
        self.reloads = changes.can_reload()
        if self.reloads:
            yield self.settings.reloads(self.place, 15, random.Random(f"{self.seed} reloads"))

    async def rest(self):
        """What is there when nobody asks for anything; as soon as nothing changes any more."""
        last, since = None, time.monotonic()
        while time.monotonic() - since < SETTLED:
            now = await asyncio.to_thread(self.sample)
            kept = {what: now[what] for what in LEFT}
            if kept == last and not now["connections"]:
                break
            last = kept
            await asyncio.sleep(4)  # longer than an idle connection to the gateway is kept
        return now

    # --- the measuring

    async def sample_on(self):
        """Every five seconds; what is alive in the heap less often, because it takes a full collection."""
        every = max(15, self.seconds / 60)
        looked = time.monotonic()
        while True:
            found = await asyncio.to_thread(self.sample)
            if time.monotonic() - looked >= every:
                looked = time.monotonic()
                found["live heap"] = await asyncio.to_thread(self.live_heap)
            for what, value in found.items():
                self.series.setdefault(what, []).append((self.book.seconds(), value))
            await asyncio.sleep(SAMPLE)

    async def watch_own_clock(self):
        """A machine that is busy otherwise makes the clients stand still, and then what they time says nothing."""
        while True:
            since = time.monotonic()
            await asyncio.sleep(0.5)
            if (late := time.monotonic() - since - 0.5) > STILL:
                self.book.stalled(late)

    def sample(self):
        metrics = self.place.scrape()
        proc = pathlib.Path(f"/proc/{self.process.pid}")
        status = (proc / "status").read_text()

        def pool(*names):
            return sum(value for name, value in metrics.items()
                       if name.startswith("jvm_memory_used_bytes") and any(f'id="{n}' in name for n in names))
        return {"RSS": int(re.search(r"VmRSS:\s+(\d+)", status)[1]) << 10,
                "direct memory": metrics["seawall_direct_memory_used_bytes"],
                "metaspace and code": pool("Metaspace", "CodeHeap", "Compressed"),
                "descriptors": sum(1 for _ in links(proc / "fd")),
                "threads": metrics["jvm_threads_live_threads"],
                "connections": metrics["seawall_connections_open"],
                "WebSockets": metrics["seawall_websockets_open"],
                "series": len(metrics),
                "CPU": metrics["process_cpu_time_ns_total"],
                "wait: Seawall": waited(self.process.pid), "wait: clients": waited(os.getpid())}

    def live_heap(self):
        """Bytes that a full collection leaves, by jcmd of the JDK that Seawall runs on."""
        java = pathlib.Path(os.readlink(f"/proc/{self.process.pid}/exe"))
        told = subprocess.run([java.with_name("jcmd"), str(self.process.pid), "GC.class_histogram"],
                              capture_output=True, text=True, timeout=60)
        classes = {name: int(size) for size, name in re.findall(r"(?m)^ *\d+: +\d+ +(\d+)  (\S+)", told.stdout)}
        total = re.search(r"(?m)^Total +\d+ +(\d+)", told.stdout)
        if not total:
            raise LabError(f"jcmd: {told.stdout[-300:]}{told.stderr[-300:]}")
        self.classes.append(classes)
        return int(total[1])

    # --- the verdict

    def check(self, what, held, found=""):
        if held:
            self.passed.append(what)
        else:
            self.failures.append(f"{what}: {found}" if found else what)

    async def judge(self, before):
        book = self.book
        for kind in sorted(book.statuses):
            wrong = book.statuses[kind]["WRONG"]
            self.check(f"{kind}: all as it must be", not wrong, f"{wrong} of {sum(book.statuses[kind].values())} not")
            self.check(f"{kind}: at least one", sum(book.statuses[kind].values()) > wrong, "none")
        self.before, self.end = before, await self.rest()
        for trouble in self.left(before, self.end):
            self.check("everything is given back", False, trouble)
        metrics = await asyncio.to_thread(self.place.scrape)
        self.errors = {series: value for series, value in metrics.items() if value and re.match(
            r"seawall_(http2_errors|upstream_errors|requests_rejected|connections_refused|certificate_reloads|"
            r"config_reloads|lockouts|websockets_closed|tls_handshakes)_total|seawall_tls_resumptions", series)}

        def total(name, label=""):
            return sum(value for series, value in metrics.items() if series.startswith(name) and label in series)
        ended, stalled = total("seawall_requests_rejected_total", '"answer_timeout"'), book.statuses["stalled reader"]
        self.check("stalled readers were ended", ended >= stalled["ended by Seawall"],
                   f"{ended:.0f} of {stalled['ended by Seawall']}")
        self.check("wrong credentials locked networks out", total("seawall_lockouts_total") > 0, "none")
        for label in ("client", "total", "memory", "displaced"):
            refused = total("seawall_connections_refused_total", f'"{label}"')
            self.check(f"no connection refused ({label})", not refused, f"{refused:.0f}")
        self.check("no log line lost", not total("seawall_log_lines_dropped_total"))
        self.check("the gateway never answered badly", not total("seawall_upstream_errors_total", '"bad_answer"'))
        self.check("no internal error", not total("seawall_requests_total", 'status="500"'))
        self.check("nothing bad in the log", not self.log.bad(), ", ".join(self.log.bad()))
        for what, limit in LIMITS.items():
            found = trend(self.series.get(what, []), limit)
            if found is None:
                self.check(f"{what} does not grow, as far as so short a time tells", self.seconds < 240,
                           "too few samples")
            else:
                self.check(f"{what} does not grow", not found.grows,
                           f"{shown(what, found.first)} -> {shown(what, found.last)}, by the slope "
                           f"{shown(what, found.growth)} (allowed: {shown(what, found.allowed)})")
        exchanges = total("seawall_requests_total")
        self.check("one log line for each exchange", abs(self.log.exchanges - exchanges) <= exchanges * 0.001,
                   f"{self.log.exchanges} lines, {exchanges:.0f} exchanges")
        await self.prove(before)

    @staticmethod
    def left(before, after):
        """What is left, a sentence each."""
        return [f"{after[what]:.0f} {what} (expected: at most {base + more:.0f})"
                for what, more in LEFT.items()
                if after[what] > (base := 0 if what in ("connections", "WebSockets") else before[what]) + more]

    async def prove(self, before):
        """That the last judgement sees what is held: it must not pass with that many sockets kept open."""
        for number in range(HELD):
            self.place.held.append(asyncio.create_task(load.hold(self.place, number)))
        await asyncio.to_thread(until, lambda: self.place.scrape()["seawall_websockets_open"] >= HELD, 20)
        found = self.left(before, await asyncio.to_thread(self.sample))
        self.check(f"{HELD} sockets that are kept are found", len(found) >= 3, f"only: {found}")
        for task in self.place.held:
            task.cancel()
        await asyncio.gather(*self.place.held, return_exceptions=True)

    # --- the report

    def report(self):
        book = self.book
        yield f"{'':28} {'requests':>9} {'p50 ms':>8} {'p99 ms':>8} {'most ms':>8}  outcomes"
        for kind, outcomes in sorted(book.statuses.items()):
            times = book.latencies[kind]
            told = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
            yield (f"{kind:28} {sum(outcomes.values()):9} {times.quantile(0.5) * 1000:8.1f} "
                   f"{times.quantile(0.99) * 1000:8.1f} {times.longest * 1000:8.1f}  {told}")
        requests = sum(sum(outcomes.values()) for outcomes in book.statuses.values())

        def part(what):
            """Of all the time, in percent."""
            series = self.series.get(what) or [(0, 0), (1, 0)]
            return (series[-1][1] - series[0][1]) / 1e7 / max(1, series[-1][0] - series[0][0])
        yield ""
        yield (f"{requests} in {self.seconds:.0f} s, {requests / self.seconds:.0f} a second; Seawall used "
               f"{part('CPU'):.0f} % of a core; "
               + ", ".join(f"{count} {what}" for what, count in sorted(book.counts.items())))
        waits = [part(f"wait: {who}") for who in ("Seawall", "clients")]
        yield "for want of a CPU Seawall waited {:.0f} % of the time, the clients {:.0f} %".format(*waits)
        if book.stalls:
            yield "the clients themselves stood still: " + ", ".join(
                f"{late:.1f} s until {until - book.begin:.0f} s" for until, late in book.stalls[:20])
        yield "the slowest handshakes: " + ", ".join(
            f"{tcp:.1f} s of TCP and {tls:.1f} s of TLS until {at:.0f} s" for _, tcp, tls, at in book.slowest)
        yield "Seawall counted: " + ", ".join(f"{series.removeprefix('seawall_')} {value:.0f}"
                                              for series, value in sorted(self.errors.items()))
        yield "configuration reloads: " + ("see above" if self.reloads else "none, this Seawall does not know SIGHUP")
        if book.excused:
            yield "while the gateway was away: " + ", ".join(f"{what} {n}" for what, n in book.excused.most_common(8))
        yield ""
        yield f"{'':20} {'first':>11} {'last':>11} {'an hour':>11} {'allowed':>11} {'at rest':>11} {'in the end':>11}"
        for what, limit in LIMITS.items():
            if found := trend(self.series.get(what, []), limit):
                values = (found.first, found.last, found.slope * 3600, found.allowed, self.before.get(what),
                          self.end.get(what))
                yield f"{what:20} " + " ".join(f"{'' if v is None else shown(what, v):>11}" for v in values)
        for at, kind, what, took in book.unexpected[:40]:
            yield f"  at {at} s, after {took} s: {kind}: {what}"
        if len(book.unexpected) > 40:
            yield "  in all: " + "; ".join(f"{count} {what}" for what, count in book.wrong.most_common(20))
        if any("live heap" in failure for failure in self.failures) and len(self.classes) > 4:
            first, last = self.classes[len(self.classes) // 4], self.classes[-1]
            grown = sorted(((size - first.get(name, 0), name) for name, size in last.items()), reverse=True)[:12]
            yield "  grown: " + ", ".join(f"{name} {size >> 10} KiB" for size, name in grown)
        for failure in self.failures:
            yield f"FAILED  {failure}"
        yield f"{len(self.passed)} passed, {len(self.failures)} failed"


def waited(pid):
    """Nanoseconds that its threads have been ready to run and found no CPU."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[1])
    return total


def links(folder):
    for entry in folder.iterdir():
        with contextlib.suppress(OSError):
            yield os.readlink(entry)


def shown(what, value):
    if what in ("RSS", "live heap", "direct memory", "metaspace and code"):
        return f"{value / MEBIBYTE:.1f} MiB"
    return f"{value:.1f}".removesuffix(".0")

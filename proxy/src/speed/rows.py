"""What is measured. A row of the table names what a contender has to do, and what of it is told."""

import contextlib
import json
import re
import subprocess
import time
from dataclasses import dataclass

import measure
from contenders import OWNER

from lab import LabError, tool

CONNECTIONS = 32  # of wrk
MOST_FAILURES = 0.001  # of all operations; nginx ends a connection now and then, and wrk counts that


@dataclass
class Figure:
    """One number of a row: what it is called, its unit, and whether less of it is better."""
    key: str
    name: str
    unit: str
    digits: int = 1
    less: bool = True


@dataclass
class Row:
    id: str
    title: str
    figures: tuple
    run: callable = None  # None: measured at a start of its own
    on_one_core: bool = False  # everybody there, or only the proxies, and their clients elsewhere


CPU, RATE = Figure("cpu", "CPU", "µs", 1), Figure("rate", "throughput", "/s", 0, less=False)


class Load:
    """Runs clients against one contender, and tells what that took."""

    def __init__(self, bench, contender, seconds):
        self.bench, self.contender, self.seconds = bench, contender, seconds

    def port(self, tls):
        return self.contender.tls if tls else self.contender.plain

    def measured(self, port, run, operations=lambda result: result["done"]):
        """Runs the client; its result, with the microseconds of CPU time that the contender took for an operation."""
        bench, begin = self.bench, time.perf_counter()
        machine, clients = measure.machine_seconds(), measure.clients_seconds()
        clock, upstream = measure.Clock(self.contender.leaders(port)), measure.Clock([bench.upstream.pid])
        result = run()
        proxy, lasted = clock.seconds(), time.perf_counter() - begin
        others = upstream.seconds() + measure.clients_seconds() - clients
        count = operations(result)
        if not count:
            raise LabError(f"{self.contender.name} answered nothing: {result}")
        result["cpu"] = proxy / count * 1e6
        result["rate"] = count / result["seconds"]
        result["share"] = proxy / lasted * 100
        result["clients busy"] = others / lasted / max(1, bench.cores - 1)
        result["other programs"] = max(0.0, measure.machine_seconds() - machine - proxy - others) / lasted / bench.cores
        return result

    def wrk(self, tls, authorization=OWNER, path="/", post=None, connections=CONNECTIONS):
        port = self.port(tls)
        command = [tool("wrk", "wrk"), f"-t{min(connections, 2 if self.bench.cores > 3 else 1)}", f"-c{connections}",
                   f"-d{self.seconds}s", "-s", self.bench.here / "wrk.lua", "-H", f"Authorization: {authorization}",
                   f"{'https' if tls else 'http'}://127.0.0.1:{port}{path}", *(["--", str(post)] if post else [])]
        return self.fine(self.measured(port, lambda: last_line(self.bench.client(command))))

    def h2load(self):
        command = [tool("h2load", "nghttp2-client"), "-t1", "-c8", "-m16", "-D", str(self.seconds), "--groups=X25519",
                   "-H", f"authorization: {OWNER}", f"https://127.0.0.1:{self.contender.tls}/"]

        def run():
            text = self.bench.client(command)
            if "Application protocol: h2\n" not in text:
                raise LabError(f"{self.contender.name} speaks no HTTP/2:\n{text[-1000:]}")
            good, *bad = map(int, re.search(r"codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", text).groups())
            return {"done": good, "failed": sum(bad), "seconds": self.seconds}
        return self.fine(self.measured(self.contender.tls, run))

    def own(self, mode, port, amount, connections, authorization=OWNER, *more):
        command = [self.bench.load, mode, port, authorization, amount, connections, *more]
        return self.measured(port, lambda: last_line(self.bench.client(command)))

    def fine(self, result):
        if result["failed"] > max(2, MOST_FAILURES * result["done"]):
            raise LabError(f"{self.contender.name}: {result['failed']} of {result['done'] + result['failed']} failed")
        return result


def last_line(text):
    return json.loads(text.strip().splitlines()[-1])


def plaintext(load):
    return load.wrk(tls=False)


def over_tls(load):
    return load.wrk(tls=True)


def http2(load):
    return load.h2load()


def post(load):
    return load.wrk(tls=True, authorization=load.contender.api, path="/v1/x", post=1024)


def echo(load):
    return load.fine(load.own("echo", load.contender.tls, load.seconds, 100))


def transfers(load):
    found = {"other programs": 0}
    for way in ("down", "up") if load.contender.uploads else ("down",):
        result = load.own(way, load.contender.tls, load.bench.transfer, 1)
        if result["failed"]:
            raise LabError(f"{load.contender.name}: the transfer {way} failed: {result}")
        found[way] = result["cpu"] / 1e6 * 1e9 / load.bench.transfer
        found["other programs"] = max(found["other programs"], result["other programs"])
    return found


def handshakes(load):
    found = {"other programs": 0}
    for kind in ("ecdsa", "rsa"):
        result = load.fine(load.own(kind, load.contender.tls, load.seconds, 16))
        found |= {kind: result["cpu"], f"{kind} rate": result["rate"],
                  "other programs": max(found["other programs"], result["other programs"])}
    return found


def flood(load):
    """Strangers guess as fast as they are refused; from another address the owner asks a hundred times a second."""
    bench, port = load.bench, load.contender.plain

    def run():
        guessing = subprocess.Popen([str(part) for part in (bench.load, "flood", port, "-", load.seconds + 1, 16)],
                                    stdout=subprocess.PIPE, text=True)
        try:
            time.sleep(0.5)
            owner = last_line(bench.client([bench.load, "pace", port, OWNER, load.seconds, 4, 100]))
            refused = last_line(guessing.communicate(timeout=60)[0])
        finally:
            guessing.kill()
            guessing.wait()
        return {**refused, "owner": owner["p99"] / 1000, "owner asked": owner["done"], "owner failed": owner["failed"]}
    # whom bcrypt slows down asks so little that the owner's own requests count
    result = load.measured(port, run, lambda both: both["done"] + both["owner asked"])
    if result["status"].keys() & {"200"}:
        raise LabError(f"{load.contender.name} lets a wrong password in: {result}")
    if result["owner failed"]:
        raise LabError(f"{load.contender.name} did not answer its owner {result['owner failed']} times during the flood")
    return result


def latency(load):
    """Both ways are asked one after the other, on one connection; what a request takes longer is the proxy's."""
    command = [tool("wrk", "wrk"), "-t1", "-c1", f"-d{load.seconds}s", "-s", load.bench.here / "wrk.lua",
               f"http://127.0.0.1:{load.bench.upstream_port}/"]
    direct = last_line(load.bench.client(command))["p50"]
    result = load.wrk(tls=False, connections=1)
    return {**result, "direct": direct, "added": result["p50"] - direct}


def fresh(contender, bench, seconds, chosen):
    """A start, and what it takes: time, memory at once, for idle WebSockets, and after load. By row."""
    load = Load(bench, contender, seconds)
    found = {"S11": {"start": contender.start(plaintext=False)}, "S12": {}, "S6": {}}
    try:
        leaders = contender.leaders(contender.tls)
        time.sleep(1)
        found["S12"]["start"] = measure.memory(leaders)
        if "S6" in chosen:
            load.own("echo", contender.tls, 1, 20)  # what a first WebSocket needs is not each one's
            time.sleep(1)
            before = measure.memory(leaders)
            with idle_websockets(bench, contender.tls, bench.sockets) as opened:
                time.sleep(2)
                found["S6"] = {"opened": opened, "each": (measure.memory(leaders) - before) * 1e6 / 1024 / opened}
        if "S12" in chosen:
            for use in (over_tls, http2, echo, transfers):
                use(load)
            time.sleep(2)
            found["S12"]["load"] = measure.memory(leaders)
    finally:
        contender.stop()
    return found


@contextlib.contextmanager
def idle_websockets(bench, port, wanted):
    """Keeps them open, and sees that all of them still echo afterwards."""
    clients = subprocess.Popen([str(part) for part in (bench.load, "idle", port, OWNER, 0, wanted)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        opened = int(clients.stdout.readline())
        if opened < wanted:
            raise LabError(f"{opened} of {wanted} idle WebSockets could be opened")
        yield opened
        lost = last_line(clients.communicate("\n", timeout=60)[0])["failed"]
        if lost:
            raise LabError(f"{lost} of {opened} idle WebSockets did not echo in the end")
    finally:
        clients.kill()
        clients.wait()


ROWS = [
    Row("S1", "GET, kept connections, plaintext", (CPU, RATE), plaintext),
    Row("S2", "GET, kept connections, TLS 1.3", (CPU, RATE), over_tls),
    Row("S3", "GET, HTTP/2 over TLS, 8 connections of 16 streams", (CPU, RATE), http2),
    Row("S4", "POST of 1 KB to the API, TLS", (CPU, RATE), post),
    Row("S5", "WebSocket echo of 64 bytes, 100 connections, TLS", (CPU, RATE), echo),
    Row("S6", "an idle WebSocket over TLS", (Figure("each", "memory", "KiB"),)),
    Row("S7", "1 GB over TLS", (Figure("down", "CPU, down", "s/GB", 2), Figure("up", "CPU, up", "s/GB", 2)), transfers),
    Row("S8", "full TLS handshake with one request", (
        Figure("ecdsa", "CPU, ECDSA P-256", "µs", 0), Figure("rsa", "CPU, RSA 2048", "µs", 0),
        Figure("ecdsa rate", "throughput, ECDSA", "/s", 0, less=False),
        Figure("rsa rate", "throughput, RSA", "/s", 0, less=False)), handshakes),
    Row("S9", "flood of wrong passwords, plaintext", (
        Figure("cpu", "CPU of a refusal", "µs"), Figure("share", "CPU while it lasts", "% of a core"),
        Figure("owner", "the owner's p99", "ms", 2)), flood),
    Row("S10", "added latency, one connection, plaintext", (Figure("added", "p50", "µs", 0),), latency, on_one_core=True),
    Row("S11", "start to the first 200 over TLS", (Figure("start", "time", "ms", 0),)),
    Row("S12", "memory", (Figure("start", "after the start", "MB"), Figure("load", "after load", "MB"))),
]

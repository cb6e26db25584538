"""The attacks, one function each, with the keys that Seawall is started with and what must hold beyond the usual."""

import itertools
import random
import re
import ssl
import time
from dataclasses import dataclass

from bench import CALM, Client, apart, fork
from crowd import Crowd, address, anywhere
from heap import crowd_of

from lab import GATEWAY_TOKEN, PASSWORD, USER, basic, tool, until

ATTACKS = []
PROXY = "127.0.0.3"
LOOK = 5  # seconds: how often Seawall looks whether a client takes its answer
SLACK = 7  # seconds: a deadline comes up to 2 late, saying goodbye takes up to 4


def owner(bench):
    return [Client("owner", "/chat", bench.session)]


@dataclass
class Attack:
    title: str
    function: object
    keys: dict
    clients: object
    expectations: tuple
    quick: bool
    calm: float


def attack(title, clients=owner, expect=(), quick=False, calm=CALM, **keys):
    def add(function):
        ATTACKS.append(Attack(title, function, keys, clients, expect, quick, calm))
        return function
    return add


def at_least_one(series):
    def check(bench):
        if bench.total(series) < 1:
            bench.fail(f"{series}: 0 (expected: at least 1)")
    return check


def most_open(count):
    def check(bench):
        if bench.report.most_open > count:
            bench.fail(f"{bench.report.most_open} connections open at once (expected: at most {count})")
    return check


def direct_memory(mebibytes):
    """A bound of its own, far below where the process would end."""
    def check(bench):
        if bench.report.direct[1] > mebibytes << 20:
            bench.fail(f"{bench.report.direct[1] >> 20} MiB of direct memory (expected: at most {mebibytes})")
    return check


def refused(reason):
    return at_least_one(rf'^seawall_connections_refused_total.*"{reason}"')


def rejected(rule):
    return at_least_one(rf'^seawall_requests_rejected_total.*"{rule}"')


# --- slow clients: Debian's slowhttptest, from 127.0.0.1

def slow(bench, seconds, path, *options):
    log = bench.seawall.folder / "slowhttptest.log"
    command = [tool("slowhttptest", "slowhttptest"), "-c", "200", "-r", "200", "-l", str(seconds), "-p", "5",
               "-u", f"https://127.0.0.1:{bench.front.port}{path}", *options]
    bench.crowd.opened += 200
    return bench.lab.start(command, log, bench.seawall.folder), log


def slowhttptest(bench, allowed, path, *options):
    """Runs it until it has no connection left; it gives up by itself when its time is over."""
    begin = time.monotonic()
    process, log = slow(bench, allowed, path, *options)
    process.wait(allowed + 15)
    bench.lab.stop(process)
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", log.read_text(errors="replace"))
    status = re.search(r"Exit status:\s*(.+)", text)
    bench.report.allowed, bench.report.ended_within = allowed, time.monotonic() - begin
    if not status or "No open connections left" not in status[1]:
        bench.fail(f"slowhttptest: {status[1] if status else text[-300:]} (expected: No open connections left)")


@attack("slow headers (slowhttptest -H)", quick=True, expect=(rejected("head_timeout"),))
def slow_headers(bench):
    slowhttptest(bench, 3 + SLACK + 2, "/", "-H", "-i", "1")


@attack("slow body (slowhttptest -B)", expect=(rejected("body_timeout"),))
def slow_body(bench):
    slowhttptest(bench, 4 + SLACK + 2, "/open/post", "-B", "-i", "1", "-s", "100000", "-x", "10")


@attack("ranges (slowhttptest -R)")
def ranges(bench):
    slowhttptest(bench, 4 + SLACK + 2, "/open/file", "-R", "-a", "5", "-b", "2000")


def owner_and_health(bench):
    """What Seawall answers itself tells its own slowness from that of the stand-in behind it."""
    return [*owner(bench), Client("health", "/healthz", "Accept: */*")]


@attack("slow reading of a large answer (slowhttptest -X)", owner_and_health, expect=(rejected("answer_timeout"),))
def slow_reading(bench):
    begin = time.monotonic()
    process, _ = slow(bench, 30, "/open/big", "-X", "-w", "512", "-y", "1024", "-n", "1", "-z", "32", "-k", "3")
    until(lambda: bench.open_now() > 100, 8)
    # it reads too slowly to notice the end of its connections; Seawall's gauge tells
    bench.hold(4 + LOOK + SLACK + 2, since=begin)
    bench.lab.stop(process)


# --- clients that say nothing

@attack("sockets that never speak")
def silence(bench):
    bench.crowd.open_many(300, 10, tls=False)
    bench.hold(3 + SLACK)


@attack("a TLS handshake, then silence")
def handshake_then_silence(bench):
    bench.crowd.open_many(300, 10)
    bench.hold(3 + SLACK)


# --- floods of connections

def flood(port, seconds, number, tls, count):
    crowd = Crowd(port)
    end = time.monotonic() + seconds
    sources = itertools.cycle(range(number * 100, number * 100 + 100))
    while time.monotonic() < end and crowd.opened < 15_000:
        client = crowd.open(address(10 + next(sources)), tls=tls)
        if client:
            crowd.drop(client)
    count.put((crowd.opened, crowd.refused))


def flooded(bench, tls):
    count = fork.SimpleQueue()
    floods = [apart(flood, bench.front.port, 5, number, tls, count) for number in range(2)]
    for process in floods:
        opened, turned_away = count.get()
        bench.crowd.opened += opened
        bench.crowd.refused += turned_away
        process.join(5)
    bench.crowd.last = time.monotonic()
    bench.hold(SLACK)


@attack("open and close, as fast as possible")
def open_and_close(bench):
    flooded(bench, tls=False)


@attack("TLS handshakes, as fast as possible")
def handshakes(bench):
    flooded(bench, tls=True)


def owner_on_the_move(bench):
    """The second comes from a network that nobody has seen yet, each time."""
    return [*owner(bench), Client("owner, new network", "/chat", bench.session, source=None)]


# a connection that is displaced ends on its own event loop: a few more are open for a moment
@attack("1,200 connections held from 60 networks, of 400", owner_on_the_move, quick=True,
        expect=(refused("displaced"), most_open(400 + 20)))
def held(bench):
    for _ in range(6):
        bench.crowd.open_many(200, 60, tls=False)
    bench.hold(3 + SLACK)


@attack("one network takes all that it can get", expect=(refused("client"),), SEAWALL_MAX_CONNECTIONS_PER_CLIENT=50)
def one_network(bench):
    bench.crowd.open_many(400, 1, tls=False)
    bench.hold(3 + SLACK)


# --- requests that are cheap to send and dear to read

DEEP = "/a" * 1920 + "/%25252561"  # may be decoded five times, each time into as many segments


def http2(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def heads(host, stream):
    """One request: the first puts its path into the table of HPACK, each further one is 13 bytes."""
    def text(value):
        more, length = divmod(len(value) - 127, 128)
        return (bytes((len(value),)) if len(value) < 127 else bytes((127, length | 128, more))) + value.encode()
    block = b"\x82\x87\x41" + text(host) + b"\x44" + text(DEEP) if stream == 1 else b"\x82\x87\xbf\xbe"
    return http2(1, 5, stream, block)


def dear_requests(port, host, seconds, first, count):
    """Asks over HTTP/2, ten requests at a time on each of eight connections."""
    asked, end = 0, time.monotonic() + seconds
    crowd = Crowd(port)
    crowd.tls.set_alpn_protocols(["h2"])
    streams = {}
    while time.monotonic() < end:
        while len(crowd.sockets) < 8 and crowd.opened < 400:
            client = crowd.open(address(first + len(crowd.sockets)))
            if client:
                # its window for answers never closes
                client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + http2(4, 0, 0, b"\0\4\x7f\xff\xff\xff")
                            + http2(8, 0, 0, b"\x7f\xff\0\0"))
                streams[client] = [1, 0, b""]
        for client in list(crowd.sockets):
            try:
                asked += ask_dearly(client, host, streams[client])
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                pass
            except OSError:
                crowd.drop(client)
        time.sleep(0.001)
    opened, refused_ = crowd.opened, crowd.refused
    crowd.disperse()
    count.put((opened, refused_, asked))


def ask_dearly(client, host, state):
    """Another ten when those before are answered."""
    stream, waiting, rest = state
    if waiting <= 0:
        client.send(b"".join(heads(host, stream + 2 * i) for i in range(10)))
        state[:2] = stream + 20, 10
        return 10
    data = client.recv(1 << 16)
    if not data:
        raise OSError("closed")
    rest += data
    while len(rest) >= 9 and len(rest) >= 9 + (length := int.from_bytes(rest[:3], "big")):
        kind, flags = rest[3], rest[4]
        if kind == 7:
            raise OSError("GOAWAY")
        if int.from_bytes(rest[5:9], "big") and (kind == 3 or kind in (0, 1) and flags & 1):
            state[1] -= 1
        rest = rest[9 + length:]
    state[2] = rest
    return 0


def quick(name, seconds):
    def check(bench):
        if (worst := bench.report.clients[name]["worst"]) > seconds:
            bench.fail(f"{name} waited {worst:.1f} s (expected: at most {seconds})")
    return check


@attack("requests of 22 bytes for a path that is read in many ways (CPU)", owner_and_health, quick=True,
        expect=(quick("owner", 3),))
def dear(bench):
    count = fork.SimpleQueue()
    crowds = [apart(dear_requests, bench.front.port, bench.front.host, 8, 10 + 8 * number, count) for number in range(2)]
    asked = 0
    for process in crowds:
        opened, turned_away, requests = count.get()
        bench.crowd.opened += opened
        bench.crowd.refused += turned_away
        asked += requests
        process.join(5)
    if asked < 100:
        bench.fail(f"only {asked} requests were made (expected: at least 100)")
    bench.crowd.last = time.monotonic()
    bench.hold(SLACK)


# --- memory

@attack("pipelined requests for much, nothing is read",
        expect=(rejected("answer_timeout"), direct_memory(64)))
def pipelined(bench):
    request = f"GET /open/big HTTP/1.1\r\nHost: {bench.front.host}\r\n\r\n".encode() * 200
    bench.crowd.open_many(150, 10, window=4096)
    bench.during(2, lambda: bench.crowd.say(request))
    bench.hold(4 + LOOK + SLACK, lambda: bench.crowd.say(request), since=time.monotonic())


@attack("pipelined requests for little, nothing is read", expect=(rejected("head_timeout"), direct_memory(64)))
def pipelined_refusals(bench):
    request = f"GET /?x HTTP/1.1\r\nHost: {bench.front.host}\r\nAccept: text/html\r\n\r\n".encode() * 200
    bench.crowd.open_many(20, 10, window=4096)
    bench.during(2, lambda: bench.crowd.say(request))
    # the sockets' own buffers take thousands of answers first; when they are full, the time runs
    bench.settle(r"^seawall_requests_rejected_total", 20, lambda: bench.crowd.say(request))
    bench.hold(4 + LOOK + SLACK, lambda: bench.crowd.say(request), since=time.monotonic())


@attack("a part of a large answer is read fast, then nothing", expect=(rejected("answer_timeout"),))
def stopped_reading(bench):
    bench.crowd.open_many(50, 10)
    bench.crowd.say(f"GET /open/big HTTP/1.1\r\nHost: {bench.front.host}\r\n\r\n".encode())
    taken = dict.fromkeys(bench.crowd.sockets, 0)

    def take(client):
        while taken[client] < 1 << 20:
            taken[client] += len(client.recv(1 << 16))
    until(lambda: bench.crowd.each(take) or min(taken.values()) >= 1 << 20, 30)
    bench.hold(4 + LOOK + SLACK, since=time.monotonic())


def long_head(bench, path, more=""):
    fields = "".join(f"X-{i}: {'a' * 1000}\r\n" for i in range(31))
    return f"GET {path} HTTP/1.1\r\nHost: {bench.front.host}\r\n{fields}{more}".encode()[:31 << 10]


@attack("heads of 31 KiB that never end")
def endless_heads(bench):
    bench.crowd.open_many(330, 20)
    head = long_head(bench, "/")
    bench.crowd.say(head)
    bench.hold(3 + SLACK)


@attack("a body in chunks of one byte", expect=(rejected("body_timeout"),))
def tiny_chunks(bench):
    bench.crowd.open_many(200, 10)
    bench.crowd.say(f"POST /open/post HTTP/1.1\r\nHost: {bench.front.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    # ten bytes a second: never silent, and below the least rate
    bench.hold(4 + SLACK, lambda: bench.crowd.say(b"1\r\nx\r\n"))


@attack("chunks of one byte, as fast as they are taken", expect=(rejected("body_timeout"),))
def chunk_flood(bench):
    bench.crowd.open_many(100, 10)
    head = f"POST /open/post HTTP/1.1\r\nHost: {bench.front.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    bench.crowd.say(head)
    chunks = b"1\r\nx\r\n" * 5_000  # whole chunks, however much of them is taken
    for _ in range(20):  # at most 60 MB in all; what lies in the sockets' buffers is read before the time runs
        bench.crowd.say(chunks)
    bench.hold(5 + 4 + SLACK, since=time.monotonic())


SHORT = {"SEAWALL_JAVA_OPTIONS": "-XX:MaxDirectMemorySize=24m", "SEAWALL_MAX_CONNECTIONS": 1200}


@attack("slow readers until direct memory is short", expect=(refused("memory"),), **SHORT)
def short_memory(bench):
    request = f"GET /open/big HTTP/1.1\r\nHost: {bench.front.host}\r\n\r\n".encode()
    for number in range(500):
        client = bench.crowd.open(address(10 + number % 30), window=4096)
        if client:
            client.send(request)
    bench.hold(4 + LOOK + SLACK)


@attack("slow readers who connect first, then ask all at once", quick=True, expect=(refused("memory"),), **SHORT)
def ambush(bench):
    bench.crowd.open_many(400, 30, window=4096)
    bench.crowd.say(f"GET /open/big HTTP/1.1\r\nHost: {bench.front.host}\r\n\r\n".encode())
    # a look that finds something taken, be it by the kernel's buffers, grants another: 8 to 14 seconds, and more beside others
    bench.hold(4 + 3 * LOOK + SLACK)


@attack("heads of 31 KiB from many who connected before", **SHORT)
def many_heads(bench):
    bench.crowd.open_many(600, 30)
    head = long_head(bench, "/")
    bench.crowd.say(head)
    bench.hold(3 + SLACK)


# --- the heap: every shape that is cheap for an unauthenticated client, from as many connections as one network may have

def pace_of_the_owner(bench):
    """99 of 100 answers within three times what they took before the attack; a machine with other work has its noise."""
    for name, (before, since) in bench.took.items():
        quiet, now = (sorted(took)[int(len(took) * 0.99)] if took else 0 for took in (before, since))
        if now > max(3 * quiet, NOISE):
            bench.fail(f"{name}: p99 {now * 1000:.0f} ms (expected: at most three times the {quiet * 1000:.0f} ms before)")


def within_the_heap_of_the_unauthenticated(bench):
    for sample in bench.samples:
        booked, most = (sample["series"][f"seawall_unauthenticated_heap_{what}"] for what in ("bytes", "max_bytes"))
        if booked > most:
            bench.fail(f"{booked:.0f} bytes of heap for unauthenticated clients (expected: at most {most:.0f})")
            return


NOISE = 1.0  # seconds
HEAP = {"SEAWALL_JAVA_OPTIONS": "-Xmx64m", "SEAWALL_MAX_CONNECTIONS": 1200,
        "SEAWALL_MAX_CONNECTIONS_PER_CLIENT": 512}
BOUNDED = (refused("heap"), pace_of_the_owner, within_the_heap_of_the_unauthenticated)


def occupied(bench, address, **how):
    waiting = crowd_of(bench, 500, address, **how)
    begin = time.monotonic()
    time.sleep(4)
    bench.crowd.drop_all(waiting)  # the gateway lets them wait as long as they do
    bench.hold(4 + LOOK + SLACK, since=begin)


@attack("the heap, 500 connections of one network", quick=True, calm=4, expect=BOUNDED, **HEAP)
def heap_of_one_network(bench):
    occupied(bench, address(10))


@attack("the heap, 500 networks behind a proxy that sends PROXY headers", quick=True, calm=4, expect=BOUNDED,
        SEAWALL_TRUSTED_PROXIES=PROXY, SEAWALL_CLIENT_IP_HEADER="PROXY", **HEAP)
def heap_of_announced_networks(bench):
    occupied(bench, PROXY, proxy_header=True)


@attack("the heap, 500 networks behind a proxy that speaks HTTP", calm=4, expect=BOUNDED,
        SEAWALL_TRUSTED_PROXIES=PROXY, SEAWALL_CLIENT_IP_HEADER="X-Forwarded-For", **HEAP)
def heap_of_forwarded_networks(bench):
    occupied(bench, PROXY, forwarded=True)


# --- guessing

def three_ways_in(bench):
    return [*owner(bench), Client("token", "/v1/models", f"Authorization: Bearer {GATEWAY_TOKEN}"),
            Client("password", "/chat", f"Authorization: {basic(USER, PASSWORD)}")]


@attack("wrong passwords and tokens from everywhere", three_ways_in, quick=True,
        expect=(rejected("slowed"),), SEAWALL_TRUSTED_PROXIES=PROXY, SEAWALL_CLIENT_IP_HEADER="X-Forwarded-For")
def guesses(bench):
    for _ in range(40):
        bench.crowd.open(PROXY)

    def guess(client, first=False):
        if not first:
            client.recv(65536)
        path, credential = random.choice((
            ("/chat", "Authorization: " + basic(USER, f"wrong-{random.random()}")),
            ("/v1/models", f"Authorization: Bearer {random.randbytes(32).hex()}")))
        client.send(f"GET {path} HTTP/1.1\r\nHost: {bench.front.host}\r\nX-Forwarded-For: {anywhere()}\r\n"
                    f"{credential}\r\n\r\n".encode())

    bench.crowd.each(lambda client: guess(client, first=True))
    bench.during(5, lambda: bench.crowd.each(guess))
    bench.hold(4 + SLACK, since=time.monotonic())

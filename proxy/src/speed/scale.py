"""Shows what Seawall takes when there is much of something: idle WebSockets, networks that guess, networks that guessed.

  proxy/src/speed/scale                   everything, about 4 minutes
  proxy/src/speed/scale --quick           less of everything, about 2 minutes: an impression
  proxy/src/speed/scale --seawall 'java @/opt/seawall/options run'   another Seawall, without relative paths
  proxy/src/speed/scale --out FOLDER      where scale.md is written; default: proxy/target/speed

Nothing fails for being slow. Exit 0 when everything was measured and held, 1 when some of it was not or did not (a wrong
password that got in, an owner who did not), 2 when nothing could be measured. Everything listens on 127.0.0.1. Needs
wrk, openssl, gcc with OpenSSL's headers, and what ./seawall needs (JDK 25 or newer, Maven).
"""

import asyncio
import collections
import contextlib
import itertools
import json
import math
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

import measure
from bench import Bench, need_tools, processor, tell
from contenders import OWNER, Seawall
from rows import Load, idle_websockets

from lab import PASSWORD, ROOT, USER, Front, Lab, LabError, basic, build, free_port, given_up, options

PACKAGES = {"wrk": "wrk", "openssl": "openssl", "gcc": "gcc libc6-dev"}
WARM_UPS = 5  # at most
TRIMMED = 11  # seconds until the JVM gave back what its compilers took (TrimNativeHeapInterval), and the gateway's idle
# connections are closed
SPARE = 500  # descriptors of a process that are no tunnel's
GOAL = 100_000  # tunnels, calculated
PAUSE = 0.1  # of a network between two guesses: beyond that the clients' own core would be what is measured
SENDERS = 32  # connections of the proxy in front
LOCKED = 10  # networks that guess until they are locked out; with the default budget not more than 30 could be
GUESSES = 10  # which that takes
BUDGET, WINDOW = 300, 60  # SEAWALL_LOCKOUT_BUDGET and _WINDOW, by default
TABLE = 100_000  # what the throttle remembers at most, of counts and of locks (Throttle.MOST_NETWORKS)


class Alone(Seawall):
    """One process: for TLS, with metrics; or for plaintext, behind a proxy on 127.0.0.1 that says who its clients are."""

    def __init__(self, lab, bench, tls, **keys):
        super().__init__(lab, bench)
        self.number, self.port, self.admin = (0, self.tls, free_port()) if tls else (1, self.plain, None)
        self.keys = {"SEAWALL_ADMIN": f"127.0.0.1:{self.admin}"} if tls else {
            "SEAWALL_TRUSTED_PROXIES": "127.0.0.1", "SEAWALL_CLIENT_IP_HEADER": "X-Forwarded-For"}
        self.keys |= keys

    def __enter__(self):
        self.bench.unplace()  # or it would make itself as small as our own core
        command, environment = list(self.commands())[self.number]
        self.processes = [self.lab.start(command, self.folder / "log", self.folder, {**environment, **self.keys})]
        self.await_owner(self.port, time.perf_counter())
        return self

    def __exit__(self, *_):
        self.stop()

    def leaders(self, port):
        return [self.processes[0].pid]

    def memory(self):
        return measure.memory(self.leaders(self.port))

    def heap(self):
        """MB of what is alive after a collection; None where the Java that runs has no jcmd beside it."""
        pid = self.processes[0].pid
        jcmd = pathlib.Path(f"/proc/{pid}/exe").resolve().with_name("jcmd")
        if not jcmd.exists():
            return None
        for command in ("GC.run", "GC.heap_info"):
            done = subprocess.run([jcmd, str(pid), command], text=True, capture_output=True)
            if done.returncode:
                raise LabError(f"jcmd {command} ended with {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}")
        used = re.findall(r"total \d+K, used (\d+)K", done.stdout)
        return sum(map(int, used)) * 1024 / 1e6 if used else None

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.processes[0].pid}/fd").iterdir()))

    def metric(self, name):
        found = re.search(rf"(?m)^{name} (\S+)", Front(self.admin).ask("GET", "/metrics").body.decode())
        if not found:
            raise LabError(f"there is no metric {name}")
        return float(found[1])


def main():
    parser = options(__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seawall", metavar="COMMAND")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "proxy" / "target" / "speed", metavar="FOLDER")
    chosen = parser.parse_args()
    chosen.seconds, chosen.networks, chosen.senders = (3, 20, 1000) if chosen.quick else (10, 100, 10_000)
    try:
        need_tools(PACKAGES)
        if not chosen.seawall:
            build()
        with Lab() as lab:
            bench = Bench(lab, chosen)
            bench.sockets = bench.files  # no cap of ours
            wrong, told = [], []
            for part in (tunnels, flood, senders):
                try:
                    told += [*part(lab, bench, chosen, wrong), ""]
                except LabError as trouble:
                    wrong.append(f"{part.__name__}: {trouble}")
            if not told:
                raise LabError("\n".join(wrong))
            write(chosen, bench, told, wrong)
            return 1 if wrong else 0
    except LabError as trouble:
        return given_up(trouble)


def write(chosen, bench, told, wrong):
    if wrong:
        told += ["## What did not hold, or could not be measured", "", *(f"- {sentence}" for sentence in wrong), ""]
    told.append(f"{time.strftime('%Y-%m-%d')} · {processor()}, {bench.cores} cores · Linux {platform.release()} · "
                f"{chosen.seawall or './seawall run'}{' · --quick' if chosen.quick else ''}")
    text = "\n".join(told) + "\n"
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "scale.md").write_text(text)
    print(text, end="")
    tell(f"written to {chosen.out}")


def table(names, rows):
    return [f"| {' | '.join(names)} |", f"|{'---:|' * len(names)}", *(f"| {' | '.join(row)} |" for row in rows)]


# --- tunnels

def tunnels(lab, bench, chosen, wrong):
    """More and more of them, on one process; plain requests go on beside them."""
    low, high = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    most = min(bench.files - SPARE >> 1, high - low + 1 - SPARE)
    counts = (300, 1000) if chosen.quick else (1000, 3000, most)
    if most < counts[0]:
        raise LabError(f"{bench.files} descriptors are too few (expected: {2 * counts[0] + SPARE}; ulimit -n)")
    counts = [count for count in counts if count <= most]
    with Alone(lab, bench, tls=True) as seawall, contextlib.ExitStack() as open_ones:
        for _ in range(2):  # the first tunnels make its compiler do the requests' code anew: that is not what is asked here
            warm_up(Load(bench, seawall, 2 if chosen.quick else 3))
            with idle_websockets(bench, seawall.tls, 200):
                pass
        warm_up(Load(bench, seawall, 2 if chosen.quick else 3))
        bench.place([seawall], False)
        levels = []
        for before, count in itertools.pairwise((0, 0, *counts)):
            begin = time.perf_counter()
            if count:
                open_ones.enter_context(idle_websockets(bench, seawall.tls, count - before))
            levels.append(level(bench, seawall, chosen, count, wrong))
            tell(f"{count} idle WebSockets after {time.perf_counter() - begin:.0f} s")
        open_ones.close()  # all of them have to echo first
        levels.append({"count": 0} | requests(bench, seawall, chosen))
    base, last = levels[0], levels[len(counts)]
    return [
        "## Idle WebSockets over TLS", "",
        *table(("tunnels", "memory, MB", "KiB a tunnel", "of it heap", "of it direct", "descriptors a tunnel",
                "CPU of a GET beside them, µs", "its p99, ms"),
               ([f"{found['count']:,}{'' if 'memory' in found else ' again'}",
                 f"{found['memory']:.1f}" if "memory" in found else "",
                 *(each(found, base, key) for key in ("memory", "heap", "direct")),
                 f"{(found['files'] - base['files']) / found['count']:.2f}" if found["count"] else "",
                 f"{found['cpu']:.1f}", f"{found['p99'] / 1000:.1f}"] for found in levels)),
        "", ("Memory is PSS after a collection, without what the kernel takes for sockets. The GETs come over TLS on 32 kept "
        f"connections; medians of 3 times {sample_seconds(chosen)} s. Other programs took up to "
        f"{max(found['other programs'] for found in levels):.0%} of the machine."), "",
        *hundred_thousand(base, last, low, high)]


def sample_seconds(chosen):
    return 1 if chosen.quick else 2


def warm_up(load):
    """Until its compiler has little left to gain, on all cores."""
    least = math.inf
    for number in range(WARM_UPS):
        cost = load.wrk(tls=True)["cpu"]
        if number > 1 and cost > 0.95 * least:
            break
        least = min(cost, least)


def requests(bench, seawall, chosen):
    samples = [Load(bench, seawall, sample_seconds(chosen)).wrk(tls=True) for _ in range(3)]
    return {key: statistics.median(sample[key] for sample in samples) for key in ("cpu", "p99", "other programs")}


def level(bench, seawall, chosen, count, wrong):
    found = {"count": count} | requests(bench, seawall, chosen) | {"heap": seawall.heap()}
    time.sleep(TRIMMED)
    found |= {"memory": seawall.memory(), "files": seawall.descriptors(),
              "direct": seawall.metric("seawall_direct_memory_used_bytes") / 1e6}
    known = seawall.metric("seawall_websockets_open")
    if known != count:
        wrong.append(f"Seawall counts {known:.0f} open WebSockets (expected: {count}).")
    return found


def grown(found, base, key):
    """KiB for each tunnel."""
    return (found[key] - base[key]) * 1e6 / 1024 / found["count"]


def each(found, base, key):
    return "" if not found["count"] or found[key] is None else f"{grown(found, base, key):.1f}"


def hundred_thousand(base, last, low, high):
    """What that many would take, by the largest number that was measured."""
    def in_all(key):
        return base[key] + grown(last, base, key) * 1024 / 1e6 * GOAL
    files = -(-(last["files"] - base["files"]) * GOAL // last["count"]) + 1000
    if last["heap"] is None:
        alive = f"5.5 KiB each (not measured: no jcmd), {5.5 * 1024 / 1e6 * GOAL:,.0f} MB alive", 5.5 * 1024 / 1e6 * GOAL
    else:
        alive = f"{grown(last, base, 'heap'):.1f} KiB each, {in_all('heap'):,.0f} MB alive", in_all("heap")
    return [
        f"### {GOAL:,} tunnels, calculated from {last['count']:,}", "",
        "| | | |", "|---|---|---|",
        (f"| descriptors | {(last['files'] - base['files']) / last['count']:.2f} each, and 1,000 to spare | "
        f"`ulimit -n {files}`; systemd: `LimitNOFILE={files}` |"),
        (f"| memory | {grown(last, base, 'memory'):.1f} KiB each, {base['memory']:.0f} MB before the first | "
        f"{in_all('memory') / 1000:.1f} GB; systemd: `MemoryMax`; and the kernel's for {2 * GOAL:,} sockets |"),
        f"| heap | {alive[0]}; the Serial GC keeps a third for what is young | `-Xmx{alive[1] * 1.5 * 1e6 / 2**20:.0f}m` |",
        (f"| direct memory | {grown(last, base, 'direct'):.2f} KiB each; above 75% (`SEAWALL_MEMORY_WATERMARK`) no unauthenticated client "
        f"gets in | `-XX:MaxDirectMemorySize={max(256, in_all('direct') / 0.75 * 1e6 / 2**20):.0f}m` |"),
        ("| connections | 10% are reserved (`SEAWALL_CONNECTION_RESERVE`) | "
        f"`SEAWALL_MAX_CONNECTIONS={-(-GOAL * 10 // 9)}` |"),
        f"| ports | `ip_local_port_range` is {low} to {high} here | **{high - low + 1:,} tunnels and no more** |", "",
        ("The ports are the limit: the gateway is one address and one port, Seawall connects to it from one address, and so "
        f"each tunnel needs another local port. With `sysctl net.ipv4.ip_local_port_range='1024 65535'` there are "
        f"{65535 - 1024 + 1:,}. {GOAL:,} through one Seawall are not to be had, whatever the "
        "memory, nor through several on one machine, which share these ports.")]


# --- networks that guess

def network(number, host=1):
    """An address of another /48 for each number."""
    return f"2001:db8:{number:x}::{host}"


NEWCOMER = network(0xffff)


class Sender:
    """A connection of the proxy in front, which speaks for whomever it is told to."""

    def __init__(self, seawall):
        self.port, self.writer = seawall.port, None

    async def ask(self, client, password):
        """`200`, `401`, or why it was 429: `locked`, `slowed`."""
        try:
            if not self.writer:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.writer.write((f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nX-Forwarded-For: {client}\r\n"
                               f"Accept: application/json\r\nAuthorization: {basic(USER, password)}\r\n\r\n").encode())
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?im)^content-length: *(\d+)", head)
            body = await self.reader.readexactly(int(length[1]) if length else 0)
        except (OSError, asyncio.IncompleteReadError) as broken:
            raise LabError(f"Seawall ended a connection of its trusted proxy without an answer ({broken})") from broken
        if re.search(rb"(?im)^connection: *close", head):
            await self.leave()
        status = head[9:12].decode()
        return status if status != "429" else json.loads(body)["error"]["code"]

    async def leave(self):
        if self.writer:
            self.writer.close()
            with contextlib.suppress(OSError):
                await self.writer.wait_closed()
            self.writer = None


def flood(lab, bench, chosen, wrong):
    """All networks guess at once; the owner asks from an address of his own, where he gave the password before."""
    with Alone(lab, bench, tls=False) as seawall:
        bench.place([seawall], False)

        def owner():
            return Load(bench, seawall, chosen.seconds).own("pace", seawall.port, chosen.seconds, 4, OWNER, 100)
        Load(bench, seawall, 2 if chosen.quick else 5).wrk(tls=False)
        quiet = owner()
        kinds, tries, busy = asyncio.run(flooded(seawall, chosen, owner))
        waited = asyncio.run(let_in(seawall))
    for when, result in (("before", quiet), ("during", busy)):
        if result["failed"]:
            wrong.append(f"The owner was not answered with 200 {result['failed']} of {result['done'] + result['failed']} "
                         f"times {when} the flood.")
    refused(kinds, "networks that guess", wrong)
    lasted = chosen.seconds + 1
    return [
        f"## {chosen.networks} IPv6 networks guess at once", "",
        *table(("the owner", "requests", "not 200", "p50, ms", "p99, ms"),
               ([name, f"{result['done'] + result['failed']:,}", f"{result['failed']}", f"{result['p50'] / 1000:.2f}",
                 f"{result['p99'] / 1000:.2f}"] for name, result in (("before", quiet), ("meanwhile", busy)))), "",
        (f"{sum(kinds.values()):,} wrong passwords in {lasted} s, each network of another /48, through a trusted proxy's "
        f"X-Forwarded-For: {kinds['401']:,} were looked at (401; the budget permits {BUDGET} and {BUDGET // WINDOW} a "
        f"second, {BUDGET + BUDGET // WINDOW * lasted} in all), {kinds['slowed']:,} had to wait (429 `slowed`), "
        f"{kinds['locked']:,} came from networks that were locked out (429 `locked`), {kinds['200']} got in."), "",
        (f"A newcomer with the right password, who tried each half second: let in {tries['200']} of "
        f"{sum(tries.values())} times meanwhile; {waited:.1f} s after the flood he was. Other programs took "
        f"{busy['other programs']:.0%} of the machine.")]


async def flooded(seawall, chosen, owner):
    kinds, tries = collections.Counter(), collections.Counter()
    end = time.monotonic() + chosen.seconds + 1

    async def guesses(number):
        sender = Sender(seawall)
        while time.monotonic() < end:
            kinds[await sender.ask(network(number), f"wrong {number} {time.monotonic()}")] += 1
            await asyncio.sleep(PAUSE)
        await sender.leave()

    async def newcomer():
        sender = Sender(seawall)
        await asyncio.sleep(1)
        # one who was let in is none any more
        while time.monotonic() < end:
            tries[await sender.ask(network(0xff00 + sum(tries.values())), PASSWORD)] += 1
            await asyncio.sleep(0.5)
        await sender.leave()

    async def asks():
        await asyncio.sleep(0.5)
        return await asyncio.to_thread(owner)
    *_, result = await asyncio.gather(*map(guesses, range(1, chosen.networks + 1)), newcomer(), asks())
    return kinds, tries, result


async def let_in(seawall):
    """Seconds until a newcomer with the right password is."""
    sender, begin = Sender(seawall), time.perf_counter()
    while (kind := await sender.ask(NEWCOMER, PASSWORD)) != "200":
        if time.perf_counter() - begin > WINDOW:
            raise LabError(f"a newcomer with the right password is not let in {WINDOW} s after the last guess: {kind}")
        await asyncio.sleep(0.1)
    waited = time.perf_counter() - begin
    await sender.leave()
    return waited


def refused(kinds, who, wrong):
    if others := kinds.keys() - {"401", "locked", "slowed"}:
        wrong.append(f"{who.capitalize()} got {', '.join(f'{kinds[kind]} times {kind}' for kind in sorted(others))} "
                     "(expected: 401 and 429 only).")


# --- networks that guessed

def senders(lab, bench, chosen, wrong):
    """Each guesses once or twice; with the default budget, and with one that makes Seawall count each guess."""
    rows = []
    for budget in (BUDGET, 1_000_000):
        with Alone(lab, bench, tls=False, SEAWALL_LOCKOUT_BUDGET=str(budget)) as seawall:
            kinds, before = collections.Counter(), collections.Counter()
            asyncio.run(several(seawall, [network(0xf000 + n) for n in range(LOCKED) for _ in range(GUESSES)], before))
            heap, memory = seawall.heap(), seawall.memory()
            guesses = [network(n) for n in range(1, chosen.senders + 1) for _ in range(1 + n % 2)]
            asyncio.run(several(seawall, guesses, kinds))
            heap_after, memory_after = seawall.heap(), seawall.memory()
            refused(kinds + before, "networks that guessed", wrong)
            waited = asyncio.run(let_in(seawall))
            still = collections.Counter()
            for host in (1, 2):  # another address of the same /64 is no other client
                asyncio.run(several(seawall, [network(0xf000 + n, host) for n in range(LOCKED)], still, PASSWORD))
            if set(still) != {"locked"}:
                wrong.append(f"Networks that were locked out got {dict(still)} for the right password (expected: locked).")
        by_heap = None not in (heap, heap_after)
        growth = (heap_after - heap if by_heap else memory_after - memory) * 1e6
        rows.append((budget, kinds, growth, waited, still["locked"]))
        tell(f"{chosen.senders} senders, budget of {budget}")
    # what both budgets cost is the log's, which remembers how many lines a client may still write, of 10,000 clients
    (_, some, log, *_), (_, all_of_them, both, *_) = rows
    counted = (both - log) / (chosen.senders * (1 - some["401"] / all_of_them["401"]))
    window, longest = BUDGET // WINDOW, 2 * 3600  # guesses a second; seconds that a lock is remembered
    return [
        f"## {chosen.senders:,} networks guess once or twice", "",
        *table(("`SEAWALL_LOCKOUT_BUDGET`", "401", "429", f"{'heap' if by_heap else 'PSS'}, KB more", "bytes a network",
                "a newcomer's login, s", "locked ones still locked"),
               ([f"{budget:,}", f"{kinds['401']:,}", f"{kinds['slowed'] + kinds['locked']:,}", f"{growth / 1000:,.0f}",
                 f"{growth / chosen.senders:,.0f}", f"{waited:.1f}", f"{still} of {2 * LOCKED}"]
                for budget, kinds, growth, waited, still in rows)), "",
        (f"Before them {LOCKED} networks guessed until they were locked out; afterwards they give the right password, from "
        f"two addresses of each /64. Some {counted:.0f} bytes of a network are the throttle's, by the difference; the rest "
        "is the log's, which knows how many lines each of the last 10,000 clients may write. What has to wait is not "
        f"counted, so that the default budget is what bounds the throttle: {BUDGET} and {window} guesses a second make some "
        f"{BUDGET + window * 2 * WINDOW} counts, which are forgotten after two minutes, and at most "
        f"{(BUDGET + window * longest) // GUESSES:,} locks, after two hours. Its tables end at {TABLE:,} counts and as many "
        f"locks, some {2 * TABLE * counted / 1e6:.0f} MB; then Seawall forgets the least used, and the lock of a network "
        "that stays away may be one of them.")]


async def several(seawall, clients, kinds, password=None):
    """Each of these gives a password, in their order, over some connections."""
    left = iter(enumerate(clients))

    async def one():
        sender = Sender(seawall)
        for number, client in left:
            # the same again from a network would be no further guess
            kinds[await sender.ask(client, password or f"wrong {number}")] += 1
        await sender.leave()
    await asyncio.gather(*(one() for _ in range(SENDERS)))
    await asyncio.sleep(0.5)  # until its side of the connections is gone, too


if __name__ == "__main__":
    sys.exit(main())

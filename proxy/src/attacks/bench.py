"""One attack: a fresh Seawall, its legitimate clients, what is measured meanwhile, and what must hold."""

import multiprocessing
import pathlib
import random
import re
import signal
import socket
import threading
import time
import urllib.request
from dataclasses import dataclass, field

import gateway
from crowd import Crowd

from lab import PASSWORD, USER, Answer, LabError, Seawall, basic, free_port, read, until

OWNER = "127.0.0.2"
PACE = 0.25  # seconds between two requests of a legitimate client
PATIENCE = 10  # seconds that it waits for its answer; the worst is told, and below one on a machine with nothing else to do
CALM = 1.5  # seconds before the attack, and after it
FEW = 3  # connections that the legitimate clients may have open just now
fork = multiprocessing.get_context("fork")

KEYS = {"SEAWALL_PUBLIC_PATHS": "/open/*",
        "SEAWALL_HANDSHAKE_TIMEOUT": 3, "SEAWALL_HEADER_TIMEOUT": 3, "SEAWALL_STALL_TIMEOUT": 4,
        "SEAWALL_IDLE_TIMEOUT": 4, "SEAWALL_MAX_CONNECTIONS": 400, "SEAWALL_MAX_CONNECTIONS_PER_CLIENT": 250}


def apart(function, *arguments):
    """Runs it in a process of its own, which ends with this one."""
    def begin():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C reaches it, too, but ending it is this process's matter
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        function(*arguments)
    process = fork.Process(target=begin, daemon=True)
    process.start()
    return process


@dataclass
class Client:
    """A legitimate client: it asks on a new connection each time; without a source, from another network each time."""
    name: str
    path: str
    header: str
    source: str | None = OWNER


@dataclass
class Report:
    attack: str
    seconds: float = 0
    clients: dict = field(default_factory=dict)  # name: requests, answered, worst seconds
    opened: int = 0
    turned_away: int = 0
    most_open: int = 0
    open_at_end: int = 0
    ended_within: float = 0
    allowed: float = 0
    rss: tuple = (0, 0)  # before, peak; bytes
    direct: tuple = (0, 0)
    refused: dict = field(default_factory=dict)
    rejected: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)


class Bench:
    def __init__(self, lab, title, keys):
        self.report = Report(title)
        port = free_port()
        self.gateway = apart(gateway.run, port)
        admin = free_port()
        self.metrics_url = f"http://127.0.0.1:{admin}/metrics"
        self.seawall = Seawall(lab, port, **{**KEYS, "SEAWALL_ADMIN": f"127.0.0.1:{admin}", **keys})
        self.front = self.seawall.ready()
        self.lab = lab
        self.crowd = Crowd(self.front.port)
        self.samples = []
        self.over = threading.Event()
        login = self.ask(OWNER, "/chat", f"Authorization: {basic(USER, PASSWORD)}")
        self.session = login.session()
        if not self.session:
            raise LabError(f"no session after the login:\n{login.raw[:500]}")

    def ask(self, source, path, header):
        """One request on a new connection."""
        with socket.create_connection(("127.0.0.1", self.front.port), PATIENCE, (source, 0)) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.front.tls.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.front.host}\r\n{header}\r\n\r\n".encode())
                return Answer(read(connection))

    # --- the legitimate clients, in a process of their own: the attackers' work is not to slow their clock

    def serve(self, clients):
        self.clients = clients
        self.results, self.told = fork.Pipe(duplex=False)
        self.enough = fork.Event()
        self.owner = apart(self.keep_asking)
        threading.Thread(target=self.keep_measuring, daemon=True).start()

    def keep_asking(self):
        asked = {client.name: [] for client in self.clients}
        running = []
        due = time.monotonic()
        while not self.enough.wait(max(0, due - time.monotonic())):
            for client in self.clients:
                # a thread each: a slow answer delays no other question
                thread = threading.Thread(target=self.ask_once, args=(client, asked[client.name]), daemon=True)
                thread.start()
                running.append(thread)
            due += PACE
        for thread in running:
            thread.join(2 * PATIENCE)
        self.told.send(asked)

    def ask_once(self, client, results):
        begin = time.monotonic()
        try:
            source = client.source or f"127.1.{random.randrange(256)}.{random.randrange(1, 255)}"
            status = self.ask(source, client.path, client.header).status
        except OSError as trouble:
            status = type(trouble).__name__
        results.append((begin, status, time.monotonic() - begin))

    # --- the measuring

    def keep_measuring(self):
        while not self.over.is_set():
            sample = self.sample()
            if sample:
                self.samples.append(sample)
            self.over.wait(0.5)  # a scrape is work for Seawall, too

    def sample(self):
        try:
            status = pathlib.Path(f"/proc/{self.seawall.process.pid}/status").read_text()
            with urllib.request.urlopen(self.metrics_url, timeout=PATIENCE) as answer:
                text = answer.read().decode()
        except OSError:
            return None
        series = {name: float(value) for name, value in re.findall(r"(?m)^(seawall_[^ #]+) (\S+)$", text)}
        return {"at": time.monotonic(), "rss": int(re.search(r"VmRSS:\s+(\d+)", status)[1]) << 10, "series": series,
                "open": int(series["seawall_connections_open"]),
                "direct": int(series["seawall_direct_memory_used_bytes"])}

    def open_now(self):
        """As of the last sample; -1 when that is old."""
        sample = self.samples[-1] if self.samples else None
        return sample["open"] if sample and time.monotonic() - sample["at"] < 2 else -1

    # --- the attack's course

    def hold(self, allowed, trickle=lambda: None, since=None):
        """Keeps the attackers at it until Seawall has ended their connections, but no longer than allowed."""
        begin = since or self.crowd.last
        self.report.allowed = allowed
        seen = len(self.samples)
        until(lambda: len(self.samples) > seen, 2)  # a sample from after the last attacker came
        while (left := self.open_now()) > FEW or left < 0:
            if time.monotonic() - begin > allowed:
                self.fail(f"{left} connections open {allowed} s after the last was opened (expected: at most {FEW})")
                break
            trickle()
            time.sleep(0.1)
        self.report.ended_within = time.monotonic() - begin

    def settle(self, series, seconds, trickle):
        """Goes on until that series has not moved for a second."""
        def moved():
            trickle()
            before = self.total(series)
            time.sleep(1)
            return self.total(series) > before
        until(lambda: not moved(), seconds)

    def during(self, seconds, act):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            act()

    def fail(self, text):
        self.report.failures.append(text)

    def total(self, series):
        """The sum of a series over its labels that match, in the last sample."""
        return sum(value for name, value in self.samples[-1]["series"].items() if re.search(series, name))

    def run(self, attack):
        self.serve(attack.clients(self))
        time.sleep(attack.calm)
        begin = time.monotonic()
        attack.function(self)
        self.report.seconds = time.monotonic() - begin
        last = self.sample()
        self.report.open_at_end = last["open"] if last else -1
        self.crowd.disperse()
        if not until(lambda: 0 <= self.open_now() <= FEW, 10):
            self.fail(f"{self.open_now()} connections open 10 s after the attack (expected: at most {FEW})")
        time.sleep(CALM)
        self.enough.set()
        asked = self.results.recv() if self.results.poll(3 * PATIENCE) else {}
        self.owner.join(5)
        time.sleep(0.3)
        self.over.set()
        self.judge(asked, begin)
        for expect in attack.expectations:
            expect(self)
        return self.report

    def judge(self, asked, begin):
        report = self.report
        self.took = {name: ([took for at, _, took in results if at + took < begin],
                            [took for at, _, took in results if at + took >= begin])
                     for name, results in asked.items()}  # before the attack, and since
        for name, results in ((client.name, asked.get(client.name, [])) for client in self.clients):
            wrong = sorted({str(status) for _, status, _ in results if status != 200})
            answered = sum(status == 200 for _, status, _ in results)
            report.clients[name] = {"asked": len(results), "answered": answered,
                                    "worst": max((took for _, _, took in results), default=0)}
            if wrong or not results:
                self.fail(f"{name}: {len(results) - answered} of {len(results)} not answered 200: {', '.join(wrong)}")
        if self.seawall.process.poll() is not None:
            self.fail(f"Seawall ended with {self.seawall.process.poll()}")
        written = self.seawall.written()
        for bad in sorted(set(re.findall(r"OutOf\w*Memory\w*|LEAK|unexpected [\w.$]+", written))):
            self.fail(f"the log says: {bad}")
        before = [s for s in self.samples if s["at"] < begin] or self.samples[:1]
        report.opened, report.turned_away = self.crowd.opened, self.crowd.refused
        report.most_open = max(s["open"] for s in self.samples)
        for what in ("rss", "direct"):
            setattr(report, what, (before[-1][what], max(s[what] for s in self.samples)))
        last = self.samples[-1]["series"]
        for series, found in (("seawall_connections_refused_total", report.refused),
                              ("seawall_requests_rejected_total", report.rejected)):
            for name, value in last.items():
                label = re.fullmatch(series + r'\{\w+="([^"]+)"\}', name)
                if label and value:
                    found[label[1]] = int(value)

    def close(self):
        self.over.set()
        self.crowd.disperse()
        for process in (self.gateway, getattr(self, "owner", None)):
            if process and process.is_alive():
                process.kill()  # it has nothing to tidy up
                process.join(5)
        self.seawall.stop()

"""What the comparisons and the fail2ban test share: a folder and processes that are gone afterwards, free ports, a
Seawall started as a user starts it, and a client that sends exactly the bytes it is told to."""

import base64
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SETTINGS = re.compile(r"SEAWALL_|OPENCLAW_|AUTH_|HOOKS_|COOLIFY_|PORT$")


class Trouble(Exception):
    """What keeps the run from saying anything; its text is for the person who started it."""


class Lab:
    """A temporary folder and the processes started in it; leaving it, also by ^C or SIGTERM, ends and removes them."""

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda n, _: sys.exit(128 + n))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="seawall-lab."))
        self.running = []
        self.starts = 0
        self.counting = threading.Lock()
        return self

    def __exit__(self, *_):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for process in list(self.running):
            self.stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self, name):
        """A new folder inside the lab's own."""
        with self.counting:
            self.starts += 1
            folder = self.folder / f"{self.starts}-{name}"
        folder.mkdir(mode=0o700)
        return folder

    def start(self, command, log, folder, environment=None):
        """Starts a process group of its own; the caller's configuration does not reach it."""
        inherited = {key: value for key, value in os.environ.items() if not SETTINGS.match(key)}
        with open(log, "ab") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder,
                                       env={**inherited, **(environment or {})}, start_new_session=True,
                                       preexec_fn=hear_hangups)
        self.running.append(process)
        return process

    def stop(self, process):
        """Asks, waits up to 10 s, then insists."""
        for ask in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, ask)
            except ProcessLookupError:
                pass
            try:
                process.wait(10)
                break
            except subprocess.TimeoutExpired:
                continue
        if process in self.running:
            self.running.remove(process)


def hear_hangups():
    """In a child: SIGHUP asks Seawall to read its configuration again, also where nohup has it ignored."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def free_port():
    """Above 20000 and below the range the kernel takes for outgoing connections."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def until(condition, seconds, pause=0.05):
    """What the condition gave when it held, or its last answer when time was up."""
    end = time.monotonic() + seconds
    while not (held := condition()) and time.monotonic() < end:
        time.sleep(pause)
    return held


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Answer:
    """What came back; status 0 when the connection ended without an answer."""

    def __init__(self, raw):
        self.raw = raw
        status = re.match(rb"HTTP/1\.[01] (\d{3})", raw)
        self.status = int(status[1]) if status else 0
        self.body = raw.partition(b"\r\n\r\n")[2]


class Front:
    """A listener, with the CA that its certificate must come from, or without TLS; on 127.0.0.1, unless it has a name."""

    def __init__(self, port, ca=None, name=None, address="127.0.0.1"):
        self.port, self.name, self.address = port, name or address, address
        self.tls = ssl.create_default_context(cafile=ca) if ca else None
        self.host = name or f"{address}:{port}"
        self.origin = ("https://" if ca else "http://") + self.host

    def connect(self):
        plain = socket.create_connection((self.address, self.port), timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each TLS handshake waits 40 ms
        return self.tls.wrap_socket(plain, server_hostname=self.name) if self.tls else plain

    def ask(self, method, target, *headers, body=b"", host=None):
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or self.host}", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def send(self, request):
        """Sends these bytes; an Answer, read to its end and no further."""
        with self.connect() as connection:
            try:
                connection.sendall(request)
            except OSError:
                pass  # refused before all of it was read: the answer is there already
            return Answer(read(connection))


def read(connection):
    raw = b""
    try:
        while not complete(raw):
            piece = connection.recv(65536)
            if not piece:
                break
            raw += piece
    except OSError:
        pass  # reset or silent: what came so far is the answer
    return raw


def complete(raw):
    head, end, body = raw.partition(b"\r\n\r\n")
    if not end:
        return False
    if re.match(rb"HTTP/1\.1 (101|204|304)", head):
        return True
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    if length:
        return len(body) >= int(length[1])
    return bool(re.search(rb"(?im)^transfer-encoding: *chunked", head)) and body.endswith(b"0\r\n\r\n")


class Seawall:
    """`./seawall run` with these keys, in an empty folder; over TLS with a CA of its own."""

    def __init__(self, lab, gateway_port, **keys):
        self.lab = lab
        self.folder = lab.place("seawall")
        self.log = self.folder / "seawall.log"
        self.port = free_port()
        keys = {"PORT": self.port, "SEAWALL_BIND": "127.0.0.1", "SEAWALL_UPSTREAM": f"127.0.0.1:{gateway_port}",
                "SEAWALL_STATE_DIR": self.folder / "state", "SEAWALL_ADMIN": "off", "SEAWALL_LOG": "json", **keys}
        if os.geteuid() == 0:
            keys["SEAWALL_ALLOW_ROOT"] = "true"
        self.process = lab.start([ROOT / "seawall", "run"], self.log, self.folder,
                                 {key: str(value) for key, value in keys.items()})

    def listening(self):
        """The front once it answers; None when it ended instead."""
        def answers():
            if self.process.poll() is not None:
                return True
            try:
                self.front = Front(self.port, self.folder / "state" / "ca.pem")
                return self.front.ask("GET", "/healthz").status == 200
            except OSError:
                return False
        self.front = None
        if not until(answers, 60):
            raise Trouble(f"Seawall does not answer within 60 s:\n{self.log.read_text()[-2000:]}")
        return None if self.process.poll() is not None else self.front

    def stop(self):
        self.lab.stop(self.process)

    def written(self):
        return self.log.read_text(errors="replace")


def build():
    """Has the launcher build what is missing, once, so that no start has to wait for it."""
    built = subprocess.run([ROOT / "seawall", "version"], stdout=subprocess.DEVNULL, cwd=ROOT)
    if built.returncode:
        raise Trouble("seawall cannot be built, see above")


def compiled(lab, source, *others):
    """A Go program that needs nothing of the system it runs on; its packages are Debian's."""
    go = shutil.which("go") or next((str(path) for path in sorted(pathlib.Path("/usr/lib").glob("go-*/bin/go"))), None)
    if not go:
        raise Trouble("Go is missing (Debian: apt-get install golang-go)")
    folder = lab.place("go")
    program = folder / source.stem
    sources = [shutil.copy(file, folder) for file in (source, *others)]  # it wants all of them in one folder
    built = subprocess.run([go, "build", "-o", program, *sources], text=True, capture_output=True, cwd=folder,
                           env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(folder / "cache"), "GOFLAGS": "",
                                "CGO_ENABLED": "0"})
    if built.returncode:
        raise Trouble(f"{source.name} cannot be built:\n{built.stderr}")
    return program


def tool(name, package):
    """Where a program is; the system's folders count although a user's PATH lacks them."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise Trouble(f"{name} is missing (Debian: apt-get install {package})")
    return found

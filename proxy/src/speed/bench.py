"""What `run` and `scale` measure with: the upstream, the clients, certificates, and as many descriptors as one may have."""

import os
import pathlib
import platform
import re
import resource
import subprocess
import sys
import time

import measure

from lab import LabError, free_port, tool

HERE = pathlib.Path(__file__).resolve().parent
FILES = 20000
CLIENTS_TLS = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = clients
[clients]
MinProtocol = TLSv1.3
Ciphersuites = TLS_AES_128_GCM_SHA256
Groups = X25519
"""


class Bench:
    """The upstream, the clients, and what both and the contenders have in common."""

    def __init__(self, lab, chosen):
        self.lab, self.here, self.seawall = lab, HERE, chosen.seawall
        self.cores = len(measure.CORES)
        self.transfer = 100_000_000 if chosen.quick else 1_000_000_000
        self.files = more_files()
        self.sockets = min(500 if chosen.quick else 4000, (self.files - 1000) // 3)
        self.folder = lab.place("bench")
        self.certificates = lab.place("certificates")
        self.make_certificates()
        self.load = self.compiled("load")
        (self.folder / "clients.cnf").write_text(CLIENTS_TLS)
        self.upstream_port = free_port()
        self.upstream = lab.start([self.compiled("upstream"), str(self.upstream_port)], self.folder / "upstream.log",
                                  self.folder)

    def compiled(self, name):
        program = self.folder / name
        built = subprocess.run([tool("gcc", "gcc libc6-dev"), "-O2", "-o", program, HERE / f"{name}.c", "-lssl", "-lcrypto",
                                "-lpthread"], text=True, capture_output=True)
        if built.returncode:
            raise LabError(f"{name}.c cannot be built (Debian: apt-get install libssl-dev):\n{built.stderr[-1500:]}")
        return program

    def make_certificates(self):
        for kind, key in (("ecdsa", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]), ("rsa", ["rsa:2048"])):
            subprocess.run([tool("openssl", "openssl"), "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=localhost",
                            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                            "-addext", "basicConstraints=critical,CA:FALSE", "-newkey", *key, "-keyout",
                            self.certificates / f"{kind}.key", "-out", self.certificates / f"{kind}.pem"],
                           check=True, capture_output=True)
            (self.certificates / f"{kind}.key").chmod(0o600)

    def client(self, command):
        """Runs it; what it printed."""
        done = subprocess.run([str(part) for part in command], text=True, capture_output=True, timeout=300,
                              env={**os.environ, "OPENSSL_CONF": str(self.folder / "clients.cnf")})
        if done.returncode:
            raise LabError(f"{pathlib.Path(command[0]).name} ended with {done.returncode}: {done.stderr[-500:]}")
        return done.stdout

    def place(self, contenders, on_one_core):
        """Proxies run on the last core; clients and upstream on the others, or there, too. They were started without
        this, so that each made itself as large as the machine suggests."""
        if self.cores < 2:
            return
        last, others = measure.CORES[-1:], measure.CORES[:-1]
        ours = last if on_one_core else others
        measure.allow([os.getpid(), *measure.members([self.upstream.pid])], ours)
        measure.allow(measure.members([p.pid for contender in contenders for p in contender.processes]), last)

    def unplace(self):
        measure.allow([os.getpid(), self.upstream.pid], measure.CORES)


def need_tools(packages):
    missing = []
    for name, package in packages.items():
        try:
            tool(name, package)
        except LabError:
            missing.append(package)
    if not pathlib.Path("/usr/include/openssl/ssl.h").exists():
        missing.append("libssl-dev")
    if missing:
        raise LabError(f"programs are missing (Debian: apt-get install {' '.join(missing)})")


def more_files():
    """As many as one may have, up to what the rows need; everything started from here inherits it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES if most < 0 else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return files


def tell(line):
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def processor():
    named = re.search(r"(?m)^model name\s*: (.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return named[1] if named else platform.machine()

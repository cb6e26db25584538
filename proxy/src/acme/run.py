"""Has a running Seawall get its certificates from a real ACME server, Debian's pebble, and lets everything go wrong.

  proxy/src/acme/run [SCENARIO...]

Prints "ok …" or "FAIL …" for each check; exit 1 when one failed, 2 when the test could not be made. Needs python3,
openssl, pebble, and what ./seawall needs. Loopback only.
"""

import concurrent.futures
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from lab import Checks, LabError, Seawall, build, distrustful, free_port, judged, options, tool, trusting, until

EAB_KEY = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"
NAMES = ("claw.example.test", "www.example.test", "hooks.example.test")
checks = Checks()
check = checks.equal


class Pebble:
    """pebble and its name server; every name is 127.0.0.1, or the address given. `start` forgets all accounts."""

    def __init__(self, lab, http, tls, address="127.0.0.1", eab=False, validity=None, nonces=20):
        self.lab, self.folder = lab, lab.place("pebble")
        self.port, self.management, self.dns, self.dns_management = (free_port() for _ in range(4))
        self.log = self.folder / "pebble.log"
        self.tls, self.root = self.folder / "tls.crt", self.folder / "root.pem"
        self.directory = f"https://127.0.0.1:{self.port}/dir"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=pebble", "-addext", "subjectAltName=IP:127.0.0.1", "-addext",
                        "basicConstraints=critical,CA:TRUE", "-keyout", self.folder / "tls.key", "-out", self.tls],
                       check=True, capture_output=True)
        config = {"listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self.management}",
                  "certificate": str(self.tls), "privateKey": str(self.folder / "tls.key"), "httpPort": http,
                  "tlsPort": tls, "ocspResponderURL": "", "externalAccountBindingRequired": eab,
                  "externalAccountMACKeys": {"kid-1": EAB_KEY} if eab else {}}
        if validity:
            config["certificateValidityPeriod"] = validity
        (self.folder / "config.json").write_text(json.dumps({"pebble": config}))
        self.environment = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": str(nonces)}
        lab.start(["pebble-challtestsrv", "-defaultIPv4", address, "-defaultIPv6", "", "-dns01",
                   f"127.0.0.1:{self.dns}", "-http01", "", "-https01", "", "-tlsalpn01", "", "-management",
                   f"127.0.0.1:{self.dns_management}"], self.folder / "dns.log", self.folder)
        self.process = None

    def start(self):
        self.process = self.lab.start(["pebble", "-config", self.folder / "config.json", "-dnsserver",
                                       f"127.0.0.1:{self.dns}"], self.log, self.folder, self.environment)
        trust = trusting(self.tls)

        def up():
            try:
                with urllib.request.urlopen(f"https://127.0.0.1:{self.management}/roots/0", context=trust) as answer:
                    self.root.write_bytes(answer.read())
                    return True
            except OSError:
                return False
        if not until(up, 20):
            raise LabError(f"pebble does not answer:\n{self.log.read_text()[-2000:]}")
        return self

    def stop(self):
        self.lab.stop(self.process)

    def orders(self):
        return len(re.findall(r"There are now \d+ orders in the db", self.log.read_text(errors="replace")))


class AcmeSeawall(Seawall):
    """A Seawall that wants its certificate from that pebble; started again with the same ports and state directory."""

    def __init__(self, lab, port, state, directory, ca, **keys):
        settings = {"PORT": port, "SEAWALL_TLS": "acme", "SEAWALL_HOSTS": ",".join(NAMES), "SEAWALL_STATE_DIR": state,
                    "SEAWALL_ACME_DIRECTORY": directory, "SEAWALL_ACME_CA": ca, **keys}
        super().__init__(lab, free_port(), **settings)
        self.port = port

    def up(self):
        return until(lambda: self.process.poll() is None and presented(self.port, NAMES[0]), 90)

    def messages(self):
        lines = [json.loads(line) for line in self.written().splitlines() if line.startswith("{")]
        return [line.get("message", "") for line in lines]

    def says(self, text, seconds=60):
        return bool(until(lambda: [m for m in self.messages() if text in m], seconds))

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.lab.running.remove(self.process)


def presented(port, name, alpn=None):
    """The certificate that this name is shown, in DER; None when nobody answers."""
    context = distrustful(*[alpn] if alpn else [])
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname=name) as tls:
                return tls.getpeercert(binary_form=True)
    except OSError:
        return None


def trusted(port, root, names=NAMES):
    """Whether every name is served with a certificate that leads to the CA's root, and HTTP behind it."""
    context = trusting(root)
    try:
        for name in names:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
                with context.wrap_socket(plain, server_hostname=name) as tls:
                    tls.sendall(f"GET /healthz HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
                    if b" 200 " not in tls.recv(4096):
                        return False
        return True
    except OSError:
        return False


def ledger(state):
    return next(state.glob("acme-*.ledger"))


def attempts(state):
    return len(re.search(r"(?m)^attempts=(.*)$", ledger(state).read_text())[1].split(","))


def impatient(state):
    """As if the pause after a failure were over."""
    file = ledger(state)
    file.write_text(re.sub(r"(?m)^next=.*$", "next=2020-01-01T00:00:00Z", file.read_text()))


def plainly(port, request):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.encode())
        raw = b""
        while piece := connection.recv(4096):
            raw += piece
    head = raw.decode().partition("\r\n\r\n")[0]
    location = re.search(r"(?m)^Location: (.*)\r?$", head)
    return int(head.split()[1]), location[1].strip() if location else ""


def by_tls(lab):
    port, state = free_port(), lab.place("state")
    pebble = Pebble(lab, free_port(), port, nonces=30).start()
    seawall = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls, SEAWALL_ACME_CHALLENGE="tls-alpn-01")
    check("tls: the local CA serves at once", True, bool(seawall.up()))
    check("tls: three names, one certificate, no port but the TLS one", True,
          until(lambda: trusted(port, pebble.root), 60))
    check("tls: by one order", 1, pebble.orders())
    modes = {oct(f.stat().st_mode & 0o777) for f in state.glob("acme-*")}
    check("tls: what is kept is for its owner only", {"0o600"}, modes)
    before = presented(port, NAMES[0])
    check("tls: when nothing is pending, acme-tls/1 is shown what everybody is shown", before,
          presented(port, NAMES[0], "acme-tls/1"))
    seawall.stop()
    pebble.stop()
    again = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls, SEAWALL_ACME_CHALLENGE="tls-alpn-01")
    again.up()
    check("restart: the kept certificate serves, though the CA is down", before, presented(port, NAMES[0]))
    pebble.start()
    time.sleep(5)
    check("restart: no other order", 1, pebble.orders())
    again.stop()
    next(f for f in state.glob("acme-*.pem") if "account" not in f.name).unlink()
    impatient(state)
    third = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
    check("a CA that has forgotten the account knows us again", True,
          bool(third.up()) and until(lambda: trusted(port, pebble.root), 60))
    third.stop()


def by_http(lab):
    port, plain, state = free_port(), free_port(), lab.place("state")
    pebble = Pebble(lab, plain, free_port()).start()
    seawall = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls, SEAWALL_ACME_CHALLENGE="http-01",
                      SEAWALL_HTTP_PORT=plain)
    check("http: three names, one certificate", True, bool(seawall.up()) and until(lambda: trusted(port, pebble.root), 60))
    check("http: by one order", 1, pebble.orders())
    host = f"Host: {NAMES[0]}\r\n"
    for request, expected in ((f"GET /a?b=c HTTP/1.1\r\n{host}\r\n", (308, f"https://{NAMES[0]}/a?b=c")),
                              (f"HEAD / HTTP/1.0\r\n{host}\r\n", (308, f"https://{NAMES[0]}/")),
                              (f"GET /.well-known/acme-challenge/x HTTP/1.1\r\n{host}\r\n", (404, "")),
                              ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", (421, "")),
                              (f"POST / HTTP/1.1\r\n{host}Content-Length: 3\r\n\r\nabc", (400, "")),
                              ("GET / HTTP/1.1\r\n\r\n", (400, ""))):
        check(f"plain port: {request.splitlines()[0]}", expected, plainly(plain, request))
    seawall.stop()


def renewal(lab):
    port, state = free_port(), lab.place("state")
    pebble = Pebble(lab, free_port(), port, validity=60).start()
    seawall = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
    check("renewal: the first one", True, bool(seawall.up()) and until(lambda: trusted(port, pebble.root), 60))
    first = presented(port, NAMES[0])
    context = trusting(pebble.root)
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=NAMES[0]) as kept:
        kept.sendall(f"GET /healthz HTTP/1.1\r\nHost: {NAMES[0]}\r\n\r\n".encode())
        kept.recv(4096)
        check("renewal: the second one comes in time", True,
              until(lambda: presented(port, NAMES[0]) not in (None, first), 75) and trusted(port, pebble.root))
        kept.sendall(f"GET /healthz HTTP/1.1\r\nHost: {NAMES[0]}\r\n\r\n".encode())
        check("renewal: an open connection goes on", True, b" 200 " in kept.recv(4096))
    check("renewal: two certificates, two orders", 2, pebble.orders())
    second = presented(port, NAMES[0])
    pebble.stop()
    check("renewal: it says so when the CA is down", True, seawall.says("cannot be reached", 75))
    check("renewal: meanwhile what there is serves", second, presented(port, NAMES[0]))
    pebble.start()
    seawall.stop()
    impatient(state)
    again = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
    check("renewal: and goes on when the CA is back", True, bool(again.up()) and until(lambda: trusted(port, pebble.root), 60))
    again.stop()


def no_ca(lab):
    port, state = free_port(), lab.place("state")
    pebble = Pebble(lab, free_port(), port)
    seawall = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
    check("no CA: Seawall serves all the same", True, bool(seawall.up()))
    check("no CA: and says why", True, seawall.says("cannot be reached") and seawall.says("next attempt at"))
    time.sleep(6)
    check("no CA: once", 1, len([m for m in seawall.messages() if "no certificate from" in m]))
    seawall.stop()
    pebble.start()
    impatient(state)
    careless = AcmeSeawall(lab, port, state, pebble.directory, None)
    careless.up()
    check("a directory that nobody vouches for is not believed", True, careless.says("its own certificate is not trusted"))
    careless.stop()


def wrong_place(lab):
    """The names lead to an address where nobody listens."""
    port, state = free_port(), lab.place("state")
    pebble = Pebble(lab, free_port(), port, address="127.0.0.9").start()
    seawall = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
    seawall.up()
    check("wrong place: it says which name, how, and what the CA said", True,
          seawall.says(" by tls-alpn-01: the CA says ") and seawall.says("Failed to connect"))
    check("wrong place: the local CA serves", False, trusted(port, pebble.root))
    seawall.kill()
    for _ in range(10):
        looping = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
        looping.up()
        time.sleep(2.5)
        looping.kill()
    check("crash loop: eleven starts are no eleven orders", True, 1 <= pebble.orders() <= attempts(state) <= 3)
    for _ in range(7):
        impatient(state)
        looping = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
        looping.up()
        looping.says("no certificate from", 10)
        looping.kill()
    check("crash loop: five in an hour, even if somebody takes the pauses out", (5, True),
          (attempts(state), 2 <= pebble.orders() <= 5))


def external_account(lab):
    port, state = free_port(), lab.place("state")
    pebble = Pebble(lab, free_port(), port, eab=True).start()
    seawall = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls)
    seawall.up()
    check("external account: without it the CA refuses, and we say so", True, seawall.says("externalAccountRequired"))
    seawall.stop()
    impatient(state)
    secret = lab.place("secret") / "eab"
    secret.write_text(EAB_KEY)
    secret.chmod(0o600)
    again = AcmeSeawall(lab, port, state, pebble.directory, pebble.tls, SEAWALL_ACME_EAB_KEY_ID="kid-1",
                    SEAWALL_ACME_EAB_HMAC_KEY_FILE=secret, SEAWALL_ACME_EMAIL="admin@example.test")
    check("external account: with it we get our certificate", True,
          bool(again.up()) and until(lambda: trusted(port, pebble.root), 60))
    check("external account: its key is in no line", False, EAB_KEY in again.written())
    again.stop()


SCENARIOS = {scenario.__name__: scenario for scenario in (by_tls, by_http, renewal, no_ca, wrong_place,
                                                          external_account)}


def examine(lab, wanted):
    tool("pebble", "pebble")
    tool("openssl", "openssl")
    build()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for run in [pool.submit(SCENARIOS[name], lab) for name in wanted]:
            run.result()


def main():
    parser = options(__doc__)
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO", help=" ".join(SCENARIOS))
    wanted = parser.parse_args().scenario or list(SCENARIOS)
    if unknown := [name for name in wanted if name not in SCENARIOS]:
        parser.error(f"no scenario {unknown[0]} (there are: {' '.join(SCENARIOS)})")
    return judged(checks, lambda lab: examine(lab, wanted))


if __name__ == "__main__":
    sys.exit(main())

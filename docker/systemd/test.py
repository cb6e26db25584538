"""Judges seawall.service with systemd's own tools, and starts the real Seawall as the unit does, but for the service manager:
as a user without privileges, under the unit's system call filter and address families, with its credentials, in front of a
socket that listens as systemd does.

  docker/systemd/test

Prints "ok …" or "FAIL …" for each check, and "N passed, N failed"; exit 1 when one failed, 2 when the test could not be
made. Needs systemd-analyze, libseccomp, python3, and what ./seawall needs (JDK 25 or newer, Maven). No service manager has to
run. Everything listens on 127.0.0.1.
"""

import ctypes
import ctypes.util
import errno
import json
import os
import pathlib
import re
import shlex
import signal
import socket
import struct
import subprocess
import sys
import time

from lab import GATEWAY_TOKEN, PASSWORD, ROOT, Checks, Front, Gateway, LabError, build, free_port, judged, options, tool, until
from lab.confined import User, installed

HERE = pathlib.Path(__file__).resolve().parent
UNIT = HERE / "seawall.service"
EXPOSURE = 1.5  # systemd 252 says 1.1; other versions weigh a little differently
CREDENTIALS = {"auth_password": PASSWORD, "gateway_token": GATEWAY_TOKEN}
SERVICE_USER = 61184  # the first that systemd gives to a DynamicUser
WATCHDOG_SECONDS = 3
checks = Checks()
check = checks.equal


def examine(lab):
    analyze = tool("systemd-analyze", "systemd")
    service = settings()
    build()
    check_unit(lab, analyze, service)
    serve(lab, analyze, service)


def settings():
    """The unit's [Service]: every setting with all its values."""
    section, found = "", {}
    for line in UNIT.read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def check_unit(lab, analyze, service):
    # where this machine has the programs: verify looks whether they can be started
    local = lab.place("unit") / UNIT.name
    local.write_text(UNIT.read_text().replace("/opt/seawall/seawall", str(ROOT / "seawall"))
                     .replace("file:///opt/seawall/README.md", f"file://{ROOT}/README.md"))
    verified = subprocess.run([analyze, "verify", "--man=no", local], text=True, capture_output=True)
    check("systemd-analyze verify has nothing to say", (0, ""), (verified.returncode, said_of_ours(verified, local.name)))
    spoilt = lab.place("unit") / UNIT.name
    spoilt.write_text(local.read_text().replace("ProtectSystem=", "ProtectSytem="))
    check("it would have: a misspelt setting", True,
          "ProtectSytem" in said_of_ours(subprocess.run([analyze, "verify", "--man=no", spoilt], text=True,
                                                        capture_output=True), spoilt.name))
    judged = subprocess.run([analyze, "security", "--offline=true", "--no-pager", local], text=True, capture_output=True)
    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", judged.stdout)
    if not score:
        raise LabError(f"systemd-analyze security says nothing:\n{judged.stdout}{judged.stderr}")
    print(f"   systemd-analyze security: {score[1]}")
    check(f"systemd-analyze security: exposure of {EXPOSURE} at most (0 is best, 10 worst)", True,
          float(score[1]) <= EXPOSURE)
    check("README.md names that exposure", True, score[1] in (HERE / "README.md").read_text())
    check("the socket table stays visible, or an exposed gateway would not be seen", [False, False],
          ["ProcSubset" in service, service.get("PrivateNetwork", ["no"]) != ["no"]])
    check("the JVM may compile", False, "MemoryDenyWriteExecute" in service)
    check("a refused configuration, certificate or port is not tried again, an exposed gateway is", ["on-failure", "2 4 5"],
          [service["Restart"][0], service["RestartPreventExitStatus"][0]])


def said_of_ours(ran, name):
    """Without what it finds wrong with the machine's other units."""
    return "\n".join(line for line in (ran.stdout + ran.stderr).splitlines() if name in line)


class Supervisor:
    """What systemd listens with: each datagram, with the process that the kernel says it came from."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.bind(address)
        self.name = address.replace("\0", "@")

    def next(self, seconds):
        """Sender and message; nothing when none came in time."""
        self.socket.settimeout(seconds)
        try:
            message, ancillary, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(12))
        except TimeoutError:
            return 0, ""
        pid = next(struct.unpack("iii", data)[0] for _, kind, data in ancillary if kind == socket.SCM_CREDENTIALS)
        return pid, message.decode()

    def wait_for(self, wanted, seconds):
        """The first message that begins so, and its sender; the watchdog's pings in between do not count."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            pid, message = self.next(left)
            if message.startswith(wanted):
                return pid, message
        return 0, ""


def filter_of(analyze, service):
    """Loads the unit's SystemCallFilter and RestrictAddressFamilies into the process that calls it."""
    groups = {}
    for line in subprocess.run([analyze, "syscall-filter", "--no-pager"], text=True, capture_output=True,
                               check=True).stdout.splitlines():
        if line.startswith("@"):
            group = groups.setdefault(line.strip(), [])
        elif line.startswith(" ") and not line.strip().startswith("#"):
            group.append(line.strip())

    def calls(name):
        return {call for member in groups[name] for call in calls(member)} if name.startswith("@") else {name}

    allowed = set()
    for value in service["SystemCallFilter"]:
        named = {call for name in value.lstrip("~").split() for call in calls(name)}
        allowed = allowed - named if value.startswith("~") else allowed | named
    allowed |= calls("@default")
    families = [getattr(socket, family) for family in service["RestrictAddressFamilies"][0].split()]
    library = ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    refuse, allow = 0x00050000 | errno.EPERM, 0x7FFF0000

    class Compare(ctypes.Structure):
        _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("a", ctypes.c_uint64),
                    ("b", ctypes.c_uint64)]

    context = ctypes.c_void_p(library.seccomp_init(refuse))
    for name in allowed - {"socket"}:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number != -1:  # other machines' calls
            library.seccomp_rule_add_array(context, allow, number, 0, None)
    for family in families:
        equal = Compare(0, 4, family, 0)
        if library.seccomp_rule_add_array(context, allow, library.seccomp_syscall_resolve_name(b"socket"), 1,
                                          ctypes.byref(equal)):
            raise LabError("libseccomp does not take the rule for sockets")
    program = os.memfd_create("filter")
    if library.seccomp_export_bpf(context, program):
        raise LabError("libseccomp gives no filter")
    os.lseek(program, 0, os.SEEK_SET)
    return os.read(program, 1 << 20)


LOADER = """
import ctypes, os, struct, sys
bpf = open(sys.argv[1], "rb").read()
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(bpf) // 8, bpf)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
os.environ["WATCHDOG_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


def serve(lab, analyze, service):
    user, gateway, launcher = User(SERVICE_USER), Gateway(), installed(lab)
    state, credentials, shared = lab.place("state"), lab.place("credentials"), lab.place("shared")
    user.own(state, int(service["StateDirectoryMode"][0], 8))
    for name, text in CREDENTIALS.items():
        (credentials / name).write_text(text)
        user.own(credentials / name, 0o400)  # as systemd shows them, where it does not by an access list
    user.own(credentials, 0o500)
    check("each credential is loaded from /etc/seawall", [f"{name}:/etc/seawall/{name}" for name in CREDENTIALS],
          service["LoadCredential"])
    os.chmod(shared, 0o755)
    (shared / "bpf").write_bytes(filter_of(analyze, service))
    (shared / "loader.py").write_text(LOADER)
    keys = dict(value.replace("%d", str(credentials)).replace("%S/seawall", str(state)).split("=", 1)
                for value in service["Environment"])
    # what would stand in seawall.env
    keys.update(SEAWALL_BIND="127.0.0.1", SEAWALL_UPSTREAM=f"127.0.0.1:{gateway.port}", SEAWALL_ADMIN="off",
                CREDENTIALS_DIRECTORY=str(credentials), STATE_DIRECTORY=str(state), HOME="/", USER="seawall")
    loader = ["/usr/bin/env", "python3", shared / "loader.py", shared / "bpf"]
    tries = ("import os, socket\n"
             "for name, work in (('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),\n"
             "                   ('chown', lambda: os.chown('.', -1, -1)), ('nice', lambda: os.nice(1)),\n"
             "                   ('inet', lambda: socket.socket())):\n"
             "    try: work(); print(name)\n"
             "    except PermissionError: pass\n")
    passed = subprocess.run([*user.prefix, *loader, "/usr/bin/env", "python3", "-c", tries], text=True,
                            capture_output=True, cwd=state)
    check("the filter refuses what the unit refuses, and lets sockets of the internet pass", "inet\n",
          passed.stdout + passed.stderr)
    command = shlex.split(service["ExecStart"][0].replace("/opt/seawall/seawall", str(launcher)))

    def start(name, supervisor, **more):
        log = shared / f"{name}.log"
        given = {**keys, "PORT": str(free_port()), "NOTIFY_SOCKET": supervisor.name,
                 "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000), **more}
        return given, log, lab.start([*user.prefix, *loader, *command], log, state, given)

    abstract = Supervisor(f"\0seawall-test-{os.getpid()}")
    given, log, process = start("serving", abstract)
    sender, message = abstract.wait_for("READY=1", 60)
    if not message:
        raise LabError(f"Seawall is not ready within 60 s:\n{log.read_text()[-3000:]}")
    port = given["PORT"]
    check("says that it is ready, as the main process, with a status", (process.pid, f"READY=1\nSTATUS=serving on port {port}"),
          (sender, message))
    front = Front(int(port), state / "ca.pem")
    check("and is: the next connection is served", 200, front.ask("GET", "/healthz").status)
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    check("under the unit's filter, without privileges", ["2", "1", "0" * 16],
          [re.search(rf"{key}:\s*(\w+)", status)[1] for key in ("Seccomp", "NoNewPrivs", "CapEff")])
    check("and finds the gateway", 200, until(lambda: front.ask("GET", "/readyz").status == 200, 10) and 200)
    begun, pings = time.monotonic(), 0
    while pings < 4 and abstract.wait_for("WATCHDOG=1", WATCHDOG_SECONDS)[1]:
        pings += 1
    took = time.monotonic() - begun
    check("pings the watchdog well within its time", [4, True], [pings, took < 2 * WATCHDOG_SECONDS])
    os.kill(process.pid, signal.SIGHUP)
    sender, message = abstract.wait_for("RELOADING=1", 20)
    check("says that it reloads, and since when", (process.pid, True),
          (sender, bool(re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=reloading", message or ""))))
    check("and that it is ready again", (process.pid, f"READY=1\nSTATUS=serving on port {port}"),
          abstract.wait_for("READY=1", 20))
    check("still serving", 200, front.ask("GET", "/healthz").status)
    os.kill(process.pid, signal.SIGTERM)
    sender, message = abstract.wait_for("STOPPING=1", 20)
    check("says that it stops, and asks for as long as draining may take",
          (process.pid, "STOPPING=1\nEXTEND_TIMEOUT_USEC=40000000\nSTATUS=draining"), (sender, message))
    check("ends with 0", 0, until(lambda: process.poll() is not None, 60) and process.poll())
    written = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    check("nothing that it needs was kept from it", [],
          [line["message"] for line in written if line.get("level") in ("WARNING", "ERROR")])
    check("nor did anything else complain", [], [x for x in log.read_text().splitlines() if not x.startswith("{")])

    path = shared / "notify"
    named = Supervisor(str(path))
    os.chmod(path, 0o777)
    _, log, process = start("refused", named, AUTH_PASSWORD_FILE=str(credentials / "missing"))
    check("a refused configuration ends with one of the codes that are not tried again", True,
          until(lambda: process.poll() is not None, 60) and
          str(process.poll()) in service["RestartPreventExitStatus"][0].split())
    check("and never says that it is ready", (0, ""), named.next(0.2))
    _, log, process = start("named", named)
    check("a socket with a path is found as well", process.pid, named.wait_for("READY=1", 60)[0])
    lab.stop(process)


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))

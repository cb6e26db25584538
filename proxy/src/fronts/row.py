"""One front in a network of its own: Seawall behind it, every client before it, one after the other."""

import json
import subprocess
import sys

import plan
from drain import drained
from fronts import FRONTS
from gateway import SteppingGateway
from judge import objections
from lockout import lockout
from world import ADMIN, GATEWAY, SEAWALL, furnish

from lab import Front as Listener
from lab import Lab, LabError, Seawall, until

DRAINED = ("curl", "Node", "Go")  # besides Python, which also has a WebSocket
PATIENCE = 60  # seconds that a client gets for everything


def made(title, shop, clients):
    """Prints a line of JSON for each scenario of each client: what was wrong, or nothing."""
    kind, tls = next((kind, tls) for found, kind, tls in FRONTS if found == title)
    with Lab() as lab:
        furnish(lab.folder, kind.site)
        front = kind(lab, shop, tls)
        gateway = SteppingGateway(GATEWAY)
        seawall = start(lab, front)
        try:
            front.start(seawall)
            for name, command in clients.items():
                if name == "Chromium" and not front.browsed:
                    continue
                for told, scenario, wrong in served(lab, front, gateway, name, command):
                    tell(told, scenario, wrong)
            if front.locks:
                tell("Python", "lockout", lockout(front))
            others = {name: drains(lab, front, name, clients[name]) for name in DRAINED}
            for name, wrong in drained(front, gateway, seawall, lambda: start(lab, front, seawall), others):
                tell(name, "drain", wrong)
        except LabError as trouble:
            print(f"{trouble}\n--- Seawall\n{seawall.written()[-3000:]}\n--- {title}\n{front.written()[-3000:]}",
                  file=sys.stderr)
            return 2
    return 0


def tell(client, scenario, wrong):
    print(json.dumps({"client": client, "scenario": scenario, "wrong": wrong}), flush=True)


def start(lab, front, before=None):
    """@param before whose place it takes, with certificates and sessions"""
    keys = {"PORT": SEAWALL, "SEAWALL_ADMIN": f"127.0.0.1:{ADMIN}", **plan.KEYS, **front.seawall_keys()}
    if before:
        keys["SEAWALL_STATE_DIR"] = before.folder / "state"
    seawall = Seawall(lab, GATEWAY, **keys)

    def ready():
        if seawall.process.poll() is not None:
            raise LabError(f"Seawall ended with {seawall.process.returncode}:\n{seawall.written()[-3000:]}")
        try:
            return Listener(ADMIN).ask("GET", "/readyz").status == 200
        except OSError:
            return False
    if not until(ready, 60):
        raise LabError(f"Seawall is not ready within 60 s:\n{seawall.written()[-3000:]}")
    return seawall


def drains(lab, front, name, command):
    """A client that has a request under way when Seawall ends."""
    folder = lab.place(f"{name}-drain")
    told = folder / "plan.json"
    told.write_text(json.dumps(plan.plan(front.ca(), f"drain-{name.lower()}", drain=True)))
    return subprocess.Popen([*command, str(told)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, cwd=folder)


def served(lab, front, gateway, name, command):
    """Who did what, and what is wrong with it; a client that breaks off is wrong as a whole."""
    folder = lab.place(name)
    told = folder / "plan.json"
    told.write_text(json.dumps(plan.plan(front.ca(), name.lower(), front.websocket_over_h2, front.plain)))
    try:
        ran = subprocess.run([*command, str(told)], capture_output=True, text=True, timeout=PATIENCE, cwd=folder,
                             stdin=subprocess.DEVNULL)
        out, trouble = ran.stdout, ran.stderr.strip()[-2000:] if ran.returncode else ""
    except subprocess.TimeoutExpired as late:
        out, trouble = (late.stdout or b"").decode(), f"not done within {PATIENCE} s"
    for line in out.splitlines():
        result = json.loads(line)
        scenario = result.pop("scenario")
        if scenario == "stream":
            result["seen"] = gateway.streams.get(name.lower())
        yield result.pop("client", name), scenario, objections(scenario, result, front.client)
    if trouble:
        yield name, "itself", [trouble]

"""Seawall, started as a user starts it: by the launcher, with an environment, in an empty folder."""

import os

from .http import Front
from .processes import LabError, free_port, until
from .programs import ROOT

USER = "admin"
PASSWORD = "correct-horse-battery-9-staple"
GATEWAY_TOKEN = "5d1f3c8a97b24e60a1c7f9d2e8b3640f5d1f3c8a97b24e60a1c7f9d2e8b3640f"
HOOKS_TOKEN = "c0a81e7b52f94d36b8e1a7d49f20c563c0a81e7b52f94d36b8e1a7d49f20c563"
ALLOWED = {"SEAWALL_ALLOW_ROOT": "true"} if os.geteuid() == 0 else {}


class Seawall:
    """`./seawall run` with these keys beside the usual ones; over TLS with a CA of its own. None takes a key away."""

    def __init__(self, lab, gateway_port, **keys):
        self.lab = lab
        self.folder = lab.place("seawall")
        self.log = self.folder / "seawall.log"
        self.port = free_port()
        keys = {"PORT": self.port, "SEAWALL_BIND": "127.0.0.1", "SEAWALL_UPSTREAM": f"127.0.0.1:{gateway_port}",
                "SEAWALL_STATE_DIR": self.folder / "state", "SEAWALL_ADMIN": "off", "SEAWALL_LOG": "json", **ALLOWED,
                "AUTH_PASSWORD": PASSWORD, "OPENCLAW_GATEWAY_TOKEN": GATEWAY_TOKEN, **keys}
        self.keys = {key: value for key, value in keys.items() if value is not None}
        self.start()

    def start(self):
        self.process = self.lab.start([ROOT / "seawall", "run"], self.log, self.folder, self.keys)

    @property
    def ca(self):
        return self.folder / "state" / "ca.pem"

    def listening(self, ca=None):
        """The front once it answers; None when Seawall ended instead."""
        return self.answering("/healthz", ca or self.ca)

    def started(self, ca=None):
        """The front once it answers; it must."""
        return self.listening(ca) or self.fail("ended")

    def ready(self, ca=None):
        """The front once Seawall has found the gateway, as a readiness probe would; it must."""
        return self.answering("/readyz", ca or self.ca) or self.fail("ended")

    def answering(self, path, ca):
        def answers():
            if self.process.poll() is not None:
                return True
            try:
                self.front = Front(self.port, ca)
                return self.front.ask("GET", path).status == 200
            except OSError:
                return False
        self.front = None
        if not until(answers, 60):
            self.fail(f"does not answer {path} with 200 within 60 s")
        return None if self.process.poll() is not None else self.front

    def fail(self, what):
        raise LabError(f"Seawall {what}:\n{self.written()[-3000:]}")

    def stop(self):
        self.lab.stop(self.process)

    def ended(self):
        """The exit code, once it has ended by itself; None when it did not within a minute."""
        until(lambda: self.process.poll() is not None, 60)
        return self.process.poll()

    def written(self):
        return self.log.read_text(errors="replace")

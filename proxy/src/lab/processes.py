"""A folder and processes that are gone afterwards, and what it takes to start and to wait for them."""

import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SETTINGS = re.compile(r"SEAWALL_|OPENCLAW_|AUTH_|HOOKS_|COOLIFY_|PORT$")


class LabError(Exception):
    """What keeps a suite from saying anything; its text is for the person who started it."""


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
        with open(log, "ab") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder,
                                       env=configured(environment or {}), start_new_session=True,
                                       preexec_fn=hear_hangups)
        self.running.append(process)
        return process

    def stop(self, process):
        """Asks, waits up to 10 s, then insists."""
        for ask in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, ask)
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


def configured(keys):
    """The environment with these keys; the caller's own configuration of Seawall is not in it."""
    inherited = {key: value for key, value in os.environ.items() if not SETTINGS.match(key)}
    return {**inherited, **{key: str(value) for key, value in keys.items()}}


def tool(name, package):
    """Where a program is; the system's folders count although a user's PATH lacks them."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise LabError(f"{name} is missing (Debian: apt-get install {package})")
    return found

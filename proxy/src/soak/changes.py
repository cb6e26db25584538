"""What changes while the load goes on: the gateway is killed and comes back, certificates are swapped, the
configuration is reloaded."""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import ssl
import subprocess
import time

import load
from wire import Connection, Ended, Wrong

from lab import ROOT, LabError

AFTERMATH = 1  # seconds after the gateway is back in which what was under way may still end
TAKEN = 25  # seconds: Seawall looks every 5, believes what it saw twice, and the machine is busy
CERTIFICATES = 4


# --- the gateway

async def restarts(place, every, chance):
    """Killed without a word, away for a moment, and back."""
    while True:
        await asyncio.sleep(every * chance.uniform(0.8, 1.2))
        window = [time.monotonic(), float("inf")]
        place.book.down.append(window)
        await asyncio.to_thread(place.gateway.kill)
        await asyncio.sleep(chance.uniform(0.5, 3))
        place.gateway.start()
        await place.gateway.ready()
        await asyncio.sleep(AFTERMATH)
        window[1] = time.monotonic()
        place.book.count("gateway restarts")


class Gateway:
    def __init__(self, lab, folder, port, command):
        self.lab, self.folder, self.port, self.command = lab, folder, port, command
        self.start()

    def start(self):
        self.process = self.lab.start([*self.command, str(self.port)], self.folder / "gateway.log", self.folder)

    def kill(self):
        self.process.kill()
        self.process.wait(10)
        self.lab.running.remove(self.process)

    async def back(self):
        """In case that its time was up while it was away."""
        if self.process.poll() is not None:
            self.start()
        await self.ready()

    async def ready(self):
        async with asyncio.timeout(30):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                except OSError:
                    await asyncio.sleep(0.05)


# --- certificates

class Certificates:
    """A CA, certificates of it in turn, and the two files that Seawall watches."""

    def __init__(self, folder):
        self.folder = folder
        self.ca = folder / "ca.pem"
        self.openssl("-subj", "/CN=Seawall soak", "-keyout", folder / "ca.key", "-out", self.ca)
        for number in range(CERTIFICATES):
            self.openssl("-CA", self.ca, "-CAkey", folder / "ca.key", "-subj", f"/CN=soak {number}",
                         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                         "-addext", "basicConstraints=critical,CA:false",
                         "-keyout", folder / f"{number}.key", "-out", folder / f"{number}.pem")
        self.served = 0
        self.put("pem", 0)
        self.put("key", 0)

    @staticmethod
    def openssl(*arguments):
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                               "-nodes", "-days", "3", *map(str, arguments)], capture_output=True, umask=0o077)
        if made.returncode:
            raise LabError(f"openssl: {made.stderr.decode()[-500:]}")

    def put(self, kind, number, by_rename=True):
        source, target = self.folder / f"{number}.{kind}", self.folder / f"served.{kind}"
        if by_rename:
            shutil.copy(source, self.folder / "new")
            (self.folder / "new").replace(target)
        else:
            with open(target, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                out.write(source.read_bytes())

    def der(self, number):
        return ssl.PEM_cert_to_DER_cert((self.folder / f"{number}.pem").read_text())

    async def swaps(self, place, every, chance):
        """Renamed or written over, key or chain first; each fifth time one that does not fit, which is mended by the
        next."""
        count = 0
        while True:
            await asyncio.sleep(every)
            count += 1
            following = (self.served + 1) % CERTIFICATES
            by_rename, kinds = chance.random() < 0.5, chance.sample(("pem", "key"), 2)
            since = time.monotonic()
            if count % 5 == 0:
                before = await place.metric('seawall_certificate_reloads_total{outcome="refused"}')
                self.put(kinds[0], following, by_rename)
                if not await until(lambda: place.metric('seawall_certificate_reloads_total{outcome="refused"}'),
                                   lambda now: now > before):
                    place.book.bad("certificate swap", f"a pair that does not fit was not refused in {TAKEN} s", since)
                if await self.presented(place) != self.der(self.served):
                    place.book.bad("certificate swap", "another than the old one is served after a refusal", since)
                place.book.count("certificates refused")
                self.put(kinds[1], following, by_rename)
            else:
                for kind in kinds:
                    self.put(kind, following, by_rename)
                    await asyncio.sleep(chance.uniform(0, 0.3))
            if await until(lambda: self.presented(place), lambda now: now == self.der(following)):
                self.served = following
                place.book.good("certificate swap", "taken over", since)
            else:
                place.book.bad("certificate swap", f"not taken over in {TAKEN} s", since)

    async def presented(self, place):
        connection = Connection(place, "127.0.0.7")
        try:
            async with load.attempt(place, "certificate looked at", "seen"):
                await connection.open()
                return connection.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        finally:
            connection.abort()


async def until(ask, holds, seconds=TAKEN):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if holds(await ask()):
                return True
        await asyncio.sleep(0.5)
    return False


# --- the configuration

def can_reload():
    """Whether this Seawall knows SIGHUP; another one would end."""
    told = subprocess.run([ROOT / "seawall", "run", "--help"], capture_output=True, text=True, cwd=ROOT)
    return "SIGHUP" in told.stdout


class Settings:
    """The `.env` that Seawall reads, and what became of each change."""

    OUTCOMES = 'seawall_config_reloads_total{{outcome="{}"}}'

    def __init__(self, file, keys):
        self.file, self.keys = file, dict(keys)
        self.write(self.keys)

    def write(self, keys, more=""):
        new = self.file.with_name(".env.new")
        with open(new, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write("".join(f"{key}={value}\n" for key, value in keys.items()) + more)
        new.replace(self.file)

    async def told(self, place, outcome):
        """Sends SIGHUP; whether Seawall counted that outcome."""
        series = self.OUTCOMES.format(outcome)
        before, since = await place.metric(series), time.monotonic()
        place.seawall.send_signal(signal.SIGHUP)
        if await until(lambda: place.metric(series), lambda now: now > before):
            place.book.good("configuration reload", outcome, since)
            return True
        place.book.bad("configuration reload", f"not {outcome} in {TAKEN} s", since)
        return False

    async def status(self, place, path, *headers):
        connection = Connection(place, "127.0.0.8")
        try:
            return (await connection.ask("GET", path, *headers)).status
        finally:
            connection.abort()

    async def demand(self, place, what, path, status, *headers):
        since = time.monotonic()
        try:
            got = await self.status(place, path, *headers)
        except (Ended, Wrong, OSError, TimeoutError) as trouble:
            got = f"{type(trouble).__name__} {trouble}"
        stallable = not isinstance(got, int)
        if got == status:
            place.book.good("after a reload", what, since)
        else:
            place.book.bad("after a reload", f"{what}: {got} (expected: {status})", since, got in load.GONE, stallable)

    async def reloads(self, place, every, chance):
        """In turn: nothing new, another public path, a mistake that must be refused, and the gateway token's
        rotation."""
        turn = 0
        while True:
            await asyncio.sleep(every)
            turn += 1
            match turn % 6:
                case 1:
                    await self.told(place, "unchanged")
                case 2:
                    old = self.keys["SEAWALL_PUBLIC_PATHS"]
                    self.keys["SEAWALL_PUBLIC_PATHS"] = f"/soak-{turn}/*"
                    self.write(self.keys)
                    if await self.told(place, "ok"):
                        await self.demand(place, "the new public path", f"/soak-{turn}/x", 200)
                        await self.demand(place, "the old public path", old.replace("*", "x"), 401)
                case 3:
                    self.write({**self.keys, "AUTH_PASSWORD": "short"}, "SEAWALL_MAX_CONNECTIONS=many\n")
                    await self.told(place, "refused")
                    self.write(self.keys)
                    await self.demand(place, "the old password", "/chat", 200, load.RIGHT)
                    public = self.keys["SEAWALL_PUBLIC_PATHS"].replace("*", "x")
                    await self.demand(place, "the public path", public, 200)
                case 4:
                    old = self.keys["OPENCLAW_GATEWAY_TOKEN"]
                    self.keys["OPENCLAW_GATEWAY_TOKEN"] = secrets.token_hex(32)
                    self.keys["OPENCLAW_GATEWAY_TOKEN_PREVIOUS"] = old
                    self.write(self.keys)
                    if await self.told(place, "ok"):
                        for what in ("OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_TOKEN_PREVIOUS"):
                            await self.demand(place, what, "/v1/models", 200,
                                              f"Authorization: Bearer {self.keys[what]}")
                        place.bearer = f"Authorization: Bearer {self.keys['OPENCLAW_GATEWAY_TOKEN']}"
                case 5:
                    old = self.keys.pop("OPENCLAW_GATEWAY_TOKEN_PREVIOUS")
                    self.write(self.keys)
                    if await self.told(place, "ok"):
                        await self.demand(place, "the token that was rotated away", "/v1/models", 401,
                                          f"Authorization: Bearer {old}")
                        await self.demand(place, "the new token", "/v1/models", 200, place.bearer)
                case 0:
                    place.seawall.send_signal(signal.SIGHUP)
                    place.seawall.send_signal(signal.SIGHUP)
                    await self.told(place, "unchanged")

"""Tries the parser and the scenarios with Debian's CrowdSec on the lines of a running Seawall.

  docker/crowdsec/test

Prints "ok …" or "FAIL …" for each check; exit 1 when one failed, 2 when the test could not be made. Needs python3,
crowdsec, and what ./seawall needs (JDK 25 or newer, Maven). CrowdSec runs in a folder of its own, with its own local API and
without its central one; nothing is banned but in that folder's database.

Debian's package asks CrowdSec's central API for an account as it is installed, and fails without a network; a file that
is not empty keeps it from that:

  mkdir -p /etc/crowdsec && echo '# none' >/etc/crowdsec/online_api_credentials.yaml && apt-get install crowdsec
"""

import base64
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter

from lab import HOOKS_TOKEN, Checks, LabError, Seawall, basic, build, free_port, judged, options, tool

HERE = pathlib.Path(__file__).resolve().parent
VICTIM = "192.0.2.66"  # the address that the forged lines name
FORGED = f"auth_failure layer=basic reason=wrong_password client={VICTIM}"
FORGED_JSON = f'{{"time":"2026-01-01T00:00:00.000Z","level":"WARNING","message":"{FORGED}"}}'
checks = Checks()
check = checks.equal


def examine(lab):
    crowdsec, cscli = tool("crowdsec", "crowdsec"), tool("cscli", "crowdsec")
    build()
    log, guesses = provoke(lab)
    cs = CrowdSec(lab, crowdsec, cscli)
    cs.run(log)
    # three layers of ten each make a guesser; who was locked out at nine or nineteen is none
    check("who goes on guessing is banned, over IPv4 and IPv6, and nobody else",
          sorted(["2001:db8:7::9", "203.0.113.99"]), cs.banned("seawall/seawall-bf"))
    check("who asks for what no honest client asks for is banned", ["198.51.100.77"], cs.banned("seawall/seawall-probing"))
    check("the events of an alert are the failures", True, cs.events("203.0.113.99") == 20)
    check("the forger did try", True, FORGED.replace(" ", "%20") in log.read_text() and guesses[VICTIM] == 0)


def provoke(lab):
    """A Seawall, and what many clients say to it; returns its log, and how many guesses of each are in it."""
    seawall = Seawall(lab, free_port(), HOOKS_ENABLED="true", HOOKS_TOKEN=HOOKS_TOKEN, SEAWALL_TRUSTED_PROXIES="127.0.0.1",
                      SEAWALL_CLIENT_IP_HEADER="X-Forwarded-For")
    front = seawall.started()

    def ask(client, method, target, *headers, times=1, body=b"", host=None):
        for _ in range(times):
            front.ask(method, target, f"X-Forwarded-For: {client}", *headers, body=body, host=host)

    def guess(client, method, target, times):
        for number in range(times):  # another one each time
            ask(client, method, target, "Authorization: " + (
                basic("admin", f"wrong {number}") if target == "/" else f"Bearer wrong-{number}"))

    for client in ("203.0.113.99", "2001:db8:7::9"):  # ten at each layer, and each further one meets the lock
        guess(client, "GET", "/", 12)
        guess(client, "GET", "/v1/models", 12)
        guess(client, "POST", "/hooks/wake", 12)
    # no ban: nineteen wrong credentials; a user of a network that is locked out; programs with old credentials; requests
    # without credentials, or malformed; a health check
    guess("203.0.113.19", "GET", "/", 10)
    guess("203.0.113.19", "GET", "/v1/models", 9)
    guess("203.0.113.20", "GET", "/", 60)
    ask("203.0.113.18", "GET", "/", "Authorization: " + basic("admin", "wrong"), times=30)
    ask("203.0.113.18", "GET", "/v1/models", "Authorization: Bearer wrong", times=30)
    ask("203.0.113.18", "POST", "/hooks/wake", "Authorization: Bearer wrong", times=30)
    ask("203.0.113.21", "GET", "/", times=30)
    ask("203.0.113.22", "GET", "/", "Authorization: Digest nonsense", times=30)
    ask("203.0.113.23", "GET", "/healthz", times=60)
    ask("203.0.113.24", "GET", "/hooks/../v1/models", times=20)
    # a scanner
    ask("198.51.100.77", "GET", "/hooks/../v1/models", times=25)
    ask("198.51.100.77", "GET", "/", times=25, host="evil.example")
    # a forger, who puts lines for his victim into whatever is logged
    for forged in (FORGED, FORGED_JSON):
        plain = forged.replace(" ", "%20").replace('"', "%22").replace("{", "%7B").replace("}", "%7D")
        encoded = "".join(f"%{byte:02x}" for byte in forged.encode())
        for target in (f"/{plain}", f"/{encoded}", f"/x%0a{encoded}", f"/?{plain}&user=%0a{encoded}",
                       f'/x%22,%22client%22:%22{VICTIM}%22,%22rejected%22:%22host%22%7D', f"/hooks/../{plain}"):
            ask("198.51.100.10", "GET", target, f"User-Agent: {forged}", f"Referer: {forged}", times=3)
        for user in (forged, f"x\n{forged}\n", f'x"}}\r\n{forged}\r\n'):
            secret = base64.b64encode(f"{user}:wrong".encode()).decode()
            ask("198.51.100.10", "GET", "/", f"Authorization: Basic {secret}")
    seawall.stop()
    guesses = Counter(line.rpartition("client=")[2].rstrip('"}') for line in seawall.written().splitlines()
                      if '"message":"auth_failure' in line)
    return seawall.log, guesses


class CrowdSec:
    """Debian's CrowdSec with its own stages around our files, in a folder."""

    def __init__(self, lab, crowdsec, cscli):
        self.lab, self.crowdsec, self.cscli = lab, crowdsec, cscli
        self.folder = folder = lab.place("crowdsec")
        self.database = folder / "crowdsec.db"
        shared = pathlib.Path(crowdsec).resolve().parents[2]  # / of an installed package
        hub = shared / "usr" / "share" / "crowdsec" / "hub"
        etc = shared / "etc" / "crowdsec"
        if not (hub / "parsers").is_dir():
            raise LabError(f"{hub} is missing: this is not Debian's package")
        for part in ("s00-raw/crowdsecurity/syslog-logs.yaml", "s02-enrich/crowdsecurity/dateparse-enrich.yaml"):
            place = folder / "parsers" / part.split("/")[0]
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(hub / "parsers" / part, place)
        shutil.copytree(HERE / "parsers", folder / "parsers", dirs_exist_ok=True)
        shutil.copytree(HERE / "scenarios", folder / "scenarios")
        for part in ("data", "notifications", "plugins", "hub", "postoverflows"):
            (folder / part).mkdir()
        (folder / "hub" / ".index.json").write_text('{"parsers":{},"scenarios":{},"postoverflows":{},"collections":{}}')
        shutil.copytree(etc / "patterns", folder / "patterns")
        (folder / "simulation.yaml").write_text("simulation: false\n")
        (folder / "acquis.yaml").write_text("")
        (folder / "console.yaml").write_text("share_custom: false\n")
        shutil.copy(etc / "profiles.yaml", folder)
        port = free_port()
        (folder / "config.yaml").write_text(f"""
common: {{daemonize: false, log_media: stdout, log_level: info, working_dir: .}}
config_paths:
  config_dir: {folder}/
  data_dir: {folder}/data/
  simulation_path: {folder}/simulation.yaml
  hub_dir: {folder}/hub/
  index_path: {folder}/hub/.index.json
  notification_dir: {folder}/notifications/
  plugin_dir: {folder}/plugins/
crowdsec_service: {{acquisition_path: {folder}/acquis.yaml, parser_routines: 1}}
cscli: {{output: json}}
db_config: {{type: sqlite, db_path: {self.database}, log_level: error}}
api:
  client: {{credentials_path: {folder}/credentials.yaml}}
  server: {{listen_uri: "127.0.0.1:{port}", profiles_path: {folder}/profiles.yaml, console_path: {folder}/console.yaml}}
prometheus: {{enabled: false}}
""")
        (folder / "credentials.yaml").write_text(f"url: http://127.0.0.1:{port}\nlogin: test\npassword: test\n")

    def run(self, log):
        config = self.folder / "config.yaml"
        self.command([self.cscli, "-c", config, "machines", "add", "test", "--password", "test", "--force", "-f",
                      self.folder / "credentials.yaml", "-u", (self.folder / "credentials.yaml").read_text().split()[1]],
                     "cscli.log")
        self.command([self.crowdsec, "-c", config, "-no-capi", "-dsn", f"file://{log}", "-type", "seawall"],
                     "crowdsec.log")

    def command(self, command, name):
        output = self.folder / name
        process = self.lab.start([str(part) for part in command], output, self.folder)
        try:
            code = process.wait(60)
        except subprocess.TimeoutExpired:
            code = "no end within 60 s"
        if code:
            raise LabError(f"{os.path.basename(str(command[0]))}: {code}\n{output.read_text()[-3000:]}")

    def rows(self, query, *values):
        with sqlite3.connect(self.database) as database:
            return database.execute(query, values).fetchall()

    def banned(self, scenario):
        return sorted(value for value, in self.rows(
            "SELECT DISTINCT value FROM decisions WHERE type = 'ban' AND scenario = ?", scenario))

    def events(self, client):
        rows = self.rows("SELECT events_count FROM alerts WHERE source_value = ?", client)
        return rows[0][0] if len(rows) == 1 else rows


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))

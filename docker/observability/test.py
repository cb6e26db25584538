"""Tries the alert rules, the dashboard and the log's schema on a running Seawall, with Debian's Prometheus.

  docker/observability/test

Prints "ok …" or "FAIL …" for each check; exit 1 when one failed, 2 when the test could not be made. Needs python3 with
yaml and jsonschema, prometheus (with promtool), curl, and what ./seawall needs (JDK 25 or newer, Maven). Grafana is not
needed: every query of the dashboard is asked of Prometheus, with its variables filled in.
"""

import json
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from lab import (
    GATEWAY_TOKEN,
    HOOKS_TOKEN,
    PASSWORD,
    Checks,
    LabError,
    RecordingGateway,
    Seawall,
    basic,
    build,
    free_port,
    given_up,
    judged,
    options,
    tool,
    trusting,
    until,
)

HERE = pathlib.Path(__file__).resolve().parent
try:
    import jsonschema
    import yaml
except ImportError as missing:
    sys.exit(given_up(f"{missing.name} is missing (Debian: apt-get install python3-{missing.name})"))

ADMIN_TOKEN = "7be0d19c4f28a365b1c7f9d2e8b3640f7be0d19c4f28a365b1c7f9d2e8b3640f"

# What is not in the scrape of a Seawall that is well, and why.
ABSENT = {
    "seawall_access_keys": "only where Cloudflare Access is configured",
}
# Queries of the dashboard that rightly have no answer here.
EMPTY = {
    "changes(process_start_time_seconds": "nobody was restarted",
}
NAME = re.compile(r"\b(?:seawall|jvm|process)_[a-z0-9_]+\b|\bseawall:[a-z0-9_:]+\b")
SELECTOR = re.compile(r"\b((?:seawall|jvm|process)_[a-z0-9_]+|seawall:[a-z0-9_:]+|up)(\{[^}]*\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')

checks = Checks()
check = checks.that


def examine(lab):
    promtool, prometheus, curl = tool("promtool", "prometheus"), tool("prometheus", "prometheus"), tool("curl", "curl")
    build()
    rules = yaml.safe_load((HERE / "seawall.rules.yml").read_text())
    dashboard = json.loads((HERE / "seawall-dashboard.json").read_text())
    check_rules(promtool, rules, yaml.safe_load((HERE / "seawall.rules.test.yml").read_text()))
    check_dashboard(dashboard)
    world = World(lab, prometheus, curl)
    world.start()
    world.traffic()
    check_scrape(promtool, world.scrape(), rules, dashboard)
    check_queries(world, rules, dashboard)
    check_alerts(world)
    world.stop()
    check_log(world)


def check_rules(promtool, rules, tests):
    for args in (["check", "config", "prometheus.yml"], ["check", "rules", "seawall.rules.yml"],
                 ["test", "rules", "seawall.rules.test.yml"]):
        ran = subprocess.run([promtool, *args], cwd=HERE, text=True, capture_output=True)
        check(f"promtool {' '.join(args)}", ran.returncode == 0, ran.stdout + ran.stderr)
    alerts = [rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule]
    for rule in alerts:
        name, notes = rule["alert"], rule.get("annotations", {})
        check(f"{name} says what it is", rule.get("labels", {}).get("severity") in ("critical", "warning", "info")
              and notes.get("summary") and notes.get("description")
              and notes.get("runbook_url") == f"RUNBOOK.md#{name.lower()}", rule)
    headings = re.findall(r"(?m)^### (\w+)$", (HERE / "RUNBOOK.md").read_text())
    names = sorted(rule["alert"] for rule in alerts)
    check("the runbook has a paragraph for each alert, and for nothing else", sorted(headings) == names,
          set(headings) ^ set(names))
    tried = {test["name"].partition(":")[0] for test in tests["tests"]
             if any(case.get("exp_samples") for case in test["promql_expr_test"])}
    check("a unit test sees each alert fire", tried == set(names), tried ^ set(names))
    quiet = {test["name"].partition(":")[0] for test in tests["tests"]
             if any("quiet" in series["series"] or "there" in series["series"] for series in test["input_series"])}
    check("and somebody just below for whom it does not", quiet == set(names), quiet ^ set(names))


def check_dashboard(dashboard):
    panels = dashboard["panels"]
    ids = [panel["id"] for panel in panels]
    check("panels have ids of their own", len(set(ids)) == len(ids), ids)
    taken = {}
    for panel in panels:
        grid = panel["gridPos"]
        check_all = grid["x"] >= 0 and grid["x"] + grid["w"] <= 24 and grid["h"] > 0 and grid["w"] > 0
        for cell in ((x, y) for x in range(grid["x"], grid["x"] + grid["w"])
                     for y in range(grid["y"], grid["y"] + grid["h"])):
            check_all = check_all and taken.setdefault(cell, panel["id"]) == panel["id"]
        if panel["type"] != "row":
            unit = panel["fieldConfig"]["defaults"].get("unit")
            check_all = check_all and unit and panel.get("description", "").endswith(".") and panel["targets"]
            refs = [target["refId"] for target in panel["targets"]]
            check_all = check_all and len(set(refs)) == len(refs)
            check_all = check_all and all(target.get("expr", "").strip() and target.get("legendFormat")
                                          and target["datasource"]["uid"] == "${datasource}"
                                          and 'instance=~"$instance"' in target["expr"]
                                          for target in panel["targets"])
        if not check_all:
            check(f"panel {panel['title']}", False, "place, unit, description, queries or variables")
    check("panels have a place, a unit, a description and queries with variables, all of them", not
          any(what.startswith("panel ") for what in checks.failed))
    rows = [panel["title"] for panel in panels if panel["type"] == "row"]
    check("the first row is who is failing to log in", rows[0] == "Who is failing to log in", rows)
    variables = {variable["name"]: variable["type"] for variable in dashboard["templating"]["list"]}
    check("data source and instance are variables", variables == {"datasource": "datasource", "instance": "query"},
          variables)


class World:
    """Two Seawalls, one watched on loopback and one with a token, OpenClaw's stand-in, and a Prometheus above them."""

    def __init__(self, lab, prometheus, curl):
        self.lab, self.prometheus, self.curl = lab, prometheus, curl
        self.upstream = RecordingGateway(free_port())
        self.admin, self.other_admin, self.port = free_port(), free_port(), free_port()

    def seawall(self, admin, **keys):
        return Seawall(self.lab, self.upstream.port, HOOKS_ENABLED="true", HOOKS_TOKEN=HOOKS_TOKEN,
                       SEAWALL_TRUSTED_PROXIES="127.0.0.1", SEAWALL_CLIENT_IP_HEADER="X-Forwarded-For",
                       SEAWALL_ADMIN=f"127.0.0.1:{admin}", SEAWALL_DRAIN_TIMEOUT=2, **keys)

    def start(self):
        self.upstream.live()
        self.first = self.seawall(self.admin)
        self.second = self.seawall(self.other_admin, SEAWALL_ADMIN_TOKEN=ADMIN_TOKEN)
        self.front, self.other = self.first.started(), self.second.started()
        folder = self.lab.place("prometheus")
        token = folder / "token"
        token.touch(0o600)
        token.write_text(ADMIN_TOKEN)
        (folder / "prometheus.yml").write_text(self.configuration(token))
        # what takes minutes takes seconds here; the expressions stay
        rules = (HERE / "seawall.rules.yml").read_text()
        (folder / "seawall.rules.yml").write_text(re.sub(r"(?m)^( *for:) \w+$", r"\1 1s", rules))
        self.log = folder / "prometheus.log"
        process = self.lab.start([self.prometheus, f"--config.file={folder / 'prometheus.yml'}",
                                  f"--storage.tsdb.path={folder / 'data'}", "--log.level=warn",
                                  f"--web.listen-address=127.0.0.1:{self.port}"], self.log, folder)
        if not until(lambda: process.poll() is None and self.up() == 2, 20):
            raise LabError(f"Prometheus does not scrape two Seawalls:\n{self.log.read_text()[-2000:]}")
        check("prometheus.yml scrapes one Seawall on loopback and one with a bearer token, as one job", True)

    def configuration(self, token):
        """The file that people copy, both forms in use, with our addresses and a second for each interval."""
        text = (HERE / "prometheus.yml").read_text()
        local, remote = text.split("  # - job_name: seawall-remote", 1)
        remote = re.sub(r"(?m)^  # ?", "  ", "  # - job_name: seawall-remote" + remote)
        for ours, theirs in {"127.0.0.1:9464": f"127.0.0.1:{self.admin}", "10.0.0.5:9464":
                             f"127.0.0.1:{self.other_admin}", "/etc/prometheus/seawall-admin-token": str(token)}.items():
            if ours not in local + remote:
                raise LabError(f"prometheus.yml lacks {ours}")
            local, remote = local.replace(ours, theirs), remote.replace(ours, theirs)
        return re.sub(r"_interval: 15s", "_interval: 1s", local + remote)

    def get(self, path, **parameters):
        address = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            text = e.read()
            return json.loads(text) if text.startswith(b"{") else {"status": "error", "error": str(e)}
        except OSError as e:
            return {"status": "error", "error": str(e)}

    def ask(self, expr):
        return self.get("/api/v1/query", query=expr)

    def up(self):
        result = self.ask('count(up{job="seawall"} == 1)').get("data", {}).get("result")
        return int(result[0]["value"][1]) if result else 0

    def scrape(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def alerts(self):
        return {(alert["labels"]["alertname"], alert["labels"].get("instance")): alert
                for alert in self.get("/api/v1/alerts").get("data", {}).get("alerts", [])
                if alert["state"] == "firing"}

    def traffic(self):
        """Something of everything, over a few seconds, so that rates have two scrapes to stand on."""
        self.first.process.send_signal(signal.SIGHUP)
        good = "Authorization: " + basic("admin", PASSWORD)
        token, hooks = f"Authorization: Bearer {GATEWAY_TOKEN}", f"Authorization: Bearer {HOOKS_TOKEN}"

        def ask(front, client, status, method, target, *headers, **rest):
            answer = front.ask(method, target, f"X-Forwarded-For: {client}", *headers, **rest)
            if status != answer.status:
                raise LabError(f"{method} {target} {headers}: {answer.status} (expected: {status})\n{answer.raw[:400]}")
            return answer

        ready = until(lambda: b"200" in self.front.ask("GET", "/readyz").raw[:20], 10)
        if not ready:
            raise LabError(f"Seawall does not find OpenClaw's stand-in:\n{self.first.written()[-2000:]}")
        for front in (self.front, self.other):
            self.tunnel(front, good, hold=front is self.front)
            for number in range(3):
                login = ask(front, "203.0.113.1", 200, "GET", "/chat", good)
                ask(front, "203.0.113.1", 200, "GET", "/", login.session())
                ask(front, "203.0.113.2", 200, "POST", "/v1/responses", token, body=b"{}" * 1000)
                ask(front, "203.0.113.3", 200, "POST", "/hooks/wake", hooks, body=b"{}")
                ask(front, "203.0.113.4", 401, "GET", "/")
                ask(front, f"203.0.113.{5 + number}", 401, "GET", "/", "Authorization: " + basic("root", "x"))
                ask(front, "203.0.113.9", 400, "GET", "/hooks/../v1")
                ask(front, "203.0.113.9", 421, "GET", "/", host="evil.example")
                time.sleep(1)
        # a burst of guesses from many, and from one more than he may
        for client in range(25):
            ask(self.front, f"198.51.100.{client}", 401, "GET", "/v1/models", "Authorization: Bearer wrong")
        for number in range(20):
            ask(self.front, "198.51.100.99", 401 if number < 10 else 429, "GET", "/",
                "Authorization: " + basic("admin", f"wrong {number}"))
        for _ in range(20):  # and from a program with an old password, which is locked out of nothing
            ask(self.front, "198.51.100.98", 401, "GET", "/", "Authorization: " + basic("admin", "wrong"))
        for _ in range(2):
            fetched = subprocess.run([self.curl, "-sS", "--http2", "--cacert", self.first.ca,
                                      "-u", f"admin:{PASSWORD}", "-H", "X-Forwarded-For: 203.0.113.20", "-o",
                                      "/dev/null", "-w", "%{http_version} %{http_code}",
                                      f"https://127.0.0.1:{self.front.port}/chat"], text=True, capture_output=True)
            if fetched.stdout != "2 200":
                raise LabError(f"curl --http2: {fetched.stdout} {fetched.stderr}")
        for _ in range(12):
            self.flood()
        with self.front_without_tls() as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            plain.recv(1000)
        # OpenClaw goes, for good
        self.upstream.die()
        until(lambda: b"503" in self.front.ask("GET", "/readyz").raw[:20], 10)
        for _ in range(3):
            ask(self.front, "203.0.113.1", 503, "GET", "/chat", good)
            time.sleep(1)

    def front_without_tls(self):
        return socket.create_connection(("127.0.0.1", self.front.port), timeout=10)

    def tunnel(self, front, good, hold):
        connection, answer = front.upgrade(good, "X-Forwarded-For: 203.0.113.1")
        if answer.status != 101:
            raise LabError(f"no WebSocket: {answer.raw[:400]}")
        if hold:
            self.held = connection
        else:
            connection.close()

    def flood(self):
        """Pings until the connection ends."""
        context = trusting(self.first.ca, "h2")
        with context.wrap_socket(self.front_without_tls(), server_hostname="127.0.0.1") as connection:
            ping = struct.pack(">I", 8)[1:] + b"\x06\x00\x00\x00\x00\x00" + bytes(8)
            try:
                connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0" + ping * 5000)
                while connection.recv(65536):
                    pass
            except OSError:
                pass  # ended by the other side, as it should be

    def stop(self):
        self.held.close()
        self.first.stop()
        self.second.stop()


def exprs(rules, dashboard):
    """Every query, with where it stands."""
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield "rules", rule.get("alert") or rule["record"], rule["expr"]
    for note in dashboard["annotations"]["list"]:
        if "expr" in note:
            yield "annotation", note["name"], note["expr"]
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield "panel", panel["title"], target["expr"]


def filled(expr):
    return expr.replace("$instance", ".+").replace("$__rate_interval", "1m")


def check_scrape(promtool, scrape, rules, dashboard):
    ran = subprocess.run([promtool, "check", "metrics"], input=scrape, text=True, capture_output=True)
    complaints = [line for line in (ran.stdout + ran.stderr).splitlines() if "seawall_" in line or "error" in line]
    check("promtool check metrics finds nothing in a scrape", ran.returncode in (0, 3) and not complaints, complaints)
    series = {}
    for line in scrape.splitlines():
        found = re.match(r"(\w+)(?:\{(.*)\})? \S+$", line)
        if found:
            series.setdefault(found[1], []).append(dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2] or "")))
    check("the scrape has series", len(series) > 50, len(series))
    recorded = {rule["record"] for group in rules["groups"] for rule in group["rules"] if "record" in rule}
    missing, strange = set(), set()
    for _, where, expr in exprs(rules, dashboard):
        for name in NAME.findall(re.sub(r'"[^"]*"', '""', expr)):
            known = name in recorded if ":" in name else name in series
            if not known and name not in ABSENT:
                missing.add((where, name))
        for name, labels in SELECTOR.findall(expr):
            for label, _, value in MATCHER.findall(labels):
                if name in series and label not in ("instance", "job"):
                    strange.update((where, name, label, one) for one in value.split("|")
                                   if not any(re.fullmatch(one, sample.get(label, "")) for sample in series[name]))
    check("the scrape has every metric that rules and dashboard name", not missing, missing)
    check("and every label value", not strange, strange)
    values = {value for samples in series.values() for sample in samples for value in sample.values()}
    leaked = [value for value in values if re.search(r"203\.0\.113|198\.51\.100|evil|hooks/|chat", value)]
    check("no label has what a client chose", not leaked, leaked)


def check_queries(world, rules, dashboard):
    broken, empty = [], []
    for kind, where, expr in exprs(rules, dashboard):
        answer = world.ask(filled(expr))
        if answer["status"] != "success":
            broken.append((where, expr, answer.get("error")))
        elif kind != "rules" and not answer["data"]["result"] and not any(
                part in expr for part in [*ABSENT, *EMPTY]):
            empty.append((where, expr))
    check("Prometheus can answer every query of rules and dashboard", not broken, broken)
    check("every query of the dashboard has data", not empty, empty)
    # an alert has no data while all is well: what it looks at must have
    blind = set()
    for where, expr in ((rule.get("alert") or rule["record"], rule["expr"]) for group in rules["groups"]
                        for rule in group["rules"]):
        for name, labels in SELECTOR.findall(expr):
            selector = name + (labels or "")
            if name not in ABSENT and not world.ask(selector).get("data", {}).get("result"):
                blind.add((where, selector))
    check("everything that a rule looks at is there", not blind, blind)


def check_alerts(world):
    first, other = "claw.example.com", f"127.0.0.1:{world.other_admin}"
    wanted = [("SeawallLockout", first), ("SeawallGuessing", first), ("SeawallUpstreamDown", first),
              ("SeawallUpstreamDown", other), ("SeawallHttp2Floods", first)]
    until(lambda: all(key in world.alerts() for key in wanted), 15, 0.5)
    firing = world.alerts()
    for key in wanted:
        check(f"{key[0]} fires for {'the first' if key[1] == first else 'the other'}", key in firing, sorted(firing))
    calm = [key for key in firing if key[1] == other and key[0] in ("SeawallLockout", "SeawallGuessing",
                                                                    "SeawallHttp2Floods")]
    check("what happened to one is not said of the other", not calm, calm)
    quiet = [key[0] for key in firing if key[0] in ("SeawallTargetDown", "SeawallTargetMissing", "SeawallRestarting",
                                                    "SeawallUpstreamExposed", "SeawallCertificateExpiring",
                                                    "SeawallCertificateAboutToExpire", "SeawallDirectMemoryHigh",
                                                    "SeawallLogLinesDropped", "SeawallConnectionsRefused")]
    check("what did not happen does not fire", not quiet, quiet)
    unfilled = [key for key, alert in firing.items() if re.search(r"\{\{|<no value>|<error",
                                                                 " ".join(alert["annotations"].values()))]
    check("their texts are filled in", not unfilled, unfilled)
    world.lab.stop(world.second.process)
    check("SeawallTargetDown fires when a Seawall is gone",
          until(lambda: ("SeawallTargetDown", other) in world.alerts(), 15, 0.5), sorted(world.alerts()))


def check_log(world):
    validator = jsonschema.Draft202012Validator(json.loads((HERE / "log.schema.json").read_text()))
    validator.check_schema(validator.schema)
    seen, wrong = set(), []
    for line in (world.first.written() + world.second.written()).splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            wrong.append(line)
            continue
        if validator.is_valid(found):
            seen.add(found["message"].split(" ")[0])
        else:
            wrong.append(line)
    check("every line of the log is as log.schema.json says", not wrong, "\n".join(wrong[:5]))
    check("among them access lines, failures, a flood's summary, a reload, the start and the end",
          {"request", "auth_failure", "lines", "listening", "draining", "stopped", "gateway", "configuration"} <= seen, seen)
    strict = [line for line in ('{"time":"2026-01-01T00:00:00.000Z","level":"INFO","message":"request"}',
                                '{"time":"2026-01-01T00:00:00.000Z","level":"WARNING","message":"auth_failure x"}',
                                '{"time":"2026-01-01T00:00:00.000Z","level":"INFO","message":"x","more":1}')
              if validator.is_valid(json.loads(line))]
    check("and the schema does not let everything pass", not strict, strict)


if __name__ == "__main__":
    options(__doc__).parse_args()
    sys.exit(judged(checks, examine))

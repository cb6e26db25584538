"""Fronts as people get them wrong. Seawall says what is wrong and which line mends it; that line is pasted as it stands
there, what it is for is started anew, and then everything works."""

import html
import json
import pathlib
import re
import subprocess
import sys

import plan
import recipes
import row
from fronts import HAProxy, Nginx
from gateway import SteppingGateway
from world import CLIENT, CONTAINER, NAME, SITE, TRAEFIK, furnish

from lab import ROOT, Lab, LabError, basic, configured, tool, until
from lab import Front as Listener
from lab.seawall import ALLOWED

HERE = pathlib.Path(__file__).resolve().parent
WRONG = []

UPGRADES = """
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
"""
HOST = "proxy_set_header Host $http_host;\n"
FOR = "proxy_set_header X-Forwarded-For $remote_addr;\n"
PROTO = "proxy_set_header X-Forwarded-Proto $scheme;\n"
OFF = {"SEAWALL_TLS": "off"}


class Wrong(Nginx):
    """What stands in nginx's `location /` is `lines`; `pass_to` is where that leads."""
    lines = UPGRADES + HOST + FOR + PROTO
    pass_to = "https://127.0.0.1:8080"
    around = ""
    port = 443
    keys = {}
    refused = "403 bad_origin"  # what is asked first gets this; "" where it works, and the log has something to say
    in_answer = True  # whether Seawall's own answer reaches the client
    phrase = ""  # of the line in the log, where it is no request's
    explain = ()  # the arguments of the question
    doctor = ""  # of the doctor's answer
    login = plan.plan("", "wrong")["basic"]
    ways = ("nginx",)  # what is pasted: a line of nginx's, or keys; each is tried alone

    @classmethod
    def made(cls, lab, shop):
        return cls(lab, shop, cls.keys.get("SEAWALL_TLS") != "off")

    def seawall_keys(self):
        named = {} if "SEAWALL_TRUSTED_PROXIES" in self.keys else recipes.keys(recipes.recipes()["Seawall"])
        return {key: value for key, value in {**named, **self.keys}.items() if value}

    def text(self):
        return f"""{self.around}
server {{
    listen {self.port} ssl http2;
    server_name {NAME};
    ssl_certificate claw.pem;
    ssl_certificate_key claw.key;
    location / {{
        proxy_pass {self.pass_to};
        {self.lines}
    }}
}}
"""

    def listener(self):
        return Listener(self.port, self.ca(), NAME, SITE)

    def listens(self):
        try:
            return self.process.poll() is not None or self.listener().ask("GET", "/nobody").status > 0
        except OSError:
            return False

    @property
    def origin(self):
        return f"https://{NAME}" + ("" if self.port == 443 else f":{self.port}")

    def ask(self):
        """A person's page, then the WebSocket of that page: status and text of what failed first, or the client's address
        as the gateway got it."""
        asked = (f"Authorization: {self.login}", f"Origin: {self.origin}")
        host = self.origin.removeprefix("https://")
        page = self.listener().ask("GET", "/", asked[0], "Accept: text/html", "Sec-Fetch-Mode: navigate", host=host)
        if page.status != 200:
            return page.status, readable(page.body)
        socket = self.listener().ask("GET", "/", *asked, "Connection: Upgrade", "Upgrade: websocket",
                                     "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", host=host)
        if socket.status != 101:
            return socket.status, readable(socket.body)
        return 200, dict(json.loads(page.body)["fields"]).get("x-forwarded-for")


def wrong(title):
    def add(kind):
        WRONG.append((title, kind))
        return kind
    return add


def readable(body):
    text = html.unescape(re.sub(r"(?s)<style.*?</style>|<[^>]*>", " ", body.decode(errors="replace")))
    return " ".join(text.split())


BASIC = f"Authorization: {Wrong.login}"
ORIGIN = f"Origin: https://{NAME}"


@wrong("nginx without `Host`")
class NoHost(Wrong):
    lines = UPGRADES + FOR + PROTO
    explain = ("wss://127.0.0.1:8080/", "--client", "127.0.0.1", "-H", BASIC, "-H", ORIGIN)
    ways = ("nginx", "keys")


@wrong("nginx with an `upstream`, without `Host`")
class UpstreamName(NoHost):
    around = "upstream seawall { server 127.0.0.1:8080; }"
    pass_to = "https://seawall"
    refused = "421 host"
    explain = ("https://seawall/", "--client", "127.0.0.1")
    ways = ("nginx",)


@wrong("nginx with `Host $host`, on port 8443")
class PortLost(Wrong):
    port = 8443
    lines = UPGRADES + "proxy_set_header Host $host;\n" + FOR + PROTO
    explain = (f"wss://{NAME}/", "--client", "127.0.0.1", "-H", BASIC, "-H", ORIGIN + ":8443")
    ways = ("nginx", "keys")


@wrong("nginx without `X-Forwarded-Proto`, Seawall without TLS")
class NoProto(Wrong):
    keys = OFF
    pass_to = "http://127.0.0.1:8080"
    lines = UPGRADES + HOST + FOR
    explain = (f"ws://{NAME}/", "--client", "127.0.0.1", "-H", BASIC, "-H", ORIGIN)


@wrong("nginx, not named in `SEAWALL_TRUSTED_PROXIES`, Seawall without TLS")
class UnnamedInClear(Wrong):
    keys = {**OFF, "SEAWALL_TRUSTED_PROXIES": "", "SEAWALL_HOSTS": NAME}
    pass_to = "http://127.0.0.1:8080"
    explain = (f"ws://{NAME}/", "--client", "127.0.0.1", "-H", "X-Forwarded-Proto: https", "-H", BASIC, "-H", ORIGIN)
    ways = ("keys",)


@wrong("nginx on another host, not named there, Seawall without TLS")
class UnnamedElsewhere(UnnamedInClear):
    keys = {**OFF, "SEAWALL_TRUSTED_PROXIES": "192.168.7.7", "SEAWALL_CLIENT_IP_HEADER": "X-Forwarded-For",
            "SEAWALL_HOSTS": NAME, "SEAWALL_BIND": "0.0.0.0"}
    pass_to = f"http://{CONTAINER}:8080"
    refused = "403 direct_peer"
    explain = (f"http://{NAME}/", "--client", TRAEFIK)


@wrong("nginx, not named in `SEAWALL_TRUSTED_PROXIES`")
class Unnamed(Wrong):
    keys = {"SEAWALL_TRUSTED_PROXIES": "", "SEAWALL_HOSTS": NAME}
    refused = ""
    phrase = "is not in SEAWALL_TRUSTED_PROXIES"
    doctor = "Seawall sees the proxy in front in place of the client"
    ways = ("keys",)


@wrong("nginx without `X-Forwarded-For`")
class NoFor(Wrong):
    lines = UPGRADES + HOST + PROTO
    refused = ""
    phrase = "without the header of SEAWALL_CLIENT_IP_HEADER"


@wrong("nginx with `http://` to the TLS port")
class PlainToTls(Wrong):
    keys = {"SEAWALL_TRUSTED_PROXIES": "", "SEAWALL_HOSTS": NAME}
    pass_to = "http://127.0.0.1:8080"
    refused = "400 plaintext"
    phrase = "in plain HTTP to the TLS port"
    explain = (f"http://{NAME}/", "--client", "127.0.0.1", "-H", "X-Forwarded-Proto: https")
    ways = ("scheme", "keys")


@wrong("nginx with `http://` to the TLS port, without `X-Forwarded-Proto`")
class PlainToTlsInACircle(PlainToTls):
    lines = UPGRADES + HOST + FOR
    refused = "308 "
    explain = ()
    ways = ("scheme",)


@wrong("nginx with `https://` to the port without TLS")
class TlsToPlain(Wrong):
    keys = OFF
    refused = "502 tls_on_plain_port"
    in_answer = False
    ways = ("scheme", "keys")


@wrong("nginx with a password of its own")
class OwnPassword(Wrong):
    lines = Wrong.lines + 'auth_basic "Team";\nauth_basic_user_file password;\n'
    refused = "401 "
    login = basic("team", "their-own-password")
    doctor = "The proxy in front asks for a password of its own"
    ways = ("nginx",)

    def start(self, seawall):
        (self.folder / "password").write_text("team:{PLAIN}their-own-password\n")
        super().start(seawall)


@wrong("HAProxy with `option httpchk` alone")
class CheckedByOptions(Wrong):
    refused = "503 host"
    in_answer = False
    ways = ("haproxy",)
    lines = "option httpchk"

    def text(self):
        return f"""
defaults
    mode http
    timeout connect 5s
    timeout client 1h
    timeout server 1h
frontend claw
    bind :443 ssl crt both.pem alpn h2,http/1.1
    http-request set-header X-Forwarded-For %[src]
    default_backend seawall
backend seawall
    {self.lines}
    server seawall 127.0.0.1:8080 check inter 300ms ssl verify none
"""

    command = HAProxy.command

    def listens(self):
        # until the check has failed, or has not
        return self.process.poll() is not None or "is UP" in self.written() or "is DOWN" in self.written() \
            or self.lines != CheckedByOptions.lines and super().listens()


@wrong("Envoy, `:scheme: http` over TLS (imitated)")
class Scheme(Wrong):
    refused = "400 pseudo_header"
    scheme = "http"
    ways = ("envoy",)

    def command(self):
        return [tool("sleep", "coreutils"), "600"]

    def listens(self):
        return True

    def ask(self):
        ran = subprocess.run([sys.executable, HERE / "clients/scheme.py", self.scheme, self.folder / "ca.pem",
                              self.login, CLIENT], capture_output=True, text=True, timeout=30, check=True)
        status, text = json.loads(ran.stdout)
        return status, dict(json.loads(text)["fields"]).get("x-forwarded-for") if status == 200 else " ".join(text.split())


def tried(title, shop):
    """Prints what was seen as a line of JSON: what is wrong with it, and the cells of the table."""
    kind = dict(WRONG)[title]
    seen = {"title": title, "answer": kind.refused.strip() or "works", "said": [], "pasted": [], "wrong": []}
    with Lab() as lab:
        furnish(lab.folder)
        SteppingGateway(row.GATEWAY)
        front = kind.made(lab, shop)
        seawall = row.start(lab, front)
        try:
            front.start(seawall)
            line = complained(front, seawall, seen)
            lab.stop(front.process)
            lab.stop(seawall.process)
            for way in kind.ways:
                mended(lab, shop, kind, way, line, seen)
        except LabError as trouble:
            seen["wrong"].append(f"{trouble}\n{seawall.written()[-1500:]}\n{front.written()[-1500:]}")
    print(json.dumps(seen), flush=True)
    return 0


def complained(front, seawall, seen):
    """The text that says what to do: the same wherever somebody looks."""
    status, text = front.ask()
    front.ask()
    if status != int((front.refused or "200").split()[0]):
        seen["wrong"].append(f"got {status} {text} (expected: {front.refused or 200})")
    line = front.doctor and doctored(front, seawall, seen) or ""
    label = front.refused.partition(" ")[2]
    if front.phrase or label:
        told = until(lambda: logged(seawall, front.phrase, label), 5)
        if len(told) != 1 and front.phrase:
            seen["wrong"].append(f"{len(told)} lines in the log with {front.phrase} (expected: 1)")
        line = told[0] if told else ""
        seen["said"].append("log")
    end = line[-90:]
    if label and front.in_answer:
        seen["said"].insert(0, "answer")
        if end not in text:
            seen["wrong"].append(f"the answer does not say what the log does: {text!r} (expected: {line!r})")
    if front.explain:
        said = command(front, seawall, "explain", *front.explain)
        seen["said"].append("`explain`")
        if end not in said or not said.startswith(front.refused):
            seen["wrong"].append(f"explain says {said.splitlines()[:1]} (expected: {front.refused} … {end})")
    return line


def logged(seawall, phrase, label):
    found = []
    for written in seawall.written().splitlines():
        record = json.loads(written) if written.startswith("{") else {}
        if phrase and phrase in str(record.get("message")):
            found.append(record["message"])
        elif not phrase and record.get("rejected") == label:
            found.append(record["why"])
    return found


def doctored(front, seawall, seen):
    said = command(front, seawall, "doctor", "--url", front.origin)
    seen["said"].append("`doctor`")
    at = said.find(front.doctor)
    if at < 0:
        seen["wrong"].append(f"doctor does not say: {front.doctor}\n{said}")
    return " ".join(said[at:at + 1000].split())


def command(front, seawall, *arguments):
    """What a person sees who asks Seawall with its configuration."""
    keys = {**plan.KEYS, "PORT": row.SEAWALL, "SEAWALL_UPSTREAM": f"127.0.0.1:{row.GATEWAY}", "SEAWALL_BIND": "127.0.0.1",
            "SEAWALL_STATE_DIR": seawall.folder / "state", "SEAWALL_ADMIN": f"127.0.0.1:{row.ADMIN}",
            **ALLOWED,
            "SEAWALL_JAVA_OPTIONS": f"-Djavax.net.ssl.trustStore={front.shop / 'public.p12'} "
                                    "-Djavax.net.ssl.trustStorePassword=changeit", **front.seawall_keys()}
    ran = subprocess.run([ROOT / "seawall", *arguments], capture_output=True, text=True, timeout=60, cwd=front.folder,
                         env=configured(keys))
    return ran.stdout or ran.stderr


KEY = re.compile(r"append (\S+) to ([A-Z_]+) \(where it is not set: ([A-Z_]+=[^)\s]+)\)|\b([A-Z][A-Z_]+=[^\s;)]*[^\s;),.])")
DIRECTIVE = re.compile(r"nginx: ([^;)]+;|[a-z_]+ \S+[^);])")


def mended(lab, shop, kind, way, line, seen):
    """Pastes, starts both anew, and asks again; the message that comes then is the next one to paste."""
    class Mended(kind):
        keys = dict(kind.keys)
        login = Wrong.login
    Mended.__name__ = kind.__name__ + way
    pasted = []
    for _ in range(3):
        pasted += paste(Mended, way, line)
        way = "keys" if way == "scheme" else way
        front = Mended.made(lab, shop)
        seawall = row.start(lab, front)
        front.start(seawall)
        status, text = front.ask()
        told = logged(seawall, "", "bad_origin") or logged(seawall, Unnamed.phrase, "")
        lab.stop(front.process)
        lab.stop(seawall.process)
        if not told:
            break
        line = told[0]
    if (status, text) != (200, CLIENT):
        seen["wrong"].append(f"pasted {pasted}, and got {status} {text} (expected: 200 {CLIENT})")
    seen["pasted"].append(", ".join(f"`{words}`" for words in pasted))


def paste(kind, way, line):
    if way == "scheme":
        kind.pass_to = kind.pass_to.replace("http:", "https:") if "proxy_pass https:" in line else \
            kind.pass_to.replace("https:", "http:")
        return [f"proxy_pass {kind.pass_to};"]
    if way == "envoy":
        kind.scheme = re.search(r"scheme_to_overwrite: (\w+)", line)[1]
        return [f"scheme_to_overwrite: {kind.scheme}"]
    if way == "haproxy":
        kind.lines = re.search(r"HAProxy: ([^)]+)\)", line)[1]
        return [kind.lines]
    if way == "nginx":
        found = list(dict.fromkeys(DIRECTIVE.findall(line)))
        for directive in found:
            name = " ".join(directive.rstrip(";").split()[:2 if directive.startswith("proxy_set_header") else 1])
            kept = [old for old in kind.lines.splitlines() if not old.strip().startswith(name + " ")]
            kind.lines = "\n".join([*kept, directive.rstrip(";") + ";"])
        return found
    done = []
    for entry, key, alone, other in KEY.findall(line):
        before = kind.keys.get(key, "")
        key, _, value = (f"{key}={before},{entry}" if before else alone or other).partition("=")
        kind.keys[key] = value
        done.append(f"{key}={value}")
    return done

"""The attacks, one function each. It is run against each contender in turn, and what got through is read from what the
gateway's stand-in recorded and from the answers; nothing here knows which contender it is talking to."""

import base64
import posixpath
import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass

from lab import GATEWAY_TOKEN, HOOKS_TOKEN, PASSWORD, USER, Answer, LabError, basic, until

ROWS = []
LOGIN = "Authorization: " + basic(USER, PASSWORD)
EVIL = "https://evil.example"
CLICK = ("Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-Site: cross-site")
JSON = "Accept: application/json"
UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
WEAK_PASSWORD = "changeme"  # what the image's README starts it with


@dataclass
class Outcome:
    through: bool
    text: str


def attack(title):
    def add(function):
        ROWS.append((title, function))
        return function
    return add


class Bench:
    """One contender, started, and the gateway's stand-in behind it."""

    def __init__(self, contender, gateway):
        self.contender, self.gateway = contender, gateway
        gateway.learn(True)
        self.front = contender.start()
        gateway.learn(False)
        if self.front is None:
            raise LabError(f"{contender.name} does not start:\n{contender.written()}")

    def ask(self, *request, **rest):
        """The answer, and what the gateway saw meanwhile."""
        self.gateway.forget()
        answer = self.front.ask(*request, **rest)
        return answer, self.gateway.seen()

    def reaches(self, *request, **rest):
        """Most attacks: they are through when the gateway saw them."""
        answer, seen = self.ask(*request, **rest)
        return Outcome(bool(seen), account(answer, seen))


def account(answer, seen):
    return f"{said(answer)}; {told(seen)}"


def said(answer):
    """The status, with the reason that an answer of Seawall's names."""
    text = answer.body.decode("utf-8", "replace")
    reason = re.search(r'"code":"(\w+)"', text) or re.search(r"<span>\d+ (\w+)</span>", text)
    return (str(answer.status) if answer.status else "closed") + (f" `{reason[1]}`" if reason else "")


def told(seen):
    if not seen:
        return "nothing reached the gateway"
    labels = ", then ".join(label(request) for request in seen)
    return f"{len(seen)} requests reached the gateway: {labels}" if len(seen) > 1 else f"the gateway got {labels}"


def label(request):
    """The request, what OpenClaw makes of its path, which it reads as a browser would, and the credential with it."""
    credential = " with the gateway token" if GATEWAY_TOKEN.encode() in request.raw else ""
    path = posixpath.normpath(re.sub("(?i)%2e", ".", request.path).replace("\\", "/"))
    meaning = "" if path == request.path else f", which is `{path}` to it"
    return f"`{request.method} {request.path}`{meaning}{credential}"


def controls(bench):
    """What must work, or standing firm means nothing."""
    page, seen = bench.ask("GET", "/chat", LOGIN)
    yield "the page with the password", page.status == 200 and len(seen) == 1
    socket_, seen = bench.ask("GET", "/", LOGIN, *UPGRADE, f"Origin: {bench.front.origin}")
    yield "the WebSocket with the password", socket_.status == 101 and len(seen) == 1
    hook, seen = bench.ask("POST", "/hooks/wake", f"x-openclaw-token: {HOOKS_TOKEN}", body=b"{}")
    yield "a webhook with its token", hook.status == 200 and len(seen) == 1
    refused, seen = bench.ask("GET", "/chat")
    yield "the page without the password is refused", refused.status == 401 and not seen


# --- one click of the logged-in owner: the browser adds the password by itself

@attack("One click on a link with `%0d%0a` in it")
def request_splitting(bench):
    answer, seen = bench.ask(
        "GET", "/a%20HTTP/1.1%0d%0aHost:%20a%0d%0a%0d%0aPOST%20/tools/invoke", LOGIN, *CLICK)
    return Outcome(len(seen) > 1 or any(request.method == "POST" for request in seen), account(answer, seen))


@attack("A form on a foreign page posts to `/tools/invoke`")
def cross_site_form(bench):
    return bench.reaches("POST", "/tools/invoke", LOGIN, *CLICK, f"Origin: {EVIL}", "Content-Type: text/plain",
                         body=b'{"tool":"exec","args":{"command":"id"},"x":"="}')


@attack("A foreign page opens the WebSocket")
def foreign_websocket(bench):
    answer, seen = bench.ask("GET", "/", LOGIN, *UPGRADE, f"Origin: {EVIL}", JSON)
    return Outcome(answer.status == 101 or bool(seen), account(answer, seen))


@attack("A foreign name in `Host`")
def foreign_host(bench):
    return bench.reaches("GET", "/chat", LOGIN, JSON, host="evil.example")


# --- no credential at all

@attack("`/hooksX`: without a credential, beside the webhooks")
def beside_the_hooks(bench):
    return bench.reaches("GET", "/hooksX", JSON)


@attack(r"`/hooks\..\v1\models`: without a credential, by backslash")
def backslash(bench):
    return bench.reaches("GET", r"/hooks\..\v1\models", JSON)


@attack(r"`/hooks/%2e%2e\v1\models`: the same, half encoded")
def encoded_backslash(bench):
    return bench.reaches("GET", r"/hooks/%2e%2e\v1\models", JSON)


@attack("`/%76%31/models`: without a credential, by encoding")
def encoded_path(bench):
    return bench.reaches("GET", "/%76%31/models", JSON)


@attack("`/hooks/..%2fv1/models`: the same, by an encoded slash")
def encoded_slash(bench):
    return bench.reaches("GET", "/hooks/..%2fv1/models", JSON)


@attack("A webhook of 200 KiB without a token")
def webhook_without_a_token(bench):
    return bench.reaches("POST", "/hooks/wake", JSON, body=b"x" * (200 << 10))


@attack("A WebSocket on the webhooks' path, without a credential")
def upgrade_on_hooks(bench):
    answer, seen = bench.ask("GET", "/hooks/wake", *UPGRADE, JSON)
    through = answer.status == 101 or any(request.get("Upgrade") for request in seen)
    return Outcome(through, account(answer, seen) + ("" if through or not seen else ", no upgrade"))


@attack("`POST /healthz` without a credential")
def health_check(bench):
    return bench.reaches("POST", "/healthz", JSON, body=b"{}")


@attack("Two lengths: `Content-Length` with `Transfer-Encoding`")
def two_lengths(bench):
    head = f"POST /chat HTTP/1.1\r\nHost: {bench.front.host}\r\n{LOGIN}"
    lengths = "Content-Length: 4\r\nTransfer-Encoding: chunked"
    bench.gateway.forget()
    answer = bench.front.send(f"{head}\r\n{lengths}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    seen = bench.gateway.seen()
    return Outcome(bool(seen), account(answer, seen))


# --- one credential, and what it opens

@attack("The password alone on `/v1/models`")
def password_on_api(bench):
    return bench.reaches("GET", "/v1/models", LOGIN, JSON)


@attack("The password on the webhooks' path")
def password_handed_on(bench):
    answer, seen = bench.ask("POST", "/hooks/wake", LOGIN, JSON, body=b"{}")
    handed = any(base64.b64encode(f"{USER}:{PASSWORD}".encode()) in request.raw for request in seen)
    return Outcome(handed, account(answer, seen) + (" and the person's password" if handed else ""))


@attack("The password over plain HTTP")
def plain_http(bench):
    bench.gateway.forget()
    with socket.create_connection(("127.0.0.1", bench.front.port), timeout=10) as plain:
        plain.sendall(f"GET /chat HTTP/1.1\r\nHost: {bench.front.host}\r\n{LOGIN}\r\n\r\n".encode())
        answer = Answer(plain.recv(65536))
    seen = bench.gateway.seen()
    return Outcome(bool(seen), account(answer, seen))


# --- what the gateway is told

SPOOFED = {"X-Forwarded-For": "203.0.113.77", "X-Real-IP": "203.0.113.77", "Forwarded": "for=203.0.113.77",
           "CF-Connecting-IP": "203.0.113.77", "X-Forwarded-User": "spoofed", "X-Forwarded-Host": "spoofed.example",
           "Tailscale-User-Login": "spoofed", "X-Openclaw-Scopes": "operator.spoofed"}


@attack("Spoofed identity and forwarding headers")
def spoofed_headers(bench):
    answer, seen = bench.ask("GET", "/chat", LOGIN, *(f"{name}: {value}" for name, value in SPOOFED.items()))
    believed = [name for name, value in SPOOFED.items()
                if any(value in (request.get(name) or "") for request in seen)]
    return Outcome(bool(believed), "the gateway got the client's "
                   + (", ".join(f"`{name}`" for name in believed) or "request, and none of the headers")
                   if seen else account(answer, seen))


@attack("A path that the gateway would read differently: `/chat/a%2Fb%3Fc`")
def rewritten_path(bench):
    answer, seen = bench.ask("GET", "/chat/a%2Fb%3Fc", LOGIN, JSON)
    changed = [request for request in seen if request.path != "/chat/a%2Fb%3Fc"]
    wrong = [request.target.replace(GATEWAY_TOKEN, "…") for request in changed]
    return Outcome(bool(changed), f"the gateway got `GET {wrong[0]}`" if changed else account(answer, seen))


@attack("The gateway token in the URLs that the gateway sees")
def token_in_urls(bench):
    answer, seen = bench.ask("GET", "/chat", LOGIN, JSON)
    targets = [request.target.replace(GATEWAY_TOKEN, "<token>") for request in seen if GATEWAY_TOKEN in request.target]
    return Outcome(bool(targets), f"the gateway got `GET {targets[0]}`" if targets else account(answer, seen))


# --- what is written down, and said about a gateway that is gone

@attack("`/?token=<gateway token>`: is it in the log?")
def token_in_access_log(bench):
    before = len(bench.contender.written())
    answer, _ = bench.ask("GET", f"/?token={GATEWAY_TOKEN}", LOGIN, JSON)
    return logged(bench, before, said(answer))


@attack("The gateway is dead: is its token in the log?")
def token_in_error_log(bench):
    before = len(bench.contender.written())
    with dead_gateway(bench):
        answer, seen = bench.ask("GET", "/chat", LOGIN, JSON)
        return logged(bench, before, account(answer, seen))


def logged(bench, before, text):
    # the log is written behind the answer
    held = until(lambda: GATEWAY_TOKEN in bench.contender.written()[before:], 2)
    return Outcome(held, f"{text}; the log {'holds the token' if held else 'does not hold it'}")


@contextmanager
def dead_gateway(bench):
    bench.gateway.die()
    try:
        yield
    finally:
        bench.gateway.live()
        if not until(lambda: bench.front.ask("GET", "/chat", LOGIN).status == 200, 30, pause=0.5):
            raise LabError(f"{bench.contender.name} does not find the gateway again within 30 s")


@attack("The gateway is dead: do `/healthz` and `/readyz` say so?")
def health_of_the_dead(bench):
    def health():
        return {path: bench.front.ask("GET", path).status for path in ("/healthz", "/readyz")}
    with dead_gateway(bench):
        told_so = until(lambda: 503 in health().values(), 15, pause=0.5)
        answers = health()
    return Outcome(not told_so, ", ".join(f"`{path}` {status}" for path, status in answers.items()))


# --- what locks the attacker out, and so comes behind everything that must not be locked out

@attack("500 wrong passwords, then the right one")
def flood(bench):
    wrong = [bench.front.ask("GET", "/", "Authorization: " + basic(USER, f"wrong-{i}")).status for i in range(500)]
    right, seen = bench.ask("GET", "/chat", LOGIN, JSON)
    locked = wrong.count(429)
    checked = f"{wrong.count(401)} were checked, {locked} were turned away"
    return Outcome(bool(seen), f"{checked}; then {account(right, seen)}")


# --- how it may be started

@attack("Started without a password")
def no_password(bench):
    return started(bench, "GET", "/chat", JSON, AUTH_PASSWORD=None)


@attack("Started with the password `changeme`")
def weak_password(bench):
    return started(bench, "GET", "/chat", JSON, "Authorization: " + basic(USER, WEAK_PASSWORD),
                   AUTH_PASSWORD=WEAK_PASSWORD)


@attack("Started with `OPENCLAW_GATEWAY_BIND=lan`")
def gateway_on_the_lan(bench):
    return started(bench, "GET", "/chat", LOGIN, JSON, OPENCLAW_GATEWAY_BIND="lan")


def started(bench, *request, **changes):
    """Through when it starts and then serves."""
    bench.contender.stop()
    front = bench.contender.start(**changes)
    if front is None:
        named = "".join(f", names `{key}`" for key in changes if key in bench.contender.written())
        return Outcome(False, f"does not start: exit {bench.contender.exit_code()}{named}")
    bench.front = front
    outcome = bench.reaches(*request)
    return Outcome(outcome.through, f"starts; {outcome.text}")

"""What must have come back of each scenario: nothing to say, or what is wrong."""

from plan import BIG
from world import NAME

SCENARIOS = {"page": "page", "api": "API", "stream": "event stream", "offer": "`Upgrade: h2c`, `TLS/1.2`", "websocket": "WebSocket",
             "websocket-h2": "WebSocket over HTTP/2", "hook": "hook", "health": "health", "lockout": "lockout",
             "drain": "drain"}


def objections(scenario, result, client):
    """Sentences; none where all is as it must be.

    @param client whose address must have arrived"""
    found = list(RULES[scenario](result))
    if result.get("seen") and scenario != "offer":
        found += expect("X-Forwarded-For", [client], values(result, "x-forwarded-for"))
    if result.get("seen") and scenario in ("page", "api", "hook", "websocket", "websocket-h2"):
        found += expect("X-Forwarded-Proto", ["https"], values(result, "x-forwarded-proto"))
    if found and result.get("trouble"):
        found.append(result["trouble"])
    return found


def expect(what, expected, got):
    if got != expected:
        yield f"{what} {got!r} (expected: {expected!r})"


def answered(result):
    yield from expect("status", 200, result.get("status"))
    if result.get("status") != 200 and result.get("text"):
        yield result["text"]


def values(result, wanted):
    return [value for name, value in (result.get("seen") or {}).get("fields", []) if name == wanted]


def arrived(result):
    """What the gateway must have got of any request."""
    fields = (result.get("seen") or {}).get("fields", [])
    if not fields:
        yield "nothing arrived at the gateway"
        return
    yield from expect("Host", [NAME], values(result, "host"))
    yield from expect("a front's own headers", [], [name for name, _ in fields if name in STRIPPED
                                                   or name.startswith("cf-")])


STRIPPED = {"x-real-ip", "x-forwarded-host", "x-forwarded-port", "x-forwarded-server", "x-forwarded-scheme",
            "x-forwarded-ssl", "x-forwarded-uri", "x-forwarded-method", "forwarded", "true-client-ip", "proxy"}


def page(result):
    yield from answered(result)
    yield from arrived(result)
    yield from expect("with the session's cookie", 200, result.get("session"))
    if values(result, "authorization"):
        yield "the password arrived at the gateway"


def api(result):
    yield from answered(result)
    yield from arrived(result)
    yield from expect("body", len('{"model":"x"}'), (result.get("seen") or {}).get("body"))


def hook(result):
    yield from answered(result)
    yield from arrived(result)
    yield from expect("body", len('{"message":"x"}'), (result.get("seen") or {}).get("body"))


def stream(result):
    yield from expect("events", ["one", "two", "three"], result.get("events"))
    yield from arrived(result)


def offer(result):
    yield from answered(result)
    yield from expect("protocol", "1.1", result.get("http"))
    yield from expect("the offer at the gateway", [], values(result, "upgrade") + values(result, "http2-settings"))


def websocket(result):
    yield from expect("status", 200 if result.get("http") == "2" else 101, result.get("status"))
    if result.get("text"):
        yield result["text"]
    yield from arrived(result)
    if not result.get("listens"):
        for name, expected in (("echo", "otters"), ("bigEcho", BIG), ("ownClose", 4001)):
            yield from expect(name, expected, result.get(name))
    if "six" in result:
        yield from expect("closes with 1000", [1000] * 6, result["six"])
    yield from expect("the gateway's close", 1000, result.get("closed"))


def health(result):
    yield from expect("/healthz", 200, result.get("healthz"))
    yield from expect("/readyz", 200, result.get("readyz"))


RULES = {"page": page, "api": api, "stream": stream, "offer": offer, "websocket": websocket, "websocket-h2": websocket, "hook": hook,
         "health": health}

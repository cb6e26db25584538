"""What costs an unauthenticated client little and Seawall's heap much: bytes for one connection each."""

import http2
from crowd import anywhere


def zero_window(host, more):
    """100 minimal requests, whose answers are not taken."""
    head = http2.GET + http2.HTTPS + http2.ROOT + http2.field(http2.AUTHORITY, host) + more
    return [http2.PREFACE + http2.settings(http2.NO_WINDOW)
            + b"".join(http2.frame(http2.HEADERS, 5, 1 + 2 * n, head) for n in range(100))]


def cookies(host, more):
    """32 KiB of cookies a request, eight bytes each time: a field of 4 KiB in the header table. The gateway lets eight of
    them wait."""
    head = http2.GET + http2.HTTPS + http2.field(http2.PATH, "/open/never") + http2.field(http2.AUTHORITY, host) + more
    first = head + http2.field(http2.COOKIE, "a=" + "b" * 4000, kept=True) + http2.NEWEST * 7
    return [http2.PREFACE + http2.settings(http2.NO_WINDOW) + http2.frame(http2.HEADERS, 5, 1, first)
            + b"".join(http2.frame(http2.HEADERS, 5, 1 + 2 * n, head + http2.NEWEST * 8) for n in range(1, 8))]


def single_bytes(host, more):
    """A body in frames of one byte, sent ahead."""
    head = http2.POST + http2.HTTPS + http2.field(http2.PATH, "/open/never") + http2.field(http2.AUTHORITY, host) + more
    return [http2.PREFACE + http2.settings(http2.NO_WINDOW) + http2.frame(http2.HEADERS, http2.END_HEADERS, 1, head),
            http2.frame(http2.DATA, 0, 1, b"x") * 10_000]


def pipeline(host, fields):
    return [f"GET /?x HTTP/1.1\r\nHost: {host}\r\n{fields}Accept: text/html\r\n\r\n".encode() * 200]


def almost_complete(host, fields):
    head = f"GET / HTTP/1.1\r\nHost: {host}\r\n{fields}" + "".join(f"X-{i}: {'a' * 1000}\r\n" for i in range(31))
    return [head.encode()[:31 << 10]]


def waiting(host, fields):
    """A request with a long head that the gateway lets wait."""
    return [f"GET /open/never HTTP/1.1\r\nHost: {host}\r\n{fields}Cookie: {'c' * 30_000}\r\n\r\n".encode()]


def hello():
    """The beginning of a handshake."""
    return [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(180))]


HTTP2 = (zero_window, cookies, single_bytes)
HTTP1 = (pipeline, almost_complete, waiting)


def crowd_of(bench, count, address, forwarded=False, proxy_header=False):
    """That many connections, every shape in turn; each in the name of another client where a proxy names them.

    Returns those that wait for the gateway."""
    kept = []
    for number in range(count):
        shape = number % 8
        first = f"PROXY TCP4 {anywhere()} 127.0.0.1 4711 443\r\n".encode() if proxy_header else b""
        named = anywhere()
        fields = f"X-Forwarded-For: {named}\r\n" if forwarded else ""
        more = http2.field("x-forwarded-for", named) if forwarded else b""
        if shape < 3:
            client = bench.crowd.open(address, http2=True, first=first)
            say(bench, client, HTTP2[shape](bench.front.host, more))
        elif shape < 6:
            client = bench.crowd.open(address, window=4096, first=first)
            say(bench, client, HTTP1[shape - 3](bench.front.host, fields))
        elif shape == 6:
            client = bench.crowd.open(address, tls=False, first=first)
            say(bench, client, hello())
        else:
            client = bench.crowd.open(address, tls=False, first=first)
        if shape in (1, 2, 5):
            kept.append(client)
    return kept


def say(bench, client, pieces):
    """As much of it as is taken at once; whoever is turned away is turned away."""
    if client is None:
        return
    try:
        client.settimeout(0.5)
        for piece in pieces:
            client.sendall(piece)
        client.setblocking(False)
    except TimeoutError:
        client.setblocking(False)  # it takes no more: that is an answer, too
    except OSError:
        bench.crowd.drop(client)

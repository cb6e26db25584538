"""The clients, a function each: who asks, how often, and what must come back."""

import asyncio
import contextlib
import hashlib
import json
import random
import ssl
import time

from content import content, event
from wire import PATIENCE, Connection, Ended, WebSocket, Wrong, pause
from wire2 import Connection2, Pipe

from lab import PASSWORD, USER, basic, frames

RIGHT = f"Authorization: {basic(USER, PASSWORD)}"
PROXY = "127.0.0.9"  # the only one whose X-Forwarded-For counts
GONE = {502, 503, 504}  # what there may be while the gateway is away
GUESSES = 10  # Seawall's default: wrong credentials until a network is locked out
IDLE, STALL, HANDSHAKE = 20, 10, 10  # seconds, Seawall's timeouts here
SLACK = 15  # seconds that ending a connection may take beyond its deadline


class Refused(Exception):
    def __init__(self, answer, expected):
        super().__init__(f"{answer.status} (expected: {expected}) {answer.body[:60]!r}")
        self.status = answer.status


def expect(answer, *statuses):
    if answer.status not in statuses:
        raise Refused(answer, " or ".join(map(str, statuses)))
    return answer


def same(answer, data):
    expect(answer, 200)
    if answer.body != data:
        at = next((i for i, (a, b) in enumerate(zip(answer.body, data, strict=False)) if a != b), min(len(answer.body), len(data)))
        raise Wrong(f"{len(answer.body)} bytes (expected: {len(data)}), different from byte {at} on")


def summed(answer, data):
    expect(answer, 200)
    if json.loads(answer.body) != {"length": len(data), "sha256": hashlib.sha256(data).hexdigest()}:
        raise Wrong(f"the gateway got something else: {answer.body[:80]!r}")


@contextlib.asynccontextmanager
async def attempt(place, kind, outcome="200"):
    """One thing that a client wants, put down in the book however it ends."""
    since, book = time.monotonic(), place.book
    try:
        yield
        book.good(kind, outcome, since)
    except Refused as trouble:
        book.bad(kind, str(trouble), since, trouble.status in GONE)
    except Ended as trouble:
        if trouble.args[0] == "by GOAWAY":
            book.count("requests that GOAWAY gave back")  # Seawall has not looked at it, whatever it is
        else:
            book.bad(kind, f"ended {trouble}", since, True, True)
    except Wrong as trouble:
        book.bad(kind, str(trouble), since)
    except TimeoutError:
        book.bad(kind, "timeout", since, stallable=True)
    except Exception as trouble:
        book.bad(kind, f"{type(trouble).__name__}: {trouble}", since, stallable=isinstance(trouble, ConnectionError))


async def any_request(place, chance, connection):
    """What people, programs and webhooks ask for; on either protocol."""
    seed, length = chance.randrange(1000), chance.choice((0, 1, 200, 3000, 20_000, 70_000))
    match chance.randrange(7):
        case 0 | 1:
            same(await connection.ask("GET", f"/chat/data/{seed}/{length}", place.session), content(seed, length))
        case 2:
            same(await connection.ask("GET", f"/v1/data/{seed}/{length}", place.bearer), content(seed, length))
        case 3:
            answer = expect(await connection.ask("HEAD", f"/chat/data/{seed}/{length}", place.session), 200)
            if answer.body:
                raise Wrong(f"an answer to HEAD with {len(answer.body)} bytes")
        case 4:
            data = content(seed, length)
            summed(await connection.ask("POST", "/v1/sum", place.bearer, body=data), data)
        case 5:
            data = content(seed, length + 1)
            summed(await connection.ask("POST", "/hooks/wake", place.hooks, body=data), data)
        case 6:
            expect(await connection.ask("GET", "/healthz"), 200)


async def keep_alive(place, chance, number):
    connection = Connection(place, f"127.0.1.{number + 1}")
    try:
        while True:
            async with attempt(place, "HTTP/1.1 kept"):
                try:
                    await any_request(place, chance, connection)
                except BaseException:
                    connection.abort()
                    raise
            # now and then longer than Seawall keeps an idle connection
            await (asyncio.sleep(IDLE + 3) if chance.random() < 0.005 else pause(chance, 0.2))
    finally:
        connection.abort()


async def chunked_uploads(place, chance, number):
    connection = Connection(place, f"127.0.1.{number + 61}")
    try:
        while True:
            data = content(chance.randrange(20), chance.choice((1, 5000, 100_000)))
            async with attempt(place, "HTTP/1.1 chunked upload"):
                try:
                    summed(await connection.ask("POST", "/chat/sum", place.session, body=data,
                                                chunks=chance.choice((1000, 16_384))), data)
                except BaseException:
                    connection.abort()
                    raise
            await pause(chance, 0.5)
    finally:
        connection.abort()


async def new_connections(place, chance, number):
    while True:
        connection = Connection(place, f"127.0.1.{100 + chance.randrange(100)}")
        try:
            async with attempt(place, "HTTP/1.1 new connection"):
                if chance.random() < 0.2:
                    seed = chance.randrange(1000)
                    same(await connection.ask("GET", f"/chat/data/{seed}/500", RIGHT), content(seed, 500))
                else:
                    await any_request(place, chance, connection)
                if chance.random() < 0.7:
                    await connection.close()
        finally:
            connection.abort()
        await pause(chance, 0.3)


async def behind_proxy(place, chance, number):
    """People behind a trusted proxy, from an address of their own each time."""
    connection = Connection(place, PROXY)
    try:
        while True:
            async with attempt(place, "HTTP/1.1 by a proxy"):
                try:
                    same(await connection.ask("GET", "/chat/data/5/900", place.session, forwarded(chance)),
                         content(5, 900))
                except BaseException:
                    connection.abort()
                    raise
            await pause(chance, 0.3)
    finally:
        connection.abort()


def forwarded(chance):
    return f"X-Forwarded-For: 198.{chance.choice((18, 19))}.{chance.randrange(256)}.{chance.randrange(256)}"


async def http2(place, chance, number):
    """A connection with up to eight requests at once, renewed after some hundreds."""
    connection = Connection2(place, f"127.0.2.{number + 1}")

    async def worker():
        for _ in range(chance.randrange(20, 60)):
            async with attempt(place, "HTTP/2 request"):
                await any_request(place, chance, connection)
            await pause(chance, 0.5)
    try:
        while True:
            async with asyncio.TaskGroup() as group:
                for _ in range(8):
                    group.create_task(worker())
            if chance.random() < 0.5:
                await connection.close()
            connection.abort()
    finally:
        connection.abort()


async def http2_cancelled(place, chance, number):
    """Downloads that are given up halfway, on a connection that goes on."""
    connection = Connection2(place, f"127.0.2.{number + 101}")
    try:
        while True:
            async with attempt(place, "HTTP/2 cancelled", "cancelled"):
                async with asyncio.timeout(PATIENCE):
                    stream = await connection.begin("GET", "/chat/data/7/3000000", place.session)
                    try:
                        expect(await stream.answer, 200)
                        await stream.reader.readexactly(100_000)
                    except asyncio.IncompleteReadError:
                        raise Ended("in the answer") from None
                    finally:
                        connection.forget(stream)
            await pause(chance, 2)
    finally:
        connection.abort()


async def http2_upload(place, chance, number):
    connection = Connection2(place, f"127.0.2.{number + 151}")
    try:
        while True:
            data = content(chance.randrange(8), chance.choice((300_000, 1_500_000)))
            async with attempt(place, "HTTP/2 upload"):
                summed(await connection.ask("POST", "/v1/sum", place.bearer, body=data), data)
            await pause(chance, 4)
    finally:
        connection.abort()


async def http2_websocket(place, chance, number):
    """WebSockets as streams of one connection (RFC 8441)."""
    connection = Connection2(place, f"127.0.2.{number + 201}")

    async def conversation():
        async with attempt(place, "HTTP/2 WebSocket", "echoed"):
            async with asyncio.timeout(60 + PATIENCE):
                stream = await connection.begin("CONNECT", "/", place.session, "Sec-WebSocket-Version: 13",
                                                f"Origin: https://{place.host}", body=b"", protocol="websocket")
                try:
                    expect(await stream.answer, 200)
                    pipe = Pipe(connection, stream)
                    for turn in range(chance.randrange(3, 15)):
                        message = b"%d " % turn + content(turn, chance.choice((5, 500, 40_000)))
                        await pipe.send(frames.frame(frames.BINARY, message, masked=True))
                        if await frames.receive(pipe.reader) != (frames.BINARY, message):
                            raise Wrong("another message than the one sent")
                        await pause(chance, 1)
                except (asyncio.IncompleteReadError, OSError):
                    raise Ended("in a WebSocket") from None
                finally:
                    connection.forget(stream)
    try:
        while True:
            async with asyncio.TaskGroup() as group:
                for _ in range(5):
                    group.create_task(conversation())
            await pause(chance, 1)
    finally:
        connection.abort()


async def uploads(place, chance, number):
    while True:
        connection = Connection(place, f"127.0.3.{number + 1}")
        data = content(chance.randrange(6), chance.randrange(1, 5) << 20)
        try:
            async with attempt(place, "upload of some MiB"):
                summed(await connection.ask("POST", "/chat/sum", place.session, body=data), data)
        finally:
            connection.abort()
        await pause(chance, 4)


async def downloads(place, chance, number):
    connection = Connection(place, f"127.0.3.{number + 11}")
    try:
        while True:
            seed = chance.randrange(6)
            async with attempt(place, "download of 3 MiB"):
                try:
                    same(await connection.ask("GET", f"/chat/data/{seed}/{3 << 20}", place.session),
                         content(seed, 3 << 20))
                except BaseException:
                    connection.abort()
                    raise
            await pause(chance, 4)
    finally:
        connection.abort()


async def slow_readers(place, chance, number):
    """Some 100 KiB a second, through a small window: Seawall holds the rest of it back."""
    while True:
        connection = Connection(place, f"127.0.3.{number + 21}", window=16_384)
        since = time.monotonic()
        try:
            async with attempt(place, "slow reader"):
                async with asyncio.timeout(4 * PATIENCE):
                    await connection.open()
                    answer = expect(await connection.begin("GET", f"/chat/data/3/{1 << 20}", place.session), 200)
                    got, begin = bytearray(), time.monotonic()
                    async for piece in connection.pieces(answer):
                        got += piece
                        await asyncio.sleep(max(0, len(got) / 100_000 - (time.monotonic() - begin)))
                    answer.body = bytes(got)
                    same(answer, content(3, 1 << 20))
        finally:
            connection.abort()
        await asyncio.sleep(max(1, 12 - (time.monotonic() - since)))


async def stalled_readers(place, chance, number):
    """They take nothing of their answer: Seawall must end them."""
    while True:
        connection = Connection(place, f"127.0.3.{number + 41}", window=4096)
        since = time.monotonic()
        try:
            async with attempt(place, "stalled reader", "ended by Seawall"):
                await connection.open()
                expect(await connection.begin("GET", f"/chat/data/4/{8 << 20}", place.session), 200)
                connection.writer.transport.pause_reading()
                # that it was ended is seen in Seawall's metrics: here its last bytes would take as long as all of them
                await asyncio.sleep(STALL + SLACK)
                if place.book.gateway_was_down(since):
                    raise Ended("by the gateway's end")
        finally:
            connection.abort()
        await pause(chance, 10)


async def event_streams(place, chance, number):
    connection = Connection(place, f"127.0.3.{number + 61}")
    while True:
        count = chance.randrange(5, 40)
        try:
            async with attempt(place, "event stream"):
                async with asyncio.timeout(count / 2 + PATIENCE):
                    await connection.open()
                    answer = expect(await connection.begin("GET", f"/chat/events/{count}/500", place.session,
                                                           "Accept: text/event-stream"), 200)
                    number_of, unread = 0, b""
                    async for piece in connection.pieces(answer):
                        unread += piece  # chunks are cut anew on their way
                        while unread.startswith(event(number_of)):
                            unread = unread[len(event(number_of)):]
                            number_of += 1
                    if unread or number_of != count:
                        raise Wrong(f"{number_of} events, then {unread[:40]!r} (expected: {count})")
        finally:
            connection.abort()
        await pause(chance, 1)


async def websockets(place, chance, number):
    """Open for as long as the gateway lives; a message every few seconds, each checked."""
    while True:
        socket = WebSocket(place, f"127.0.4.{number % 60 + 1}")
        try:
            is_open, turn = False, 0
            async with attempt(place, "WebSocket opened", "101"):
                expect(await socket.open("/", place.session), 101)
                is_open = True
            while is_open:
                # idle, and yet it must notice the end
                try:
                    opcode, payload = await socket.receive(patience=chance.uniform(2, 6))
                    place.book.bad("WebSocket message", f"a frame of kind {opcode} unasked: {payload[:20]!r}",
                                   time.monotonic())
                    break
                except TimeoutError:
                    pass
                except Ended:
                    place.book.bad("WebSocket message", "ended while idle", time.monotonic(), True)
                    break
                is_open = False
                async with attempt(place, "WebSocket message", "echoed"):
                    size = chance.choice((0, 10, 125, 126, 2000, 65_535, 65_536))
                    await socket.echo(*chance.choice((
                        (frames.BINARY, b"%d %d " % (number, turn) + content(turn % 50, size)),
                        (frames.TEXT, b"%d %d " % (number, turn) + content(turn % 50, size // 2).hex().encode()),
                        (frames.PING, b"%d %d" % (number, turn)))))
                    turn += 1
                    is_open = True
        finally:
            socket.connection.abort()
        await pause(chance, 2)


async def short_websockets(place, chance, number):
    while True:
        socket = WebSocket(place, f"127.0.4.{chance.randrange(100) + 101}")
        try:
            async with attempt(place, "WebSocket opened and closed", "closed"):
                expect(await socket.open(f"/socket/{number}", place.session), 101)
                for turn in range(3):
                    await socket.echo(frames.BINARY, content(turn, chance.choice((0, 300, 70_000))))
                if chance.random() < 0.7:
                    await socket.goodbye()
        finally:
            socket.connection.abort()
        await pause(chance, 0.7)


async def log_in_and_out(place, chance, number):
    """A session of its own, with a WebSocket that its end must close."""
    while True:
        connection = Connection(place, f"127.0.5.{chance.randrange(200) + 1}")
        socket = WebSocket(place, connection.source)
        try:
            async with attempt(place, "login and logout", "ended"):
                answer = expect(await connection.ask("GET", "/.seawall/login", RIGHT), 303)
                session = "Cookie: " + answer.get("set-cookie").partition(";")[0]
                expect(await socket.open("/", session), 101)
                await socket.echo(frames.TEXT, b"here")
                expect(await connection.ask("POST", "/.seawall/logout", session), 200)
                closed = await socket.receive()
                if closed != (frames.CLOSE, b"\x03\xf0"):
                    raise Wrong(f"frame {closed} (expected: close 1008)")
                expect(await connection.ask("GET", "/chat", session), 401)
        finally:
            connection.abort()
            socket.connection.abort()
        await pause(chance, 5)


async def vanishing(place, chance, number):
    """Clients that are gone without a word, at every stage."""
    while True:
        connection = Connection(place, f"127.0.6.{chance.randrange(200) + 1}")
        stage = chance.randrange(6)
        try:
            async with attempt(place, "vanished", "vanished"):
                await connection.open()
                writer = connection.writer
                match stage:
                    case 0:
                        writer.write(b"GET /chat/da")
                    case 1:
                        writer.write(f"POST /chat/sum HTTP/1.1\r\nHost: {place.host}\r\n{place.session}\r\n"
                                     "Content-Length: 100000\r\n\r\n".encode() + bytes(40_000))
                    case 2 | 3:
                        answer = await connection.begin("GET", f"/chat/data/1/{2 << 20}", place.session)
                        if answer.status not in GONE:
                            expect(answer, 200)
                    case 4:
                        await connection.begin("GET", "/chat/events/100/200", place.session)
                    case 5:
                        await connection.begin("GET", "/", place.session, "Upgrade: websocket", "Connection: Upgrade",
                                               "Sec-WebSocket-Version: 13",
                                               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
                with contextlib.suppress(OSError):
                    await writer.drain()
                await asyncio.sleep(chance.random() * 0.3)
                if chance.random() < 0.5:
                    connection.reset()
                else:
                    # half of the connection: no goodbye of TLS, and the other direction stays open for a while
                    if not writer.is_closing():
                        with contextlib.suppress(OSError):
                            writer.get_extra_info("socket").shutdown(1)
                    await asyncio.sleep(1)
        finally:
            connection.abort()
        await pause(chance, 1)


async def in_the_handshake(place, chance, number):
    """Bytes that are no TLS, or the beginning of it: Seawall ends them in the time of a handshake."""
    hello = client_hello()
    while True:
        kind = chance.randrange(5)
        sent = (chance.randbytes(300), b"\x16" + chance.randbytes(300), hello[:100], b"",
                f"GET /x HTTP/1.1\r\nHost: {place.host}\r\n\r\n".encode())[kind]
        async with attempt(place, "no TLS", "ended"):
            reader, writer = await asyncio.open_connection("127.0.0.1", place.port,
                                                           local_addr=(f"127.0.6.{chance.randrange(40) + 210}", 0))
            try:
                writer.write(sent)
                async with asyncio.timeout(HANDSHAKE + SLACK):
                    with contextlib.suppress(ConnectionError):
                        answer = await reader.read()
                        if kind == 4 and not answer:
                            raise Ended("before the answer")
                        if kind == 4 and not answer.startswith(b"HTTP/1.1 308 "):
                            raise Wrong(f"plain HTTP got {answer[:40]!r} (expected: 308)")
            finally:
                writer.transport.abort()
        await pause(chance, 1.5)


def client_hello():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


async def guesses(place, chance, number):
    """Wrong credentials, each network until it is locked out and once more; then the right one is refused there, too,
    and a session still good."""
    counter = number
    while True:
        counter += 10  # a network that nobody guessed from before
        address = f"7.{counter // 250 % 250}.{counter % 250 + 1}"
        proxied = chance.random() < 0.5
        connection = Connection(place, PROXY if proxied else f"127.{address}")
        more = [f"X-Forwarded-For: 198.51.100.3, 100.{address}"] if proxied else []
        path, wrong, right = chance.choice((
            ("/chat", lambda: f"Authorization: {basic(USER, f'wrong-{chance.random()}')}",
             lambda: RIGHT),
            ("/v1/models", lambda: f"Authorization: Bearer {chance.randbytes(32).hex()}", lambda: place.bearer),
            ("/hooks/wake", lambda: f"X-Openclaw-Token: {chance.randbytes(32).hex()}", lambda: place.hooks)))
        method = "POST" if path == "/hooks/wake" else "GET"
        tries = GUESSES if chance.random() < 0.5 else chance.randrange(1, GUESSES)
        since = time.monotonic()
        try:
            for _ in range(tries):
                async with attempt(place, "wrong credential", "401"):
                    expect(await connection.ask(method, path, wrong(), *more), 401)
                await pause(chance, 1)
            if tries == GUESSES and time.monotonic() - since > 50:
                continue  # too slow for the window in which they count
            if tries == GUESSES:
                async with attempt(place, "locked network", "429"):
                    expect(await connection.ask(method, path, right(), *more), 429)
                    same(await connection.ask("GET", "/chat/data/1/100", place.session, *more), content(1, 100))
            else:
                async with attempt(place, "right after wrong"):
                    expect(await connection.ask(method, path, right(), *more), 200)
        finally:
            connection.abort()
        await pause(chance, 3)


async def malformed(place, chance, number):
    """What Seawall refuses by itself, with the status that it must get."""
    while True:
        status, request = chance.choice(refusals(place))
        connection = Connection(place, f"127.0.8.{chance.randrange(200) + 1}")
        try:
            async with attempt(place, "refused request", "refused"):
                async with asyncio.timeout(PATIENCE):
                    await connection.open()
                    for piece in (request[:len(request) // 2], request[len(request) // 2:]):
                        connection.writer.write(piece.encode())
                        await connection.writer.drain()
                    expect(await connection.head(), status)
        finally:
            connection.abort()
        await pause(chance, 1)


def refusals(place):
    host, session = f"Host: {place.host}\r\n", f"{place.session}\r\n"
    return [
        (400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        (400, f"POST /chat HTTP/1.1\r\n{host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (400, f"POST /chat HTTP/1.1\r\n{host}{session}Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        (400, f"GET / HTTP/1.1\n{host}\r\n"),
        (400, f"GET / HTTP/1.1\r\n{host}X-A: b\r\n c\r\n\r\n"),
        (400, f"GET /chat/../hooks/..%5cv1 HTTP/1.1\r\n{host}\r\n"),
        (400, f"GET /hooksX HTTP/1.1\r\n{host}\r\n"),
        (405, f"FOO / HTTP/1.1\r\n{host}\r\n"),
        (505, f"GET / HTTP/3.1\r\n{host}\r\n"),
        (414, f"GET /{'a' * 9000} HTTP/1.1\r\n{host}\r\n"),
        (431, f"GET / HTTP/1.1\r\n{host}" + "X-A: b\r\n" * 120 + "\r\n"),
        (421, "GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n"),
        (401, f"GET / HTTP/1.1\r\n{host}\r\n"),
        (401, f"GET /chat HTTP/1.1\r\n{host}{session[:-8]}AAAAAA\r\n\r\n"),
        (401, f"GET /v1/models HTTP/1.1\r\n{host}{session}\r\n"),
        (403, f"POST /chat HTTP/1.1\r\n{host}{session}Origin: https://evil.example\r\nContent-Length: 0\r\n\r\n"),
        (413, f"POST /tools/invoke HTTP/1.1\r\n{host}{place.bearer}\r\nContent-Length: 3000000\r\n\r\n"),
        (404, f"GET /.well-known/openclaw/browser-bootstrap HTTP/1.1\r\n{host}{session}\r\n"),
    ]


CLIENTS = ((keep_alive, 12), (chunked_uploads, 2), (new_connections, 6), (behind_proxy, 3), (http2, 4),
           (http2_cancelled, 1), (http2_upload, 1), (http2_websocket, 2), (uploads, 2), (downloads, 2),
           (slow_readers, 3), (stalled_readers, 1), (event_streams, 8), (websockets, 120), (short_websockets, 3),
           (log_in_and_out, 1), (vanishing, 2), (in_the_handshake, 2), (guesses, 3), (malformed, 3))


def start(place, seed, leak=0, seconds=0):
    """All of them, each with a chance of its own."""
    if leak:
        place.held.append(asyncio.create_task(leaking(place, leak, seconds)))
    return [asyncio.create_task(one(client, place, random.Random(f"{seed} {client.__name__} {number}"), number),
                                name=f"{client.__name__} {number}")
            for client, count in CLIENTS for number in range(count)]


async def one(client, place, chance, number):
    await asyncio.sleep(chance.random() * 20)  # not all at once
    await client(place, chance, number)


async def leaking(place, count, seconds):
    """For seeing the detector work: one WebSocket after the other that nobody closes."""
    for number in range(count):
        place.held.append(asyncio.create_task(hold(place, number)))
        await asyncio.sleep(seconds / count)


async def hold(place, number):
    while True:
        socket = WebSocket(place, f"127.0.9.{number % 200 + 1}")
        with contextlib.suppress(Ended, OSError, TimeoutError):
            await socket.open("/", place.session)
            await socket.receive(patience=1 << 20)
        socket.connection.abort()
        await asyncio.sleep(2)

"""The clients' side of HTTP/1.1 and WebSockets over TLS, checking what it reads."""

import asyncio
import base64
import contextlib
import os
import random
import re
import socket
import struct
import time

from lab import frames, trusting

PATIENCE = 30  # seconds for anything that the other end has to do
RESET = struct.pack("ii", 1, 0)


class Ended(Exception):
    """The connection ended, or was reset, in the middle of something."""


class Wrong(Exception):
    """An answer came, and is not the one that had to come."""


class Answer:
    def __init__(self, status, fields, body=b""):
        self.status, self.fields, self.body = status, fields, body

    def get(self, name, default=""):
        return self.fields.get(name, default)


def context(ca, protocol):
    return trusting(ca, protocol)


async def connect(place, source, protocol="http/1.1", window=None):
    """A TLS connection from that loopback address, which is a client network of its own."""
    plain = socket.socket()
    try:
        if window:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        plain.setblocking(False)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.bind((source, 0))
        async with asyncio.timeout(PATIENCE):
            begin = time.monotonic()
            await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", place.port))
            connected = time.monotonic()
            try:
                return await asyncio.open_connection(sock=plain, ssl=place.tls[protocol], server_hostname="127.0.0.1",
                                                     ssl_handshake_timeout=PATIENCE, ssl_shutdown_timeout=5)
            finally:
                place.book.connected(connected - begin, time.monotonic() - connected)
    except BaseException:
        plain.close()
        raise


class Connection:
    """One connection of HTTP/1.1, kept as long as the server lets us."""

    def __init__(self, place, source, window=None):
        self.place, self.source, self.window = place, source, window
        self.writer = None
        self.asked = 0
        self.used = 0.0  # when something was asked last; when its answer was out, only Seawall knows

    async def open(self):
        self.reader, self.writer = await connect(self.place, self.source, window=self.window)
        self.asked = 0

    @property
    def is_open(self):
        return self.writer is not None and not self.writer.is_closing() and not self.reader.at_eof()

    async def ask(self, method, path, *headers, body=b"", chunks=0):
        """The answer, read to its end. A connection that Seawall closed because it was idle is opened anew, and a
        request that met that close on its way is sent again (RFC 9112, 9.3.1)."""
        idle = time.monotonic() - self.used
        async with asyncio.timeout(PATIENCE):
            if self.writer is None:
                await self.open()
            elif not self.is_open:
                await self.renew(idle)
            try:
                return await self.ask_once(method, path, headers, body, chunks)
            except Ended as trouble:
                if trouble.args[0] != "before the answer" or self.asked == 1:
                    raise
            await self.renew(idle)
            return await self.ask_once(method, path, headers, body, chunks)

    async def renew(self, idle):
        self.abort()
        if idle < self.place.idle - 1:
            raise Ended(f"after {idle:.1f} s without a request (expected: not before {self.place.idle})")
        self.place.book.count("idle connections that Seawall closed")
        await self.open()

    async def ask_once(self, method, path, headers, body, chunks):
        answer = await self.begin(method, path, *headers, body=body, chunks=chunks)
        pieces = []
        async for piece in self.pieces(answer, method):
            pieces.append(piece)
        answer.body = b"".join(pieces)
        if answer.get("connection").lower() == "close":
            self.abort()
        return answer

    async def begin(self, method, path, *headers, body=b"", chunks=0):
        """Sends the request and reads the head of its answer; the body may be sent in chunks of that size."""
        self.asked += 1
        self.used = time.monotonic()
        length = ["Transfer-Encoding: chunked"] if chunks else [f"Content-Length: {len(body)}"] if body else []
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.place.host}", *headers, *length]
        try:
            self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
            size = chunks or 1 << 16
            for start in range(0, len(body), size):
                piece = body[start:start + size]
                self.writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunks else piece)
                await self.writer.drain()
            if chunks:
                self.writer.write(b"0\r\n\r\n")
            await self.writer.drain()
        except OSError:
            pass  # it may have answered before it closed
        return await self.head()

    async def head(self):
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as trouble:
            raise Ended("in the answer's head" if trouble.partial else "before the answer") from None
        except OSError:
            raise Ended("before the answer") from None
        first, *lines = head[:-4].decode("latin-1").split("\r\n")
        if not re.fullmatch(r"HTTP/1\.1 \d{3} .*", first):
            raise Wrong(f"a head that begins {first[:40]!r}")
        return Answer(int(first.split(" ")[1]),
                      {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)})

    async def pieces(self, answer, method="GET"):
        if method == "HEAD" or answer.status in (204, 304):
            return
        try:
            if answer.get("transfer-encoding") == "chunked":
                while size := int(await self.reader.readuntil(b"\r\n"), 16):
                    yield (await self.reader.readexactly(size + 2))[:-2]
                await self.reader.readuntil(b"\r\n")
                return
            left = int(answer.get("content-length", "0"))
            while left > 0:
                piece = await self.reader.read(min(left, 1 << 16))
                if not piece:
                    raise Ended("in the answer's body")
                left -= len(piece)
                yield piece
        except (OSError, asyncio.IncompleteReadError):
            raise Ended("in the answer's body") from None

    def abort(self):
        """Ends it at once, as far as this end is concerned; what was read was read to its end."""
        if self.writer is not None:
            self.writer.transport.abort()
            self.writer = None

    def reset(self):
        """As a client that dies: no goodbye, but a reset."""
        if self.writer is not None:
            if not self.writer.is_closing():
                self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.abort()

    async def close(self):
        """As a client that leaves: TLS is told, too."""
        if self.writer is not None:
            writer, self.writer = self.writer, None
            await close(writer)


async def close(writer):
    """To the end of what was written, TLS's goodbye included."""
    with contextlib.suppress(OSError):
        writer.close()
        await writer.wait_closed()


class WebSocket:
    def __init__(self, place, source):
        self.connection = Connection(place, source)

    async def open(self, path, *headers):
        key = base64.b64encode(os.urandom(16)).decode()
        async with asyncio.timeout(PATIENCE):
            await self.connection.open()
            answer = await self.connection.begin(
                "GET", path, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                f"Sec-WebSocket-Key: {key}", f"Origin: https://{self.connection.place.host}", *headers)
            if answer.status != 101:
                answer.body = b"".join([piece async for piece in self.connection.pieces(answer)])
            elif answer.get("sec-websocket-accept") != frames.accept(key):
                raise Wrong("another key's Sec-WebSocket-Accept")
        return answer

    async def send(self, opcode, payload):
        try:
            self.connection.writer.write(frames.frame(opcode, payload, masked=True))
            async with asyncio.timeout(PATIENCE):
                await self.connection.writer.drain()
        except TimeoutError:
            raise
        except OSError:
            raise Ended("in a WebSocket") from None

    async def receive(self, patience=PATIENCE):
        try:
            async with asyncio.timeout(patience):
                return await frames.receive(self.connection.reader)
        except TimeoutError:
            raise
        except (OSError, asyncio.IncompleteReadError):
            raise Ended("in a WebSocket") from None

    async def echo(self, opcode, payload):
        """Sends a message and demands it back."""
        await self.send(opcode, payload)
        expected = frames.PONG if opcode == frames.PING else opcode
        got = await self.receive()
        if got != (expected, payload):
            raise Wrong(f"a frame of kind {got[0]}, {len(got[1])} bytes: {got[1][:20].hex()}… "
                        f"(expected: kind {expected}, {len(payload)} bytes: {payload[:20].hex()}…)")

    async def goodbye(self):
        """The closing handshake, to the end of the connection."""
        await self.send(frames.CLOSE, struct.pack(">H", 1000))
        opcode, payload = await self.receive()
        if (opcode, payload) != (frames.CLOSE, struct.pack(">H", 1000)):
            raise Wrong(f"a frame of kind {opcode} (expected: the close frame's echo)")
        async with asyncio.timeout(PATIENCE):
            try:
                if rest := await self.connection.reader.read(1):
                    raise Wrong(f"{rest!r} behind the close frame")
            except OSError:
                pass
        self.connection.abort()


def pause(chance: random.Random, seconds):
    """About that long."""
    return asyncio.sleep(chance.expovariate(1 / seconds))

"""The gateway's stand-in, a program of its own so that it can be killed: answers what the path asks for, and echoes
over WebSockets. What Seawall must never do to a request is a 500 here, which no client expects.

  python3 gateway.py PORT
"""

import asyncio
import hashlib
import json
import re
import signal
import sys

import frames
from content import content, event

PIECE = 1 << 16


async def serve(reader, writer):
    try:
        while await answer(reader, writer):
            pass
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.transport.abort()


async def answer(reader, writer):
    """One request; whether another may follow on the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    method, target, _ = first.split(" ")
    fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    given = dict(fields)
    wrong = badly_rewritten(fields)
    path = target.partition("?")[0]
    if given.get("upgrade") == "websocket" and not wrong:
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Accept: " + frames.accept(given["sec-websocket-key"]) + b"\r\n\r\n")
        await frames.echo(reader, writer)
        return False
    length, digest = await body(reader, given)
    if wrong:
        send(writer, 500, wrong.encode())
    elif asked := re.search(r"/events/(\d+)/(\d+)$", path):
        await events(writer, int(asked[1]), int(asked[2]))
    elif asked := re.search(r"/data/(\d+)/(\d+)$", path):
        data = content(int(asked[1]), int(asked[2]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(data))
        for start in range(0, 0 if method == "HEAD" else len(data), PIECE):
            writer.write(data[start:start + PIECE])
            await writer.drain()
    else:
        send(writer, 200, json.dumps({"length": length, "sha256": digest}).encode())
    await writer.drain()
    return given.get("connection") != "close"


def badly_rewritten(fields):
    names = [name for name, _ in fields]
    if names.count("x-forwarded-for") != 1:
        return f"{names.count('x-forwarded-for')} X-Forwarded-For"
    if any("__Host-seawall" in value or value.startswith("Basic ") for _, value in fields):
        return "Seawall's own credentials"
    return ""


async def body(reader, given):
    """Its length and digest; nothing of it is kept."""
    digest, length = hashlib.sha256(), 0
    if given.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            digest.update((await reader.readexactly(size + 2))[:-2])
            length += size
        await reader.readuntil(b"\r\n")
    left = int(given.get("content-length", 0))
    while left > 0:
        piece = await reader.readexactly(min(left, PIECE))
        digest.update(piece)
        length += len(piece)
        left -= len(piece)
    return length, digest.hexdigest()


def send(writer, status, text):
    writer.write(b"HTTP/1.1 %d Soak\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                 % (status, len(text), text))


async def events(writer, count, pause):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for number in range(count):
        text = event(number)
        writer.write(b"%x\r\n%s\r\n" % (len(text), text))
        await writer.drain()
        await asyncio.sleep(pause / 1000)
    writer.write(b"0\r\n\r\n")


async def listen(port):
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C reaches it, too, but ending it is the soak's matter
    asyncio.run(listen(int(sys.argv[1])))

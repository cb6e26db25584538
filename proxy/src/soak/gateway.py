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

from content import content, event

from lab import frames
from lab.gateways import PIECE, listen, pieces, response


async def answer(request, reader, writer):
    wrong = badly_rewritten(request.fields)
    if request.wants_websocket and not wrong:
        writer.write(frames.switching(request.get("sec-websocket-key")))
        await frames.echo(reader, writer)
        return False
    length, digest = await body(reader, request)
    if wrong:
        writer.write(response(wrong.encode(), status="500 Soak"))
    elif asked := re.search(r"/events/(\d+)/(\d+)$", request.path):
        await events(writer, int(asked[1]), int(asked[2]))
    elif asked := re.search(r"/data/(\d+)/(\d+)$", request.path):
        data = content(int(asked[1]), int(asked[2]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(data))
        for start in range(0, 0 if request.method == "HEAD" else len(data), PIECE):
            writer.write(data[start:start + PIECE])
            await writer.drain()
    else:
        writer.write(response(json.dumps({"length": length, "sha256": digest}).encode(), status="200 Soak"))
    return True


def badly_rewritten(fields):
    names = [name for name, _ in fields]
    if names.count("x-forwarded-for") != 1:
        return f"{names.count('x-forwarded-for')} X-Forwarded-For"
    if any("__Host-seawall" in value or value.startswith("Basic ") for _, value in fields):
        return "Seawall's own credentials"
    return ""


async def body(reader, request):
    """Its length and digest; nothing of it is kept."""
    digest, length = hashlib.sha256(), 0
    async for piece in pieces(reader, request):
        digest.update(piece)
        length += len(piece)
    return length, digest.hexdigest()


async def events(writer, count, pause):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for number in range(count):
        text = event(number)
        writer.write(b"%x\r\n%s\r\n" % (len(text), text))
        await writer.drain()
        await asyncio.sleep(pause / 1000)
    writer.write(b"0\r\n\r\n")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C reaches it, too, but ending it is the soak's matter
    asyncio.run(listen(answer, int(sys.argv[1])))

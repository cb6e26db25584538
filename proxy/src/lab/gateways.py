"""Stand-ins for the gateway. Each speaks HTTP/1.1 on 127.0.0.1; what it answers is the suite's matter."""

import asyncio
import json
import threading

from . import frames

PIECE = 1 << 16


class Request:
    def __init__(self, head):
        self.start, *lines = head.decode("latin-1").strip().split("\r\n")
        self.method, self.target = self.start.split(" ")[:2]
        self.path = self.target.partition("?")[0]
        self.fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        self.headers = dict(self.fields)

    def get(self, name, default=""):
        return self.headers.get(name, default)

    @property
    def wants_websocket(self):
        return self.get("upgrade").lower() == "websocket"


def response(body, kind="application/json", status="200 OK"):
    return (f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


async def pieces(reader, request):
    """The request's body as it comes; nothing of it is kept."""
    if request.get("transfer-encoding").lower() == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            yield (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    left = int(request.get("content-length", "0"))
    while left > 0:
        piece = await reader.readexactly(min(left, PIECE))
        left -= len(piece)
        yield piece


async def whole(reader, request):
    return b"".join([piece async for piece in pieces(reader, request)])


def serving(answer):
    """What asyncio calls for a connection: `answer` gets each request, and says whether another one may follow."""
    async def serve(reader, writer):
        try:
            while True:
                request = Request(await reader.readuntil(b"\r\n\r\n"))
                again = await answer(request, reader, writer)
                await writer.drain()
                if not again or request.get("connection").lower() == "close":
                    writer.close()
                    await writer.wait_closed()
                    return
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
    return serve


async def listen(answer, port):
    """Serves for ever; for a stand-in that is a process of its own."""
    server = await asyncio.start_server(serving(answer), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


class Gateway:
    """Answers every request with 200 and the same body, from a thread of its own; on any port, or the given one."""

    def __init__(self, port=0, body=b""):
        self.body = response(body)
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self.run, args=(port, ready), daemon=True).start()
        if not ready.wait(10):
            raise OSError(f"the gateway's stand-in does not listen on port {port}")

    def run(self, port, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(serving(self.answer), "127.0.0.1", port))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def answer(self, request, reader, writer):
        await whole(reader, request)
        writer.write(self.body)
        return True


class JsonGateway(Gateway):
    """Answers each request with what it got, as JSON, and echoes WebSocket frames."""

    async def answer(self, request, reader, writer):
        if request.wants_websocket:
            writer.write(frames.switching(request.get("sec-websocket-key")))
            await frames.echo(reader, writer)
            return False
        await whole(reader, request)
        writer.write(response(json.dumps({"start": request.start, "fields": request.fields}).encode()))
        return True

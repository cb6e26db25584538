"""The gateway's stand-in: says what it got, streams events at the pace of who reads them, echoes WebSocket messages."""

import asyncio
import collections
import json
import re
import time

from lab import Gateway, frames
from lab.gateways import response, whole

PATIENCE = 8  # seconds that a stream waits for its reader


class SteppingGateway(Gateway):
    """What waits in it takes its next step when a client, or the suite, says so."""

    def __init__(self, port):
        self.steps = collections.defaultdict(lambda: asyncio.Semaphore(0))
        self.waiting = set()
        self.streams = {}
        super().__init__(port)

    def go_on(self, name):
        """Lets what waits under this name take its next step; for other threads."""
        self.loop.call_soon_threadsafe(lambda: self.steps[name].release())

    def is_waiting(self, name, seconds=8):
        """Whether something waits under this name, now or soon."""
        end = time.monotonic() + seconds
        while name not in self.waiting and time.monotonic() < end:
            time.sleep(0.01)
        return name in self.waiting

    async def step(self, name):
        self.waiting.add(name)
        try:
            await asyncio.wait_for(self.steps[name].acquire(), PATIENCE)
            return True
        except TimeoutError:
            return False
        finally:
            self.waiting.discard(name)

    async def answer(self, request, reader, writer):
        body = await whole(reader, request)
        seen = {"start": request.start, "fields": request.fields, "body": len(body)}
        if request.wants_websocket:
            await self.upgrade(reader, writer, request, seen)
            return False
        kind, _, name = request.target.removeprefix("/v1/").partition("/")
        if kind == "stream":
            await self.stream(writer, name, seen)
            return True
        if kind == "next":
            self.steps[name].release()
        if kind == "slow":
            await self.step(name)
        answer = response(json.dumps({"ok": True, **seen}).encode())
        writer.write(answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if request.method == "HEAD" else answer)
        return True

    async def stream(self, writer, name, seen):
        """Each event comes only when who reads has said that the one before it is there."""
        self.streams[name] = seen
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n")
        for number in ("one", "two", "three"):
            in_time = number == "one" or await self.step(name)
            event = f"data: {number if in_time else 'late'}\n\n".encode()
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    async def upgrade(self, reader, writer, request, seen):
        writer.write(frames.switching(request.get("sec-websocket-key")))
        writer.write(frames.frame(frames.TEXT, json.dumps({"event": "connect.challenge", **seen}).encode()))
        if bye := re.search(r"bye=(\d+)", request.target):
            writer.write(frames.frame(frames.CLOSE, frames.close(int(bye[1]))))
        incoming, message, kind, closing = frames.Frames(), b"", frames.TEXT, bool(bye)
        while piece := await reader.read(1 << 16):
            incoming.feed(piece)
            while found := incoming.next():
                final, opcode, payload = found
                if opcode == frames.CLOSE:
                    if not closing:
                        writer.write(frames.frame(frames.CLOSE, payload[:2]))
                    await writer.drain()
                    return
                if opcode == frames.PING:
                    writer.write(frames.frame(frames.PONG, payload))
                if opcode not in (0, frames.TEXT, frames.BINARY):
                    continue
                message, kind = message + payload, opcode or kind
                if final:
                    if message.startswith(b"bye "):
                        writer.write(frames.frame(frames.CLOSE, frames.close(int(message[4:]))))
                        closing = True
                    else:
                        writer.write(frames.frame(kind, message))
                    message = b""
            await writer.drain()

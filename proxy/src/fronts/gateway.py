"""The gateway's stand-in: says what it got, streams events at the pace of who reads them, echoes WebSocket messages."""

import asyncio
import collections
import json
import re
import threading
import time

import frames

PATIENCE = 8  # seconds that a stream waits for its reader


class Gateway:
    """Listens on 127.0.0.1:18789 in a thread of its own."""

    def __init__(self, port=18789):
        self.port = port
        self.loop = asyncio.new_event_loop()
        self.steps = collections.defaultdict(lambda: asyncio.Semaphore(0))
        self.waiting = set()
        self.streams = {}
        ready = threading.Event()
        threading.Thread(target=self.run, args=(ready,), daemon=True).start()
        if not ready.wait(10):
            raise OSError(f"the gateway's stand-in does not listen on port {port}")

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", self.port))
        ready.set()
        self.loop.run_forever()

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
        except asyncio.TimeoutError:
            return False
        finally:
            self.waiting.discard(name)

    async def serve(self, reader, writer):
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                start, *lines = head.strip().split("\r\n")
                fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
                headers = dict(fields)
                seen = {"start": start, "fields": fields, "body": len(await self.body(reader, headers))}
                target = start.split(" ")[1]
                if headers.get("upgrade", "").lower() == "websocket":
                    await self.upgrade(reader, writer, target, headers, seen)
                    return
                await self.answer(writer, target, seen)
                if headers.get("connection", "").lower() == "close":
                    return
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def body(self, reader, headers):
        if headers.get("transfer-encoding"):
            whole = b""
            while size := int(await reader.readuntil(b"\r\n"), 16):
                whole += (await reader.readexactly(size + 2))[:-2]
            await reader.readuntil(b"\r\n")
            return whole
        return await reader.readexactly(int(headers.get("content-length", 0)))

    async def answer(self, writer, target, seen):
        kind, _, name = target.removeprefix("/v1/").partition("/")
        if kind == "stream":
            await self.stream(writer, name, seen)
            return
        if kind == "next":
            self.steps[name].release()
        if kind == "slow":
            await self.step(name)
        body = json.dumps({"ok": True, **seen}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                     + (b"" if seen["start"].startswith("HEAD ") else body))
        await writer.drain()

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
        await writer.drain()

    async def upgrade(self, reader, writer, target, headers, seen):
        writer.write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      f"Sec-WebSocket-Accept: {frames.accept(headers['sec-websocket-key'])}\r\n\r\n").encode())
        writer.write(frames.frame(frames.TEXT, json.dumps({"event": "connect.challenge", **seen}).encode()))
        if bye := re.search(r"bye=(\d+)", target):
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

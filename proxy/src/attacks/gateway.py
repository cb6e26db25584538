"""The gateway's stand-in, in a process of its own: answers at once, or as slowly or as much as the path asks for."""

import asyncio
import re

BIG = 16 << 20


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await body(reader, head)
            path = head.split(b" ", 2)[1]
            if path.startswith(b"/open/never"):
                await reader.read()
                return
            length = BIG if path.startswith(b"/open/big") else 8
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % length)
            for start in range(0, 0 if head.startswith(b"HEAD") else length, 1 << 16):
                writer.write(b"x" * min(1 << 16, length - start))
                await writer.drain()
            if re.search(rb"(?im)^connection: *close", head):
                writer.close()
                await writer.wait_closed()
                return
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.transport.abort()


async def body(reader, head):
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    left = int(length[1]) if length else 0
    while left > 0:
        left -= len(await reader.readexactly(min(left, 1 << 16)))
    if re.search(rb"(?im)^transfer-encoding: *chunked", head):
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")


async def listen(port):
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


def run(port):
    asyncio.run(listen(port))

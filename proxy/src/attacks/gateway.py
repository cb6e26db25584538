"""The gateway's stand-in, in a process of its own: answers at once, or as slowly or as much as the path asks for."""

import asyncio

from lab.gateways import PIECE, listen, pieces

BIG = 16 << 20


async def answer(request, reader, writer):
    async for _ in pieces(reader, request):
        pass
    if request.path.startswith("/open/never"):
        await reader.read()
        return False
    length = BIG if request.path.startswith("/open/big") else 8
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % length)
    for start in range(0, 0 if request.method == "HEAD" else length, PIECE):
        writer.write(b"x" * min(PIECE, length - start))
        await writer.drain()
    return True


def run(port):
    asyncio.run(listen(answer, port))

"""WebSocket frames (RFC 6455), as far as an echo needs them: no fragments, no extensions."""

import base64
import hashlib
import os
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def accept(key):
    return base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())


def frame(opcode, payload, masked):
    length = len(payload)
    mask = 0x80 if masked else 0
    if length < 126:
        head = struct.pack(">BB", 0x80 | opcode, mask | length)
    elif length < 1 << 16:
        head = struct.pack(">BBH", 0x80 | opcode, mask | 126, length)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, mask | 127, length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + mix(payload, key)


def mix(payload, key):
    """Masks, or takes the mask off."""
    whole = (key * (len(payload) // 4 + 1))[:len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(payload), "big")


async def receive(reader):
    """The next frame: opcode and payload."""
    first, second = await reader.readexactly(2)
    length = second & 0x7f
    if length == 126:
        length, = struct.unpack(">H", await reader.readexactly(2))
    elif length == 127:
        length, = struct.unpack(">Q", await reader.readexactly(8))
    key = await reader.readexactly(4) if second & 0x80 else None
    payload = await reader.readexactly(length)
    return first & 0x0f, mix(payload, key) if key else payload


async def echo(reader, writer):
    """Until the other end closes."""
    while True:
        opcode, payload = await receive(reader)
        if opcode == PONG:
            continue
        writer.write(frame(PONG if opcode == PING else opcode, payload, masked=False))
        await writer.drain()
        if opcode == CLOSE:
            return

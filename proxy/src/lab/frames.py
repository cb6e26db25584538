"""WebSocket frames (RFC 6455, 5.2), as stand-ins for the gateway and clients read and write them; no extensions."""

import base64
import hashlib
import os
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def accept(key):
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode()


def switching(key):
    """The server's answer to the opening handshake."""
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept(key)}\r\n\r\n").encode()


def frame(opcode, payload, masked=False):
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


def close(code):
    return struct.pack(">H", code)


def code(payload):
    return struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005


class Frames:
    """Takes bytes as they come and gives whole frames: final or not, opcode, payload."""

    def __init__(self):
        self.unread = b""

    def feed(self, piece):
        self.unread += piece

    def next(self):
        """The next frame; None where it is not whole yet."""
        raw = self.unread
        if len(raw) < 2:
            return None
        size, at = raw[1] & 0x7f, 2
        if size == 126:
            size, at = int.from_bytes(raw[2:4], "big"), 4
        elif size == 127:
            size, at = int.from_bytes(raw[2:10], "big"), 10
        masked = raw[1] & 0x80
        start = at + (4 if masked else 0)
        if len(raw) < at or len(raw) < start + size:
            return None
        payload = raw[start:start + size]
        self.unread = raw[start + size:]
        return bool(raw[0] & 0x80), raw[0] & 15, mix(payload, raw[at:at + 4]) if masked else payload


async def receive(reader):
    """The next frame of an asyncio stream: opcode and payload."""
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
        writer.write(frame(PONG if opcode == PING else opcode, payload))
        await writer.drain()
        if opcode == CLOSE:
            return

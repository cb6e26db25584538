"""WebSocket frames (RFC 6455, 5.2), as the stand-in for the gateway and the Python client read and write them."""

import base64
import hashlib
import os
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def accept(key):
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode()


def frame(opcode, payload, masked=False):
    mark = 0x80 if masked else 0
    if len(payload) < 126:
        head = bytes([0x80 | opcode, mark | len(payload)])
    elif len(payload) < 1 << 16:
        head = struct.pack(">BBH", 0x80 | opcode, mark | 126, len(payload))
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, mark | 127, len(payload))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + unmasked(mask, payload)


def unmasked(mask, payload):
    whole = (mask * (len(payload) // 4 + 1))[:len(payload)]
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
        return bool(raw[0] & 0x80), raw[0] & 15, unmasked(raw[at:at + 4], payload) if masked else payload

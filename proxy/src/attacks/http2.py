"""Frames of HTTP/2 (RFC 9113) as bytes, and just enough of HPACK (RFC 7541) for heads that cost more than they weigh."""

import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS = 0, 1, 4
END_STREAM, END_HEADERS = 1, 4
NO_WINDOW = {4: 0}  # SETTINGS_INITIAL_WINDOW_SIZE: no body of an answer is taken
GET, POST, ROOT, HTTPS = b"\x82", b"\x83", b"\x84", b"\x87"  # of the static table
AUTHORITY, PATH, COOKIE = 1, 4, 32
NEWEST = b"\xbe"  # the first entry of the dynamic table


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def settings(values):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", name, value) for name, value in values.items()))


def integer(value, bits, first):
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = bytearray([first | most]), value - most
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out) + bytes([value])


def text(value):
    return integer(len(value), 7, 0) + value.encode()


def field(name, value, kept=False):
    """A field with a name of the static table (its index) or of its own; kept in the dynamic table or not."""
    form = (6, 0x40) if kept else (4, 0)
    return (integer(name, *form) if isinstance(name, int) else integer(0, *form) + text(name)) + text(value)

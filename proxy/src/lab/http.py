"""Clients that send exactly the bytes they are told to, and the TLS contexts that clients use."""

import base64
import contextlib
import os
import re
import socket
import ssl


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def distrustful(*protocols):
    """A TLS context that takes any certificate: for who only wants to see it, and for attackers, who do not care."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if protocols:
        tls.set_alpn_protocols(list(protocols))
    return tls


def trusting(ca, *protocols):
    """A TLS context that trusts the certificates of this CA, and no others."""
    tls = ssl.create_default_context(cafile=ca)
    if protocols:
        tls.set_alpn_protocols(list(protocols))
    return tls


class Answer:
    """What came back; status 0 when the connection ended without an answer."""

    def __init__(self, raw):
        self.raw = raw
        status = re.match(rb"HTTP/1\.[01] (\d{3})", raw)
        self.status = int(status[1]) if status else 0
        self.body = raw.partition(b"\r\n\r\n")[2]

    def session(self):
        """The header line that sends the session's cookie back, or None where none was set."""
        cookie = re.search(rb"(?im)^set-cookie: (__Host-seawall-[0-9a-f]+=[^;]+)", self.raw)
        return f"Cookie: {cookie[1].decode()}" if cookie else None


class Front:
    """A listener, with the CA that its certificate must come from, or without TLS; on 127.0.0.1, unless it has a name."""

    def __init__(self, port, ca=None, name=None, address="127.0.0.1"):
        self.port, self.name, self.address = port, name or address, address
        self.tls = trusting(ca) if ca else None
        self.host = name or f"{address}:{port}"
        self.origin = ("https://" if ca else "http://") + self.host

    def connect(self):
        plain = socket.create_connection((self.address, self.port), timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each TLS handshake waits 40 ms
        return self.tls.wrap_socket(plain, server_hostname=self.name) if self.tls else plain

    def upgrade(self, *headers):
        """A WebSocket on /: the connection, and the head of the answer with what came right behind it."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET / HTTP/1.1", f"Host: {self.host}", "Connection: Upgrade", "Upgrade: websocket",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *headers]
        connection = self.connect()
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        return connection, Answer(read(connection))

    def ask(self, method, target, *headers, body=b"", host=None):
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or self.host}", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def send(self, request):
        """Sends these bytes; an Answer, read to its end and no further."""
        with self.connect() as connection:
            with contextlib.suppress(OSError):  # refused before all of it was read: the answer is there already
                connection.sendall(request)
            return Answer(read(connection))


def read(connection):
    raw = b""
    try:
        while not complete(raw):
            piece = connection.recv(65536)
            if not piece:
                break
            raw += piece
    except OSError:
        pass  # reset or silent: what came so far is the answer
    return raw


def complete(raw):
    head, end, body = raw.partition(b"\r\n\r\n")
    if not end:
        return False
    if re.match(rb"HTTP/1\.1 (101|204|304)", head):
        return True
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    if length:
        return len(body) >= int(length[1])
    return bool(re.search(rb"(?im)^transfer-encoding: *chunked", head)) and body.endswith(b"0\r\n\r\n")

"""The gateway's stand-in: answers what OpenClaw would let pass, and keeps the raw bytes of every request."""

import contextlib
import re
import socket
import threading
import time

from . import frames
from .gateways import response


class Recorded:
    def __init__(self, raw):
        self.raw = raw
        head = raw.partition(b"\r\n\r\n")[0].decode("latin-1")
        first, *lines = head.split("\r\n")
        self.method, _, rest = first.partition(" ")
        self.target = rest.rpartition(" ")[0]
        self.path = self.target.partition("?")[0]
        self.headers = [tuple(line.split(": ", 1)) if ": " in line else (line, "") for line in lines]

    def get(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class RecordingGateway:
    def __init__(self, port):
        self.port = port
        self.requests = []
        self.own = set()
        self.learning = False
        self.lock = threading.Lock()
        self.connections = set()
        self.last = 0.0
        self.listener = None

    def live(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def die(self):
        # a close alone leaves the thread's accept in the kernel, and the port open with it
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for connection in self.connections:
                close(connection)

    def learn(self, learning):
        """While nobody asks, what arrives is the proxy's own question how the gateway is. Requests of exactly these
        bytes are no client's: a proxied one carries something of its client."""
        self.learning = learning

    def forget(self):
        with self.lock:
            self.requests = []

    def seen(self):
        """The requests since `forget`, once no more bytes have arrived for a while."""
        self.last = max(self.last, time.monotonic() - 0.05)
        while time.monotonic() - self.last < 0.1:
            time.sleep(0.02)
        with self.lock:
            return self.requests

    def accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections.add(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        unread = b""
        try:
            while piece := connection.recv(1 << 20):
                self.last = time.monotonic()
                unread += piece
                arrived = []
                while (end := end_of_request(unread)) > 0:
                    arrived.append(Recorded(unread[:end]))
                    unread = unread[end:]
                self.record(arrived)
                for request in arrived:
                    connection.sendall(answer(request))
                    if (request.get("Connection") or "").lower() == "close":
                        return
        except OSError:
            pass
        finally:
            with self.lock:
                self.connections.discard(connection)
            close(connection)

    def record(self, arrived):
        with self.lock:
            for request in arrived:
                if self.learning:
                    self.own.add(request.raw)
                elif request.raw not in self.own:
                    self.requests.append(request)


def end_of_request(unread):
    head, end, _ = unread.partition(b"\r\n\r\n")
    if not end:
        return 0
    start = len(head) + 4
    if re.search(rb"(?im)^transfer-encoding: *chunked", head):
        last = unread.find(b"0\r\n\r\n", start)
        return last + 5 if last >= 0 else 0
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    whole = start + (int(length[1]) if length else 0)
    return whole if len(unread) >= whole else 0


def answer(request):
    key = request.get("Sec-WebSocket-Key")
    if key and (request.get("Upgrade") or "").lower() == "websocket":
        return frames.switching(key)
    return response(b"gateway\n", "text/plain")


def close(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()

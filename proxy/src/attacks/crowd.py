"""The attackers' sockets, each on a loopback address of its choice, so that it is a client network of its own."""

import random
import socket
import ssl
import struct
import time

from lab import distrustful

MOST = 1500
RESET = struct.pack("ii", 1, 0)


class Crowd:
    def __init__(self, port):
        self.port = port
        self.tls, self.http2 = distrustful(), distrustful("h2")
        self.sockets = []
        self.opened = 0
        self.refused = 0
        self.last = 0.0

    def open(self, source, tls=True, window=None, http2=False, first=b""):
        """A connected socket that does not block, or None when it was refused."""
        if len(self.sockets) >= MOST:
            raise ValueError(f"attackers: {len(self.sockets) + 1} (expected: at most {MOST})")
        client = socket.socket()
        try:
            client.settimeout(3)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)  # leaves no port behind in TIME_WAIT
            if window:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            client.bind((source, 0))
            client.connect(("127.0.0.1", self.port))
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(first)
            if tls:
                client = (self.http2 if http2 else self.tls).wrap_socket(client, server_hostname="127.0.0.1")
            client.setblocking(False)
        except OSError:
            client.close()
            self.refused += 1
            return None
        self.sockets.append(client)
        self.opened += 1
        self.last = time.monotonic()
        return client

    def open_many(self, count, networks, first=10, **how):
        """That many, spread over client networks from 127.0.0.`first` on."""
        return [self.open(address(first + number % networks), **how) for number in range(count)]

    def each(self, act):
        """What every attacker does next; whose connection is over drops out, a full socket is waited for."""
        for client in list(self.sockets):
            try:
                act(client)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                pass
            except OSError:
                self.drop(client)

    def say(self, data):
        self.each(lambda client: client.send(data))

    def drop(self, client):
        self.sockets.remove(client)
        client.close()

    def drop_all(self, clients):
        for client in clients:
            if client in self.sockets:
                self.drop(client)

    def disperse(self):
        for client in list(self.sockets):
            self.drop(client)


def address(number):
    return f"127.0.{number // 250}.{number % 250 + 1}"


def anywhere():
    """An address of the benchmarking network (RFC 2544)."""
    return f"198.{random.choice((18, 19))}.{random.randrange(256)}.{random.randrange(256)}"

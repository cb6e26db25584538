"""What clients see while Seawall is asked to end, and when it is back: by Python, on connections that they keep."""

import http.client
import json
import signal
import socket
import subprocess
import threading

import plan
from world import NAME

from lab import frames, trusting, until

ROOM = 20  # seconds: far below the 30 that a drain may take, and that a kept connection must not use up


def drained(front, gateway, seawall, again, others):
    """Of each client what is wrong with what it saw, in sentences.

    @param again starts Seawall anew, when it has ended
    @param others the name of each further client, and its process, which has asked already"""
    for name in others:
        gateway.is_waiting(f"drain-{name.lower()}")
    yield "Python", seen(front, gateway, seawall, again, others)
    for name, process in others.items():
        yield name, told_by(front, process)


def told_by(front, process):
    try:
        out, err = process.communicate(timeout=ROOM)
        result = json.loads(out)
    except (subprocess.TimeoutExpired, ValueError):
        process.kill()
        return [f"did not tell what it saw: {process.communicate()}"]
    found = []
    if (result["before"], result["slow"], result["back"]) != (200, 200, 200) or not result["whole"]:
        found.append(f"saw {result} (expected: 200 before, 200 and the whole answer of what was under way, 200 when Seawall "
                     "was back)")
    if result["next"] not in front.while_draining:
        found.append(f"a request after it got {result['next']} (expected: {front.while_draining})")
    return found


def seen(front, gateway, seawall, again, others):
    """What is wrong for Python, and with the end of Seawall."""
    told = plan.plan(front.ca(), "drain")
    kept = Connection(told)
    page = kept.ask("/", told["basic"])
    if page != 200:
        return [f"before the drain {page} (expected: 200)"]
    web_socket = WebSocket(told)
    slow = Slow(told)
    if not gateway.is_waiting("drain"):
        return ["the slow request did not arrive at the gateway"]
    seawall.process.send_signal(signal.SIGTERM)
    found = []
    code = web_socket.close_code()
    if code != 1012:
        found.append(f"the WebSocket was closed with {code} (expected: 1012)")
    meanwhile = kept.ask("/", told["basic"])
    if meanwhile not in front.while_draining:
        found.append(f"a new request on a kept connection got {meanwhile} (expected: {front.while_draining})")
    gateway.go_on("drain")
    for name in others:
        gateway.go_on(f"drain-{name.lower()}")
    slow.thread.join(ROOM)
    if slow.status != 200 or not slow.whole:
        found.append(f"the request under way got {slow.status} {slow.trouble} (expected: 200, whole)")
    if front.is_nobody and slow.connection != "close":
        found.append(f"the last answer said Connection: {slow.connection} (expected: close)")
    try:
        ended = seawall.process.wait(ROOM)
        if ended != 0:
            found.append(f"Seawall ended with {ended} (expected: 0)")
    except subprocess.TimeoutExpired:
        found.append(f"Seawall did not end within {ROOM} s of the last answer")
        return found
    again()
    back = until(lambda: kept.ask("/", told["basic"]) == 200, ROOM, 0.2)
    if not back:
        found.append("when Seawall was back the client got no page")
    return found


class Connection:
    """Kept as long as the other side keeps it; then the client connects anew, as they do."""

    def __init__(self, told):
        self.connection = http.client.HTTPSConnection(
            told["host"], timeout=10, context=trusting(told["ca"]))

    def ask(self, path, authorization):
        """The status; 0 where there is no answer."""
        try:
            self.connection.request("GET", path, headers={"Authorization": authorization})
            response = self.connection.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0


class Slow:
    """A request that the gateway answers when it is told to."""

    def __init__(self, told):
        self.status, self.connection, self.whole, self.trouble = 0, None, False, ""
        self.thread = threading.Thread(target=self.ask, args=(told,), daemon=True)
        self.thread.start()

    def ask(self, told):
        connection = http.client.HTTPSConnection(
            told["host"], timeout=ROOM, context=trusting(told["ca"]))
        try:
            connection.request("GET", "/v1/slow/drain", headers={"Authorization": told["token"]})
            response = connection.getresponse()
            self.status, self.connection = response.status, response.headers.get("Connection")
            self.whole = json.loads(response.read())["ok"]
        except (OSError, ValueError, http.client.HTTPException) as trouble:
            self.trouble = repr(trouble)


class WebSocket:
    def __init__(self, told):
        tls = trusting(told["ca"])
        self.socket = tls.wrap_socket(socket.create_connection((NAME, 443), 10), server_hostname=NAME)
        self.socket.sendall((f"GET / HTTP/1.1\r\nHost: {NAME}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                             f"Origin: https://{NAME}\r\nAuthorization: {told['basic']}\r\n\r\n").encode())
        self.frames = frames.Frames()
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(65536)
        self.frames.feed(head.partition(b"\r\n\r\n")[2])

    def close_code(self):
        """The code of the close frame that arrives, or what came instead."""
        try:
            while True:
                while found := self.frames.next():
                    if found[1] == frames.CLOSE:
                        self.socket.sendall(frames.frame(frames.CLOSE, found[2][:2], masked=True))
                        self.socket.close()
                        return frames.code(found[2])
                piece = self.socket.recv(65536)
                if not piece:
                    return "no close frame"
                self.frames.feed(piece)
        except OSError as trouble:
            return repr(trouble)

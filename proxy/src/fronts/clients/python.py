"""Python: http.client, the package websockets, and h2 for a WebSocket over HTTP/2 (RFC 8441)."""

import asyncio
import http.client
import json
import pathlib
import socket
import sys

import h2.config
import h2.connection
import h2.events
import h2.settings
import websockets

from lab import frames, trusting

plan = json.loads(pathlib.Path(sys.argv[1]).read_text())
HOST = plan["host"]
TLS = trusting(plan["ca"])
CHECKED = {"Authorization": plan["basic"], "Origin": f"https://{HOST}"}


def tell(scenario, **result):
    print(json.dumps({"scenario": scenario, **result}), flush=True)


class Kept:
    """One connection for all requests."""

    def __init__(self):
        self.connection = http.client.HTTPSConnection(HOST, timeout=15, context=TLS)

    def ask(self, method, path, headers, body=None):
        if body:
            headers = {**headers, "Content-Type": "application/json"}
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        found = {"status": response.status, "http": "1.1", "cookie": response.headers.get("Set-Cookie")}
        try:
            return {**found, "seen": json.loads(text)}
        except ValueError:
            return {**found, "text": text[:500]}


def requests():
    kept = Kept()
    page = kept.ask("GET", "/", {"Authorization": plan["basic"]})
    cookie = (page.pop("cookie") or "").partition(";")[0]
    again = kept.ask("GET", "/", {"Cookie": cookie, "Authorization": "Bearer of-a-device"})
    tell("page", **page, session=again["status"])
    tell("api", **kept.ask("POST", "/v1/chat/completions", {"Authorization": plan["token"]}, '{"model":"x"}'))
    stream(kept)
    tell("hook", **kept.ask("POST", "/hooks/agent", {"Authorization": plan["hooksToken"]}, '{"message":"x"}'))
    tell("health", healthz=kept.ask("GET", "/healthz", {})["status"], readyz=kept.ask("GET", "/readyz", {})["status"])


def stream(kept):
    reading = http.client.HTTPSConnection(HOST, timeout=15, context=TLS)
    reading.request("GET", f"/v1/stream/{plan['id']}", headers={"Authorization": plan["token"]})
    response = reading.getresponse()
    events = []
    while line := response.readline():
        if line.startswith(b"data: "):
            events.append(line[6:].strip().decode())
            if len(events) < 3:
                kept.ask("GET", f"/v1/next/{plan['id']}", {"Authorization": plan["token"]})
    tell("stream", events=events)


async def websocket():
    result = {"status": 101}
    try:
        async with websockets.connect(f"wss://{HOST}/", ssl=TLS, extra_headers=CHECKED) as opened:
            result["seen"] = json.loads(await opened.recv())
            await opened.send("otters")
            result["echo"] = await opened.recv()
            await opened.send(b"x" * plan["big"])
            result["bigEcho"] = len(await opened.recv())
            await opened.close(4001)
            result["ownClose"] = opened.close_code
        async with websockets.connect(f"wss://{HOST}/", ssl=TLS, extra_headers=CHECKED) as opened:
            await opened.recv()
            await opened.send("bye 1000")
            await opened.wait_closed()
            result["closed"] = opened.close_code
    except websockets.InvalidStatusCode as refused:
        result["status"] = refused.status_code
    except Exception as trouble:
        result["text"] = repr(trouble)
    tell("websocket", **result)


class OverH2:
    """A WebSocket on a stream of its own; END_STREAM goes with the close frame, as in browsers."""

    def __init__(self):
        tls = trusting(plan["ca"], "h2")
        self.plain = socket.create_connection((HOST, 443), 15)
        self.socket = tls.wrap_socket(self.plain, server_hostname=HOST)
        if self.socket.selected_alpn_protocol() != "h2":
            raise OSError("HTTP/2 is not spoken here")
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.frames, self.status, self.ended, self.reset = frames.Frames(), 0, False, None
        self.flush()
        while not self.h2.remote_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL):
            self.receive()
        self.stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(self.stream, [
            (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/"),
            (":authority", HOST), ("sec-websocket-version", "13"), ("authorization", plan["basic"]),
            ("origin", f"https://{HOST}")])
        self.flush()
        while not self.status:
            self.receive()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def receive(self):
        piece = self.socket.recv(1 << 16)
        if not piece:
            raise OSError("the connection ended")
        for event in self.h2.receive_data(piece):
            if isinstance(event, h2.events.ResponseReceived):
                self.status = int(dict(event.headers)[":status"])
            elif isinstance(event, h2.events.DataReceived):
                self.frames.feed(event.data)
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                self.ended = True
            elif isinstance(event, h2.events.StreamReset):
                self.reset = event.error_code
        self.flush()

    def send(self, opcode, payload, last=False):
        left = frames.frame(opcode, payload, masked=True)
        while left:
            size = min(len(left), self.h2.local_flow_control_window(self.stream), self.h2.max_outbound_frame_size)
            if size == 0:
                self.flush()
                self.receive()
                continue
            self.h2.send_data(self.stream, left[:size], end_stream=last and size == len(left))
            left = left[size:]
        self.flush()

    def message(self):
        while not (found := self.frames.next()):
            if self.ended or self.reset is not None:
                raise OSError(f"the stream ended, reset {self.reset}")
            self.receive()
        return found[1], found[2]

    def close(self):
        """Both directions end by END_STREAM, none by a reset."""
        while not self.ended and self.reset is None:
            self.receive()
        self.socket.close()
        return self.reset


def websocket_over_h2():
    result = {"http": "2"}
    try:
        opened = OverH2()
        result["status"] = opened.status
        if opened.status == 200:
            result["seen"] = json.loads(opened.message()[1])
            opened.send(frames.TEXT, b"otters")
            result["echo"] = opened.message()[1].decode()
            opened.send(frames.BINARY, b"x" * plan["big"])
            result["bigEcho"] = len(opened.message()[1])
            opened.send(frames.CLOSE, frames.close(4001), last=True)
            code = frames.code(opened.message()[1])
            reset = opened.close()
            result["ownClose"] = code if reset is None else f"{code}, then RST_STREAM({reset})"
            opened = OverH2()
            opened.message()
            opened.send(frames.TEXT, b"bye 1000")
            code = frames.code(opened.message()[1])
            opened.send(frames.CLOSE, frames.close(code), last=True)
            reset = opened.close()
            result["closed"] = code if reset is None else f"{code}, then RST_STREAM({reset})"
    except Exception as trouble:
        result["text"] = repr(trouble)
    tell("websocket-h2", **result)


requests()
asyncio.run(websocket())
if plan["websocketOverH2"]:
    websocket_over_h2()

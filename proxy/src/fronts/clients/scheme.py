"""One request over HTTP/2 with a scheme of our choice, as Envoy passes on its own: prints status and body.

Arguments: the scheme, the CA's file, Authorization, the address for X-Forwarded-For."""

import json
import socket
import sys

import h2.connection
import h2.events

from lab import trusting

scheme, ca, authorization, client = sys.argv[1:]
connection = trusting(ca, "h2").wrap_socket(socket.create_connection(("127.0.0.1", 8080), 15), server_hostname="localhost")
http2 = h2.connection.H2Connection()
http2.initiate_connection()
http2.send_headers(1, [(":method", "GET"), (":scheme", scheme), (":path", "/"), (":authority", "claw.example.com"),
                       ("authorization", authorization), ("x-forwarded-for", client)], end_stream=True)
connection.sendall(http2.data_to_send())
status, body, ended = 0, b"", False
while not ended and (piece := connection.recv(1 << 16)):
    for event in http2.receive_data(piece):
        if isinstance(event, h2.events.ResponseReceived):
            status = int(dict(event.headers)[b":status"])
        elif isinstance(event, h2.events.DataReceived):
            body += event.data
        ended |= isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset, h2.events.ConnectionTerminated))
    connection.sendall(http2.data_to_send())
print(json.dumps([status, body.decode(errors="replace")]))

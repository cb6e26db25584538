"""The clients' side of HTTP/2, and of WebSockets in it (RFC 8441), on Debian's python3-h2."""

import asyncio
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
from wire import PATIENCE, Answer, Ended, Wrong, close, connect

# Of the connection. A stream keeps the protocol's 64 KiB, because this library answers each frame that still arrives on
# a stream that it gave up with another RST_STREAM, and Seawall counts those.
WINDOW = 1 << 20


class Stream:
    """One request, on the connection that there was when it began."""

    def __init__(self, protocol, writer):
        self.protocol, self.writer = protocol, writer
        self.number = protocol.get_next_available_stream_id()
        self.answer = asyncio.get_running_loop().create_future()
        self.answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # somebody may not care
        self.reader = asyncio.StreamReader(limit=1 << 22)
        self.window = asyncio.Event()
        self.over = False

    def end(self, trouble=None):
        if self.over:
            return
        self.over = True
        self.window.set()
        if not self.answer.done():
            self.answer.set_exception(trouble or Ended("without an answer"))
        if trouble:
            self.reader.set_exception(trouble)
        else:
            self.reader.feed_eof()


class Connection2:
    """One connection of HTTP/2 with many requests at once."""

    def __init__(self, place, source):
        self.place, self.source = place, source
        self.writer = None
        self.streams = {}
        self.leaving = True
        self.opening = asyncio.Lock()

    async def open(self):
        self.abort()
        self.reader, self.writer = await connect(self.place, self.source, "h2")
        if self.writer.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
            raise Wrong("no HTTP/2 was agreed on")
        self.protocol = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.protocol.initiate_connection()
        self.protocol.increment_flow_control_window(WINDOW)
        self.streams = {}
        self.leaving = False
        self.flush()
        self.reading = asyncio.create_task(self.read(self.reader, self.protocol, self.streams))

    def flush(self):
        if self.writer is not None:
            self.writer.write(self.protocol.data_to_send())

    async def read(self, reader, protocol, streams):
        trouble = Ended("with the connection")
        try:
            while data := await reader.read(1 << 16):
                for event in protocol.receive_data(data):
                    self.happened(event, protocol, streams)
                self.flush()
        except OSError:
            pass
        except h2.exceptions.ProtocolError as broken:
            trouble = Wrong(f"not HTTP/2: {broken!r}")
        finally:
            if protocol is self.protocol:
                self.leaving = True
            for stream in list(streams.values()):
                stream.end(trouble)

    def happened(self, event, protocol, streams):
        stream = streams.get(getattr(event, "stream_id", None))
        match event:
            case h2.events.ResponseReceived() if stream:
                fields = dict(event.headers)
                if not stream.answer.done():
                    stream.answer.set_result(Answer(int(fields[":status"]), fields))
            case h2.events.DataReceived():
                if stream and not stream.over:
                    stream.reader.feed_data(event.data)
                protocol.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded() if stream:
                stream.end()
            case h2.events.StreamReset() if stream:
                stream.end(Ended(f"by RST_STREAM {event.error_code}"))
            case h2.events.ConnectionTerminated():
                self.leaving = True
                if event.error_code:
                    self.place.book.bad("HTTP/2 connection", f"GOAWAY {event.error_code!r}", time.monotonic())
                else:
                    self.place.book.count("HTTP/2 connections that Seawall closed")
                for number, other in streams.items():
                    if number > (event.last_stream_id or 0):
                        other.end(Ended("by GOAWAY"))
            case h2.events.WindowUpdated():
                for waiting in [stream] if stream else streams.values():
                    waiting.window.set()
            case h2.events.RemoteSettingsChanged():
                for waiting in streams.values():
                    waiting.window.set()

    async def begin(self, method, path, *fields, body=None, protocol=None):
        """A stream with this request; without a body it is complete, with b"" it stays open."""
        async with self.opening:
            if self.leaving or self.writer is None or self.writer.is_closing():
                await self.open()
            stream = Stream(self.protocol, self.writer)
            self.streams[stream.number] = stream
            extra = [(":protocol", protocol)] if protocol else []
            self.protocol.send_headers(stream.number, [
                (":method", method), *extra, (":scheme", "https"), (":path", path), (":authority", self.place.host),
                *((name.lower(), value) for name, value in (line.split(": ", 1) for line in fields))],
                end_stream=body is None)
            self.flush()
        return stream

    async def send(self, stream, data, end=False):
        """As fast as the windows allow."""
        try:
            while (data or end) and not stream.over:
                room = min(stream.protocol.local_flow_control_window(stream.number),
                           stream.protocol.max_outbound_frame_size)
                if data and room <= 0:
                    stream.window.clear()
                    await stream.window.wait()
                    continue
                piece, data = data[:room], data[room:]
                stream.protocol.send_data(stream.number, piece, end_stream=end and not data)
                end = end and bool(data)
                stream.writer.write(stream.protocol.data_to_send())
                await stream.writer.drain()
        except (OSError, h2.exceptions.ProtocolError):
            raise Ended("in the request's body") from None
        if data or end:
            raise Ended("in the request's body")

    async def ask(self, method, path, *fields, body=None):
        """The answer, read to its end; asked again where GOAWAY says that nobody looked at the request."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.ask_once(method, path, fields, body)
            except Ended as trouble:
                if trouble.args[0] != "by GOAWAY":
                    raise
            return await self.ask_once(method, path, fields, body)

    async def ask_once(self, method, path, fields, body):
        stream = await self.begin(method, path, *fields, body=body)
        try:
            if body is not None:
                await self.send(stream, body, end=True)
            answer = await stream.answer
            answer.body = await stream.reader.read()
            return answer
        except OSError:
            raise Ended("in the answer") from None
        finally:
            self.forget(stream)

    def forget(self, stream):
        if not stream.over:
            self.cancel(stream)
        self.streams.pop(stream.number, None)

    def cancel(self, stream):
        """As a browser whose user left the page."""
        stream.end(Ended("by ourselves"))
        try:
            stream.protocol.reset_stream(stream.number, h2.errors.ErrorCodes.CANCEL)
            stream.writer.write(stream.protocol.data_to_send())
        except (h2.exceptions.ProtocolError, OSError):
            pass

    def abort(self):
        if self.writer is not None:
            self.leaving = True
            self.reading.cancel()
            self.writer.transport.abort()
            self.writer = None

    async def close(self):
        if self.writer is not None:
            self.leaving = True
            self.protocol.close_connection()
            self.flush()
            self.reading.cancel()
            writer, self.writer = self.writer, None
            await close(writer)


class Pipe:
    """A stream with bytes both ways, in the form that the WebSocket code reads and writes."""

    def __init__(self, connection, stream):
        self.connection, self.stream = connection, stream
        self.reader = stream.reader

    async def send(self, data):
        await self.connection.send(self.stream, data)

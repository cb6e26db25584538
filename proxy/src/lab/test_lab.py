import asyncio
import contextlib
import io
import socket
import unittest

from lab import Answer, Checks, Front, Gateway, JsonGateway, LabError, between, free_port
from lab.frames import BINARY, CLOSE, TEXT, Frames, close, code, frame
from lab.gateways import Request, pieces
from lab.http import complete
from lab.recording import end_of_request


class AnswerTest(unittest.TestCase):
    def test_is_complete_where_its_length_says_so(self):
        self.assertFalse(complete(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na"))
        self.assertTrue(complete(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"))
        self.assertFalse(complete(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"))
        self.assertTrue(complete(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"))
        self.assertTrue(complete(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"))

    def test_has_no_status_where_the_connection_just_ended(self):
        self.assertEqual(0, Answer(b"").status)

    def test_finds_the_session(self):
        answer = Answer(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nset-cookie: __Host-seawall-0a=x; Path=/\r\n\r\n")
        self.assertEqual("Cookie: __Host-seawall-0a=x", answer.session())
        self.assertIsNone(Answer(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n").session())


class FramesTest(unittest.TestCase):
    def test_reads_what_it_writes_in_any_pieces(self):
        for length in (0, 125, 126, 65_535, 65_536):
            for masked in (False, True):
                frames, raw = Frames(), frame(BINARY, b"x" * length, masked)
                for piece in (raw[:1], raw[1:-1]):
                    frames.feed(piece)
                    self.assertIsNone(frames.next())
                frames.feed(raw[-1:] + frame(TEXT, b"next"))
                self.assertEqual((True, BINARY, b"x" * length), frames.next())
                self.assertEqual((True, TEXT, b"next"), frames.next())

    def test_tells_the_code_of_a_close_frame(self):
        self.assertEqual(4001, code(close(4001)))
        self.assertEqual(1005, code(b""))


class GatewaysTest(unittest.TestCase):
    def test_takes_bodies_of_both_kinds(self):
        async def body(raw):
            reader = asyncio.StreamReader()
            reader.feed_data(raw)
            reader.feed_eof()
            request = Request(await reader.readuntil(b"\r\n\r\n"))
            return b"".join([piece async for piece in pieces(reader, request)])

        self.assertEqual(b"abc", asyncio.run(body(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd")))
        self.assertEqual(b"abc", asyncio.run(body(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\nGET")))
        self.assertEqual(b"", asyncio.run(body(b"GET / HTTP/1.1\r\n\r\nGET")))

    def test_answers_again_and_again_on_one_connection(self):
        with Front(Gateway(body=b"yes").port).connect() as connection:
            for _ in range(2):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertIn(b"yes", connection.recv(1000))

    def test_tells_what_it_got_and_echoes(self):
        front = Front(JsonGateway().port)
        self.assertIn(b'["x-forwarded-for", "192.0.2.1"]', front.ask("GET", "/", "X-Forwarded-For: 192.0.2.1").body)
        connection, answer = front.upgrade()
        with connection:
            self.assertEqual(101, answer.status)
            connection.sendall(frame(TEXT, b"otters", masked=True) + frame(CLOSE, close(1000), masked=True))
            frames = Frames()
            while piece := connection.recv(1000):
                frames.feed(piece)
            self.assertEqual([(True, TEXT, b"otters"), (True, CLOSE, close(1000))], [frames.next(), frames.next()])

    def test_records_the_end_of_each_request(self):
        self.assertEqual(0, end_of_request(b"GET / HTTP/1.1\r\n"))
        self.assertEqual(0, end_of_request(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na"))
        self.assertEqual(40, end_of_request(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET"))


class LabTest(unittest.TestCase):
    def test_gives_ports_that_can_be_had(self):
        with socket.create_server(("127.0.0.1", free_port())):
            pass

    def test_reads_what_documents_promise_wherever_it_stands(self):
        self.assertIn("`AUTH_PASSWORD`", between("<!-- keys: ", "<!-- /keys -->"))
        self.assertRaises(LabError, between, "<!-- nobody wrote this: ", "")

    def test_passes_only_where_something_was_checked(self):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(1, Checks().closed())
            good, bad = Checks(), Checks()
            good.equal("a", 1, 1)
            self.assertEqual(0, good.closed())
            bad.equal("b", 1, 1)
            bad.equal("c", 1, 2)
            self.assertEqual(1, bad.closed())
        self.assertEqual("0 passed, 0 failed\nok a\n1 passed, 0 failed\nok b\nFAIL c: expected 1 got 2\n"
                         "1 passed, 1 failed\n", printed.getvalue())


if __name__ == "__main__":
    unittest.main()

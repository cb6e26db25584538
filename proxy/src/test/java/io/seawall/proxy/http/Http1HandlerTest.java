package io.seawall.proxy.http;

import static io.seawall.proxy.http.Corpus.KEY;
import static io.seawall.proxy.http.Corpus.chunked;
import static io.seawall.proxy.http.Corpus.get;
import static io.seawall.proxy.http.Corpus.head;
import static io.seawall.proxy.http.Corpus.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1HandlerTest {
    private TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    private static void answerAtOnce(TestClient client) {
        client.answers(200, "ok");
    }

    private static String answer(String text, String... more) {
        return head("HTTP/1.1 200 OK",
                "Content-Length: " + text.length() + (more.length == 0 ? "" : "\r\n") + String.join("\r\n", more))
                + text;
    }

    @Nested
    class OneExchangeAtATime {

        @Test
        void keepsTheSecondRequestUntilTheFirstIsAnswered() {
            client.sends(head("GET /1 HTTP/1.1", "Host: a") + head("GET /2 HTTP/1.1", "Host: a"));
            assertEquals("GET /1\n", client.seen());

            client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
            client.goesOn("o");
            assertEquals("", client.seen());

            client.ends("k");
            assertEquals("GET /2\n", client.seen());
            client.answers(200, "two");
            assertEquals(answer("ok") + answer("two"), client.receives());
        }

        @Test
        void sendsAnAnswersHeadWithTheFirstPieceOfItsBody() {
            client.sends(get());
            client.channel().write(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
            client.ends("ok");

            ByteBuf only = client.channel().readOutbound();
            assertEquals(answer("ok"), only.toString(StandardCharsets.ISO_8859_1));
            only.release();
            assertEquals("", client.receives());
        }

        @Test
        void doesNotCopyALargePiece() {
            String large = "x".repeat(Wire.COPIED + 1);
            client.sends(get());
            client.channel().write(ResponseHead.of(200, Headers.EMPTY, new Body.Length(large.length())));
            client.ends(large);

            assertEquals(2, client.channel().outboundMessages().size());
            assertEquals(answer(large), client.receives());
        }

        /// A head that waits for its body is somebody's memory.
        @Test
        void forgetsAHeadWhoseClientIsGone() {
            client.sends(get());
            client.channel().write(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
            client.disconnects();
            assertEquals("", client.receives());
        }

        @Test
        void answersInOrderWhateverComesTogether() {
            client.isOver();
            client = new TestClient(c -> c.answers(200, c.head() == null ? "" : c.head().target()));
            client.sends(head("GET /1 HTTP/1.1", "Host: a") + post("5", "hello").replace("POST /", "POST /2")
                    + chunked("1\r\nx\r\n0\r\n\r\n").replace("Transfer", "Connection: close\r\nTransfer")
                    + head("GET /4 HTTP/1.1", "Host: a"));

            assertEquals("GET /1\nPOST /2\nPOST /\n", client.seen());
            assertEquals(answer("/1") + answer("/2") + answer("/", "Connection: close"), client.receives());
        }

        @Test
        void deliversThousandsOfPipelinedRequestsWithoutRecursion() {
            client.isOver();
            client = new TestClient(Http1HandlerTest::answerAtOnce);
            client.sends(get().repeat(5_000));

            assertEquals(answer("ok").repeat(5_000), client.receives());
        }

        @Test
        void givesOtherConnectionsATurnBetweenPipelinedRequests() {
            client.isOver();
            List<String> turns = new ArrayList<>();
            client = new TestClient(c -> {
                turns.add("request");
                c.channel().eventLoop().schedule(() -> turns.add("others"), 0, TimeUnit.NANOSECONDS);
                answerAtOnce(c);
            });
            client.sends(get().repeat(3));

            assertEquals(List.of("request", "others", "request", "others", "request", "others"), turns);
            assertEquals(answer("ok").repeat(3), client.receives());
        }

        /// HTTP/1.1's counterpart of GOAWAY (RFC 9112, 9.6).
        @Test
        void saysWithItsLastAnswerThatSeawallDrains() {
            client.isOver();
            client = new TestClient();
            client.sends(get());
            client.channel().pipeline().fireUserEventTriggered(Drain.NOW);
            assertTrue(client.isConnected());

            client.answers(200, "ok");
            assertTrue(client.receives().contains("\r\nConnection: close\r\n"));
            assertFalse(client.isConnected());
        }

        @Test
        void letsGoWhoAsksForNothingWhenSeawallDrains() {
            client.isOver();
            client = new TestClient(c -> c.answers(200, "ok"));
            client.sends(get());
            assertFalse(client.receives().contains("Connection: close"));
            assertTrue(client.isConnected());

            client.channel().pipeline().fireUserEventTriggered(Drain.NOW);
            client.waits(Linger.SECONDS + 1);
            assertFalse(client.isConnected());
        }

        @Test
        void stopsAnsweringWhoTakesNothing() {
            client.isOver();
            client = new TestClient(c -> c.answers(200, "x".repeat(10_000)));
            client.takesNothing(true);
            for (int i = 0; i < 5_000; i++) {
                client.sends(get());
            }

            assertTrue(client.started().size() < 10, client.started().size() + " answers are kept");
            assertTrue(client.unread() > 0, "and what he sends piles up on his side");

            client.takesNothing(false);
            String all = client.receives();
            assertEquals(5_000, client.started().size());
            assertEquals(0, client.unread());
            assertEquals(5_000, all.split("HTTP/1.1 200", -1).length - 1);
        }

        @Test
        void keepsFewAnswersHoweverSmallTheyAre() {
            client.isOver();
            client = new TestClient(c -> c.answers(200, "x"));
            client.takesNothing(true);
            for (int i = 0; i < 500; i++) {
                client.sends(get());
            }

            assertEquals(Http1Handler.MOST_WAITING_ANSWERS, client.started().size());

            client.takesNothing(false);
            String all = client.receives();
            assertEquals(500, client.started().size());
            assertEquals(500, all.split("HTTP/1.1 200", -1).length - 1);
        }

        @Test
        void stopsReadingWhenTooMuchIsSentAhead() {
            String body = "x".repeat(30_000);
            client.sends(head("GET /1 HTTP/1.1", "Host: a"));
            for (int i = 0; i < 10; i++) {
                client.sends(post("30000", body));
            }
            assertTrue(client.unread() >= 200_000, "left unread: " + client.unread());

            client.readsAll();
            client.answers(200, "ok");
            for (int i = 0; i < 10; i++) {
                client.answers(200, "ok");
            }
            assertEquals(0, client.unread());
            assertEquals(answer("ok").repeat(11), client.receives());
        }

        @Test
        void toleratesOneEmptyLineBetweenRequests() {
            client.isOver();
            client = new TestClient(Http1HandlerTest::answerAtOnce);
            client.sends(get() + "\r\n" + get());
            client.sendsBytewise("\r\n" + get());

            assertEquals(answer("ok").repeat(3), client.receives());
        }

        @ParameterizedTest
        @ValueSource(strings = {"\r\n\r\n", "\n", "\r\r\n", "\r\n\n"})
        void refusesMoreThanThat(String between) {
            client.isOver();
            client = new TestClient(Http1HandlerTest::answerAtOnce);
            client.sends(get() + between + get());

            assertEquals("GET /\n", client.seen());
            assertTrue(client.receives().contains("HTTP/1.1 400 Bad Request"));
        }
    }

    @Nested
    class Bodies {

        @Test
        void areDeliveredOnDemandOnly() {
            client.sends(post("10", "12345"));
            assertEquals("POST /\n", client.seen());

            client.reads();
            assertEquals("12345", client.seen());
            client.sends("678");
            assertEquals("", client.seen());
            assertEquals(3, client.unread());

            client.reads();
            assertEquals("678", client.seen());
            client.reads();
            client.sends("90");
            assertEquals("90.\n", client.seen());
            client.answers(200, "ok");
            assertEquals(answer("ok"), client.receives());
        }

        @Test
        void areDeliveredWhenTheyAreAskedFor() {
            client.sends(chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
            assertEquals("POST /\n", client.seen());

            client.reads();
            assertEquals("abcde", client.seen());
            client.reads();
            assertEquals(".\n", client.seen());
            client.answers(200, "ok");
        }

        @Test
        void areCountedWithTheExchange() {
            client.readsAll().sends(chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
            client.answers(200, "four");

            assertEquals(5, client.ended().getFirst().received());
            assertEquals(4, client.ended().getFirst().sent());
            assertEquals(200, client.ended().getFirst().status());
        }

        @Test
        void endWhereTheNextRequestBegins() {
            client.readsAll().sends(post("5", "hello" + get()));
            client.answers(200, "1");
            assertEquals("POST /\nhello.\nGET /\n", client.seen());
            client.answers(200, "2");

            assertEquals(answer("1") + answer("2"), client.receives());
        }

        @Test
        void areDrainedWhenSmallAndAnsweredEarly() {
            client.sends(post("5", "he"));
            client.answers(413, "no");
            client.sends("llo" + get());

            assertEquals("POST /\nGET /\n", client.seen());
            client.answers(200, "2");
            assertEquals(head("HTTP/1.1 413 Request Entity Too Large", "Content-Length: 2") + "no" + answer("2"),
                    client.receives());
        }

        @Test
        void areDrainedWhenTheyHaveComeAlready() {
            client.isOver();
            client = new TestClient(Http1HandlerTest::answerAtOnce);
            client.sends(post("5", "hello") + get());

            assertEquals("POST /\nGET /\n", client.seen());
            assertEquals(answer("ok").repeat(2), client.receives());
        }

        @ParameterizedTest
        @CsvSource({"65536, true", "65537, false"})
        void endTheConnectionWhenLargeAndAnsweredEarly(int length, boolean kept) {
            client.sends(post(Integer.toString(length), "begin"));
            client.answers(413, "no");

            assertEquals(!kept, client.receives().contains("Connection: close"));
            client.sends("x".repeat(length - 5) + get());
            assertEquals(kept ? "POST /\nGET /\n" : "POST /\n", client.seen());
        }

        @Test
        void endTheConnectionWhenChunkedAndAnsweredEarly() {
            client.sends(chunked("5\r\nhello\r\n"));
            client.answers(413, "no");

            assertTrue(client.receives().contains("Connection: close"));
            client.sends("0\r\n\r\n" + get());
            assertEquals("POST /\n", client.seen());
        }

        @Test
        void endTheConnectionWhenTheClientMayNotSendThem() {
            client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Expect: 100-continue"));
            client.answers(413, "no");

            assertTrue(client.receives().contains("Connection: close"), "it may send the body, or the next request");
        }

        @Test
        void thatAreNeverFinishedEndTheConnectionAfterTheAnswer() {
            client.sends(post("100000", "begin"));
            client.answers(413, "no");
            client.sends("x".repeat(90_000));
            assertTrue(client.isConnected(), "a reset could destroy the answer on its way");

            client.waits(4);
            assertFalse(client.isConnected());
        }

        @Test
        void areNotReadForEverOnceNobodyWantsThem() {
            client.sends(post("10000000", "begin"));
            client.answers(413, "no");
            for (int i = 0; i < 10 && client.isConnected(); i++) {
                client.sends("x".repeat(60_000));
            }

            assertFalse(client.isConnected());
        }
    }

    @Nested
    class Connections {

        @ParameterizedTest
        @CsvSource({"HTTP/1.1, keep-alive, ''", "HTTP/1.1, te, ''", "HTTP/1.0, keep-alive, Connection: keep-alive"})
        void areKept(String version, String connection, String answered) {
            client.sends(head("GET / " + version, "Host: a", "Connection: " + connection));
            client.answers(200, "ok");

            assertEquals(answered.isEmpty() ? answer("ok") : answer("ok", answered), client.receives());
            client.waits(100);
            assertTrue(client.isConnected());
            client.sends(get());
            assertEquals("GET /\nGET /\n", client.seen());
        }

        @ParameterizedTest
        @CsvSource({"HTTP/1.1, close", "HTTP/1.0, te", "HTTP/1.0, close"})
        void endAfterTheAnswer(String version, String connection) {
            client.sends(head("GET / " + version, "Host: a", "Connection: " + connection));
            client.answers(200, "ok");

            assertEquals(answer("ok", "Connection: close"), client.receives());
            assertFalse(client.isConnected());
        }

        @Test
        void endAfterAnAnswerThatSaysSo() {
            client.sends(get() + get());
            client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(0)).closing());
            client.ends("");

            assertEquals(answer("", "Connection: close"), client.receives());
            assertEquals("GET /\n", client.seen());
            client.waits(4);
            assertFalse(client.isConnected());
        }

        @Test
        void endWhenTheyAreIdleForTwoMinutes() {
            client.sends(get());
            client.answers(200, "ok");
            client.receives();

            client.waits(118);
            assertTrue(client.isConnected());
            client.waits(4);
            assertFalse(client.isConnected());
            assertEquals("", client.receives());
            assertEquals(1, client.ended().size());
        }

        @Test
        void endWhenNoRequestEverComes() {
            client.waits(8);
            assertTrue(client.isConnected());
            client.waits(4);

            assertFalse(client.isConnected());
            assertEquals(0, client.started().size());
        }

        @Test
        void areTakenOverWhileTheyAreOpenAlready() {
            // as when it is added to a channel that has been active before
            client.sends(get());
            assertEquals("GET /\n", client.seen());
        }
    }

    @Nested
    class Answers {

        private void asks(String method, String version) {
            client.sends(head(method + " / " + version, "Host: a", "Connection: keep-alive"));
        }

        @Test
        void areChunkedWhereTheLengthIsUnknown() {
            asks("GET", "HTTP/1.1");
            client.begins(ResponseHead.of(200, Headers.builder().add("X", "y").build(), Body.CHUNKED));
            client.goesOn("hello");
            client.goesOn("");
            client.goesOn("0123456789abcdef");
            client.ends("");

            assertEquals(head("HTTP/1.1 200 OK", "X: y", "Transfer-Encoding: chunked")
                    + "5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n", client.receives());
            assertTrue(client.isConnected());
        }

        @Test
        void haveTheLastChunkBehindTheLastPiece() {
            asks("GET", "HTTP/1.1");
            client.begins(ResponseHead.of(200, Headers.EMPTY, Body.UNTIL_CLOSE));
            client.ends("end");

            assertEquals(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "3\r\nend\r\n0\r\n\r\n",
                    client.receives());
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void endWithTheConnectionForHttp10(boolean chunked) {
            asks("GET", "HTTP/1.0");
            client.begins(ResponseHead.of(200, Headers.EMPTY, chunked ? Body.CHUNKED : Body.UNTIL_CLOSE));
            client.goesOn("hello");
            client.ends("");

            assertEquals(head("HTTP/1.1 200 OK", "Connection: close") + "hello", client.receives());
            assertFalse(client.isConnected());
        }

        @Test
        void haveNoBodyForHead() {
            asks("HEAD", "HTTP/1.1");
            client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(1000)));
            client.ends("");
            asks("HEAD", "HTTP/1.1");
            client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            client.goesOn("a gateway that does not know better");
            client.ends("!");
            client.sends(get());
            client.answers(200, "ok");

            assertEquals(head("HTTP/1.1 200 OK", "Content-Length: 1000") + head("HTTP/1.1 200 OK") + answer("ok"),
                    client.receives());
        }

        @Test
        void haveNoBodyForHeadOfHttp10AndKeepTheConnection() {
            asks("HEAD", "HTTP/1.0");
            client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            client.ends("");

            assertEquals(head("HTTP/1.1 200 OK", "Connection: keep-alive"), client.receives());
            assertTrue(client.isConnected());
        }

        @ParameterizedTest
        @CsvSource({"204, No Content", "304, Not Modified"})
        void haveNoBodyWhereTheStatusSaysSo(int status, String reason) {
            asks("GET", "HTTP/1.1");
            client.begins(ResponseHead.of(status, Headers.EMPTY, Body.CHUNKED));
            client.goesOn("never");
            client.ends("");
            asks("GET", "HTTP/1.1");
            client.answers(200, "ok");

            assertEquals(head("HTTP/1.1 " + status + " " + reason) + answer("ok"), client.receives());
        }

        @Test
        void areSentWhileTheRequestIsStillComing() {
            client.sends(post("10", "12345"));
            client.reads();
            client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            client.goesOn("early");
            assertTrue(client.receives().endsWith("5\r\nearly\r\n"));

            client.reads();
            client.sends("67890" + get());
            assertEquals("POST /\n1234567890.\n", client.seen());
            client.ends("");
            assertEquals("0\r\n\r\n", client.receives());
            assertEquals("GET /\n", client.seen());
        }

        @Test
        void tellAnHttp11ClientToGoOn() {
            client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Expect: 100-continue"));
            client.begins(ResponseHead.of(100, Headers.EMPTY, Body.NONE));
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.receives());
            assertEquals(0, client.started().getFirst().status());

            client.readsAll().reads();
            client.sends("hello");
            assertEquals("POST /\nhello.\n", client.seen());
            client.answers(200, "ok");
            assertEquals(answer("ok"), client.receives());
            assertTrue(client.isConnected());
        }

        @Test
        void tellAnHttp10ClientNothingInBetween() {
            client.sends(head("POST / HTTP/1.0", "Host: a", "Content-Length: 1", "Expect: 100-continue"));
            client.begins(ResponseHead.of(100, Headers.EMPTY, Body.NONE));

            assertEquals("", client.receives());
        }

        @Test
        void areNotSentToSomebodyWhoHasNotAsked() {
            ChannelFuture head = client.channel().writeAndFlush(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            assertFalse(head.isSuccess());
            client.sends(get());
            client.answers(200, "ok");
            assertEquals(answer("ok"), client.receives());

            client.writes(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            client.goesOn("late");
            client.ends("later");
            assertEquals("", client.receives());
            assertEquals(1, client.started().size());
        }
    }

    @Nested
    class Deadlines {

        @Test
        void areTenSecondsForAHeadInTotal() {
            client.sends("GET / HTTP/1.1\r\n");
            for (int i = 0; i < 9; i++) {
                client.waits(1);
                client.sends("X: y\r\n");
            }
            assertEquals("", client.receives());
            client.waits(2);

            assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
            client.sends("Host: a\r\n\r\n");
            assertEquals("", client.seen());
            client.waits(3);
            assertFalse(client.isConnected());
        }

        @Test
        void areTenSecondsForTheNextHeadToo() {
            client.sends(get());
            client.answers(200, "ok");
            client.receives();
            client.waits(60);
            client.sends("GET");
            client.waits(12);

            assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
        }

        @Test
        void holdForAHeadThatWasSentAheadInPart() {
            client.sends(get() + "GET");
            client.waits(100);
            client.answers(200, "ok");
            client.receives();
            client.waits(12);

            assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
        }

        @Test
        void areAMinuteForEachPieceOfABody() {
            client.readsAll().sends(post("1000000", "a"));
            for (int i = 0; i < 5; i++) {
                client.waits(58);
                client.sends("x".repeat(30_000));
            }
            assertEquals("", client.receives());
            client.waits(62);

            assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
            assertEquals("body_timeout", client.ended().getFirst().rejection());
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void areNotMovedByAByteNowAndThen(boolean chunked) {
            client.readsAll().sends(chunked ? chunked("") : post("1000", ""));
            String drip = chunked ? "3;" + "x".repeat(100) : "x".repeat(100);
            for (int i = 0; i < 7; i++) {
                client.waits(10);
                client.sends(drip.substring(i, i + 1));
            }

            assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
        }

        @Test
        void doNotHoldWhileNobodyWantsTheBody() {
            client.sends(post("100", "a"));
            client.waits(500);
            assertTrue(client.isConnected());
            client.reads();
            client.waits(500);

            assertTrue(client.isConnected(), "a piece was delivered, and no other was asked for");
            assertEquals("", client.receives());
        }

        @Test
        void doNotHoldWhileTheAnswerIsAwaited() {
            client.sends(get());
            client.waits(1_000);
            client.answers(200, "ok");

            assertEquals(answer("ok"), client.receives());
            assertTrue(client.isConnected());
        }

        @Test
        void cutAnAnswerThatIsUnderWayWhenTheBodyStalls() {
            client.sends(post("100", "a"));
            client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            client.reads();
            client.reads();
            client.waits(62);

            assertEquals(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), client.receives());
            assertFalse(client.isConnected());
        }

        @Test
        void areTwoSecondsForTheRestOfABodyThatNobodyWants() {
            client.sends(post("5", "he"));
            client.answers(413, "no");
            assertTrue(client.isConnected());
            client.waits(4);

            assertFalse(client.isConnected());
        }
    }

    @Nested
    class EndOfTheClientsDirection {
        private static final ResponseHead EVENTS = ResponseHead.of(200,
                Headers.builder().add("Content-Type", "text/event-stream; charset=utf-8").build(), Body.CHUNKED);

        @Test
        void leavesACompleteRequestItsAnswer() {
            client.sends(get());
            client.endsItsDirection();
            client.waits(9);
            client.answers(200, "late");
            String answer = client.receives();
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
            assertTrue(answer.contains("Connection: close\r\n") && answer.endsWith("late"), answer);
            assertFalse(client.isConnected());
        }

        @Test
        void leavesAnAnswerThatIsUnderWayItsEnd() {
            client.sends(get());
            client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(4)));
            client.endsItsDirection();
            for (String piece : List.of("l", "a", "t")) {
                client.waits(9);
                client.goesOn(piece);
            }
            client.waits(9);
            client.ends("e");
            assertTrue(client.receives().endsWith("late"));
            assertFalse(client.isConnected());
        }

        @Test
        void leavesEveryRequestThatWasSentAheadItsAnswer() {
            client.sends(get() + get());
            client.endsItsDirection();
            client.answers(200, "one");
            client.waits(1);
            assertTrue(client.isConnected());
            client.answers(200, "two");
            assertTrue(client.receives().endsWith("two"));
            assertFalse(client.isConnected());
        }

        @Test
        void leavesABodyThatIsHereItsReader() {
            client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 4") + "body");
            client.endsItsDirection();
            assertTrue(client.isConnected());
            client.readsAll();
            client.reads();
            client.answers(200, "ok");
            assertTrue(client.receives().endsWith("ok"));
            assertFalse(client.isConnected());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo"})
        void endsWhoOwesMore(String sent) {
            client.readsAll();
            client.sends(sent);
            client.endsItsDirection();
            assertFalse(client.isConnected());
            assertEquals("", client.receives());
        }

        @Test
        void waitsTenSecondsForTheNextPieceOfTheAnswer() {
            client.sends(get());
            client.endsItsDirection();
            client.waits(12);
            assertFalse(client.isConnected());
            assertEquals(1, client.ended().size());
        }

        @Test
        void waitsNoLongerBehindABodyThatWasHere() {
            client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 4") + "body");
            client.endsItsDirection();
            client.readsAll();
            client.reads();
            client.waits(12);
            assertFalse(client.isConnected());
        }

        /// Who closes shows the same FIN, and a silent stream would go on for minutes.
        @Test
        void endsAnEventStreamThatIsUnderWay() {
            client.sends(get());
            client.begins(EVENTS);
            client.endsItsDirection();
            assertFalse(client.isConnected());
        }

        @Test
        void letsNoEventStreamBegin() {
            client.sends(get());
            client.endsItsDirection();
            client.begins(EVENTS);
            assertFalse(client.isConnected());
        }

        @Test
        void endsAWebSocketThatIsNotOpenYet() {
            client.sends(head("GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
            client.endsItsDirection();
            assertFalse(client.isConnected());
        }
    }

    /// Who takes nothing at all: `AdminPipelineTest`, `SlowReaderHandlerTest`.
    @Nested
    class AnswersTakenSlowly {
        private static final String LAST = head("GET / HTTP/1.1", "Host: a", "Connection: close");

        @Test
        void areNotCutWhereTheyAreTheLast() {
            client.takesNothing(true);
            client.sends(LAST);
            client.answers(200, "last");
            client.waits(30);
            assertTrue(client.isConnected());
            client.takesNothing(false);
            assertTrue(client.receives().endsWith("last"));
            assertFalse(client.isConnected());
        }

        @Test
        void areNotCutWhereTheClientSaysMeanwhileThatItSaysNoMore() {
            client.takesNothing(true);
            client.sends(LAST);
            client.answers(200, "last");
            client.endsItsDirection();
            assertTrue(client.isConnected());
            client.takesNothing(false);
            assertTrue(client.receives().endsWith("last"));
            assertFalse(client.isConnected());
        }

        @Test
        void areNotCutWhereARequestIsNotReadToItsEnd() {
            client.takesNothing(true);
            client.sends(post("1000000", "x"));
            client.answers(413, "no");
            client.waits(30);
            assertTrue(client.isConnected());
            client.takesNothing(false);
            assertTrue(client.receives().endsWith("no"));
            assertTrue(client.isConnected(), "what is on its way is thrown away");
            client.waits(4);
            assertFalse(client.isConnected());
        }

        @Test
        void areNotCutBetweenRequestsNorBehindABodyThatNobodyWants() {
            client.takesNothing(true);
            client.sends(get());
            client.answers(200, "one");
            client.channel().pipeline().fireUserEventTriggered(Drain.NOW);
            client.waits(30);
            assertTrue(client.isConnected());
            client.takesNothing(false);
            assertTrue(client.receives().endsWith("one"));

            client.isOver();
            client = new TestClient();
            client.takesNothing(true);
            client.sends(post("5", "he"));
            client.answers(413, "no");
            client.waits(30);
            assertTrue(client.isConnected());
            client.takesNothing(false);
            assertTrue(client.receives().endsWith("no"));
            assertFalse(client.isConnected());
        }

        @Test
        void areNotCutWhereTheConnectionHasBeenIdleSinceThen() {
            client.takesNothing(true);
            client.sends(get());
            client.answers(200, "one");
            client.waits(125);
            assertTrue(client.isConnected());
            client.takesNothing(false);
            assertTrue(client.receives().endsWith("one"));
            assertFalse(client.isConnected());
        }

        @Test
        void doNotCountAsSilenceOfTheGateway() {
            String much = "x".repeat(100_000);
            client.takesNothing(true);
            client.sends(get());
            client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(100_004)));
            client.goesOn(much);
            client.endsItsDirection();
            client.waits(30);
            assertTrue(client.isConnected());
            client.takesNothing(false);
            client.ends("last");
            assertTrue(client.receives().endsWith("xlast"));
        }
    }

    @Nested
    class Hygiene {

        @Test
        void letsNothingThroughBehindAnAmbiguousRequest() {
            client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 4", "Transfer-Encoding: chunked")
                    + "0\r\n\r\n" + get());
            client.sends(get());
            client.waits(1);
            client.sends(get());

            assertEquals("", client.seen());
            assertEquals(1, client.ended().size());
            // what the log says of it
            RequestHead refused = client.ended().getFirst().head();
            assertEquals("POST /", String.valueOf(refused));
            assertEquals(0, refused == null ? -1 : refused.headers().size());
        }

        @Test
        void showsNobodyARequestWhoseBodyIsBrokenAlready() {
            client.sends(head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "1\r\nx\r\n2 x\r\nyy\r\n");

            assertEquals("", client.seen());
            assertTrue(client.receives().startsWith("HTTP/1.1 400 "));
            assertEquals(1, client.ended().size());
        }

        @Test
        void endsARequestWhoseBodyBreaksAfterItsHeadWasSeen() {
            client.readsAll().sends(chunked("5\r\nhello\r\nx"));
            client.sends("\r\n" + get());

            assertEquals("POST /\nhello", client.seen());
            String answer = client.receives();
            assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
            assertTrue(answer.contains("Connection: close"), answer);
            client.sends(get());
            assertEquals("", client.seen());
        }

        @Test
        void cutsAnAnswerThatIsUnderWayWhenTheBodyBreaks() {
            client.readsAll().sends(chunked("5\r\nhello\r\n"));
            client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            client.goesOn("part");
            client.receives();
            client.sends("zz\r\n");

            assertEquals("", client.receives());
            assertFalse(client.isConnected());
        }

        @Test
        void answersTheRequestsBeforeTheBrokenOne() {
            client.isOver();
            client = new TestClient(Http1HandlerTest::answerAtOnce);
            client.sends(get() + get() + get("X : y") + get());

            String answers = client.receives();
            assertTrue(answers.startsWith(answer("ok").repeat(2) + "HTTP/1.1 400 Bad Request\r\n"), answers);
            assertEquals(3, client.ended().size());
        }

        @Test
        void looksAtABrokenRequestOnlyWhenItsTurnComes() {
            client.sends(get() + get("X : y"));
            assertEquals("", client.receives());
            client.answers(200, "ok");

            assertTrue(client.receives().startsWith(answer("ok") + "HTTP/1.1 400 Bad Request\r\n"));
        }
    }

    @Nested
    class Upgrades {
        private final String upgrade = get("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                KEY);

        @AfterEach
        void endTheExchangeWithTheTunnel() {
            client.started().getFirst().end(client.channel());
        }

        private void switches() {
            client.begins(new ResponseHead(101, "Switching Protocols",
                    Headers.builder().add("Upgrade", "websocket").add("Connection", "Upgrade").build(), Body.NONE,
                    false));
            client.channel().pipeline().remove("http");
        }

        @Test
        void handOnWhatWasReceivedBehindTheRequest() {
            client.sends(upgrade + "\u0081\u0085 first frame");
            switches();

            assertEquals("GET /\nraw:\u0081\u0085 first frame", client.seen());
            assertEquals("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                    client.receives());
        }

        @Test
        void handOnNothingWhereThereIsNothing() {
            client.sends(upgrade);
            switches();

            assertEquals("GET /\n", client.seen());
        }

        @Test
        void leaveNoDeadlineBehind() {
            client.sends(upgrade);
            switches();
            client.waits(1_000);

            assertTrue(client.isConnected());
        }

        @Test
        void parseNothingOfWhatFollows() {
            client.sends(upgrade + get());
            assertEquals("GET /\n", client.seen());
            switches();

            assertEquals("raw:" + get(), client.seen());
        }

        @Test
        void dropTheRestOfAnythingElse() {
            client.sends(post("5", "hel"));
            client.channel().pipeline().remove("http");

            assertEquals("POST /\n", client.seen());
        }
    }

    @Nested
    class Ends {

        @Test
        void areNotFiredWhereNothingBegan() {
            client.disconnects();

            assertEquals(0, client.started().size());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost: a\r\n"})
        void areNotFiredForAHeadThatNeverCame(String part) {
            client.sends(part);
            client.disconnects();

            assertEquals(0, client.started().size());
        }

        @Test
        void areFiredWhenTheClientGoesBeforeItsBodyIsThere() {
            client.readsAll().sends(post("10", "half"));
            client.disconnects();

            assertEquals(1, client.ended().size());
        }

        @Test
        void areFiredWhenTheClientGoesBeforeTheAnswer() {
            client.sends(get() + get());
            client.disconnects();

            assertEquals(1, client.ended().size());
            assertEquals(0, client.ended().getFirst().status());
        }

        @Test
        void areFiredWhenTheClientGoesDuringTheAnswer() {
            client.sends(get());
            client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
            client.goesOn("part");
            client.disconnects();

            assertEquals(1, client.ended().size());
            assertEquals(200, client.ended().getFirst().status());
        }

        @Test
        void areFiredOnceWhenTheClientGoesAfterTheAnswer() {
            client.sends(get());
            client.answers(200, "ok");
            assertEquals(1, client.ended().size());
            client.disconnects();

            assertEquals(1, client.ended().size());
        }

        @Test
        void areFiredOnceWhenTheClientGoesWhileARestIsDrained() {
            client.sends(post("10", "half"));
            client.answers(413, "no");
            client.disconnects();

            assertEquals(1, client.ended().size());
        }

        @Test
        void areFiredOnceWhenTheClientGoesAfterARefusal() {
            client.sends("nonsense\r\n\r\n");
            client.disconnects();

            assertEquals(1, client.ended().size());
            assertEquals("request_line", client.ended().getFirst().rejection());
        }

        @Test
        void areFiredOnceWhenTimeIsUp() {
            client.sends("GET /");
            client.waits(20);

            assertEquals(1, client.ended().size());
            assertEquals(408, client.ended().getFirst().status());
        }

        @Test
        void areFiredBeforeTheNextBegins() {
            client.isOver();
            client = new TestClient(Http1HandlerTest::answerAtOnce);
            client.sends(get().repeat(3));

            assertEquals(3, client.started().size());
            assertEquals(client.started(), client.ended());
            assertEquals(3, client.ended().stream().map(Exchange::id).distinct().count());
        }

        @Test
        void leaveWhatIsWrittenLateUnsent() {
            client.sends(get());
            client.disconnects();
            client.channel().writeAndFlush(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
            client.goesOn("la");
            client.ends("te");

            assertEquals("", client.receives());
        }
    }
}

package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.visible;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RuleTest {
    private static final String SMUGGLED = get("Smuggled: yes");

    private final TestClient client = new TestClient().readsAll();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    /// A new rule does not compile before this switch says how it is broken.
    private static boolean needsMoreThanBytesOfHttp1(Rule rule) {
        return switch (rule) {
            case HEAD_TIMEOUT, BODY_TIMEOUT -> true;
            case PSEUDO_HEADER, CONNECTION_HEADER -> true; // Http2RequestHeadTest
            case BARE_LF, BARE_CR, TLS_ON_PLAIN_PORT, REQUEST_LINE, METHOD, VERSION, TARGET, LINE_TOO_LONG,
                    HEAD_TOO_LARGE,
                    TOO_MANY_HEADERS, OBS_FOLD, HEADER_NAME, HEADER_LOOKALIKE, HEADER_VALUE, HOST_COUNT, HOST_INVALID,
                    HOST_MISMATCH,
                    LENGTH_AND_CHUNKED, CONTENT_LENGTH, TRANSFER_ENCODING, CHUNK, CHUNK_EXTENSION, TRAILER,
                    DUPLICATE_HEADER, CONNECTION_OPTION, EXPECT, UPGRADE, WEBSOCKET_VERSION ->
                false;
        };
    }

    @ParameterizedTest
    @EnumSource
    void hasACaseThatBreaksIt(Rule rule) {
        List<Corpus.Broken> cases = Corpus.broken().stream().filter(broken -> broken.rule() == rule).toList();

        assertEquals(needsMoreThanBytesOfHttp1(rule), cases.isEmpty());
    }

    static Stream<Corpus.Broken> broken() {
        return Corpus.broken().stream();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isWhatTheBytesBreak(Corpus.Broken broken) {
        assertEquals(broken.rule(), Reader.of(broken.wire()).broken());
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isBrokenByTheSameBytesHoweverTheyArrive(Corpus.Broken broken) {
        assertEquals(Reader.of(broken.wire()).toString(), Reader.bytewise(broken.wire()).toString());
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isAnsweredOnceAndEndsTheConnection(Corpus.Broken broken) {
        client.sends(broken.wire() + SMUGGLED);
        refusedFor(broken.rule());

        client.sends(SMUGGLED);
        client.waits(5);
        assertEquals("", client.receives());
        assertFalse(client.isConnected());
    }

    static Stream<Corpus.Broken> shortlyBroken() {
        return broken().filter(broken -> broken.wire().length() < 1_000);
    }

    @ParameterizedTest
    @MethodSource("shortlyBroken")
    void isAnsweredOnceWhenTheBytesDrip(Corpus.Broken broken) {
        client.sendsBytewise(broken.wire());
        refusedFor(broken.rule());
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAD_TIMEOUT", "BODY_TIMEOUT"})
    void isBrokenByTime(Rule rule) {
        client.sends(rule == Rule.HEAD_TIMEOUT
                ? "GET / HTTP/1.1\r\n"
                : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc");
        client.waits(61);
        refusedFor(rule);
    }

    private void refusedFor(Rule rule) {
        String answer = client.receives();
        assertTrue(answer.startsWith("HTTP/1.1 " + rule.status() + " "), visible(answer));
        assertEquals(0, answer.lastIndexOf("HTTP/1.1 " + rule.status()), "one answer only");
        assertTrue(answer.contains("\r\nConnection: close\r\n"), visible(answer));
        assertTrue(
                answer.matches(
                        "(?s).*\r\n\r\nRefused: " + Pattern.quote(rule.meaning())
                                + "(: [ -~]+)?\\.\n([ -~]+\n)?request .*"),
                visible(answer));
        assertEquals(1, client.ended().size());
        Exchange exchange = client.ended().getFirst();
        assertEquals(rule.label(), exchange.rejection());
        assertEquals(rule.status(), exchange.status());
        // what a broken body's head said was seen where the body came later; nothing behind it
        RequestHead head = client.head();
        assertTrue(head == null || head.equals(exchange.head()));
        assertNull(head == null ? null : head.headers().get("Smuggled"));
    }

    /// Labels are metric labels and in people's dashboards.
    @Test
    void keepsItsLabel() {
        assertEquals(
                "bare_lf bare_cr tls_on_plain_port request_line method version target line_too_long head_too_large too_many_headers "
                        + "obs_fold header_name header_lookalike header_value host_count host_invalid host_mismatch length_and_chunked "
                        + "content_length transfer_encoding chunk chunk_extension trailer duplicate_header "
                        + "connection_option expect upgrade websocket_version pseudo_header connection_header head_timeout body_timeout",
                Stream.of(Rule.values()).map(Rule::label).collect(Collectors.joining(" ")));
    }

    @ParameterizedTest
    @EnumSource
    void isToldWithoutAStackTrace(Rule rule) {
        HygieneException exception = new HygieneException(rule);

        assertEquals(rule.meaning(), Objects.requireNonNull(exception.getMessage()));
        assertEquals(0, exception.getStackTrace().length);
    }
}

package io.seawall.proxy.answer;

import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.http1.Corpus;
import io.seawall.proxy.http1.TestClient;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RejectionHandlerTest {
    private static final Rejection REJECTION = Rejection.client(421, "host", "Not <ours>, \"a\\b\". Really.")
            .help("SEAWALL_HOSTS=<yours>");

    private final TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Sec-Fetch-Mode: navigate | HTML", "Accept: text/html,*/* | HTML",
        "Accept: application/json, text/html | HTML", "Accept: application/json | JSON", "Accept: a/b+JSON | JSON",
        "Content-Type: application/json | JSON", "Accept: */* | TEXT", "X: y | TEXT",
        "Sec-Fetch-Mode: cors | TEXT"})
    void speaksAsItWasAskedTo(String field, String kind) {
        client.sends(get(field));
        client.writes(REJECTION);

        String type = switch (kind) {
            case "HTML" -> OwnAnswer.HTML;
            case "JSON" -> OwnAnswer.JSON;
            default -> OwnAnswer.TEXT;
        };
        String answer = client.receives();
        assertTrue(answer.startsWith("HTTP/1.1 421 Misdirected Request\r\n"), answer);
        assertTrue(answer.contains("\r\nContent-Type: " + type + "\r\n"), answer);
        assertTrue(answer.contains("\r\nCache-Control: no-store\r\n"), answer);
        assertEquals(kind.equals("HTML"),
                answer.contains("\r\nContent-Security-Policy: " + Page.CONTENT_SECURITY_POLICY + "\r\n"));
        assertEquals("host", client.ended().getFirst().rejection());
    }

    @ParameterizedTest
    @CsvSource({"api, JSON", "hooks, JSON", "ui, TEXT", "none, TEXT"})
    void speaksAsTheRouteDoesToWhomeverDoesNotSay(String route, String kind) {
        client.sends(get("Accept: */*"));
        Exchange.of(client.channel()).route(route);
        client.writes(REJECTION);

        assertTrue(client.receives().contains("\r\nContent-Type: "
                + (kind.equals("JSON") ? OwnAnswer.JSON : OwnAnswer.TEXT) + "\r\n"));
    }

    @Test
    void showsAPageToAPersonOnAnyRoute() {
        client.sends(get("Sec-Fetch-Mode: navigate"));
        Exchange.of(client.channel()).route("api");
        client.writes(REJECTION);

        assertTrue(client.receives().contains("\r\nContent-Type: " + OwnAnswer.HTML));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET|401|<a class=\"do\" href=\"\">Log in</a>",
        "GET|429|", "GET|502|<a class=\"do\" href=\"\">Try again</a>",
        "GET|404|<a class=\"do\" href=\"/\">Start page</a>", "GET|403|", "POST|401|", "POST|503|",
        "POST|405|<a class=\"do\" href=\"/\">Start page</a>"})
    void offersWhatMayHelp(String method, int status, @Nullable String action) {
        client.sends(head(method + " / HTTP/1.1", "Host: a", "Content-Length: 0", "Sec-Fetch-Mode: navigate"));
        client.writes(Rejection.client(status, "x", "Title. Message."));

        String page = client.receives();
        assertTrue(page.contains("<h1>Title</h1><p>Message.</p>" + (action == null ? "" : action) + "</main>"), page);
    }

    @Test
    void offersNothingWhereThePageGoesOnByItself() {
        client.sends(get("Accept: text/html"));
        client.writes(Rejection.upstream(503, "starting", "Wait.").with("Refresh", "3"));

        assertTrue(client.receives().contains("<main class=\"wait\"><h1>Wait</h1></main>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: text/html", "Accept: application/json", "Accept: */*"})
    void namesTheRequestInAHeader(String accept) {
        client.sends(get(accept));
        client.writes(REJECTION);

        String answer = client.receives();
        assertTrue(answer.contains("\r\nX-Request-Id: " + client.ended().getFirst().id() + "\r\n"), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-None-Match: *", "If-Modified-Since: Mon, 01 Jan 2035 00:00:00 GMT", "Range: bytes=0-1"})
    void answersInFullWhateverIsCached(String field) {
        client.sends(get(field));
        client.writes(REJECTION);

        assertTrue(client.receives().startsWith("HTTP/1.1 421 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void showsNoPageToWhatIsNoNavigation(String method) {
        client.sends(head(method + " / HTTP/1.1", "Host: a", "Accept: text/html"));
        client.writes(REJECTION);

        assertTrue(client.receives().contains("\r\nContent-Type: " + OwnAnswer.TEXT));
    }

    @Test
    void escapesInAPage() {
        client.sends(get("Accept: text/html"));
        client.writes(REJECTION);

        String page = client.receives();
        assertTrue(page.contains("<title>Not &lt;ours&gt;, &quot;a\\b&quot;</title>"), page);
        assertTrue(page.contains("<p>Really.</p>"), page);
        assertTrue(page.contains("<pre>SEAWALL_HOSTS=&lt;yours&gt;</pre>"), page);
        assertTrue(page.contains("421 host"), page);
        assertTrue(page.contains("request <code>" + client.ended().getFirst().id() + "</code>"), page);
    }

    @Test
    void escapesInJson() {
        client.sends(get("Accept: application/json"));
        client.writes(REJECTION);

        String answer = client.receives();
        assertEquals(
                "{\"error\":{\"message\":\"Not <ours>, \\\"a\\\\b\\\". Really. SEAWALL_HOSTS=<yours>\",\"type\":\"client\",\"code\":\"host\",\"request_id\":\""
                        + client.ended().getFirst().id() + "\"}}\n",
                answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Test
    void tellsTheRestInALineWithTheHelpBelow() {
        client.sends(get());
        client.writes(REJECTION);

        String answer = client.receives();
        assertEquals("Not <ours>, \"a\\b\". Really.\nSEAWALL_HOSTS=<yours>\nrequest "
                + client.ended().getFirst().id() + "\n", answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Test
    void sendsTheHeadersOfTheRejection() {
        client.sends(get());
        client.writes(Rejection.client(429, "locked", "Later.").with("Retry-After", "300").with("X", "y"));

        String answer = client.receives();
        assertTrue(answer.contains("\r\nRetry-After: 300\r\nX: y\r\n"), answer);
    }

    @Test
    void datesItsAnswers() {
        client.sends(get());
        client.writes(REJECTION);

        String answer = client.receives();
        int date = answer.indexOf("\r\nDate: ") + 8;
        ZonedDateTime told = ZonedDateTime.parse(answer.substring(date, answer.indexOf("\r\n", date)),
                DateTimeFormatter.RFC_1123_DATE_TIME);
        assertTrue(Duration.between(told, ZonedDateTime.now(told.getZone())).abs().toMinutes() < 5);
    }

    @Test
    void hasNoBodyForHead() {
        client.sends(head("HEAD / HTTP/1.1", "Host: a", "Accept: text/html"));
        client.writes(REJECTION);

        String answer = client.receives();
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
        assertTrue(answer.contains("\r\nContent-Length: "), answer);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsTheConnectionUnlessToldOtherwise(boolean closing) {
        client.sends(get());
        client.writes(closing ? REJECTION.closing() : REJECTION);

        assertEquals(closing, client.receives().contains("\r\nConnection: close\r\n"));
        assertEquals(!closing, client.isConnected());
    }

    @Test
    void cutsAnAnswerThatIsUnderWay() {
        client.sends(get());
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.goesOn("part");
        client.receives();
        client.writes(REJECTION);

        assertEquals("", client.receives());
        assertFalse(client.isConnected());
        assertEquals(200, client.ended().getFirst().status());
    }

    @Test
    void answersAfterAnInterimAnswer() {
        client.sends(get());
        client.begins(ResponseHead.of(100, Headers.EMPTY, Body.NONE));
        client.writes(REJECTION);

        assertTrue(client.receives().startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 421 "));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersNobodyWhoHasNotAsked(boolean asked) {
        if (asked) {
            client.sends(get());
            client.answers(200, "ok");
            client.receives();
        }
        client.writes(REJECTION);

        assertEquals("", client.receives());
        assertFalse(client.isConnected());
    }

    @Test
    void letsEverythingElsePass() {
        ChannelFuture written = client.channel().writeAndFlush(new DefaultHttpContent(Corpus.bytes("x")));

        assertFalse(written.isSuccess(), "no head, says the codec behind");
    }
}

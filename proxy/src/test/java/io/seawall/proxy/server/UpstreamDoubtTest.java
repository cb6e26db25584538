package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A connection to the gateway on which unexpected bytes arrived is not used again.
class UpstreamDoubtTest {
    private static final String HEAD_BEGUN = "HTTP/1.1 200 OK\r\nSet-Cookie: a=evil\r\nX: ";

    private final MemorySeawall seawall = MemorySeawall.relaying(TestConfig.of("SEAWALL_PUBLIC_PATHS=/public"));
    private final MemoryChannel client = seawall.connect("203.0.113.7");
    private final List<MemoryGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.addAll(MemoryGateway.take());
        gateways.forEach(MemoryGateway::end);
        seawall.close();
    }

    /// What the client gets; every connection to the gateway is in [#gateways] then.
    private String ask(String answer) {
        String written = client.ask("GET /public HTTP/1.1\nHost: claw.example.com");
        gateways.addAll(MemoryGateway.take());
        gateways.forEach(gateway -> gateway.serve(answer));
        client.runPendingTasks();
        return written + client.written();
    }

    @Test
    void aConnectionWithoutDoubtIsUsedAgain() {
        assertTrue(ask(MemoryGateway.NO_CONTENT).startsWith("HTTP/1.1 204 "));
        assertTrue(ask(MemoryGateway.NO_CONTENT).startsWith("HTTP/1.1 204 "));
        assertEquals(1, gateways.size());
        assertTrue(gateways.getFirst().isOpen());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\r", HEAD_BEGUN, MemoryGateway.NO_CONTENT})
    void whatCameBehindAnAnswerDoesNotBeginTheNextOne(String behind) {
        assertTrue(ask(MemoryGateway.NO_CONTENT + behind).startsWith("HTTP/1.1 204 "));
        String next = ask(MemoryGateway.NO_CONTENT);
        assertTrue(next.startsWith("HTTP/1.1 204 "), next);
        assertFalse(next.contains("evil"), next);
        assertEquals(2, gateways.size());
        assertNotSame(gateways.getFirst(), gateways.getLast());
        assertFalse(gateways.getFirst().isOpen());
    }

    @Test
    void whatAGatewaySaidBeforeItTookNoMoreIsShown() {
        String written = client.send("POST /v1/files HTTP/1.1\r\nHost: claw.example.com\r\nAuthorization: Bearer "
                + TestConfig.GATEWAY_TOKEN + "\r\nContent-Length: 10\r\n\r\n12345");
        gateways.addAll(MemoryGateway.take());
        gateways.getFirst().takesNoMore();
        written += client.send("678");
        gateways.getFirst().writeInbound(Unpooled.copiedBuffer(
                "HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\n\r\n", StandardCharsets.ISO_8859_1));
        client.runPendingTasks();
        written += client.written();
        assertTrue(written.startsWith("HTTP/1.1 422 "), written);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\\25\\3\\1\\0\\2\\2F|it is TLS, where Seawall asks in plain HTTP (openclaw.json: gateway.tls.enabled: false)",
        "SSH-2.0-x~~|its first line is no status line of HTTP/1",
        "HTTP/1.1 200 OK~Content-Length: 1~Transfer-Encoding: chunked~~|both Content-Length and Transfer-Encoding are present",
        "HTTP/1.1 101 Switching Protocols~Upgrade: websocket~~|it does not accept the WebSocket that was asked for"})
    void whatIsNoAnswerIsSaidAsSuch(String answer, String why) {
        String got = ask(answer.translateEscapes().replace("~", "\r\n"));
        assertTrue(
                got.startsWith("HTTP/1.1 502 ")
                        && got.contains("OpenClaw's answer cannot be passed on: " + why + ".\n"),
                got);
    }

    @Test
    void aHeadOfTheGatewaysThatIsTooLargeIsSaidAsSuch() {
        String got = ask("HTTP/1.1 200 OK\r\nX: " + "x".repeat(64 * 1024) + "\r\n\r\n");
        assertTrue(got.contains("OpenClaw's answer cannot be passed on: its headers are larger than 64 KiB.\n"), got);
    }

    /// What Node's parser answers is empty; what OpenClaw itself answers is passed on.
    @Test
    void theGatewaysLimitOfHeadersIsNamed() {
        String got = ask("HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n");
        assertTrue(got.startsWith("HTTP/1.1 431 ") && got.contains("Node's limit is 16 KiB"), got);
        assertFalse(gateways.getLast().isOpen());

        String own = ask("HTTP/1.1 431 Too Large\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno");
        assertTrue(own.endsWith("\r\n\r\nno"), own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", HEAD_BEGUN, MemoryGateway.NO_CONTENT})
    void whatComesUnaskedEndsTheConnection(String unasked) {
        ask(MemoryGateway.NO_CONTENT);
        MemoryGateway gateway = gateways.getFirst();
        assertSame(gateway, gateways.getLast());
        assertTrue(gateway.isOpen());
        gateway.writeInbound(Unpooled.copiedBuffer(unasked, StandardCharsets.ISO_8859_1));
        assertFalse(gateway.isOpen());
        assertEquals("", client.written());
    }
}

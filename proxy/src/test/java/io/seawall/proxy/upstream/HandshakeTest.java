package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /// RFC 6455, 1.3.
    @Test
    void computesTheAnswerOfTheStandardsExample() {
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Handshake.acceptFor(KEY));
    }

    @ParameterizedTest
    @CsvSource({"websocket, Upgrade, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, true",
        "WebSocket, 'keep-alive, upgrade', s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, true",
        "websocket, Upgrade, S3pPLMBiTxaQ9kYGzzhZRbK+xOo=, false", "websocket, Upgrade, '', false",
        "websocket, Upgrade, , false", ", Upgrade, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, false",
        "h2c, Upgrade, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, false", "websocket, , s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, false",
        "websocket, close, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, false"})
    void acceptsACompleteAnswerToThisKeyOnly(String upgrade, String connection, String accept, boolean accepted) {
        List<String> fields = new ArrayList<>();
        add(fields, "Upgrade", upgrade);
        add(fields, "Connection", connection);
        add(fields, "Sec-WebSocket-Accept", accept);
        assertEquals(accepted, Handshake.accepts(KEY, Answers.head(101, fields.toArray(String[]::new))));
    }

    @SuppressWarnings("ConstantValue") // an empty cell of the table is null
    private static void add(List<String> fields, String name,
            @org.jspecify.annotations.Nullable String value) {
        if (value != null) {
            fields.add(name + ": " + value);
        }
    }
}

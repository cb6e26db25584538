package io.seawall.proxy.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {

    @ParameterizedTest
    @CsvSource({"admin:secret, admin, secret", "admin:a:b, admin, a:b", "admin:, admin, ''", ":p, '', p",
        "ädmin:pässword, ädmin, pässword"})
    void readsUserAndPassword(String pair, String user, String password) {
        String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        for (String scheme : new String[]{"Basic ", "basic ", "BASIC  "}) {
            BasicCredentials credentials = BasicCredentials.parse(scheme + encoded).orElseThrow();
            assertEquals(user, credentials.user());
            assertEquals(password, new String(credentials.password(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic ", "Basic", "Basic YWRtaW4", "Basic ****", "Basic YTpi YTpi",
        "Bearer YTpi",
        "BasicYTpi", "Digest YTpi", " Basic YTpi", "Basic YTpi,Basic YTpi"})
    void readsNothingElse(String header) {
        assertFalse(BasicCredentials.parse(header).isPresent());
    }

    @Test
    void printsNothing() {
        assertEquals("***", BasicCredentials.parse("Basic YTpi").orElseThrow().toString());
    }
}

package io.seawall.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.seawall.proxy.credential.BasicCredentials;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

class SessionsFuzzTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Sessions SESSIONS = new Sessions("key".getBytes(StandardCharsets.UTF_8),
            List.of("credential".getBytes(StandardCharsets.UTF_8)), TestConfig.of().session(),
            Revocations.inMemory(Clock.systemUTC()),
            Clock.fixed(NOW, ZoneOffset.UTC));
    /// The only one that was ever issued; the seeds hold it.
    private static final String ISSUED = SESSIONS.cookie(new Session("00112233445566778899aabbccddeeff", "",
            NOW.getEpochSecond() - 60, NOW.getEpochSecond()));

    /// @param lines a `Cookie` header's value a line
    @FuzzTest
    void takesNoCookieButTheOneIssued(byte[] lines) {
        Headers.Builder headers = Headers.builder();
        Headers.Builder left = Headers.builder();
        for (String line : new String(lines, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            headers.add("Cookie", line);
            left.add("cookie", Cookies.without(line));
            assertFalse(SESSIONS.check(Optional.of(line)) instanceof Sessions.Check.Valid && !line.equals(ISSUED),
                    line);
        }
        Headers offered = headers.build();
        if (SESSIONS.check(offered) instanceof Sessions.Check.Valid valid) {
            assertTrue(offered.all("Cookie").stream().anyMatch(line -> line.contains(ISSUED)));
            assertEquals("00112233445566778899aabbccddeeff", valid.session().id());
        }
        Headers kept = left.build();
        assertFalse(SESSIONS.isOffered(kept));
        for (String value : kept.all("Cookie")) {
            assertTrue(Arrays.stream(value.split(";"))
                    .noneMatch(pair -> pair.split("=", 2)[0].strip().toLowerCase(Locale.ROOT)
                            .matches("__host-seawall(-.*)?")),
                    value);
        }
    }

    @FuzzTest
    void readsUserAndPasswordAsTheyWereWritten(byte[] header) {
        String value = new String(header, StandardCharsets.ISO_8859_1);
        Optional<BasicCredentials> read = BasicCredentials.parse(value);
        read.ifPresent(credentials -> {
            assertTrue(value.regionMatches(true, 0, "Basic ", 0, 6), value);
            assertFalse(credentials.user().contains(":"));
            assertFalse(credentials.toString().contains(credentials.user()) && credentials.user().length() > 3);
        });
        // whatever the bytes are, as user and password they come back
        byte[] pair = ("u:" + value).getBytes(StandardCharsets.ISO_8859_1);
        BasicCredentials back = BasicCredentials
                .parse("bAsIc " + java.util.Base64.getEncoder().encodeToString(pair)).orElseThrow();
        assertEquals("u", back.user());
        assertTrue(Arrays.equals(header, back.password()));
    }
}

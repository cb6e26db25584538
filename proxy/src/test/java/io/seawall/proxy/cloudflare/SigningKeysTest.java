package io.seawall.proxy.cloudflare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeysTest {
    private static final Issuer ISSUER = new Issuer("k1");
    private static final String NO_KEY = "no RSA key of 2048 to 8192 bits for RS256";

    private static SigningKeys parse(String jwks) {
        return SigningKeys.parse(jwks.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(String jwks) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> parse(jwks)).getMessage());
    }

    @Test
    void findsAKeyByItsName() {
        SigningKeys keys = parse("{\"keys\":[" + ISSUER.jwk() + "," + new Issuer("k2").jwk() + "]}");
        assertEquals(2, keys.size());
        assertEquals(Optional.of(ISSUER.pair().getPublic()), keys.find("k1"));
        assertTrue(keys.find("k3").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":\"\"}", "{\"keys\":[],\"keys\":[]}", "<html>"})
    void refusesWhatIsNoKeySet(String jwks) {
        assertEquals("no JSON object with keys (RFC 7517)", refusal(jwks));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"kty\":\"RSA\"|\"kty\":\"EC\"", "\"alg\":\"RS256\"|\"alg\":\"PS256\"",
        "\"alg\":\"RS256\"|\"alg\":7", "\"use\":\"sig\"|\"use\":\"enc\"",
        "\"use\":\"sig\"|\"use\":\"sig\",\"key_ops\":[\"sign\"]", "\"kid\":\"k1\"|\"kid\":7",
        "\"kid\":\"k1\"|\"kid\":\"\"",
        "\"e\":\"AQAB\"|\"e\":\"AQ\"", "\"e\":\"AQAB\"|\"e\":\"AQAC\"", "\"e\":\"AQAB\"|\"e\":\"AQAB=\"",
        "\"e\":\"AQAB\"|\"e\":\"AQAAAAAB\"", "\"n\":\"|\"n\":\"*"})
    void leavesOutAKeyForAnythingElse(String change) {
        String[] parts = change.split("\\|");
        assertEquals(NO_KEY, refusal(ISSUER.jwks().replace(parts[0], parts[1])));
        SigningKeys keys = parse("{\"keys\":[" + new Issuer("k2").jwk() + ","
                + ISSUER.jwk().replace(parts[0], parts[1]) + "]}");
        assertEquals(1, keys.size(), "the other one stays");
    }

    @Test
    void refusesAKeyOf1024Bits() {
        assertEquals(NO_KEY, refusal(new Issuer("k1", 1024).jwks()));
    }

    @Test
    void refusesTwoKeysOfOneName() {
        assertEquals("two keys of one name",
                refusal("{\"keys\":[" + ISSUER.jwk() + "," + new Issuer("k1").jwk() + "]}"));
    }

    @Test
    void isBounded() {
        assertEquals("more than 32 keys", refusal("{\"keys\":[" + "{},".repeat(32) + "{}]}"));
        assertEquals("larger than 64 KiB", refusal(ISSUER.jwks() + " ".repeat(64 * 1024)));
    }
}

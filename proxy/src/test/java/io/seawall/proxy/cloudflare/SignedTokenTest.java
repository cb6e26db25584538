package io.seawall.proxy.cloudflare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedTokenTest {
    private static final Issuer ISSUER = new Issuer("k1");
    private static final String CLAIMS = "{\"sub\":\"otter\"}";

    private static SignedToken open(String token) {
        return SignedToken.open(token, SigningKeys.parse(ISSUER.jwks().getBytes(StandardCharsets.UTF_8))::find);
    }

    private static AccessDenial refused(String token) {
        return assertInstanceOf(SignedToken.Refused.class, open(token), token).objection();
    }

    @Test
    void opensWhatTheIssuerSigned() {
        SignedToken.Opened opened = assertInstanceOf(SignedToken.Opened.class, open(ISSUER.token(CLAIMS)));
        assertEquals(CLAIMS, new String(opened.payload(), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "HS256", "HS512", "RS384", "RS512", "PS256", "ES256", "rs256", "",
        "RS256 "})
    void refusesEveryOtherAlgorithm(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"k1\"}";
        assertEquals(AccessDenial.ALGORITHM, refused(ISSUER.token(header, CLAIMS)));
        assertEquals(AccessDenial.ALGORITHM, refused(Issuer.encode(header) + "." + Issuer.encode(CLAIMS) + "."));
    }

    /// The oldest trick: the public key as the secret of an HMAC.
    @Test
    void refusesThePublicKeyAsASecret() throws GeneralSecurityException {
        String content = Issuer.encode("{\"alg\":\"HS256\",\"kid\":\"k1\"}") + "." + Issuer.encode(CLAIMS);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(ISSUER.pair().getPublic().getEncoded(), "HmacSHA256"));
        assertEquals(AccessDenial.ALGORITHM,
                refused(content + "." + Issuer.encode(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)))));
    }

    @Test
    void refusesAnotherKeyUnderTheSameName() {
        assertEquals(AccessDenial.SIGNATURE, refused(new Issuer("k1").token(CLAIMS)));
        assertEquals(AccessDenial.SIGNATURE, refused(new Issuer("k1", 3072).token(CLAIMS)), "of another length");
    }

    @Test
    void refusesAKeyThatTheIssuerDoesNotPublish() {
        assertEquals(AccessDenial.UNKNOWN_KEY, refused(new Issuer("k2").token(CLAIMS)));
    }

    /// A key that the token brings along, or an address of one, is of no interest.
    @Test
    void takesNoKeyFromTheToken() {
        Issuer attacker = new Issuer("k1");
        assertEquals(AccessDenial.SIGNATURE, refused(attacker.token("{\"alg\":\"RS256\",\"kid\":\"k1\",\"jwk\":"
                + attacker.jwk() + ",\"jku\":\"https://attacker.example/keys\"}", CLAIMS)));
    }

    @Test
    void refusesEveryChangeOfTheSignature() {
        String token = ISSUER.token(CLAIMS);
        int start = token.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(start));
        for (int i = 0; i < signature.length; i += 7) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertEquals(AccessDenial.SIGNATURE, refused(token.substring(0, start) + Issuer.encode(changed)));
        }
        assertEquals(AccessDenial.SIGNATURE, refused(token.substring(0, start)), "none at all");
        assertEquals(AccessDenial.SIGNATURE, refused(token.substring(0, start) + Issuer.encode(new byte[256])));
    }

    @Test
    void refusesOtherClaimsUnderASignature() {
        String[] parts = ISSUER.token(CLAIMS).split("\\.");
        assertEquals(AccessDenial.SIGNATURE,
                refused(parts[0] + "." + Issuer.encode("{\"sub\":\"shark\"}") + "." + parts[2]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b", "a.b.c.d", "e30.e30.e30.e30.e30", "bearer x"})
    void refusesWhatHasNotThreeParts(String token) {
        assertEquals(AccessDenial.MALFORMED, refused(token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"RS256\"", "{}", "{\"alg\":\"RS256\"}", "{\"kid\":\"k1\"}",
        "{\"alg\":\"RS256\",\"kid\":7}", "{\"alg\":7,\"kid\":\"k1\"}", "{\"alg\":[\"RS256\"],\"kid\":\"k1\"}",
        "{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"k1\"}", "{\"alg\":\"RS256\",\"kid\":\"k0\",\"kid\":\"k1\"}",
        "{\"alg\":\"RS256\",\"kid\":\"k1\"} x", "{\"alg\":\"RS256\",\"kid\":\"k1\"}{}", "{'alg':'RS256','kid':'k1'}",
        "{\"alg\":\"RS256\",\"kid\":\"k1\",}", "{\"alg\":\"RS256\",\"kid\":\"k1\"/**/}", "",
        "{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"exp\"],\"exp\":1}",
        "{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"b64\"],\"b64\":false}"})
    void refusesAHeaderThatIsNotStrictOrNotOurs(String header) {
        assertEquals(AccessDenial.MALFORMED, refused(ISSUER.token(header, CLAIMS)));
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() {
        byte[] header = ISSUER.header().getBytes(StandardCharsets.UTF_16BE);
        assertEquals(AccessDenial.MALFORMED,
                refused(ISSUER.sign(Issuer.encode(header) + "." + Issuer.encode(CLAIMS))));
        byte[] broken = ISSUER.header().replace("}", ",\"x\":\"\u00ff\"}").getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(AccessDenial.MALFORMED,
                refused(ISSUER.sign(Issuer.encode(broken) + "." + Issuer.encode(CLAIMS))));
    }

    @Test
    void refusesADeepHeader() {
        String deep = "{\"alg\":\"RS256\",\"kid\":\"k1\",\"x\":" + "[".repeat(50) + "]".repeat(50) + "}";
        assertEquals(AccessDenial.MALFORMED, refused(ISSUER.token(deep, CLAIMS)));
    }

    /// Blanks, padding, the other alphabet, or bits that decoders drop: a second spelling of the same token.
    @Test
    void refusesASecondSpelling() {
        String token = ISSUER.token(CLAIMS);
        String[] parts = token.split("\\.");
        char last = parts[2].charAt(parts[2].length() - 1);
        // 256 bytes leave 4 bits of the last character unused
        String loose = parts[2].substring(0, parts[2].length() - 1) + (char) (last + 1);
        for (String other : List.of(token + "==", token + " ", " " + token, token + "\n", parts[0] + "=." + parts[1]
                + "." + parts[2], parts[0] + "." + parts[1] + "." + loose)) {
            assertEquals(AccessDenial.MALFORMED, refused(other), other);
        }
    }

    @Test
    void refusesATokenOfMoreThan8KiB() {
        String longest = CLAIMS.replace("otter", "o".repeat(5_500));
        assertInstanceOf(SignedToken.Opened.class, open(ISSUER.token(longest)));
        assertEquals(AccessDenial.MALFORMED, refused(ISSUER.token(CLAIMS.replace("otter", "o".repeat(6_200)))));
    }

    /// Other people's vectors (Wycheproof's form), where a file with them is given: what they call invalid is never
    /// opened, and what they call valid is opened when it is RS256 with a named key.
    @Test
    @EnabledIfSystemProperty(named = "vectors.file", matches = ".+")
    void agreesWithForeignVectors() throws IOException {
        JsonNode file = new ObjectMapper().readTree(Files.readString(Path.of(System.getProperty("vectors.file"))));
        TreeMap<String, Integer> counts = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (JsonNode group : file.path("testGroups")) {
            JsonNode key = group.has("public") ? group.path("public") : group.path("private");
            for (JsonNode test : group.path("tests")) {
                JsonNode jws = test.path("jws");
                String token = jws.isTextual() ? jws.textValue() : jws.toString();
                boolean opened = SignedToken.open(token, name -> key(key, name)) instanceof SignedToken.Opened;
                boolean valid = test.path("result").asText().equals("valid");
                counts.merge((valid ? "valid" : "invalid") + (opened ? " opened" : " refused"), 1, Integer::sum);
                boolean ours = valid && token.startsWith("eyJhbGciOiJSUzI1NiIs");
                if (opened && !valid || ours && !opened) {
                    wrong.add(group.path("comment").asText() + " " + test.path("tcId") + " "
                            + test.path("comment").asText() + ": " + (opened ? "opened" : "refused") + " " + token);
                }
            }
        }
        Files.writeString(Path.of("target", "vectors.txt"), counts + "\n");
        assertEquals("", String.join("\n", wrong), counts::toString);
        assertTrue(counts.size() > 1, counts::toString);
    }

    private static Optional<PublicKey> key(JsonNode jwk, String name) {
        try {
            return SigningKeys.parse(("{\"keys\":[" + jwk + "]}").getBytes(StandardCharsets.UTF_8)).find(name);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

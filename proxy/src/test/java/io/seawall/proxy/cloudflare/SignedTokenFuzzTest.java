package io.seawall.proxy.cloudflare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

class SignedTokenFuzzTest {
    private static final Issuer ISSUER = new Issuer("k1");
    private static final Issuer FOREIGN = new Issuer("k1");

    private static SignedToken open(String token) {
        return SignedToken.open(token, name -> name.equals("k1")
                ? Optional.of(ISSUER.pair().getPublic())
                : Optional.empty());
    }

    @FuzzTest
    void opensNothingThatTheIssuerDidNotSign(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertInstanceOf(SignedToken.Refused.class, open(text));
        // as a header before another signature, and as a payload
        assertInstanceOf(SignedToken.Refused.class, open(FOREIGN.sign(Issuer.encode(bytes) + ".e30")));
        assertInstanceOf(SignedToken.Refused.class, open(FOREIGN.token(text)));
    }

    /// Whatever the issuer signs under its plain header is what is opened, and judging it never fails.
    @FuzzTest
    void opensExactlyWhatTheIssuerSigned(byte[] claims) {
        String token = ISSUER.sign(Issuer.encode(ISSUER.header()) + "." + Issuer.encode(claims));
        switch (open(token)) {
            case SignedToken.Opened(byte[] payload) -> {
                assertEquals(Issuer.encode(claims), Issuer.encode(payload));
                StrictJson.object(payload).ifPresent(
                        object -> CloudflareAccess.objection(object, Issuer.NAME, Set.of(Issuer.AUDIENCE),
                                1_780_000_000));
            }
            case SignedToken.Refused(AccessDenial objection) -> {
                assertEquals(AccessDenial.MALFORMED, objection);
                assertEquals(true, token.length() > SignedToken.LONGEST);
            }
        }
    }

    @FuzzTest
    void readsEveryKeySetOrSaysWhyNot(byte[] jwks) {
        try {
            SigningKeys keys = SigningKeys.parse(jwks);
            assertEquals(true, keys.size() > 0);
        } catch (IllegalArgumentException e) {
            assertEquals(false, String.valueOf(e.getMessage()).isEmpty());
        }
    }
}

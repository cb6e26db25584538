package io.seawall.certs.acme;

import io.seawall.certs.Issuer;
import io.seawall.certs.KeyMaterial;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Challenges as the ACME client leaves them while a CA looks.
public final class PendingChallenges {
    private PendingChallenges() {}

    public static KeyMaterial tls(AcmeChallenges challenges, String name) {
        KeyMaterial material = Issuer.challenge(name,
                "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII),
                Instant.now());
        challenges.expectTls(name, material);
        return material;
    }

    public static void http(AcmeChallenges challenges, String token, String keyAuthorization) {
        challenges.expectHttp(token, keyAuthorization);
    }

    public static void over(AcmeChallenges challenges) {
        challenges.clear();
    }
}

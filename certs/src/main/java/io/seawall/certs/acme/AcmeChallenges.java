package io.seawall.certs.acme;

import io.seawall.certs.KeyMaterial;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The responses that a CA may look for now: put here just before it is asked to look, and removed as soon as it has.
/// Thread-safe.
public final class AcmeChallenges {
    private final Map<String, String> http = new ConcurrentHashMap<>();
    private final Map<String, KeyMaterial> tls = new ConcurrentHashMap<>();

    /// What http-01 wants under `/.well-known/acme-challenge/` and this token (RFC 8555, section 8.3).
    public Optional<String> keyAuthorization(String token) {
        return Optional.ofNullable(http.get(token));
    }

    /// What tls-alpn-01 wants presented for this name (RFC 8737).
    ///
    /// @param name as in the ClientHello, lower case
    public Optional<KeyMaterial> certificate(String name) {
        return Optional.ofNullable(tls.get(name));
    }

    /// Whether a challenge is pending, for which a CA would use `acme-tls/1`.
    public boolean expectsTls() {
        return !tls.isEmpty();
    }

    void expectHttp(String token, String keyAuthorization) {
        http.put(token, keyAuthorization);
    }

    void expectTls(String name, KeyMaterial material) {
        tls.put(name, material);
    }

    void clear() {
        http.clear();
        tls.clear();
    }
}

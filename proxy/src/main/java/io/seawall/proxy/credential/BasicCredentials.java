package io.seawall.proxy.credential;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// User and password of a Basic authorization (RFC 7617). Never printed.
@SuppressWarnings("ArrayRecordComponent") // never compared, never printed
public record BasicCredentials(String user, byte[] password) {

    /// Empty where the value is not `Basic base64(user:password)`.
    public static Optional<BasicCredentials> parse(String header) {
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return Optional.empty();
        }
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(header.substring(6).strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        for (int i = 0; i < pair.length; i++) {
            if (pair[i] == ':') {
                return Optional.of(new BasicCredentials(new String(pair, 0, i, StandardCharsets.UTF_8),
                        java.util.Arrays.copyOfRange(pair, i + 1, pair.length)));
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "***";
    }
}

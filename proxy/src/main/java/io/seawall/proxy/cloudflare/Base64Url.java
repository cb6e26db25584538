package io.seawall.proxy.cloudflare;

import java.util.Base64;
import java.util.Optional;

/// Base64 as RFC 7515, 2 wants it: the URL alphabet, no padding, and no second spelling of the same bytes.
final class Base64Url {
    private Base64Url() {}

    static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)
                    ? Optional.of(bytes)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

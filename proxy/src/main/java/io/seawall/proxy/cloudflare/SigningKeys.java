package io.seawall.proxy.cloudflare;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The keys of a JWKS (RFC 7517) that may sign assertions: RSA of 2048 to 8192 bits, for RS256, each under a name of its
/// own. Keys for anything else are left out.
final class SigningKeys {
    static final int LARGEST = 64 * 1024;
    private static final int MOST = 32;
    private static final BigInteger LARGEST_EXPONENT = BigInteger.valueOf(0xffff_ffffL);

    private final Map<String, PublicKey> keys;

    private SigningKeys(Map<String, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /// @throws IllegalArgumentException when it is no JWKS, or holds no key that can be used; says which
    static SigningKeys parse(byte[] jwks) {
        if (jwks.length > LARGEST) {
            throw new IllegalArgumentException("larger than 64 KiB");
        }
        JsonNode set = StrictJson.object(jwks).map(object -> object.get("keys")).orElse(null);
        if (set == null || !set.isArray()) {
            throw new IllegalArgumentException("no JSON object with keys (RFC 7517)");
        }
        if (set.size() > MOST) {
            throw new IllegalArgumentException("more than " + MOST + " keys");
        }
        Map<String, PublicKey> keys = new LinkedHashMap<>();
        for (JsonNode jwk : set) {
            String name = text(jwk, "kid");
            Optional<PublicKey> key = isForUs(jwk) ? key(jwk) : Optional.empty();
            if (key.isPresent() && !name.isEmpty() && keys.put(name, key.get()) != null) {
                throw new IllegalArgumentException("two keys of one name");
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no RSA key of 2048 to 8192 bits for RS256");
        }
        return new SigningKeys(keys);
    }

    Optional<PublicKey> find(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    int size() {
        return keys.size();
    }

    private static boolean isForUs(JsonNode jwk) {
        boolean verifies = !jwk.has("key_ops");
        for (JsonNode operation : jwk.path("key_ops")) {
            verifies |= operation.asText().equals("verify");
        }
        return verifies && text(jwk, "kty").equals("RSA") && (!jwk.has("use") || text(jwk, "use").equals("sig"))
                && (!jwk.has("alg") || text(jwk, "alg").equals(SignedToken.ALGORITHM));
    }

    private static Optional<PublicKey> key(JsonNode jwk) {
        Optional<BigInteger> modulus = number(jwk, "n");
        Optional<BigInteger> exponent = number(jwk, "e");
        if (modulus.isEmpty() || exponent.isEmpty() || modulus.get().bitLength() < 2048
                || modulus.get().bitLength() > 8192 || !exponent.get().testBit(0)
                || exponent.get().compareTo(BigInteger.TWO) < 0
                || exponent.get().compareTo(LARGEST_EXPONENT) > 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus.get(), exponent.get())));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<BigInteger> number(JsonNode jwk, String name) {
        return Base64Url.decode(text(jwk, name)).map(bytes -> new BigInteger(1, bytes));
    }

    /// Empty where it is no text.
    private static String text(JsonNode jwk, String name) {
        JsonNode value = jwk.path(name);
        return value.isTextual() ? value.textValue() : "";
    }
}

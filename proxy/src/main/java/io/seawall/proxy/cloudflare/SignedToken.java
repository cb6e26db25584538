package io.seawall.proxy.cloudflare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Optional;
import java.util.function.Function;

/// A JWS in compact form (RFC 7515), signed with RS256 by one of our keys. Nothing in the token chooses more than which
/// of them. Pure; no library, because this is all of the standard that is wanted.
sealed interface SignedToken {
    String ALGORITHM = "RS256";
    int LONGEST = 8 * 1024;

    /// The signature is right.
    @SuppressWarnings("ArrayRecordComponent") // never compared or printed
    record Opened(byte[] payload) implements SignedToken {}

    record Refused(AccessDenial objection) implements SignedToken {}

    /// @param keys by name
    static SignedToken open(String token, Function<String, Optional<PublicKey>> keys) {
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (token.length() > LONGEST || first < 0 || token.indexOf('.', first + 1) != last) {
            return new Refused(AccessDenial.MALFORMED);
        }
        Optional<ObjectNode> header = Base64Url.decode(token.substring(0, first)).flatMap(StrictJson::object);
        Optional<byte[]> payload = Base64Url.decode(token.substring(first + 1, last));
        Optional<byte[]> signature = Base64Url.decode(token.substring(last + 1));
        // an extension that must be understood is none that we do (RFC 7515, 4.1.11)
        if (header.isEmpty() || payload.isEmpty() || signature.isEmpty() || header.get().has("crit")
                || !header.get().path("alg").isTextual() || !header.get().path("kid").isTextual()) {
            return new Refused(AccessDenial.MALFORMED);
        }
        if (!header.get().get("alg").textValue().equals(ALGORITHM)) {
            return new Refused(AccessDenial.ALGORITHM);
        }
        Optional<PublicKey> key = keys.apply(header.get().get("kid").textValue());
        if (key.isEmpty()) {
            return new Refused(AccessDenial.UNKNOWN_KEY);
        }
        byte[] signed = token.substring(0, last).getBytes(StandardCharsets.US_ASCII);
        return isRight(key.get(), signed, signature.get())
                ? new Opened(payload.get())
                : new Refused(AccessDenial.SIGNATURE);
    }

    private static boolean isRight(PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initVerify(key);
            rsa.update(signed);
            return rsa.verify(signature);
        } catch (SignatureException e) {
            return false; // of another length than the key
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA256withRSA", e);
        }
    }
}

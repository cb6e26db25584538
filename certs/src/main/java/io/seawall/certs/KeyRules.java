package io.seawall.certs;

import java.math.BigInteger;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import org.jspecify.annotations.Nullable;

/// Which keys a server certificate may have: those that every client of the last ten years verifies.
final class KeyRules {
    static final String EXPECTED = "RSA of at least 2048 bits, or EC on P-256 or P-384";

    private static final int RSA_BITS = 2048;
    // a curve is recognized by its order (SEC 2, sections 2.4.2 and 2.5.1): the JDK's parameters have no public name
    private static final BigInteger P256 = new BigInteger(
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final BigInteger P384 = new BigInteger(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16);

    private KeyRules() {}

    /// What is wrong with the key, to follow the name of its file; null if nothing is.
    static @Nullable String objection(Key key) {
        return switch (key) {
            // RSASSA-PSS keys are RSAKeys too, but few clients take a certificate with one
            case RSAKey rsa when key.getAlgorithm().equals("RSA") -> rsa.getModulus().bitLength() >= RSA_BITS
                    ? null
                    : "has an RSA key of " + rsa.getModulus().bitLength() + " bits";
            case ECKey ec -> {
                BigInteger order = ec.getParams().getOrder();
                yield order.equals(P256) || order.equals(P384)
                        ? null
                        : "has an EC key of " + order.bitLength() + " bits on another curve";
            }
            default -> "has a key of type " + key.getAlgorithm();
        };
    }
}

package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPairsTest {
    private static final KeyPair RSA = rsa();

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void matchesAKeyAndItsPoint(String curve) {
        for (int i = 0; i < 10; i++) {
            KeyPair pair = Pki.ec(curve);
            KeyPair other = Pki.ec(curve);

            assertTrue(KeyPairs.match(pair.getPrivate(), pair.getPublic()));
            assertFalse(KeyPairs.match(other.getPrivate(), pair.getPublic()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void takesAPublicHalfThatTheKeyCarriesForIts(String curve) throws Exception {
        KeyPair pair = Pki.ec(curve);
        KeyPair other = Pki.ec(curve);
        PrivateKey carrying = Issuer.carrying(pair).getPrivate();
        // so that it shows that nothing was computed
        PrivateKey lying = Issuer.carrying(new KeyPair(pair.getPublic(), other.getPrivate())).getPrivate();

        assertTrue(carrying.getEncoded().length > pair.getPrivate().getEncoded().length);
        assertTrue(KeyPairs.match(carrying, pair.getPublic()));
        assertFalse(KeyPairs.match(carrying, other.getPublic()));
        assertTrue(KeyPairs.match(lying, pair.getPublic()));
        assertTrue(KeyPairs.match(lying, other.getPublic()));
    }

    @Test
    void matchesNoKeyOfAnotherCurveOrAlgorithm() {
        KeyPair pair = Pki.ec("secp256r1");

        assertFalse(KeyPairs.match(Pki.ec("secp384r1").getPrivate(), pair.getPublic()));
        assertFalse(KeyPairs.match(RSA.getPrivate(), pair.getPublic()));
        assertFalse(KeyPairs.match(pair.getPrivate(), RSA.getPublic()));
    }

    @Test
    void matchesNoKeyThatCannotServe() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertFalse(KeyPairs.match(pair.getPrivate(), pair.getPublic()));
    }

    @Test
    void matchesAnRsaKeyAndItsModulus() throws Exception {
        assertTrue(KeyPairs.match(RSA.getPrivate(), RSA.getPublic()));
        assertFalse(KeyPairs.match(rsa().getPrivate(), RSA.getPublic()));
    }

    @Test
    void triesAnRsaKeyThatSaysNothingOfItsPrimes() throws Exception {
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) RSA.getPrivate();

        assertTrue(KeyPairs.match(plain(key.getPrivateExponent()), RSA.getPublic()));
        assertFalse(KeyPairs.match(plain(key.getPrivateExponent().add(BigInteger.TWO)), RSA.getPublic()));
    }

    private static PrivateKey plain(BigInteger exponent) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePrivate(
                new RSAPrivateKeySpec(((RSAPrivateCrtKey) RSA.getPrivate()).getModulus(), exponent));
    }

    /// Each number of the key besides the public exponent, which a certificate has, too.
    @Test
    void matchesNoRsaKeyOneOfWhoseNumbersIsWrong() throws Exception {
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) RSA.getPrivate();
        BigInteger[] right = {key.getModulus(), key.getPublicExponent(), key.getPrivateExponent(), key.getPrimeP(),
            key.getPrimeQ(), key.getPrimeExponentP(), key.getPrimeExponentQ(), key.getCrtCoefficient()};
        assertTrue(KeyPairs.match(crt(right), RSA.getPublic()));

        for (int i = 0; i < right.length; i++) {
            BigInteger[] wrong = right.clone();
            wrong[i] = right[i].add(BigInteger.TWO);

            assertEquals(i == 1, KeyPairs.match(crt(wrong), RSA.getPublic()), "number " + i);
        }
    }

    private static PrivateKey crt(BigInteger[] n) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateCrtKeySpec(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]));
    }
}

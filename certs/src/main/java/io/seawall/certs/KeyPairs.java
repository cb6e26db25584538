package io.seawall.certs;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/// Whether two keys are a pair. A start checks that for each certificate before any code is compiled, when multiplying
/// one point of a curve takes as long as half of everything else. So the public key that the file of the private key
/// contains is used where there is one, and computed where there is none.
final class KeyPairs {
    private KeyPairs() {}

    static boolean match(PrivateKey key, PublicKey publicKey) {
        try {
            if (publicKey instanceof RSAPublicKey rsa) {
                return key instanceof RSAPrivateCrtKey crt ? matchRsa(crt, rsa) : trySignature(key, rsa);
            }
            return publicKey instanceof ECPublicKey point && key instanceof ECPrivateKey scalar
                    && (carries(scalar, point) || matchEc(scalar, point));
        } catch (GeneralSecurityException e) {
            // a key of another algorithm or curve
            return false;
        }
    }

    /// RFC 8017, 3.2, every part of the key: one whose modulus fits but whose exponents do not would fail at the first
    /// handshake.
    private static boolean matchRsa(RSAPrivateCrtKey key, RSAPublicKey publicKey) {
        BigInteger one = BigInteger.ONE;
        BigInteger e = publicKey.getPublicExponent();
        BigInteger p = key.getPrimeP();
        BigInteger q = key.getPrimeQ();
        if (p.compareTo(one) <= 0 || q.compareTo(one) <= 0) {
            return false;
        }
        BigInteger beforeP = p.subtract(one);
        BigInteger beforeQ = q.subtract(one);
        BigInteger d = key.getPrivateExponent();
        return key.getModulus().equals(publicKey.getModulus()) && p.multiply(q).equals(publicKey.getModulus())
                && e.multiply(key.getPrimeExponentP()).mod(beforeP).equals(one)
                && e.multiply(key.getPrimeExponentQ()).mod(beforeQ).equals(one)
                && d.mod(beforeP).equals(key.getPrimeExponentP()) && d.mod(beforeQ).equals(key.getPrimeExponentQ())
                && key.getCrtCoefficient().multiply(q).mod(p).equals(one);
    }

    /// Whether the key's encoding ends with that point, as nearly every tool writes it (RFC 5915, 3: the last member, a
    /// BIT STRING; it is the last one of the public key's encoding, too). A scalar with another point beside it does
    /// not occur by mistake, and BoringSSL refuses it when it loads the key.
    private static boolean carries(ECPrivateKey key, ECPublicKey publicKey) {
        EllipticCurve curve = publicKey.getParams().getCurve();
        byte[] encoded = key.getEncoded();
        byte[] point = publicKey.getEncoded();
        int length = 2 * ((curve.getField().getFieldSize() + 7) / 8); // x and y, uncompressed
        return key.getParams().getCurve().equals(curve) && encoded.length > length
                && Arrays.equals(encoded, encoded.length - length, encoded.length, point, point.length - length,
                        point.length);
    }

    /// Diffie-Hellman with the curve's generator: the scalar times the generator is the public point (RFC 6090, 3.3 and
    /// 4). The secret is its x; of the two points with that x the other belongs to another private key, which no file
    /// contains by mistake.
    private static boolean matchEc(ECPrivateKey key, ECPublicKey publicKey) throws GeneralSecurityException {
        ECParameterSpec curve = publicKey.getParams();
        if (!curve.getCurve().equals(key.getParams().getCurve())
                || !curve.getGenerator().equals(key.getParams().getGenerator())) {
            return false;
        }
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key);
        agreement.doPhase(KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
        return new BigInteger(1, agreement.generateSecret()).equals(publicKey.getW().getAffineX());
    }

    private static boolean trySignature(PrivateKey key, RSAPublicKey publicKey) throws GeneralSecurityException {
        byte[] challenge = publicKey.getEncoded();
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(challenge);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(challenge);
        return signature.verify(signed);
    }
}

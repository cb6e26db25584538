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
import javax.crypto.KeyAgreement;

/// Whether two keys are a pair. A start asks that of each certificate before any code is compiled, when a signature and
/// its verification would take as long as half of everything else; so the public key is computed from the private one
/// where that is possible.
final class KeyPairs {
    private KeyPairs() {}

    static boolean match(PrivateKey key, PublicKey publicKey) {
        try {
            if (publicKey instanceof RSAPublicKey rsa) {
                return key instanceof RSAPrivateCrtKey crt ? matchRsa(crt, rsa) : trySignature(key, rsa);
            }
            return publicKey instanceof ECPublicKey point && key instanceof ECPrivateKey scalar
                    && matchEc(scalar, point);
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

    /// Diffie-Hellman with the curve's generator: the scalar times the generator is the public point (RFC 6090, 3.3 and
    /// 4). The secret is its x; of the two points with that x the other belongs to a key that nobody can have by mistake.
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

package io.seawall.certs;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/// The key forms that the JDK does not read, wrapped as PKCS#8, which it does. Apart from the rest because it is
/// BouncyCastle: its classes cost start-up time, and a PKCS#8 key must not pay for them.
final class LegacyKeys {
    private LegacyKeys() {}

    /// `RSA PRIVATE KEY` (RFC 8017, appendix A.1.2).
    ///
    /// @throws IOException if the bytes are something else
    static byte[] wrapPkcs1(byte[] key) throws IOException {
        try {
            var rsa = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
            return new PrivateKeyInfo(rsa, RSAPrivateKey.getInstance(key)).getEncoded();
        } catch (RuntimeException e) {
            // BouncyCastle reports bad DER by whatever its parser ran into; no cause, because it may quote the bytes
            throw new IOException("no PKCS#1 key");
        }
    }

    /// `EC PRIVATE KEY` (RFC 5915). It may leave its curve to a preceding `EC PARAMETERS` block.
    ///
    /// @throws IOException if the bytes are something else, or nothing names the curve
    static byte[] wrapSec1(byte[] key, byte @Nullable [] parameters) throws IOException {
        try {
            ECPrivateKey sec1 = ECPrivateKey.getInstance(key);
            ASN1Encodable curve = sec1.getParametersObject();
            if (curve == null && parameters != null) {
                curve = ASN1ObjectIdentifier.getInstance(parameters);
            }
            if (curve == null) {
                throw new IOException("no curve");
            }
            return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), sec1)
                    .getEncoded();
        } catch (RuntimeException e) {
            throw new IOException("no SEC1 key");
        }
    }
}

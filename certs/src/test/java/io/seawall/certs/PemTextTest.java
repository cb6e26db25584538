package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the text of a PEM file may be.
class PemTextTest extends PemFilesCase {
    @Test
    void refusesAFileWithoutCertificate() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " holds no CERTIFICATE block, but CERTIFICATE REQUEST"
                        + CHAIN_WANTED,
                refusal(Pki.pem("CERTIFICATE REQUEST", new byte[]{1, 2}), Pki.pkcs8(LEAF.key())));
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " holds no CERTIFICATE block, but no PEM block at all"
                        + CHAIN_WANTED,
                refusal("not PEM", Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesAFileWithoutPrivateKey() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key() + " holds no private key, but CERTIFICATE" + KEY_WANTED,
                refusal(Pki.pem(LEAF), Pki.pem(LEAF)));
    }

    @Test
    void refusesHalfAPem() throws Exception {
        String chain = Pki.pem(LEAF);
        String half = chain.substring(0, chain.indexOf("-----END"));
        String message = "SEAWALL_TLS_CERT: " + certificate()
                + " is damaged: the CERTIFICATE block of line 1 has no end"
                + " (expected: -----END CERTIFICATE----- after it)";

        assertEquals(message, refusal(half, Pki.pkcs8(LEAF.key())));
        assertEquals(message, refusal(half + chain, Pki.pkcs8(LEAF.key())));
        assertEquals(message, refusal(half + "-----END PRIVATE KEY-----", Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesTheOtherHalfOfAPem() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " is damaged: line 2 ends a block that never began"
                        + " (expected: -----BEGIN CERTIFICATE----- before it)",
                refusal("MIIB\n-----END CERTIFICATE-----\n", Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesABoundaryWithMoreOnItsLine() throws Exception {
        assertEquals(
                "SEAWALL_TLS_KEY: " + key() + " is damaged: line 1 is no PEM boundary"
                        + " (expected: -----BEGIN …----- or -----END …----- alone on its line)",
                refusal(Pki.pem(LEAF), Pki.pkcs8(LEAF.key()).replace("\n", "\\n")));
    }

    @Test
    void refusesGarbageThatIsNotBase64() throws Exception {
        String message = "SEAWALL_TLS_KEY: " + key() + " is damaged: the PRIVATE KEY block of line 1 is not base64"
                + KEY_WANTED;
        String good = Pki.pkcs8(LEAF.key());

        assertEquals(message, refusal(Pki.pem(LEAF), good.replaceFirst("\nM", "\n!")));
        assertEquals(message, refusal(Pki.pem(LEAF), good.replace("\n-----END", "\nlate: header\n-----END")));
    }

    @Test
    void refusesGarbageInACertificate() throws Exception {
        String second = Pki.pem(LEAF) + Pki.pem("CERTIFICATE", new byte[]{0x30, 3, 2, 1, 1});
        int line = (int) Pki.pem(LEAF).lines().count() + 1;

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " is damaged: the CERTIFICATE block of line " + line
                + " is no certificate that can be read" + CHAIN_WANTED, refusal(second, Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesBytesBehindACertificate() throws Exception {
        byte[] encoded = LEAF.certificate().getEncoded();
        byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);

        assertEquals("SEAWALL_TLS_CERT: " + certificate()
                + " is damaged: the CERTIFICATE block of line 1 is no certificate that can be read" + CHAIN_WANTED,
                refusal(Pki.pem("CERTIFICATE", longer), Pki.pkcs8(LEAF.key())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"})
    void refusesGarbageInAKey(String label) throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key() + " is damaged: the " + label
                + " block of line 1 is no private key that can be read" + KEY_WANTED,
                refusal(Pki.pem(LEAF), Pki.pem(label, new byte[]{0x30, 3, 2, 1, 1})));
    }

    @Test
    void refusesASec1KeyThatNothingGivesACurve() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key()
                + " is damaged: the EC PRIVATE KEY block of line 1 is no private key that can be read" + KEY_WANTED,
                refusal(Pki.pem(LEAF), Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), false))));
    }

    @Test
    void refusesAnEncryptedKeyAndSaysHowToDecryptIt() throws Exception {
        String message = "SEAWALL_TLS_KEY: " + key() + " is encrypted (expected: a private key without a passphrase; "
                + "fix: openssl pkey -in " + key() + " -out " + directory.resolve("plain-key.pem") + ")";
        String older = Pki.pem("RSA PRIVATE KEY", new byte[64]).replaceFirst("\n",
                "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n");

        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pem("ENCRYPTED PRIVATE KEY", new byte[64])));
        assertEquals(message, refusal(Pki.pem(LEAF), older));
    }

    @Test
    void refusesSeveralKeys() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key() + " holds 2 private keys (expected: exactly one)",
                refusal(Pki.pem(LEAF), Pki.pkcs8(LEAF.key()) + pkcs1(RSA.getPrivate())));
    }
}

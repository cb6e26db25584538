package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.certs.Pki.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.junit.jupiter.api.io.TempDir;

/// A folder with a certificate and its key, and what is said of them.
abstract class PemFilesCase {
    static final Identity ROOT = Pki.root("CN=Root");
    static final Identity MIDDLE = Pki.authority("CN=Middle", ROOT);
    static final KeyPair EC = Pki.ec("secp256r1");
    static final KeyPair RSA = Pki.rsa(2048);
    static final Identity LEAF = Pki.server("CN=gateway.example", EC, MIDDLE);
    static final Identity RSA_LEAF = Pki.server("CN=rsa.example", RSA, MIDDLE);
    static final String CHAIN_WANTED = " (expected: a PEM file with the certificate chain)";
    static final String KEY_WANTED = " (expected: a PEM file with the private key)";
    static final String RULES = " (expected: RSA of at least 2048 bits, or EC on P-256 or P-384)";

    @TempDir
    Path directory;

    KeyMaterial load(String chain, String key) throws IOException, UnusableCertificateException {
        return PemFiles.load(write("chain.pem", chain), write("key.pem", key), Pki.NOW);
    }

    String refusal(String chain, String key) throws IOException {
        return refusal(write("chain.pem", chain), write("key.pem", key));
    }

    static String refusal(Path certificate, Path key) throws IOException {
        var trouble = assertThrows(UnusableCertificateException.class, () -> PemFiles.load(certificate, key, Pki.NOW));
        String message = String.valueOf(trouble.getMessage());
        assertNull(trouble.getCause(), "parsers quote what they read");
        for (Path file : List.of(certificate, key)) {
            if (file.getFileName().toString().endsWith("key.pem") && Files.isReadable(file)) {
                Files.readAllLines(file).stream().filter(line -> line.length() > 8 && !line.startsWith("-"))
                        .forEach(line -> assertFalse(message.contains(line.substring(0, 8)), message));
            }
        }
        return message;
    }

    Path write(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Pki.mode(file, "rw-------");
        return file;
    }

    Path certificate() {
        return directory.resolve("chain.pem");
    }

    Path key() {
        return directory.resolve("key.pem");
    }

    static String pkcs1(PrivateKey key) throws IOException {
        return Pki.pem("RSA PRIVATE KEY",
                PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded());
    }

    static byte[] sec1(PrivateKey key, boolean withCurve) throws IOException {
        var info = PrivateKeyInfo.getInstance(key.getEncoded());
        var value = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
        int bits = ((ECKey) key).getParams().getOrder().bitLength();
        return (withCurve
                ? new ECPrivateKey(bits, value, info.getPrivateKeyAlgorithm().getParameters())
                : new ECPrivateKey(bits, value)).getEncoded();
    }
}

package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.certs.Pki.Identity;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PemFilesTest extends PemFilesCase {
    @Test
    void readsAChainAndItsKey() throws Exception {
        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE), Pki.pkcs8(LEAF.key()));

        assertEquals(List.of(LEAF.certificate(), MIDDLE.certificate()), material.chain());
        assertEquals(LEAF.key(), material.key());
    }

    @Test
    void leavesOutTheRootAtTheEnd() throws Exception {
        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE, ROOT), Pki.pkcs8(LEAF.key()));

        assertEquals(List.of(LEAF.certificate(), MIDDLE.certificate()), material.chain());
    }

    @Test
    void readsASelfSignedServerCertificate() throws Exception {
        var self = new Identity(EC,
                Pki.certificate("CN=self", EC, "CN=self", EC, false, Pki.FROM, Pki.UNTIL));

        assertEquals(List.of(self.certificate()), load(Pki.pem(self), Pki.pkcs8(EC.getPrivate())).chain());
    }

    @Test
    void readsBothFromOneFile() throws Exception {
        Path both = write("both.pem", Pki.pem(LEAF, MIDDLE) + Pki.pkcs8(LEAF.key()));

        assertEquals(LEAF.certificate(), PemFiles.load(both, both, Pki.NOW).leaf());
    }

    @Test
    void readsWindowsLinesByteOrderMarkAndExplanations() throws Exception {
        String chain = "\ufeff" + Pki.pem(LEAF) + "\nsubject=CN = Middle\n\ufeff" + Pki.pem(MIDDLE);

        KeyMaterial material = load(chain.replace("\n", "\r\n"), Pki.pkcs8(LEAF.key()));

        assertEquals(2, material.chain().size());
    }

    static Stream<List<Object>> keyForms() throws IOException {
        KeyPair p384 = Pki.ec("secp384r1");
        Identity p384Leaf = Pki.server("CN=p384", p384, MIDDLE);
        return Stream.of(List.of("PKCS#8 RSA", RSA_LEAF, Pki.pkcs8(RSA.getPrivate())),
                List.of("PKCS#8 P-256", LEAF, Pki.pkcs8(EC.getPrivate())),
                List.of("PKCS#8 P-384", p384Leaf, Pki.pkcs8(p384.getPrivate())),
                List.of("PKCS#1", RSA_LEAF, pkcs1(RSA.getPrivate())),
                List.of("SEC1", LEAF, Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), true))),
                List.of("SEC1 P-384", p384Leaf, Pki.pem("EC PRIVATE KEY", sec1(p384.getPrivate(), true))),
                List.of("SEC1 after its parameters", LEAF,
                        parameters() + Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), true))),
                List.of("SEC1 that leaves the curve to the parameters", LEAF,
                        parameters() + Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), false))));
    }

    @ParameterizedTest
    @MethodSource("keyForms")
    void readsEveryFormOfKey(List<Object> form) throws Exception {
        Identity leaf = (Identity) form.get(1);

        KeyMaterial material = load(Pki.pem(leaf, MIDDLE), (String) form.get(2));

        assertEquals(leaf.certificate(), material.leaf());
        assertEquals("PKCS#8", material.key().getFormat());
    }

    @Test
    void readsPkcs8WithoutBouncyCastle() throws Exception {
        Path certificate = write("chain.pem", Pki.pem(RSA_LEAF, MIDDLE));
        Path pkcs8 = write("pkcs8.pem", Pki.pkcs8(RSA_LEAF.key()));
        Path pkcs1 = write("pkcs1.pem", pkcs1(RSA.getPrivate()));
        try (var loader = Pki.withoutBouncyCastle()) {
            var load = loader.loadClass(PemFiles.class.getName()).getMethod("load", Path.class, Path.class,
                    Instant.class);

            load.invoke(null, certificate, pkcs8, Pki.NOW);

            // the proof that this loader would have told
            var missing = assertThrows(InvocationTargetException.class,
                    () -> load.invoke(null, certificate, pkcs1, Pki.NOW));
            assertInstanceOf(NoClassDefFoundError.class, missing.getCause());
        }
    }

    @Test
    void refusesAKeyThatDoesNotMatch() throws Exception {
        String message = "SEAWALL_TLS_KEY: " + key() + " does not match the certificate " + certificate()
                + " (expected: the private key of its first certificate)";

        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pkcs8(MIDDLE.key())));
        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pkcs8(RSA.getPrivate())));
        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pkcs8(Pki.ec("secp384r1").getPrivate())));
        assertEquals(message, refusal(Pki.pem(RSA_LEAF), Pki.pkcs8(Pki.rsa(2048).getPrivate())));
        assertEquals(message, refusal(Pki.pem(RSA_LEAF), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesSwappedFiles() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " holds the private key, and SEAWALL_TLS_KEY: " + key()
                        + " the certificate (expected: the certificate and the key, in this order; fix: swap the two "
                        + "paths)",
                refusal(Pki.pkcs8(LEAF.key()), Pki.pem(LEAF)));
    }

    @Test
    void readsOneOfEachKindOfKey() throws Exception {
        List<KeyMaterial> materials = watched(
                new WatchedFiles.Files(write("rsa.pem", Pki.pem(RSA_LEAF)),
                        write("rsa.key", Pki.pkcs8(RSA_LEAF.key()))),
                new WatchedFiles.Files(write("ec.pem", Pki.pem(LEAF)), write("ec.key", Pki.pkcs8(LEAF.key()))))
                .current();

        assertEquals(List.of(RSA_LEAF.certificate(), LEAF.certificate()),
                materials.stream().map(KeyMaterial::leaf).toList());
    }

    @Test
    void refusesASecondOneOfTheSameKind() throws Exception {
        Path first = write("first.pem", Pki.pem(LEAF));
        Path second = write("second.pem", Pki.pem(LEAF));
        Path key = write("key.pem", Pki.pkcs8(LEAF.key()));

        assertEquals("SEAWALL_TLS_CERT: " + second + " is a second certificate with an EC key (expected: one with an "
                + "ECDSA and one with an RSA key; fix: name only the one that clients should get)",
                assertThrows(UnusableCertificateException.class,
                        () -> watched(new WatchedFiles.Files(first, key), new WatchedFiles.Files(second, key)))
                        .getMessage());
    }

    private static WatchedFiles watched(WatchedFiles.Files... pairs) throws UnusableCertificateException {
        return new WatchedFiles(List.of(pairs), Set.of(), Clock.fixed(Pki.NOW, ZoneOffset.UTC));
    }

    @Test
    void printsNoControlCharacters() {
        assertEquals("CN=a?[31mb?", new UnusableCertificateException("CN=a\u001b[31mb\u202e").getMessage());
    }

    private static String parameters() throws IOException {
        return Pki.pem("EC PARAMETERS",
                PrivateKeyInfo.getInstance(EC.getPrivate().getEncoded()).getPrivateKeyAlgorithm()
                        .getParameters().toASN1Primitive().getEncoded());
    }
}

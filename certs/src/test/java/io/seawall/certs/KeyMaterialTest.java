package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.Pki.Identity;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyMaterialTest {
    private static final Identity ROOT = Pki.root("CN=Root");
    private static final Identity LEAF = Pki.server("CN=leaf", Pki.ec("secp256r1"), ROOT);

    /// A wildcard stands for one label (RFC 6125, 6.4.3), and only it speaks for any name there.
    @ParameterizedTest
    @CsvSource({"a.b.example, a.b.example, true", "*.b.example, a.b.example, true", "*.b.example, *.b.example, true",
        "a.b.example, *.b.example, false", "b.example, *.b.example, false", "*.example, *.b.example, false",
        "*.b.example, x.a.b.example, false", "*.b.example, b.example, false", "192.0.2.7, 192.0.2.7, true",
        "*.B.example, *.b.EXAMPLE, true"})
    void speaksForTheNamesInIt(String named, String host, boolean covers) throws Exception {
        var parsed = SubjectName.parseAll(new LinkedHashSet<>(List.of(named)));
        assertEquals(covers, Issuer.leaf(Issuer.authority(parsed, Pki.NOW), parsed, Pki.NOW).covers(host));
    }

    @Test
    void refusesAnEmptyChain() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> new KeyMaterial(LEAF.key(), List.of()));

        assertEquals("chain: empty (expected: the leaf, then its issuers)", refusal.getMessage());
    }

    @Test
    void refusesAKeyThatDoesNotMatch() {
        var refusal = assertThrows(IllegalArgumentException.class,
                () -> new KeyMaterial(ROOT.key(), List.of(LEAF.certificate())));

        assertEquals("key: not that of CN=leaf (expected: the RSA or EC private key of the first certificate)",
                refusal.getMessage());
    }

    @Test
    void keepsItsChainWhenTheCallersListChanges() {
        var chain = new ArrayList<>(List.of(LEAF.certificate()));
        var material = new KeyMaterial(LEAF.key(), chain);

        chain.clear();

        assertEquals(LEAF.certificate(), material.leaf());
    }

    @Test
    void endsWithItsLeaf() {
        assertEquals(Pki.UNTIL, material().notAfter());
    }

    @Test
    void fingerprintIsTheUpperCaseSha256OfTheLeaf() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(LEAF.certificate().getEncoded());
        var pairs = new ArrayList<String>();
        for (byte b : digest) {
            pairs.add("%02X".formatted(b & 0xff));
        }

        assertEquals(String.join(":", pairs), material().fingerprint());
        assertEquals(material().fingerprint(), KeyMaterial.fingerprint(LEAF.certificate()));
    }

    @Test
    void namesAreTheDnsNamesAndAddressesInTheirOrder() throws Exception {
        var names = new LinkedHashSet<>(List.of("b.example", "192.0.2.7", "*.a.example", "::1"));
        var parsed = SubjectName.parseAll(names);
        KeyMaterial material = Issuer.leaf(Issuer.authority(parsed, Pki.NOW), parsed, Pki.NOW);

        assertEquals(List.of("b.example", "192.0.2.7", "*.a.example", "::1"), material.names());
        assertEquals(List.of(), material().names());
    }

    /// It names no host, and is no reason to refuse a certificate that is fine for others.
    @Test
    void takesANetworkAmongTheNamesForWhatItIs() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        var names = new GeneralNames(new GeneralName[]{new GeneralName(GeneralName.dNSName, "claw.example"),
            new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[]{10, 0, 0, 0, (byte) 255, 0, 0, 0}))});
        var builder = new JcaX509v3CertificateBuilder(new X500Name("CN=leaf"), BigInteger.ONE, Date.from(Pki.FROM),
                Date.from(Pki.UNTIL), new X500Name("CN=leaf"), pair.getPublic());
        builder.addExtension(Extension.subjectAlternativeName, false, names);
        byte[] encoded = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                .getEncoded();
        var material = new KeyMaterial(pair.getPrivate(), List.of((X509Certificate) CertificateFactory
                .getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded))));

        assertEquals("claw.example", material.names().getFirst());
        assertEquals(2, material.names().size());
        assertTrue(material.covers("claw.example"));
        assertFalse(material.covers("10.0.0.0"));
    }

    @Test
    void printsItsCertificateAndNoKey() {
        String printed = material().toString();

        assertEquals("KeyMaterial[CN=leaf, certificates: 1, until 2026-06-11T00:00:00Z, SHA-256 "
                + material().fingerprint() + "]", printed);
        byte[] key = LEAF.key().getEncoded();
        assertFalse(printed.contains(Base64.getEncoder().encodeToString(key).substring(48, 56)));
        assertFalse(printed.contains(HexFormat.of().formatHex(Arrays.copyOfRange(key, 40, 44))));
    }

    private static KeyMaterial material() {
        return new KeyMaterial(LEAF.key(), List.of(LEAF.certificate()));
    }
}

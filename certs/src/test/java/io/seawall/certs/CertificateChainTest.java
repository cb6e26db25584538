package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.Pki.Identity;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.junit.jupiter.api.Test;

/// Which chains and keys are taken, and how much of a chain is presented.
class CertificateChainTest extends PemFilesCase {
    @Test
    void refusesAnExpiredCertificate() throws Exception {
        Identity expired = Pki.server("CN=old", EC, MIDDLE, Pki.FROM, Instant.parse("2026-05-31T23:59:59Z"));

        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate()
                        + " expired on 2026-05-31T23:59:59Z: CN=old (expected: a certificate valid at 2026-06-01T00:00:00Z)",
                refusal(Pki.pem(expired), Pki.pkcs8(EC.getPrivate())));
    }

    @Test
    void refusesACertificateThatIsNotYetValid() throws Exception {
        Identity early = Pki.server("CN=new", EC, MIDDLE, Instant.parse("2026-06-01T00:00:01Z"), Pki.UNTIL);

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " is not valid before 2026-06-01T00:00:01Z: CN=new"
                + " (expected: a certificate valid at 2026-06-01T00:00:00Z)",
                refusal(Pki.pem(early), Pki.pkcs8(EC.getPrivate())));
    }

    @Test
    void refusesAnExpiredIntermediate() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        var middle = new Identity(pair, Pki.certificate("CN=Old middle", pair, "CN=Root", ROOT.pair(), true, Pki.FROM,
                Instant.parse("2026-05-30T00:00:00Z")));

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " expired on 2026-05-30T00:00:00Z: CN=Old middle"
                + " (expected: a certificate valid at 2026-06-01T00:00:00Z)",
                refusal(Pki.pem(Pki.server("CN=x", EC, middle), middle), Pki.pkcs8(EC.getPrivate())));
    }

    /// The cross-signed root that Let's Encrypt served for years after it had expired.
    @Test
    void leavesOutWhatHasExpiredBehindTheLeafsIssuer() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        Instant end = Instant.parse("2026-05-30T00:00:00Z");
        var crossSigned = new Identity(ROOT.pair(), Pki.certificate("CN=Root", ROOT.pair(), "CN=Older", pair, true,
                Pki.FROM, end));

        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE, crossSigned), Pki.pkcs8(LEAF.key()));

        assertEquals(List.of(LEAF.certificate(), MIDDLE.certificate()), material.chain());
        assertEquals(List.of("SEAWALL_TLS_CERT: " + certificate() + " ends with a certificate that is valid from "
                + Pki.FROM + " to " + end
                + " only: CN=Root; it is left out. Fix: take it out of the file, or renew the chain"),
                material.remarks());
        assertEquals(Pki.UNTIL, material.notAfter(), "what is left out refuses no start");
    }

    @Test
    void keepsWhatIsValidBehindTheLeafsIssuer() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        var crossSigned = new Identity(ROOT.pair(), Pki.certificate("CN=Root", ROOT.pair(), "CN=Older", pair, true,
                Pki.FROM, Pki.NOW.plusSeconds(60)));

        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE, crossSigned), Pki.pkcs8(LEAF.key()));

        assertEquals(3, material.chain().size());
        assertEquals(List.of(), material.remarks());
        assertEquals(Pki.UNTIL, material.notAfter());
    }

    @Test
    void endsWithTheLeafsIssuerWhereThatEndsFirst() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        Instant end = Pki.NOW.plusSeconds(60);
        var middle = new Identity(pair,
                Pki.certificate("CN=Short", pair, "CN=Root", ROOT.pair(), true, Pki.FROM, end));

        assertEquals(end, load(Pki.pem(Pki.server("CN=x", EC, middle), middle), Pki.pkcs8(EC.getPrivate())).notAfter());
    }

    /// What `openssl req -x509` makes, alone or signed by `-CA`.
    @Test
    void takesACertificateThatSaysItIsACas() throws Exception {
        Identity own = Pki.root("CN=gateway.example");
        Identity signed = Pki.authority("CN=signed.example", MIDDLE);
        for (String[] files : new String[][]{{Pki.pem(own), Pki.pkcs8(own.key())},
            {Pki.pem(signed, MIDDLE), Pki.pkcs8(signed.key())}}) {
            KeyMaterial material = load(files[0], files[1]);

            assertEquals(1, material.remarks().size());
            assertTrue(material.remarks().getFirst().startsWith("SEAWALL_TLS_CERT: " + certificate()
                    + " is a CA's certificate (CA:TRUE), as openssl req -x509 makes it"), material.toString());
        }
    }

    @Test
    void remarksOnAPublicCasLeafAlone() throws Exception {
        Identity leaf = Pki.publicServer("CN=claw.example", MIDDLE, AccessDescription.id_ad_caIssuers);

        assertEquals(List.of("SEAWALL_TLS_CERT: " + certificate() + " holds the server certificate without its issuers,"
                + " so that many clients will not trust it. Fix: name the file with the whole chain, fullchain.pem in"
                + " place of cert.pem"), load(Pki.pem(leaf), Pki.pkcs8(leaf.key())).remarks());
        assertEquals(List.of(), load(Pki.pem(leaf, MIDDLE), Pki.pkcs8(leaf.key())).remarks());
        assertEquals(List.of(), load(Pki.pem(LEAF), Pki.pkcs8(LEAF.key())).remarks(), "of a private CA's");
        Identity other = Pki.publicServer("CN=claw.example", MIDDLE, AccessDescription.id_ad_ocsp);
        assertEquals(List.of(), load(Pki.pem(other), Pki.pkcs8(other.key())).remarks());
    }

    @Test
    void refusesAChainOutOfOrder() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " is out of order: certificate 1, CN=gateway.example, was not "
                        + "issued by certificate 2, CN=Root (expected: each certificate followed by its issuer, here "
                        + "CN=Middle)",
                refusal(Pki.pem(LEAF, ROOT, MIDDLE), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesAnIssuerThatOnlyBearsTheName() throws Exception {
        Identity impostor = Pki.root("CN=Middle");

        assertEquals("SEAWALL_TLS_CERT: " + certificate()
                + " is out of order: certificate 1, CN=gateway.example, was not issued by certificate 2, CN=Middle"
                + " (expected: each certificate followed by its issuer, here CN=Middle)",
                refusal(Pki.pem(LEAF, impostor), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesACaWhereTheServerCertificateShouldBe() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " begins with a CA certificate: CN=Middle"
                        + " (expected: the server certificate first, then its issuers)",
                refusal(Pki.pem(MIDDLE, LEAF), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesAShortRsaKey() throws Exception {
        KeyPair shorter = Pki.rsa(1024);
        Identity weak = Pki.server("CN=weak", shorter, MIDDLE);

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " has an RSA key of 1024 bits" + RULES,
                refusal(Pki.pem(weak), Pki.pkcs8(shorter.getPrivate())));
        assertEquals("SEAWALL_TLS_KEY: " + key() + " has an RSA key of 1024 bits" + RULES,
                refusal(Pki.pem(RSA_LEAF), Pki.pkcs8(shorter.getPrivate())));
    }

    @Test
    void refusesOtherKindsOfKey() throws Exception {
        KeyPair edwards = Pki.ed25519();
        KeyPair p521 = Pki.ec("secp521r1");

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " has a key of type EdDSA" + RULES,
                refusal(Pki.pem(Pki.server("CN=ed", edwards, MIDDLE)), Pki.pkcs8(edwards.getPrivate())));
        assertEquals("SEAWALL_TLS_KEY: " + key() + " has a key of type EdDSA" + RULES,
                refusal(Pki.pem(LEAF), Pki.pkcs8(edwards.getPrivate())));
        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " has an EC key of 521 bits on another curve" + RULES,
                refusal(Pki.pem(Pki.server("CN=p521", p521, MIDDLE)), Pki.pkcs8(p521.getPrivate())));
    }

    @Test
    void refusesAnotherFormOfKey() throws Exception {
        assertEquals(
                "SEAWALL_TLS_KEY: " + key() + " holds a key of the form OPENSSH PRIVATE KEY"
                        + " (expected: PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY)",
                refusal(Pki.pem(LEAF), Pki.pem("OPENSSH PRIVATE KEY", new byte[64])));
    }
}

package io.seawall.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes certificates: the local CA, and what it issues. Apart from [LocalCa] because it is BouncyCastle, whose classes
/// cost start-up time; a start that finds its certificates in place must not load them. Keys and signatures are those of
/// the JDK's providers; BouncyCastle only builds the structure.
public final class Issuer {
    private static final int CA_YEARS = 10;
    private static final Duration LEAF_LIFE = Duration.ofDays(90);
    // clients whose clock is behind ours
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final Duration CHALLENGE_LIFE = Duration.ofDays(1);
    // id-pe-acmeIdentifier
    private static final ASN1ObjectIdentifier ACME_IDENTIFIER = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");
    private static final int SERIAL_BITS = 128;
    // ub-common-name, RFC 5280 appendix A.1
    private static final int COMMON_NAME_LIMIT = 64;

    private Issuer() {}

    /// A CA that may vouch for these names alone, and for servers alone: with a stolen key one still cannot impersonate
    /// a bank, sign mail or sign programs, on the devices that trust it.
    static KeyMaterial authority(SequencedSet<SubjectName> names, Instant moment) {
        Instant now = moment.truncatedTo(ChronoUnit.SECONDS);
        return build(() -> {
            KeyPair pair = newKeyPair();
            SubjectKeyIdentifier keyId = new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic());
            String shortId = HexFormat.of().formatHex(keyId.getKeyIdentifier(), 0, 4);
            X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, "Seawall local CA " + shortId)
                    .addRDN(BCStyle.O, "Seawall").build();
            Instant end = now.atZone(ZoneOffset.UTC).plusYears(CA_YEARS).toInstant();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name, serial(),
                    Date.from(now.minus(CLOCK_SKEW)), Date.from(end), name, pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectKeyIdentifier, false, keyId);
            builder.addExtension(Extension.nameConstraints, true, NameLimits.of(names));
            return new KeyMaterial(pair.getPrivate(), List.of(sign(builder, pair.getPrivate())));
        });
    }

    /// A server certificate with a new key; it expires with the CA if that comes first.
    static KeyMaterial leaf(KeyMaterial authority, SequencedSet<SubjectName> names, Instant moment) {
        Instant now = moment.truncatedTo(ChronoUnit.SECONDS);
        X509Certificate ca = authority.leaf();
        return build(() -> {
            KeyPair pair = newKeyPair();
            var extensions = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    X500Name.getInstance(ca.getSubjectX500Principal().getEncoded()), serial(),
                    Date.from(later(now.minus(CLOCK_SKEW), ca.getNotBefore().toInstant())),
                    Date.from(earlier(now.plus(LEAF_LIFE), ca.getNotAfter().toInstant())),
                    subject(names), pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                    extensions.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    extensions.createAuthorityKeyIdentifier(ca));
            return new KeyMaterial(pair.getPrivate(), List.of(sign(builder, authority.key()), ca));
        });
    }

    /// What tls-alpn-01 wants to see (RFC 8737, section 3): self-signed, for one name, with the digest of the key
    /// authorization in an extension that no browser accepts.
    public static KeyMaterial challenge(String name, byte[] digest, Instant moment) {
        Instant now = moment.truncatedTo(ChronoUnit.SECONDS);
        return build(() -> {
            KeyPair pair = newKeyPair();
            X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, "ACME challenge").build();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(subject, serial(),
                    Date.from(now.minus(CLOCK_SKEW)), Date.from(now.plus(CHALLENGE_LIFE)), subject, pair.getPublic());
            builder.addExtension(Extension.subjectAlternativeName, false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            builder.addExtension(ACME_IDENTIFIER, true, new DEROctetString(digest));
            return new KeyMaterial(pair.getPrivate(), List.of(sign(builder, pair.getPrivate())));
        });
    }

    // never empty: RFC 5280 section 4.2.1.6 would then want a critical subjectAltName; never an address, because OpenSSL
    // takes a common name for a DNS name, which the constraints do not permit
    private static X500Name subject(SequencedSet<SubjectName> names) {
        Optional<String> name = names.stream().filter(n -> !n.isAddress()).map(SubjectName::text).findFirst();
        var builder = new X500NameBuilder();
        return name.isPresent() && name.get().length() <= COMMON_NAME_LIMIT
                ? builder.addRDN(BCStyle.CN, name.get()).build()
                : builder.addRDN(BCStyle.O, "Seawall").build();
    }

    private static GeneralNames alternativeNames(SequencedSet<SubjectName> names) {
        var entries = new ArrayList<GeneralName>();
        for (SubjectName name : names) {
            entries.add(NameLimits.generalName(name));
        }
        return new GeneralNames(entries.toArray(GeneralName[]::new));
    }

    /// For certificates and accounts: P-256, which every client and every CA takes.
    public static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return carrying(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /// The pair, its private key with the public half in its encoding (RFC 5915): the JDK leaves that out, and each start
    /// would compute it.
    static KeyPair carrying(KeyPair pair) throws GeneralSecurityException {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
            ASN1BitString point = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()).getPublicKeyData();
            int bits = ((ECPublicKey) pair.getPublic()).getParams().getOrder().bitLength();
            var key = new ECPrivateKey(bits, ECPrivateKey.getInstance(info.parsePrivateKey()).getKey(), point, null);
            byte[] encoded = new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), key).getEncoded();
            return new KeyPair(pair.getPublic(),
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (IOException e) {
            throw new IllegalStateException("the JDK encoded it", e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, new SecureRandom());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        // an operator may have put an RSA CA in the place of ours
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        byte[] encoded = builder.build(new JcaContentSignerBuilder(algorithm).build(key)).getEncoded();
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static KeyMaterial build(Recipe recipe) {
        try {
            return recipe.build();
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("every JDK has P-256, ECDSA and SHA-256, and nothing here is read", e);
        }
    }

    private interface Recipe {
        KeyMaterial build() throws GeneralSecurityException, IOException, OperatorCreationException;
    }
}

package io.seawall.certs;

import io.seawall.config.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Certificates and PEM text for tests, made without Seawall's own code.
public final class Pki {
    public static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    public static final Instant FROM = NOW.minus(Duration.ofDays(10));
    public static final Instant UNTIL = NOW.plus(Duration.ofDays(10));

    private Pki() {}

    public record Identity(KeyPair pair, X509Certificate certificate) {
        public PrivateKey key() {
            return pair.getPrivate();
        }

        public String name() {
            return certificate.getSubjectX500Principal().getName();
        }
    }

    public static Identity root(String name) {
        KeyPair pair = ec("secp256r1");
        return new Identity(pair, certificate(name, pair, name, pair, true, FROM, UNTIL));
    }

    public static Identity authority(String name, Identity issuer) {
        KeyPair pair = ec("secp256r1");
        return new Identity(pair, certificate(name, pair, issuer.name(), issuer.pair(), true, FROM, UNTIL));
    }

    public static Identity server(String name, KeyPair pair, Identity issuer) {
        return server(name, pair, issuer, FROM, UNTIL);
    }

    public static Identity server(String name, KeyPair pair, Identity issuer, Instant from, Instant until) {
        return new Identity(pair, certificate(name, pair, issuer.name(), issuer.pair(), false, from, until));
    }

    /// One that says where its issuer's certificate (id_ad_caIssuers), or something else of it, is to be had.
    public static Identity publicServer(String name, Identity issuer, ASN1ObjectIdentifier method) {
        KeyPair pair = ec("secp256r1");
        var place = new AuthorityInformationAccess(method,
                new GeneralName(GeneralName.uniformResourceIdentifier, "http://ca.example/issuer.der"));
        return new Identity(pair, certificate(name, pair, issuer.name(), issuer.pair(), false, FROM, UNTIL, place));
    }

    public static X509Certificate certificate(String subject, KeyPair pair, String issuer, KeyPair issuerPair,
            boolean authority, Instant from, Instant until, AuthorityInformationAccess... access) {
        try {
            var builder = new JcaX509v3CertificateBuilder(new X500Name(issuer),
                    BigInteger.valueOf(subject.hashCode() & 0xffff), Date.from(from), Date.from(until),
                    new X500Name(subject), pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            for (AuthorityInformationAccess place : access) {
                builder.addExtension(Extension.authorityInfoAccess, false, place);
            }
            String algorithm = issuerPair.getPrivate().getAlgorithm().equals("RSA")
                    ? "SHA256withRSA"
                    : "SHA256withECDSA";
            byte[] encoded = builder.build(new JcaContentSignerBuilder(algorithm).build(issuerPair.getPrivate()))
                    .getEncoded();
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair ed25519() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }

    public static String pem(Identity... chain) {
        var text = new StringBuilder();
        try {
            for (Identity identity : chain) {
                text.append(pem("CERTIFICATE", identity.certificate().getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    public static String pkcs8(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    public static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    public static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /// Seawall's classes and the JDK, and nothing else: where BouncyCastle is touched, NoClassDefFoundError.
    public static URLClassLoader withoutBouncyCastle() {
        URL classes = KeyMaterial.class.getProtectionDomain().getCodeSource().getLocation();
        URL config = Config.class.getProtectionDomain().getCodeSource().getLocation();
        return new URLClassLoader(new URL[]{classes, config}, ClassLoader.getPlatformClassLoader());
    }
}

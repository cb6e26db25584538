package io.seawall.proxy.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// Authorities and certificates of clients, made for a test.
public final class ClientPki {
    public static final KeyPurposeId CLIENT = KeyPurposeId.id_kp_clientAuth;
    public static final KeyPurposeId SERVER = KeyPurposeId.id_kp_serverAuth;

    private ClientPki() {}

    /// A certificate with its key.
    public record Identity(KeyPair pair, X509Certificate certificate) {
        String name() {
            return certificate.getSubjectX500Principal().getName();
        }
    }

    public static Identity authority(String name) {
        KeyPair pair = pair();
        return issue(name, pair, name, pair, true, null, Duration.ofDays(-1), Duration.ofDays(1));
    }

    public static Identity client(String name, Identity issuer) {
        return client(name, issuer, CLIENT, Duration.ofDays(-1), Duration.ofDays(1));
    }

    /// @param from counted from now
    public static Identity client(String name, Identity issuer, KeyPurposeId purpose, Duration from, Duration until) {
        return issue(name, pair(), issuer.name(), issuer.pair(), false, purpose, from, until);
    }

    public static Identity intermediate(String name, Identity issuer) {
        return issue(name, pair(), issuer.name(), issuer.pair(), true, null, Duration.ofDays(-1), Duration.ofDays(1));
    }

    private static Identity issue(String name, KeyPair pair, String issuer, KeyPair issuerPair, boolean authority,
            @Nullable KeyPurposeId purpose, Duration from, Duration until) {
        Instant now = Instant.now();
        try {
            var builder = new JcaX509v3CertificateBuilder(new X500Name(issuer), BigInteger.valueOf(System.nanoTime()),
                    Date.from(now.plus(from)), Date.from(now.plus(until)), new X500Name(name), pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (purpose != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            }
            byte[] encoded = builder
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerPair.getPrivate()))
                    .getEncoded();
            return new Identity(pair, (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded)));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(Identity identity) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[]{'\n'})
                            .encodeToString(identity.certificate().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// For a client that presents these, its own first, also where the server did not ask for such.
    public static KeyManager[] presenting(Identity own, Identity... issuers) {
        X509Certificate[] chain = new X509Certificate[issuers.length + 1];
        chain[0] = own.certificate();
        for (int i = 0; i < issuers.length; i++) {
            chain[i + 1] = issuers[i].certificate();
        }
        return new KeyManager[]{new Presenter(own.pair().getPrivate(), chain)};
    }

    private static final class Presenter extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final X509Certificate[] chain;

        Presenter(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "own";
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[]{"own"};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers,
                @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }
    }
}

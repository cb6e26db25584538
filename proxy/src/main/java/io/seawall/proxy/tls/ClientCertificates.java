package io.seawall.proxy.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Takes clients whose certificate one of our authorities issued, for the purpose of TLS clients, and that is valid
/// now: the JDK's PKIX (RFC 5280) in both TLS libraries. Revocation is not checked.
final class ClientCertificates extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager pkix;

    private ClientCertificates(X509ExtendedTrustManager pkix) {
        this.pkix = pkix;
    }

    static ClientCertificates of(List<X509Certificate> authorities) {
        return of(authorities, Optional.empty());
    }

    /// Verifies the certificates of a client that is connected, as a handshake at that time would.
    ///
    /// @throws CertificateException when a handshake would fail
    static void verify(Certificate[] chain, List<X509Certificate> authorities, Instant time)
            throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate certificate : chain) {
            if (!(certificate instanceof X509Certificate x509)) {
                throw new CertificateException("no X.509 certificate");
            }
            certificates.add(x509);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        of(authorities, Optional.of(time)).checkClientTrusted(certificates.toArray(X509Certificate[]::new),
                certificates.getFirst().getPublicKey().getAlgorithm());
    }

    private static ClientCertificates of(List<X509Certificate> authorities, Optional<Instant> time) {
        Set<TrustAnchor> anchors = new LinkedHashSet<>();
        authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            time.ifPresent(at -> parameters.setDate(Date.from(at)));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return new ClientCertificates(extended);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PKIX", e);
        }
        throw new IllegalStateException("the JDK's PKIX trusts no X.509 certificates");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        pkix.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        pkix.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        pkix.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("no server is connected to");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return pkix.getAcceptedIssuers();
    }
}

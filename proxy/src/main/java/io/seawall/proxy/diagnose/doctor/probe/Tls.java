package io.seawall.proxy.diagnose.doctor.probe;

import io.seawall.host.BoundedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Which servers a TLS connection is accepted with.
///
/// @param name what to ask for (SNI)
/// @param verifiesName whether the certificate has to be for it
/// @param identifies whether a connection that comes about shows who the other side is
public record Tls(SSLContext context, String name, boolean verifiesName, boolean identifies) {
    private static final int LARGEST = 1 << 20;

    /// Certificates of the CAs that this Java trusts.
    public static Tls ofPublicAuthorities(String name) {
        return new Tls(context(managers(null)), name, true, true);
    }

    /// The same authorities, whatever name they vouch for: for finding out what is wrong.
    public Tls forAnyName() {
        return new Tls(context, name, false, false);
    }

    /// Only a server with the key of this very certificate.
    public static Tls pinned(X509Certificate certificate, String name) {
        return new Tls(of(List.of(certificate), name, false).context(), name, false, true);
    }

    /// Certificates of these CAs.
    public static Tls of(Collection<? extends Certificate> authorities, String name, boolean verifiesName) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate authority : authorities) {
                store.setCertificateEntry("ca-" + number++, authority);
            }
            return new Tls(context(managers(store)), name, verifiesName, verifiesName);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has a key store in memory", e);
        }
    }

    /// Whatever certificate is shown: for looking at it. Nothing secret goes over such a connection.
    public static Tls looking(String name) {
        return new Tls(context(new TrustManager[]{new Anybody()}), name, false, false);
    }

    public SSLSocket over(Socket connected, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(connected, name, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        if (verifiesName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        parameters.setApplicationProtocols(new String[]{"http/1.1"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /// The certificates in a PEM file, empty where there is none.
    public static List<X509Certificate> certificates(Path file) {
        try {
            InputStream in = new ByteArrayInputStream(BoundedFile.bytes(file, LARGEST));
            List<X509Certificate> certificates = new ArrayList<>();
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                if (certificate instanceof X509Certificate x509) {
                    certificates.add(x509);
                }
            }
            return certificates;
        } catch (IOException | GeneralSecurityException e) {
            return List.of();
        }
    }

    /// What is served there, the server's own certificate first.
    public static List<X509Certificate> served(Target target) throws NoAnswerException {
        try (Conversation conversation = Conversation.open(target)) {
            return Arrays.stream(conversation.peerCertificates()).map(X509Certificate.class::cast).toList();
        } catch (IOException e) {
            throw NoAnswerException.because(e);
        }
    }

    /// Whether a connection comes about.
    public static boolean agrees(Target target) throws NoAnswerException {
        try {
            return !served(target).isEmpty();
        } catch (NoAnswerException e) {
            if (e.instead() == NoAnswerException.Instead.NO_TLS) {
                return false;
            }
            throw e;
        }
    }

    /// @param store null: those of this Java
    private static TrustManager[] managers(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has a trust manager", e);
        }
    }

    private static SSLContext context(TrustManager[] managers) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

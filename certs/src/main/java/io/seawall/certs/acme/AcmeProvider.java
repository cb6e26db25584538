package io.seawall.certs.acme;

import io.seawall.certs.CertificateEvents.Failure;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.AbstractAcmeProvider;

/// What the library asks for: an HTTP client that follows no redirect, and our bounded connection.
final class AcmeProvider extends AbstractAcmeProvider {
    private final HttpClient client;
    private final Consumer<Instant> retryAfter;
    private final Clock clock;

    /// @param retryAfter receives the time before which the CA does not want another request
    AcmeProvider(HttpClient client, Consumer<Instant> retryAfter, Clock clock) {
        this.client = client;
        this.retryAfter = retryAfter;
        this.clock = clock;
    }

    /// @param anchors what the directory's own certificate is verified with; empty: the JDK's list
    static HttpClient client(List<X509Certificate> anchors) throws AcmeFailureException {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(AcmeConnection.TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER);
        return anchors.isEmpty() ? builder.build() : builder.sslContext(trust(anchors)).build();
    }

    private static SSLContext trust(List<X509Certificate> anchors) throws AcmeFailureException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < anchors.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), anchors.get(i));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AcmeFailureException(Failure.UNREACHABLE, "SEAWALL_ACME_CA cannot be used: " + e.getMessage());
        }
    }

    @Override
    public boolean accepts(URI serverUri) {
        return true;
    }

    @Override
    public URL resolve(URI serverUri) {
        try {
            return serverUri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("the configuration checked it", e);
        }
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return client;
    }

    @Override
    public Connection connect(URI serverUri, NetworkSettings settings, HttpClient http) {
        return new AcmeConnection(createHttpConnector(settings, http), retryAfter, clock);
    }
}

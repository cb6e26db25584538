package io.seawall.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.seawall.certs.KeyMaterial;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/// TLS towards clients: 1.3, and 1.2 with ECDHE and AEAD only. BoringSSL where its native library loads, else the JDK's.
/// Whatever name a client asks for, or none, gets the one certificate: a tunnel to an IP address sends no name.
public final class ServerTls implements AutoCloseable {
    private static final List<String> CIPHERS = List.of("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

    private final Duration handshake;
    private final List<X509Certificate> clientAuthorities;
    private final SslProvider provider;
    private SslContext context;
    private boolean closed;

    /// @param materials one for each kind of key, at least one
    /// @param handshake the time that a client has for one, before the connection closes
    /// @param clientAuthorities one of them must have issued every client's certificate; empty: none is asked for
    /// @throws SSLException when neither library accepts a key
    public ServerTls(List<KeyMaterial> materials, Duration handshake, List<X509Certificate> clientAuthorities)
            throws SSLException {
        this(materials, handshake, clientAuthorities,
                OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK);
    }

    ServerTls(List<KeyMaterial> materials, Duration handshake, List<X509Certificate> clientAuthorities,
            SslProvider provider) throws SSLException {
        this.handshake = handshake;
        this.clientAuthorities = List.copyOf(clientAuthorities);
        this.provider = provider;
        context = context(materials);
    }

    private SslContext context(List<KeyMaterial> materials) throws SSLException {
        return SslContextBuilder.forServer(new KeyManager(materials))
                .trustManager(clientAuthorities.isEmpty()
                        ? new NoClientCertificates()
                        : ClientCertificates.of(clientAuthorities))
                .clientAuth(clientAuthorities.isEmpty() ? ClientAuth.NONE : ClientAuth.REQUIRE)
                .sslProvider(provider).protocols("TLSv1.3", "TLSv1.2").ciphers(CIPHERS,
                        (wanted, defaults, supported) -> wanted == null
                                ? new String[0]
                                : java.util.stream.StreamSupport.stream(wanted.spliterator(), false)
                                        .filter(supported::contains).toArray(String[]::new))
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    /// The handler for one new connection, with the certificates of this moment.
    public synchronized SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        return handler;
    }

    /// Presents others from now on; open connections go on with what they have.
    ///
    /// @throws SSLException when the library refuses a key; nothing has changed then
    public void replace(List<KeyMaterial> materials) throws SSLException {
        SslContext next = context(materials);
        synchronized (this) {
            ReferenceCountUtil.release(closed ? next : context);
            context = closed ? context : next;
        }
    }

    /// Gives back the library's memory, which no garbage collector sees. Connections keep theirs until they end.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            ReferenceCountUtil.release(context);
        }
    }

    /// The library in use, for the log.
    public static String library() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK " + Runtime.version().feature();
    }
}

package io.seawall.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.seawall.certs.KeyMaterial;
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
    private final SslProvider provider;
    private SslContext context;
    private boolean closed;

    /// @param materials one for each kind of key, at least one
    /// @param handshake the time that a client has for one, before the connection closes
    /// @throws SSLException when neither library accepts a key
    public ServerTls(List<KeyMaterial> materials, Duration handshake) throws SSLException {
        this(materials, handshake, OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK);
    }

    ServerTls(List<KeyMaterial> materials, Duration handshake, SslProvider provider) throws SSLException {
        this.handshake = handshake;
        this.provider = provider;
        context = context(materials, ApplicationProtocolNames.HTTP_1_1);
    }

    private SslContext context(List<KeyMaterial> materials, String protocol) throws SSLException {
        return SslContextBuilder.forServer(new KeyManager(materials)).trustManager(new NoClientCertificates())
                .sslProvider(provider).protocols("TLSv1.3", "TLSv1.2").ciphers(CIPHERS,
                        (wanted, defaults, supported) -> wanted == null
                                ? new String[0]
                                : java.util.stream.StreamSupport.stream(wanted.spliterator(), false)
                                        .filter(supported::contains).toArray(String[]::new))
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT, protocol))
                .build();
    }

    /// The handler for one new connection, with the certificates of this moment.
    public synchronized SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        return handler;
    }

    /// The handler for a connection that is to see another certificate, and speak another protocol.
    ///
    /// @throws SSLException when the library refuses the key
    SslHandler newHandler(ByteBufAllocator allocator, KeyMaterial material, String protocol) throws SSLException {
        SslContext own = context(List.of(material), protocol);
        try {
            SslHandler handler = own.newHandler(allocator);
            handler.setHandshakeTimeoutMillis(handshake.toMillis());
            return handler;
        } finally {
            ReferenceCountUtil.release(own); // the connection keeps it until it ends
        }
    }

    Duration handshake() {
        return handshake;
    }

    /// Presents others from now on; open connections go on with what they have.
    ///
    /// @throws SSLException when the library refuses a key; nothing has changed then
    public void replace(List<KeyMaterial> materials) throws SSLException {
        SslContext next = context(materials, ApplicationProtocolNames.HTTP_1_1);
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

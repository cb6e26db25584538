package io.seawall.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import io.netty.util.ReferenceCountUtil;
import io.seawall.certs.KeyMaterial;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/// TLS towards clients: 1.3, and 1.2 with ECDHE and AEAD only. BoringSSL where its native library loads, else the JDK's.
/// Whatever name a client asks for, or none, gets the same certificates: a tunnel to an IP address sends no name. Who
/// verifies ECDSA gets that one, others the RSA one.
///
/// A session is resumed by its ticket, which BoringSSL keeps nothing for; the keys of the tickets go on when the
/// certificates are replaced. There is no early data, which could be replayed. Where clients need a certificate, no
/// session is resumed, because that would show none: the JDK cannot be told so, and [ClientCertificateHandler] looks.
public final class ServerTls implements AutoCloseable {
    /// How long a ticket key seals, and how long a session may be resumed: RFC 8446, 4.6.1 allows 7 days.
    public static final Duration TICKET_PERIOD = Duration.ofHours(8);

    private static final List<String> CIPHERS = List.of("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    // the hybrid one, which keeps today's recordings closed to tomorrow's quantum computers; the JDK has it from 27 on
    private static final String HYBRID = "X25519MLKEM768";
    private static final List<String> GROUPS = List.of(HYBRID, "x25519", "secp256r1", "secp384r1");
    private static final int JDK_SESSIONS = 1_000; // of TLS 1.2 clients that take no ticket

    static {
        refuseRenegotiation();
    }

    private final SslProvider provider;
    private volatile Duration handshake;
    private boolean http2;
    private volatile List<X509Certificate> clientAuthorities;
    private TicketKeys tickets = new TicketKeys();
    private SslContext context;
    private long resumedBefore;
    private boolean closed;

    /// The JDK's TLS reads this once, with the first handshake of the process, be it a client's: so the process begins with
    /// it. BoringSSL never renegotiates.
    public static void refuseRenegotiation() {
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    /// @param materials one for each kind of key, at least one
    /// @param handshake the time that a client has for one, before the connection closes
    /// @param clientAuthorities one of them must have issued every client's certificate; empty: none is asked for
    /// @param http2 whether it is offered
    /// @throws SSLException when neither library accepts a key
    public ServerTls(List<KeyMaterial> materials, Duration handshake, List<X509Certificate> clientAuthorities,
            boolean http2) throws SSLException {
        this(materials, handshake, clientAuthorities, http2,
                OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK);
    }

    ServerTls(List<KeyMaterial> materials, Duration handshake, List<X509Certificate> clientAuthorities, boolean http2,
            SslProvider provider) throws SSLException {
        this.handshake = handshake;
        this.clientAuthorities = List.copyOf(clientAuthorities);
        this.http2 = http2;
        this.provider = provider;
        context = context(materials, protocols(http2), this.clientAuthorities, tickets);
    }

    private static List<String> protocols(boolean http2) {
        return http2
                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                : List.of(ApplicationProtocolNames.HTTP_1_1);
    }

    private SslContextBuilder builder(KeyManager keys) {
        // BoringSSL gets the keys once; by itself Netty would read them anew for each handshake
        return provider == SslProvider.JDK
                ? SslContextBuilder.forServer(keys)
                : SslContextBuilder
                        .forServer(new OpenSslCachingX509KeyManagerFactory(new KeyManagerFactoryWrapper(keys)));
    }

    private SslContext context(List<KeyMaterial> materials, List<String> protocols, List<X509Certificate> authorities,
            TicketKeys keys) throws SSLException {
        SslContextBuilder builder = builder(new KeyManager(materials))
                .trustManager(
                        authorities.isEmpty() ? new NoClientCertificates() : ClientCertificates.of(authorities))
                .clientAuth(authorities.isEmpty() ? ClientAuth.NONE : ClientAuth.REQUIRE).sslProvider(provider)
                .protocols("TLSv1.3", "TLSv1.2").ciphers(CIPHERS,
                        (wanted, defaults, supported) -> wanted == null
                                ? new String[0]
                                : StreamSupport.stream(wanted.spliterator(), false).filter(supported::contains)
                                        .toArray(String[]::new))
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT, protocols))
                .sessionTimeout(TICKET_PERIOD.toSeconds()).sessionCacheSize(JDK_SESSIONS);
        return isNative() ? BoringSsl.context(builder, materials, GROUPS, keys) : builder.build();
    }

    private boolean isNative() {
        return provider != SslProvider.JDK;
    }

    /// The handler for one new connection, with the certificates of this moment.
    public synchronized SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        if (!isNative()) {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setNamedGroups(GROUPS.toArray(String[]::new)); // it leaves out what it does not know
            handler.engine().setSSLParameters(parameters);
        } else if (!clientAuthorities.isEmpty()) {
            BoringSsl.withoutTickets(handler.engine());
        }
        return handler;
    }

    /// The handler for a connection that is to see another certificate, and speak another protocol.
    ///
    /// @throws SSLException when the library refuses the key
    SslHandler newHandler(ByteBufAllocator allocator, KeyMaterial material, String protocol) throws SSLException {
        // a CA that comes to see a challenge has no client's certificate; so a ticket of this handshake must be good for
        // nothing else
        SslContext own = context(List.of(material), List.of(protocol), List.of(), new TicketKeys());
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

    /// Presents others from now on; open connections go on with what they have, and tickets go on to be good.
    ///
    /// @throws SSLException when the library refuses a key; nothing has changed then
    public synchronized void replace(List<KeyMaterial> materials) throws SSLException {
        if (closed) {
            return;
        }
        use(context(materials, protocols(http2), clientAuthorities, tickets));
    }

    /// The same of everything that was given at the start. A ticket is not good any more where other authorities must have
    /// issued the client's certificate, which a resumed session does not show again.
    ///
    /// @throws SSLException when the library refuses a key; nothing has changed then
    public synchronized void replace(List<KeyMaterial> materials, Duration newHandshake,
            List<X509Certificate> newAuthorities, boolean newHttp2) throws SSLException {
        if (closed) {
            return;
        }
        TicketKeys newTickets = newAuthorities.equals(clientAuthorities) ? tickets : new TicketKeys();
        use(context(materials, protocols(newHttp2), newAuthorities, newTickets));
        tickets = newTickets;
        clientAuthorities = List.copyOf(newAuthorities);
        http2 = newHttp2;
        handshake = newHandshake;
    }

    private void use(SslContext next) {
        resumedBefore = resumed();
        ReferenceCountUtil.release(context);
        context = next;
    }

    public boolean needsClientCertificate() {
        return !clientAuthorities.isEmpty();
    }

    /// Verifies the certificates of a client as a handshake at that time would; none is needed where no authorities are
    /// given any more.
    ///
    /// @throws CertificateException when the handshake would fail
    void verifyClient(Certificate[] chain, Instant time) throws CertificateException {
        List<X509Certificate> authorities = clientAuthorities;
        if (!authorities.isEmpty()) {
            ClientCertificates.verify(chain, authorities, time);
        }
    }

    /// Seals tickets with a new key from now on, and opens those of the key before that one no longer. To be called
    /// every [#TICKET_PERIOD]. The JDK manages keys of its own.
    public synchronized void rotateTicketKeys() {
        if (isNative() && !closed) {
            tickets.rotate();
            BoringSsl.useTickets(context, tickets);
        }
    }

    /// How many handshakes began with a ticket that was good; 0 with the JDK, which does not report it.
    public synchronized long resumed() {
        return resumedBefore + (isNative() && !closed ? BoringSsl.resumed(context) : 0);
    }

    /// Gives back the library's memory, which no garbage collector sees. Connections keep theirs until they end.
    @Override
    public synchronized void close() {
        if (!closed) {
            resumedBefore = resumed();
            closed = true;
            ReferenceCountUtil.release(context);
        }
    }

    /// The library in use, for the log.
    public static String library() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK " + Runtime.version().feature();
    }
}

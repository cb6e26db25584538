package io.seawall.proxy.tls;

import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.seawall.certs.KeyMaterial;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// What the native library has to be told beyond what both libraries are told.
final class BoringSsl {
    // Of this listener alone. A ticket replaces the handshake in which it was issued, so no client certificate is asked
    // for again: contexts that share ticket keys must ask for the same.
    private static final byte[] SESSIONS = "seawall".getBytes(StandardCharsets.US_ASCII);

    // What a connection keeps for records that are not data: alerts, new keys, tickets. Netty takes 2,048 for each connection,
    // however long it is idle. A handshake's certificates go in pieces where they are larger than that, as they do anyway.
    private static final int RECORDS_BYTES = 512;

    private BoringSsl() {}

    static SslContext context(SslContextBuilder builder, List<KeyMaterial> materials, List<String> groups,
            TicketKeys tickets) throws SSLException {
        List<OpenSslCredential> credentials = new ArrayList<>();
        SslContext context;
        try {
            // the library takes the first one that the client can verify: ECDSA costs a tenth of RSA
            materials.stream().sorted(Comparator.comparing(material -> material.key().getAlgorithm()))
                    .forEach(material -> credentials.add(credential(material)));
            context = builder.addCredentials(credentials)
                    .option(OpenSslContextOption.GROUPS,
                            groups.stream().filter(BoringSsl::offers).toArray(String[]::new))
                    .build();
        } catch (IllegalStateException e) {
            throw new SSLException("the library refuses a key or its certificate", e);
        } finally {
            credentials.forEach(ReferenceCountUtil::release); // the context holds its own
        }
        ((ReferenceCountedOpenSslContext) context).setBioNonApplicationBufferSize(RECORDS_BYTES);
        OpenSslServerSessionContext sessions = (OpenSslServerSessionContext) context.sessionContext();
        sessions.setSessionIdContext(SESSIONS);
        // clients resume by tickets; an unauthenticated client's handshake leaves nothing here
        sessions.setSessionCacheEnabled(false);
        sessions.setTicketKeys(tickets.keys());
        return context;
    }

    private static OpenSslCredential credential(KeyMaterial material) {
        return OpenSslCredentialBuilder
                .forX509(material.key(), material.chain().toArray(X509Certificate[]::new)).build();
    }

    /// Whether the library knows a group of RFC 8446, 4.2.7.
    static boolean offers(String group) {
        try {
            ReferenceCountUtil.release(SslContextBuilder.forClient().trustManager(new NoClientCertificates())
                    .sslProvider(SslProvider.OPENSSL_REFCNT).option(OpenSslContextOption.GROUPS, new String[]{group})
                    .build());
            return true;
        } catch (SSLException e) {
            return false;
        }
    }

    /// Gives no ticket on a connection, and takes none; only the connection's options can say so.
    static void withoutTickets(SSLEngine engine) {
        SSL.setOptions(((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
    }

    static void useTickets(SslContext context, TicketKeys tickets) {
        ((OpenSslServerSessionContext) context.sessionContext()).setTicketKeys(tickets.keys());
    }

    /// How many clients brought a ticket that could be opened.
    static long resumed(SslContext context) {
        return ((OpenSslServerSessionContext) context.sessionContext()).stats().ticketKeyResume();
    }
}

package io.seawall.proxy.tls;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Why a TLS handshake failed, as a label of a bounded set. The libraries' messages are matched against known ones;
/// everything else is [#PROTOCOL].
public enum HandshakeFailure {
    // what a client sends for a certificate that it does not trust: alerts 42 to 48 of RFC 8446, 6.2
    CERTIFICATE_UNKNOWN("ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_EXPIRED", "ALERT_CERTIFICATE_UNKNOWN",
            "ALERT_UNKNOWN_CA", "alert: bad_certificate", "alert: certificate_expired", "alert: certificate_unknown",
            "alert: unknown_ca"),
    // and what we say of a client's
    CLIENT_CERTIFICATE("PEER_DID_NOT_RETURN_A_CERTIFICATE", "CERTIFICATE_VERIFY_FAILED",
            "Empty client certificate chain", "Empty server certificate chain"),
    UNSUPPORTED_PROTOCOL("UNSUPPORTED_PROTOCOL", "INAPPROPRIATE_FALLBACK", "ALERT_PROTOCOL_VERSION",
            "alert: protocol_version", "Client requested protocol", "client supported protocol versions",
            "inappropriate_fallback"),
    NO_SHARED_CIPHER("NO_SHARED_CIPHER", "NO_SHARED_GROUP", "NO_COMMON_SIGNATURE_ALGORITHMS",
            "no cipher suites in common", "No common named group", "No available authentication scheme",
            "Unable to find key material", "alert: handshake_failure", "ALERT_HANDSHAKE_FAILURE"),
    HTTP_REQUEST("HTTP_REQUEST"),
    TIMEOUT,
    CLOSED,
    PROTOCOL;

    private final Pattern words;

    HandshakeFailure(String... words) {
        // without any, one that never matches
        this.words = Pattern.compile(words.length == 0 ? "(?!)" : String.join("|", words));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @param pipeline of the connection, where it is still known whether the client spoke TLS at all
    public static HandshakeFailure of(Throwable cause, ChannelPipeline pipeline) {
        HttpOnTlsPortHandler plaintext = pipeline.get(HttpOnTlsPortHandler.class);
        if (plaintext != null && plaintext.hasAnswered()) {
            return HTTP_REQUEST;
        }
        return of(cause);
    }

    private static HandshakeFailure of(Throwable cause) {
        return switch (cause) {
            case SslHandshakeTimeoutException _ -> TIMEOUT;
            case ClosedChannelException _ -> CLOSED;
            case NotSslRecordException _ -> PROTOCOL; // it repeats what the client sent
            default -> ofWords(cause);
        };
    }

    private static HandshakeFailure ofWords(Throwable cause) {
        for (@Nullable
        Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return CLIENT_CERTIFICATE;
            }
            String message = String.valueOf(t.getMessage());
            for (HandshakeFailure failure : values()) {
                if (failure.words.matcher(message).find()) {
                    return failure;
                }
            }
        }
        return PROTOCOL;
    }
}

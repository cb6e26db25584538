package io.seawall.proxy.credential;

import io.seawall.config.Secret;
import io.seawall.proxy.cloudflare.AccessDenial;
import io.seawall.proxy.session.Session;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A layer's decision about a request.
public sealed interface Decision {

    /// @param reason how: `password`, `session`, `token`, `plugin_tab`; `previous` where it was the credential before, or a session that
    ///     began with it; or `open` where no layer guards the route
    /// @param token the one that was given, of a layer that has tokens
    /// @param session the session that came with the request or was made for it
    /// @param setCookie whether the answer must carry the session
    record Granted(String reason, @Nullable Secret token, @Nullable Session session, boolean setCookie)
            implements
                Decision {
        public static final Granted OPEN = new Granted("open", null, null, false);

        public static Granted token(boolean previous, Secret token) {
            return new Granted(previous ? "previous" : "token", token, null, false);
        }

        public static Granted session(String reason, Session session, boolean setCookie) {
            return new Granted(reason, null, session, setCookie);
        }
    }

    /// @param counting whether the throttle has counted it already, as a guess that had a place
    /// @param fingerprint of a wrong credential; 0 where there was none
    record Denied(Reason reason, Counting counting, long fingerprint) implements Decision {
        public Denied(Reason reason) {
            this(reason, Counting.NOT_YET, 0);
        }
    }

    /// What the throttle made of a wrong guess.
    enum Counting {
        NOT_YET,
        COUNTED,
        // wrong lately already, and counted then
        REPEATED,
        LOCKED_OUT
    }

    /// Why a layer denied. A bounded set, for metrics and log; the client is told less.
    enum Reason {
        MISSING,
        MALFORMED,
        UNKNOWN_USER,
        WRONG_PASSWORD,
        WRONG_TOKEN,
        REPEATED,
        BEARER_ON_UI,
        EXPIRED_SESSION,
        LOCKED,
        SLOWED,
        BUSY,
        BAD_ORIGIN,
        ACCESS_MISSING,
        ACCESS_MALFORMED,
        ACCESS_ALGORITHM,
        ACCESS_UNKNOWN_KEY,
        ACCESS_SIGNATURE,
        ACCESS_ISSUER,
        ACCESS_AUDIENCE,
        ACCESS_EXPIRED,
        ACCESS_NOT_YET,
        ACCESS_UNAVAILABLE;

        private final String label = name().toLowerCase(Locale.ROOT);

        public static Reason of(AccessDenial objection) {
            return switch (objection) {
                case MISSING -> ACCESS_MISSING;
                case MALFORMED -> ACCESS_MALFORMED;
                case ALGORITHM -> ACCESS_ALGORITHM;
                case UNKNOWN_KEY -> ACCESS_UNKNOWN_KEY;
                case SIGNATURE -> ACCESS_SIGNATURE;
                case ISSUER -> ACCESS_ISSUER;
                case AUDIENCE -> ACCESS_AUDIENCE;
                case EXPIRED -> ACCESS_EXPIRED;
                case NOT_YET -> ACCESS_NOT_YET;
                case UNAVAILABLE -> ACCESS_UNAVAILABLE;
            };
        }

        public String label() {
            return label;
        }

        /// Whether a credential was given and wrong; only that counts towards a lockout, and not the same one again.
        public boolean isGuess() {
            return switch (this) {
                case UNKNOWN_USER, WRONG_PASSWORD, WRONG_TOKEN -> true;
                case MISSING, MALFORMED, REPEATED, BEARER_ON_UI, EXPIRED_SESSION, LOCKED, SLOWED, BUSY, BAD_ORIGIN ->
                    false;
                case ACCESS_MISSING, ACCESS_MALFORMED, ACCESS_ALGORITHM, ACCESS_UNKNOWN_KEY, ACCESS_SIGNATURE,
                        ACCESS_ISSUER, ACCESS_AUDIENCE, ACCESS_EXPIRED, ACCESS_NOT_YET, ACCESS_UNAVAILABLE ->
                    false;
            };
        }

        /// Whether Cloudflare Access is what is missing, whatever the credential; no password was looked at then.
        public boolean isAccess() {
            return name().startsWith("ACCESS_");
        }
    }
}

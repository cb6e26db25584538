package io.seawall.proxy.auth;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a layer says to a request.
public sealed interface Decision {

    /// @param reason how: `password`, `session`, `token`, or `open` where no layer guards the route
    /// @param session the session that came with the request or was made for it
    /// @param setCookie whether the answer must carry the session
    record Granted(String reason, @Nullable Session session, boolean setCookie) implements Decision {
        static final Granted OPEN = new Granted("open", null, false);
        static final Granted TOKEN = new Granted("token", null, false);
    }

    record Denied(Reason reason) implements Decision {}

    /// Why a layer denied. A bounded set, for metrics and log; the client is told less.
    enum Reason {
        MISSING,
        MALFORMED,
        UNKNOWN_USER,
        WRONG_PASSWORD,
        WRONG_TOKEN,
        BEARER_ON_UI,
        EXPIRED_SESSION,
        LOCKED,
        SLOWED,
        BUSY,
        BAD_ORIGIN;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether somebody tried a credential and it was wrong; only that counts towards a lockout.
        public boolean isGuess() {
            return switch (this) {
                case UNKNOWN_USER, WRONG_PASSWORD, WRONG_TOKEN -> true;
                case MISSING, MALFORMED, BEARER_ON_UI, EXPIRED_SESSION, LOCKED, SLOWED, BUSY, BAD_ORIGIN -> false;
            };
        }
    }
}

package io.seawall.proxy.credential;

import io.seawall.proxy.credential.Decision.Reason;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.route.ApiHint;
import io.seawall.proxy.route.Route;
import java.util.Locale;
import java.util.Optional;

/// One of the three independent credentials. What opens one never opens another.
public enum Layer {
    BASIC, GATEWAY, HOOKS;

    private static final String BASIC_CHALLENGE = "Basic realm=\"Seawall\", charset=\"UTF-8\"";
    private static final String BEARER_CHALLENGE = "Bearer realm=\"Seawall\"";

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }

    /// The layer that guards a route; empty where none of ours does.
    public static Optional<Layer> of(Route route) {
        return switch (route) {
            case STATUS, PUBLIC, STATIC, SANDBOX, PORTAL -> Optional.empty();
            case HOOKS -> Optional.of(HOOKS);
            case API -> Optional.of(GATEWAY);
            case OWN, CAPABILITY, UI -> Optional.of(BASIC);
        };
    }

    /// The refusal for a denied request; it says less than the log.
    ///
    /// @param path that was asked for
    public Rejection rejection(Reason reason, String path) {
        if (reason == Reason.BUSY) {
            return Rejection.internal(503, "busy", "Too many logins at once. Try again in a moment.")
                    .with("Retry-After", "2");
        }
        if (reason == Reason.ACCESS_UNAVAILABLE) {
            return Rejection.internal(503, reason.label(),
                    "Seawall has no keys of Cloudflare Access to verify your login with. Try again in a moment; Seawall's log says why.")
                    .with("Retry-After", "10");
        }
        if (reason.isAccess()) {
            return Rejection.client(403, "access",
                    "Cloudflare Access has not let you in. Open the public address, log in there, and try again. If that does not help, the outcome of this request in Seawall's log says why.");
        }
        return switch (this) {
            // a Basic challenge to a script's Bearer would make the browser ask for the password again and again
            case BASIC -> reason == Reason.BEARER_ON_UI
                    ? unauthorized("Log in first: this path needs the session or the password, not a bearer token."
                            + ApiHint.of(path))
                            .with("WWW-Authenticate", BEARER_CHALLENGE)
                    : unauthorized("This is a private gateway. Log in with its user name and password.")
                            .with("WWW-Authenticate", BASIC_CHALLENGE);
            case GATEWAY -> unauthorized("This path needs the gateway token: Authorization: Bearer <token>.")
                    .with("WWW-Authenticate", BEARER_CHALLENGE);
            case HOOKS -> unauthorized(
                    "This path needs the hooks token: Authorization: Bearer <token>, or x-openclaw-token alone.")
                    .with("WWW-Authenticate", BEARER_CHALLENGE);
        };
    }

    private static Rejection unauthorized(String message) {
        return Rejection.client(401, "unauthorized", message);
    }
}

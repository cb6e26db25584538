package io.seawall.proxy.auth;

import io.seawall.config.Config;
import io.seawall.config.Secret;
import io.seawall.config.Token;
import io.seawall.proxy.cloudflare.AccessDenial;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.BasicCredentials;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Decision.Counting;
import io.seawall.proxy.credential.Decision.Denied;
import io.seawall.proxy.credential.Decision.Granted;
import io.seawall.proxy.credential.Decision.Reason;
import io.seawall.proxy.credential.Fingerprints;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.credential.PendingGuess;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.session.Session;
import io.seawall.proxy.session.Sessions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The three layers. Each reads its own credential only.
public final class Layers {
    /// For native clients that can add a header but need `Authorization` for the gateway.
    public static final String ALTERNATIVE_HEADER = "X-Seawall-Authorization";

    private static final String HOOKS_HEADER = "X-Openclaw-Token";

    private final PasswordVerifier passwords;
    private final Sessions sessions;
    private final CloudflareAccess access;
    private final Token gatewayToken;
    private final Optional<Token> hooksToken;
    private final Fingerprints fingerprints = new Fingerprints();

    /// @param access asked for besides the people's layer
    public Layers(Config config, PasswordVerifier passwords, Sessions sessions, CloudflareAccess access) {
        this.access = access;
        this.passwords = passwords;
        this.sessions = sessions;
        gatewayToken = config.gatewayToken();
        hooksToken = config.hooks().token();
    }

    /// The layer's answer; done at once unless a password hash must be computed. Never fails.
    ///
    /// @param admission where it is not free no hash is computed, because a client that guesses would keep the owner
    /// waiting
    /// @param places where a guess whose comparison takes time needs one
    CompletableFuture<Decision> decide(Layer layer, Headers headers, Admission admission, PendingGuess.Places places,
            InetAddress client) {
        return switch (layer) {
            case BASIC -> basic(headers, admission, places, client);
            case GATEWAY -> CompletableFuture.completedFuture(slowed(bearer(headers, gatewayToken), admission));
            case HOOKS -> CompletableFuture.completedFuture(slowed(hooks(headers), admission));
        };
    }

    CompletableFuture<Decision> decide(Layer layer, Headers headers, Admission admission) {
        return decide(layer, headers, admission, PendingGuess.UNLIMITED, InetAddress.getLoopbackAddress());
    }

    /// What a plugin tab's cookie opens, where nothing stands against it but that no session came along.
    Optional<Granted> tab(RoutedRequest request, PluginTabs tabs) {
        return tabs.session(request, sessions)
                .filter(_ -> !hasSession(request.head().headers())
                        && access.objection(request.head().headers()).isEmpty())
                .map(session -> Granted.session("plugin_tab", session, false));
    }

    /// Whether a session of ours that counts came with the request, whatever else did.
    public boolean hasSession(Headers headers) {
        return sessions.check(headers) instanceof Sessions.Check.Valid;
    }

    /// The header that the layer takes the credential from, whether or not it is there.
    public String credentialHeader(Layer layer, Headers headers) {
        return switch (layer) {
            case BASIC -> hasSession(headers) ? "Cookie" : basicHeader(headers);
            case GATEWAY -> "Authorization";
            case HOOKS -> headers.contains(HOOKS_HEADER) ? HOOKS_HEADER : "Authorization";
        };
    }

    private static String basicHeader(Headers headers) {
        return headers.contains(ALTERNATIVE_HEADER) ? ALTERNATIVE_HEADER : "Authorization";
    }

    private static Decision slowed(Decision decision, Admission admission) {
        return admission == Admission.SLOWED && decision instanceof Denied denied && denied.reason().isGuess()
                ? new Denied(Reason.SLOWED)
                : decision;
    }

    private CompletableFuture<Decision> basic(Headers headers, Admission admission, PendingGuess.Places places,
            InetAddress client) {
        // first, so that a client that Access refuses cannot even guess
        Optional<AccessDenial> objection = access.objection(headers);
        if (objection.isPresent()) {
            return denied(Reason.of(objection.get()));
        }
        Sessions.Check check = sessions.check(headers);
        if (check instanceof Sessions.Check.Valid(Session session, boolean renew, boolean previous)) {
            return CompletableFuture
                    .completedFuture(Granted.session(previous ? "previous" : "session", session, renew));
        }
        if (admission == Admission.LOCKED) {
            return denied(Reason.LOCKED);
        }
        String authorization = headers.get(basicHeader(headers));
        if (authorization == null) {
            return denied(check instanceof Sessions.Check.Expired ? Reason.EXPIRED_SESSION : Reason.MISSING);
        }
        Optional<BasicCredentials> offered = BasicCredentials.parse(authorization);
        if (offered.isEmpty()) {
            return denied(isBearer(authorization) ? Reason.BEARER_ON_UI : Reason.MALFORMED);
        }
        if (admission == Admission.SLOWED) {
            return denied(Reason.SLOWED);
        }
        return passwords.verify(offered.get(), places, client).thenApply(verdict -> switch (verdict.result()) {
            case RIGHT -> Granted.session("password", sessions.begin(), true);
            case RIGHT_BEFORE -> Granted.session("previous", sessions.beginPrevious(), true);
            case UNKNOWN_USER -> new Denied(Reason.UNKNOWN_USER, verdict.counting(), verdict.fingerprint());
            case WRONG_PASSWORD -> new Denied(Reason.WRONG_PASSWORD, verdict.counting(), verdict.fingerprint());
            case REPEATED -> new Denied(Reason.REPEATED);
            case BUSY -> new Denied(Reason.BUSY);
        });
    }

    private Decision hooks(Headers headers) {
        if (hooksToken.isEmpty()) {
            return new Denied(Reason.MISSING);
        }
        String token = headers.get(HOOKS_HEADER);
        if (token == null) {
            return bearer(headers, hooksToken.get());
        }
        // two tokens: the gateway might take the one that was not checked
        if (headers.contains("Authorization")) {
            return new Denied(Reason.MALFORMED);
        }
        return compare(token, hooksToken.get());
    }

    private Decision bearer(Headers headers, Token expected) {
        String authorization = headers.get("Authorization");
        if (authorization == null) {
            return new Denied(Reason.MISSING);
        }
        String token = bearerToken(authorization);
        return token == null ? new Denied(Reason.MALFORMED) : compare(token, expected);
    }

    private Decision compare(String token, Token expected) {
        byte[] offered = token.getBytes(StandardCharsets.ISO_8859_1);
        Optional<Secret> match = expected.matching(offered);
        return match.isPresent()
                ? Granted.token(!match.get().equals(expected.current()), match.get())
                : new Denied(Reason.WRONG_TOKEN, Counting.NOT_YET, Fingerprints.shortened(fingerprints.of(offered)));
    }

    /// Whether what the request was permitted for still counts; asked where the configuration was another one then.
    public boolean stillPermits(PermittedRequest request) {
        return stillPermits(request.route(), request.decision());
    }

    boolean stillPermits(Route route, Granted granted) {
        if (granted.session() != null) {
            return !sessions.hasEnded(granted.session());
        }
        Secret token = granted.token();
        return token == null || (route == Route.HOOKS
                ? hooksToken.filter(now -> now.accepts(token)).isPresent()
                : gatewayToken.accepts(token));
    }

    private static boolean isBearer(String authorization) {
        return bearerToken(authorization) != null;
    }

    private static @Nullable String bearerToken(String authorization) {
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7) ? authorization.substring(7).strip() : null;
    }

    private static CompletableFuture<Decision> denied(Reason reason) {
        return CompletableFuture.completedFuture(new Denied(reason));
    }
}

package io.seawall.proxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.seawall.host.Digests;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.session.Cookies;
import io.seawall.proxy.session.Session;
import io.seawall.proxy.session.Sessions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The cookies that OpenClaw gives to a plugin's tab, which is a sandboxed frame and sends no session: each opens the
/// plugin's path, for reading, for five minutes. The gateway signs them with a key of its own, so what counts here is what
/// it was seen to give to a session, and only as long as that session lasts. Bounded and thread-safe.
public final class PluginTabs {
    private static final String NAME = "__openclaw_plugin_tab_auth_";
    /// As long as the gateway lets them count.
    static final Duration LIFE = Duration.ofMinutes(5);
    static final int MOST_GRANTS = 10_000;
    /// One for each plugin that shares the path, and for each gateway before its restart.
    private static final int MOST_OF_REQUEST = 8;

    private final Cache<ByteBuffer, Grant> grants;

    private record Grant(String path, Session session) {}

    public PluginTabs(Ticker ticker) {
        grants = Caffeine.newBuilder().maximumSize(MOST_GRANTS).expireAfterWrite(LIFE).ticker(ticker)
                .executor(Runnable::run).build();
    }

    /// Records the tab cookies that the gateway sets in a response to a session.
    public void note(PermittedRequest request, Headers answer) {
        Optional<Session> session = request.session();
        if (session.isEmpty() || !answer.contains("Set-Cookie")) {
            return;
        }
        for (String cookie : answer.all("Set-Cookie")) {
            if (cookie.startsWith(NAME)) {
                String path = path(cookie);
                int end = cookie.indexOf(';');
                if (path != null && end > 0) {
                    grants.put(key(cookie.substring(0, end).strip()), new Grant(path, session.get()));
                }
            }
        }
    }

    /// Its `Path`; null where it is none, or would open everything.
    private static @Nullable String path(String setCookie) {
        String found = null;
        for (int begin = setCookie.indexOf(';'); begin >= 0; begin = setCookie.indexOf(';', begin + 1)) {
            int end = setCookie.indexOf(';', begin + 1);
            String attribute = setCookie.substring(begin + 1, end < 0 ? setCookie.length() : end).strip();
            if (attribute.toLowerCase(Locale.ROOT).startsWith("path=")) {
                found = attribute.substring("path=".length()); // the last one counts (RFC 6265, 5.2.4)
            }
        }
        return found != null && found.startsWith("/") && found.length() > 1 ? found : null;
    }

    /// The session to which the gateway gave a cookie that came with the request and opens its path; empty where there is
    /// none. The gateway heeds no cookie beside a bearer token.
    Optional<Session> session(RoutedRequest request, Sessions sessions) {
        RequestHead head = request.head();
        if (request.route() != Route.UI || head.isUpgrade() || !head.method().equals("GET") && !head.isHead()
                || head.headers().contains("Authorization")) {
            return Optional.empty();
        }
        for (String cookie : Cookies.pairs(head.headers(), NAME, MOST_OF_REQUEST)) {
            Grant grant = grants.getIfPresent(key(cookie));
            if (grant != null && request.isWithin(grant.path()) && !sessions.hasEnded(grant.session())) {
                return Optional.of(grant.session());
            }
        }
        return Optional.empty();
    }

    /// Not the cookie itself: the time of the lookup must not depend on it.
    private static ByteBuffer key(String cookie) {
        return ByteBuffer.wrap(Digests.sha256(cookie.getBytes(StandardCharsets.UTF_8)));
    }
}

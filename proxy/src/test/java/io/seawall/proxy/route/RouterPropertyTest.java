package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.PublicPath;
import io.seawall.config.Secret;
import io.seawall.config.Token;
import io.seawall.proxy.server.TestConfig;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a path is made of: where a route was found, every reader of the path comes to the same one. The readers here
/// are written differently from the product's.
class RouterPropertyTest {
    private static final int PATHS = 30_000;
    private static final String[] PIECES = {"/", "/", "/", ".", "..", "/..", "/.", "\\", "%2f", "%2F", "%5c", "%5C",
        "%2e",
        "%2E", "%2e%2e", "%252e", "%252f", "%255c", "%25252e", "hooks", "/hooks", "HOOKS", "Hooks", "%68ooks", "v1",
        "/v1",
        "V1", "v%31", "%76", "models", "tools", "/tools/invoke", "invoke", "sessions", "/sessions/", "healthz",
        "/healthz",
        "readyz", "/.seawall/login", "/.seawall/login", "/.seawall/login", "login", "/share/", "share", "x", "/x/", "a",
        ";", "%20", "%25", "%C3%A9", "//",
        "wake", "/__openclaw__/cap/x", "/__openclaw__/cap/x/__openclaw__/canvas/d/", "/plugins/", "/j/", "/j", "%3F",
        "%23", "/assets/", "assets", "/favicon.ico", "x.js", "/assets/x.js", "/assets/x.js", "/file-icons/a/b.svg",
        "/Sw.js", "/themes/.css"};

    private static final Router ROUTER = new Router(
            new Config.Hooks("/hooks", Optional.of(new Token(new Secret("k2v9QzR4mT7xW1bN6cY3hJ")))),
            List.of(PublicPath.parse("/share/*")), List.of(), TestConfig.of().bodies());

    @Test
    void everyReaderOfARoutedPathComesToTheSameRoute() {
        Random random = new Random(20_260_101);
        Map<Route, Integer> routed = new EnumMap<>(Route.class);
        for (int i = 0; i < PATHS; i++) {
            StringBuilder path = new StringBuilder(random.nextInt(8) == 0 ? "" : "/");
            for (int piece = 1 + random.nextInt(7); piece > 0; piece--) {
                path.append(PIECES[random.nextInt(PIECES.length)]);
            }
            String raw = path.toString();
            if (ROUTER.route(raw, false) instanceof Router.Verdict.Routed(RouteRule rule)) {
                routed.merge(rule.route(), 1, Integer::sum);
                readings(raw).forEach((reader, text) -> {
                    assertEquals(rule.route(), oracle(text), () -> reader + " reads " + raw + " as " + text);
                    assertEquals(rule.route(), oracle(text.toLowerCase(Locale.ROOT)),
                            () -> reader + ", any case: " + raw);
                });
            }
        }
        for (Route route : EnumSet.complementOf(EnumSet.of(Route.SANDBOX, Route.PORTAL))) { // hosts', and no path's
            assertTrue(routed.getOrDefault(route, 0) > 10, () -> "too few paths for " + route + ": " + routed);
        }
    }

    private static Map<String, String> readings(String raw) {
        String once = decoded(raw);
        String twice = decoded(once);
        String stable = twice;
        while (!stable.equals(decoded(stable))) {
            stable = decoded(stable);
        }
        return Map.of("who matches text", raw, "who decodes once", once, "the gateway",
                PathReading.whatwg(raw.toCharArray()),
                "who folds", normal(raw), "who decodes and folds", normal(once), "who decodes twice", twice,
                "who decodes twice and folds", normal(twice), "who decodes all and folds", normal(stable),
                "who decodes and parses", PathReading.whatwg(once.toCharArray()), "who decodes all and parses",
                PathReading.whatwg(stable.toCharArray()));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String normal(String path) {
        List<String> kept = new ArrayList<>();
        String[] segments = path.split("[/\\\\]+", -1);
        for (String segment : segments) {
            if (segment.equals("..") && !kept.isEmpty()) {
                kept.removeLast();
            } else if (!List.of("", ".", "..").contains(segment)) {
                kept.add(segment);
            }
        }
        String joined = "/" + String.join("/", kept);
        return List.of("", ".", "..").contains(segments[segments.length - 1]) && !kept.isEmpty()
                ? joined + "/"
                : joined;
    }

    private static Route oracle(String path) {
        if (path.matches("/(healthz?|readyz?|startupz?)")) {
            return Route.STATUS;
        }
        if (path.matches("/\\.seawall/(login|logout|client)|/\\.well-known/openclaw/browser-bootstrap")) {
            return Route.OWN;
        }
        if (path.matches("(?s)/hooks(/.*)?")) {
            return Route.HOOKS;
        }
        if (path.matches("(?s)/v1(/.*)?|/tools/invoke(/.*)?|/sessions/.*")) {
            return Route.API;
        }
        if (path.matches("(?s)/__openclaw__/cap/[\\w-]+/(__openclaw__/(canvas|a2ui)|plugins)/.*")) {
            return Route.CAPABILITY;
        }
        if (path.matches("(?s)/share/.+")) {
            return Route.PUBLIC;
        }
        return path.matches(WhatwgPath.STATIC_FILES) ? Route.STATIC : Route.UI;
    }
}

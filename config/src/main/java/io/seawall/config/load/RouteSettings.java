package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.PublicPath;
import io.seawall.config.Site;
import io.seawall.config.Token;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads the keys of paths: those of the webhooks and of single routes; and the headers that go no further.
record RouteSettings(Settings settings, Values values, CredentialSettings credentials) {

    Optional<Config.Hooks> hooks() {
        Optional<Boolean> enabled = values.flag(Key.HOOKS_ENABLED);
        String path = settings.text(Key.HOOKS_PATH).orElseThrow();
        if (path.equals("/")) {
            values.problem(Key.HOOKS_PATH, "/", "a path of its own, because everything lies below /",
                    "HOOKS_PATH=/hooks");
        } else if (!PublicPath.isPlain(path)) {
            values.problem(Key.HOOKS_PATH, path, "a plain path such as /hooks, without a slash at its end",
                    "HOOKS_PATH=/hooks");
        } else {
            // a path that only begins like the webhooks' is refused when it is requested, so it must have no other use
            PublicPath.GUARDED.stream()
                    .filter(guarded -> PublicPath.overlap(path, guarded)
                            || guarded.startsWith(path.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .ifPresent(guarded -> values.problem(Key.HOOKS_PATH, path,
                            "a path of its own; this one overlaps " + guarded, "HOOKS_PATH=/hooks"));
        }
        boolean wanted = enabled.isPresent() && enabled.get();
        Optional<Token> token = wanted ? credentials.token(Key.HOOKS_TOKEN, true) : Optional.empty();
        return enabled.isPresent() && PublicPath.isPlain(path) && wanted == token.isPresent()
                ? Optional.of(new Config.Hooks(path, token))
                : Optional.empty();
    }

    List<PublicPath> publicPaths() {
        return paths(Key.PUBLIC_PATHS, PublicPath.GUARDED, "no path that a layer guards",
                "plain paths such as /slack/events, /j/* or ws:/__openclaw__/worker");
    }

    List<PublicPath> apiPaths(List<PublicPath> publicPaths) {
        List<PublicPath> paths = paths(Key.API_PATHS, PublicPath.GUARDED_OTHERWISE,
                "no path of another layer, nor of Seawall's own", "plain paths such as /api/v1/admin/rpc or /plugin/*");
        for (PublicPath path : paths) {
            if (path.webSocket()) {
                values.problem(Key.API_PATHS, path.toString(),
                        "a path without ws:, because OpenClaw asks for its token inside of a WebSocket",
                        "remove it");
            }
            publicPaths.stream().filter(open -> PublicPath.overlap(open.path(), path.path())).findFirst()
                    .ifPresent(open -> values.problem(Key.API_PATHS, path.toString(),
                            "no path of SEAWALL_PUBLIC_PATHS; this one overlaps " + open,
                            "remove it from one of them"));
        }
        return paths;
    }

    private List<PublicPath> paths(Key key, List<String> others, String expected, String examples) {
        List<String> guarded = new ArrayList<>(others);
        settings.text(Key.HOOKS_PATH).filter(PublicPath::isPlain).ifPresent(guarded::add);
        List<PublicPath> paths = new ArrayList<>();
        for (String text : settings.list(key)) {
            try {
                PublicPath path = PublicPath.parse(text);
                for (String other : guarded) {
                    if (PublicPath.overlap(path.path(), other)) {
                        values.problem(key, text, expected + "; this one overlaps " + other, "remove it");
                    }
                }
                paths.add(path);
            } catch (IllegalArgumentException e) {
                values.problem(key, text, examples, "correct that entry");
            }
        }
        return paths;
    }

    Set<String> stripHeaders() {
        Set<String> names = new LinkedHashSet<>();
        for (String text : settings.list(Key.STRIP_HEADERS)) {
            String name = text.toLowerCase(Locale.ROOT).replace('_', '-');
            if (!name.matches("[a-z0-9!#$%&'*+.^`|~-]+")) {
                values.problem(Key.STRIP_HEADERS, text, "header names", "correct that entry");
            } else if (Site.REQUIRED_HEADERS.contains(name)) {
                values.problem(Key.STRIP_HEADERS, text, "headers that the gateway does not need",
                        "remove it from the list");
            }
            names.add(name);
        }
        return names;
    }
}

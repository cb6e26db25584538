package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.config.PublicPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides to which route a path belongs. Pure; default deny: what no reading agrees on belongs to none.
public final class Router {
    public static final String LOGIN = "/.seawall/login";
    public static final String LOGOUT = "/.seawall/logout";
    public static final String CLIENT = "/.seawall/client";
    public static final String BROWSER_BOOTSTRAP = "/.well-known/openclaw/browser-bootstrap";

    static final Set<String> READ = Set.of("GET", "HEAD");
    private static final Set<String> CALL = Set.of("GET", "HEAD", "POST");
    static final Set<String> ANY = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final RouteRule STATUS = new RouteRule(Route.STATUS,
            "/healthz /health /readyz /ready /startupz /startup", READ, false, 0);
    private static final RouteRule OWN = new RouteRule(Route.OWN,
            LOGIN + " " + LOGOUT + " " + CLIENT + " " + BROWSER_BOOTSTRAP, CALL, false, 0);
    private static final RouteRule STATIC = new RouteRule(Route.STATIC,
            "/assets/… /favicon.ico, icons, fonts, manifest", READ, false, 0);
    private static final RouteRule PUBLIC_WEBSOCKET = new RouteRule(Route.PUBLIC, "ws:", READ, true, 0);

    private final String hooksPath;
    private final boolean hooksOn;
    private final List<PublicPath> publicPaths;
    private final String hooksPathAnyCase;
    private final List<PublicPath> publicPathsAnyCase;
    private final List<PublicPath> apiPaths;
    private final List<PublicPath> apiPathsAnyCase;
    private final RouteRule hooks;
    private final RouteRule api;
    private final RouteRule tools;
    private final RouteRule ui;
    private final RouteRule publicPath;
    private final RouteRule capability;
    private final HostRoutes hosts;
    private final int decisive;

    /// @param apiPaths behind the gateway token, besides the API's own
    public Router(Config.Hooks hooks, List<PublicPath> publicPaths, List<PublicPath> apiPaths, Config.Bodies bodies) {
        this(hooks, publicPaths, apiPaths, bodies, HostRoutes.NONE);
    }

    public Router(Config config) {
        this(config.hooks(), config.publicPaths(), config.apiPaths(), config.bodies(), HostRoutes.of(config));
    }

    /// That of the port on which nothing is served but the gateway's sandbox.
    public static Router ofSandboxPort(Config config) {
        return new Router(config.hooks(), config.publicPaths(), config.apiPaths(), config.bodies(),
                HostRoutes.ofSandboxPort(config));
    }

    private Router(Config.Hooks hooks, List<PublicPath> publicPaths, List<PublicPath> apiPaths, Config.Bodies bodies,
            HostRoutes hosts) {
        this.hosts = hosts;
        hooksPath = hooks.path();
        hooksOn = hooks.token().isPresent();
        this.publicPaths = List.copyOf(publicPaths);
        hooksPathAnyCase = lower(hooksPath);
        publicPathsAnyCase = anyCase(publicPaths);
        this.apiPaths = List.copyOf(apiPaths);
        apiPathsAnyCase = anyCase(apiPaths);
        this.hooks = new RouteRule(Route.HOOKS, hooksPath + "/…", Set.of("POST"), false, bodies.hooks());
        api = new RouteRule(Route.API, "/v1/… /sessions/…", CALL, false, bodies.api());
        tools = new RouteRule(Route.API, RouteRule.TOOLS, CALL, false, bodies.tools());
        ui = new RouteRule(Route.UI, "everything else", ANY, true, bodies.ui());
        publicPath = new RouteRule(Route.PUBLIC, "", CALL, false, bodies.publicPaths());
        capability = new RouteRule(Route.CAPABILITY, "/__openclaw__/cap/…", CALL, false, bodies.publicPaths());
        // and what follows it: a slash, the end, or neither
        decisive = 2
                + Math.max(
                        StaticPath.LONGEST, Stream
                                .concat(Stream.concat(publicPaths.stream(), apiPaths.stream()).map(PublicPath::path),
                                        Stream.of(hooksPath, BROWSER_BOOTSTRAP))
                                .mapToInt(String::length).max().getAsInt());
    }

    private static List<PublicPath> anyCase(List<PublicPath> paths) {
        return paths.stream().map(path -> new PublicPath(lower(path.path()), path.prefix(), path.webSocket())).toList();
    }

    /// The hosts on which no path decides.
    public HostRoutes hosts() {
        return hosts;
    }

    /// What became of a path.
    public sealed interface Verdict {
        record Routed(RouteRule rule) implements Verdict {}

        /// It can be read in more than one way, or not at all.
        record Ambiguous() implements Verdict {}

        /// No layer: a webhook while webhooks are off.
        record Nowhere() implements Verdict {}
    }

    /// @param path raw, without the query
    /// @param upgrade whether a WebSocket is asked for: a public path is public for one kind only
    public Verdict route(String path, boolean upgrade) {
        Agreement readers = new Agreement(upgrade);
        if (!PathReading.each(path, readers) || readers.rule == null
                || !upgrade && joinsElsewhere(path, readers.rule)) {
            return new Verdict.Ambiguous();
        }
        return readers.rule.route() == Route.HOOKS && !hooksOn
                ? new Verdict.Nowhere()
                : new Verdict.Routed(readers.rule);
    }

    /// Receives the readings of one path up to the first that leads elsewhere than those before.
    private final class Agreement implements Predicate<String> {
        private final boolean upgrade;
        private @Nullable RouteRule rule;

        Agreement(boolean upgrade) {
            this.upgrade = upgrade;
        }

        @Override
        public boolean test(String text) {
            RouteRule here = inAnyCase(text, upgrade);
            if (here == null || rule != null && !rule.equals(here)) {
                return false;
            }
            rule = here;
            return true;
        }
    }

    /// The ways to read a path and where each of them leads; empty where it cannot be read at all.
    public List<Reading> readings(String path, boolean upgrade) {
        List<String> texts = new ArrayList<>(PathReading.of(path).map(PathReading::readings).orElse(Set.of()));
        if (!texts.isEmpty()) {
            String pathname = PathReading.pathname(path);
            int join = GatewayRewrite.joinAt(pathname);
            if (join > 0 && !upgrade) {
                texts.add(pathname.substring(join));
            }
            String rest = GatewayRewrite.isScoped(pathname) ? GatewayRewrite.rest(pathname) : null;
            if (rest != null) {
                texts.add(rest);
            }
        }
        return texts.stream().map(text -> new Reading(text, Optional.ofNullable(inAnyCase(text, upgrade)))).toList();
    }

    /// Whether the gateway takes the end of the path for a join code's path, and that is another route. Who lists a
    /// public path with that part in it means it.
    private boolean joinsElsewhere(String path, RouteRule agreed) {
        if (!GatewayRewrite.mayJoin(path)) {
            return false;
        }
        String pathname = PathReading.pathname(path);
        int join = GatewayRewrite.joinAt(pathname);
        return join > 0 && !agreed.equals(match(pathname.substring(join), false, hooksPath, publicPaths, apiPaths))
                && publicPaths.stream().noneMatch(listed -> !listed.webSocket() && listed.matches(pathname)
                        && GatewayRewrite.joinAt(listed.path()) == join);
    }

    /// @param rule empty where it depends on who reads
    public record Reading(String path, Optional<RouteRule> rule) {}

    /// The rule for one reading of a path; null where a reader that ignores case, or segment boundaries, would come to
    /// another end.
    private @Nullable RouteRule inAnyCase(String text, boolean upgrade) {
        RouteRule rule = match(text, upgrade, hooksPath, publicPaths, apiPaths);
        // what is behind the longest pattern decides nothing, but for a capability, which has no length
        boolean isLong = text.length() > decisive && !GatewayRewrite.isScoped(text);
        String anyCase = lower(isLong ? text.substring(0, decisive) : text);
        return rule != null
                && rule.equals(match(anyCase, upgrade, hooksPathAnyCase, publicPathsAnyCase, apiPathsAnyCase))
                && !looksLikeHooks(anyCase)
                        ? rule
                        : null;
    }

    private @Nullable RouteRule match(String path, boolean upgrade, String hooksPath, List<PublicPath> publicPaths,
            List<PublicPath> apiPaths) {
        if (HealthCheck.isStatus(path)) {
            return STATUS;
        }
        if (path.equals(LOGIN) || path.equals(LOGOUT) || path.equals(CLIENT)
                || path.equals(BROWSER_BOOTSTRAP)) {
            return OWN;
        }
        if (path.equals(hooksPath) || path.startsWith(hooksPath + "/")) {
            return hooks;
        }
        if (path.equals("/tools/invoke") || path.startsWith("/tools/invoke/")) {
            return tools;
        }
        if (path.equals("/v1") || path.startsWith("/v1/") || path.startsWith("/sessions/")
                || isListed(path, apiPaths)) {
            return api;
        }
        if (GatewayRewrite.isScoped(path)) {
            return scoped(path, upgrade, hooksPath, publicPaths, apiPaths);
        }
        if (isPublic(path, upgrade, publicPaths)) {
            return upgrade ? PUBLIC_WEBSOCKET : publicPath;
        }
        return StaticPath.matches(path) ? STATIC : ui;
    }

    /// With everything below it, because a gateway may treat `/x/` like `/x`.
    private static boolean isListed(String path, List<PublicPath> paths) {
        for (PublicPath listed : paths) {
            if (listed.matches(path) || path.startsWith(listed.path() + "/")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPublic(String path, boolean upgrade, List<PublicPath> publicPaths) {
        for (PublicPath candidate : publicPaths) {
            if (candidate.webSocket() == upgrade && candidate.matches(path)) {
                return true;
            }
        }
        return false;
    }

    /// The gateway dispatches what is behind a capability, whether or not that is one, so nothing passes there that
    /// belongs to another route, nor a WebSocket. Listed as a public path, it opens what the gateway asks a capability for.
    private @Nullable RouteRule scoped(String path, boolean upgrade, String hooksPath, List<PublicPath> publicPaths,
            List<PublicPath> apiPaths) {
        String rest = GatewayRewrite.rest(path);
        if (rest != null && GatewayRewrite.isHosted(rest)) {
            return isPublic(path, upgrade, publicPaths) && !upgrade ? publicPath : capability;
        }
        return rest != null && GatewayRewrite.isPlugins(rest)
                && ui.equals(match(rest, upgrade, hooksPath, publicPaths, apiPaths)) ? capability : null;
    }

    /// `/hooksX`: a gateway or proxy that compares prefixes without looking for the boundary takes it for a webhook.
    private boolean looksLikeHooks(String anyCase) {
        return anyCase.startsWith(hooksPathAnyCase) && anyCase.length() > hooksPathAnyCase.length()
                && anyCase.charAt(hooksPathAnyCase.length()) != '/';
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// The table, a rule a line, as `seawall routes` shows it.
    public List<RouteRule> table() {
        List<RouteRule> rules = new ArrayList<>(List.of(STATUS));
        if (hooksOn) {
            rules.add(hooks);
        }
        rules.add(api);
        rules.add(tools);
        for (PublicPath path : apiPaths) {
            rules.add(new RouteRule(Route.API, path.toString(), api.methods(), api.upgrade(), api.bodyLimit()));
        }
        for (PublicPath path : publicPaths) {
            RouteRule kind = path.webSocket() ? PUBLIC_WEBSOCKET : publicPath;
            rules.add(new RouteRule(Route.PUBLIC, path.toString(), kind.methods(), kind.upgrade(), kind.bodyLimit()));
        }
        rules.add(OWN);
        rules.add(capability);
        rules.add(STATIC);
        rules.addAll(hosts.table());
        rules.add(ui);
        return rules;
    }
}

package io.seawall.proxy.route;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import java.util.Optional;
import java.util.Set;

/// The result of routing a request: the rule that applies, or Seawall's own answer. Pure.
public sealed interface Routing {

    record Routed(RouteRule rule) implements Routing {}

    /// @param rule which one it broke; empty where the path belongs to no route
    record Refused(Optional<RouteRule> rule, Rejection rejection) implements Routing {}

    /// A browser is sent to the same path without the credentials in its query.
    ///
    /// @param answer headers of the 303
    record Redirected(RouteRule rule, Headers answer) implements Routing {
        public static final int STATUS = 303;
        public static final String LABEL = "query_credential";
    }

    /// Finds the route and holds the request to its rule: method, upgrade, body limit, and no credential in the query.
    static Routing of(Router router, RequestHead head) {
        Optional<RouteRule> byHost = router.hosts().rule(head.authority());
        if (byHost.isPresent()) {
            // a portal is found by its host alone, and its program may have any path
            boolean isRead = byHost.get().route() == Route.PORTAL
                    ? PathReading.isPath(head.path())
                    : PathReading.isPlain(head.path());
            return isRead ? held(byHost.get(), head) : new Refused(byHost, ambiguous(head));
        }
        return switch (router.route(head.path(), head.isUpgrade())) {
            case Router.Verdict.Ambiguous _ -> new Refused(Optional.empty(), ambiguous(head));
            case Router.Verdict.Nowhere _ -> new Refused(Optional.empty(),
                    Rejection.client(404, "not_found",
                            "There is nothing at this path. Webhooks are off; HOOKS_ENABLED=true and HOOKS_TOKEN let them in."));
            case Router.Verdict.Routed(RouteRule rule) -> held(rule, head);
        };
    }

    private static Rejection ambiguous(RequestHead head) {
        return Rejection.client(400, "ambiguous_path",
                "This path can be read in more than one way. It is refused, because OpenClaw might read it differently."
                        + ApiHint.of(head.path()));
    }

    private static Routing held(RouteRule rule, RequestHead head) {
        if (head.isUpgrade() && !rule.upgrade()) {
            return refused(rule, Rejection.client(400, "upgrade_not_here", "There is no WebSocket at this path."));
        }
        if (!rule.methods().contains(head.method())) {
            String methods = String.join(", ", rule.methods().stream().sorted().toList());
            return refused(rule, Rejection.client(405, "method_not_here",
                    "This path does not take that method. It takes " + methods + ".").with("Allow", methods));
        }
        if (head.body() instanceof Body.Length length && length.bytes() > rule.bodyLimit()) {
            return refused(rule, rule.tooLarge());
        }
        String query = head.query();
        if (query == null) {
            return new Routed(rule);
        }
        if (rule.route() == Route.HOOKS && Query.names(query, Query.HOOKS)) {
            return refused(rule, Rejection.client(400, "query_token",
                    "A token in the query ends up in logs: send it as Authorization: Bearer or x-openclaw-token."));
        }
        Set<String> credentials = isPage(rule.route()) && head.isNavigation()
                ? Query.onNavigation(head.path())
                : Set.of();
        if (Query.names(query, credentials)) {
            String rest = Query.without(query, credentials);
            return new Redirected(rule, Headers.builder()
                    .add("Location", location(head.path()) + (rest.isEmpty() ? "" : "?" + rest)).build());
        }
        return new Routed(rule);
    }

    /// Whether the gateway may answer with a page. Its UI is one at any path that no other handler takes.
    private static boolean isPage(Route route) {
        return switch (route) {
            case API, PUBLIC, CAPABILITY, STATIC, UI -> true;
            case STATUS, HOOKS, OWN, SANDBOX, PORTAL -> false;
        };
    }

    private static Routing refused(RouteRule rule, Rejection rejection) {
        return new Refused(Optional.of(rule), rejection);
    }

    /// A path is on this host only while it does not begin like `//other.host`.
    private static String location(String path) {
        return path.startsWith("//") || path.startsWith("/\\") ? "/" : path;
    }
}

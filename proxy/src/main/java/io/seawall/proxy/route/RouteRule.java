package io.seawall.proxy.route;

import io.seawall.config.Key;
import io.seawall.proxy.http.Rejection;
import java.util.Set;

/// What holds for one row of the route table.
///
/// @param pattern as people read it, `/v1/…`
/// @param bodyLimit most bytes of a request body
public record RouteRule(Route route, String pattern, Set<String> methods, boolean upgrade, long bodyLimit) {
    static final String TOOLS = "/tools/invoke";

    /// By hand, as [io.seawall.proxy.client.ClientNetwork] does: each reading of each path is compared.
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof RouteRule rule && rule.route == route && rule.pattern.equals(pattern)
                && rule.methods.equals(methods) && rule.upgrade == upgrade && rule.bodyLimit == bodyLimit;
    }

    @Override
    public int hashCode() {
        return 31 * route.hashCode() + pattern.hashCode();
    }

    /// The answer to a body beyond the limit; also used when a chunked one turns out so.
    public Rejection tooLarge() {
        return Rejection.client(413, "body_too_large",
                bodyLimit == 0
                        ? "This path takes no request body."
                        : "The request body is too large. This path takes up to " + bodyLimit + " bytes ("
                                + limitKey() + ").")
                .closing();
    }

    /// What the operator sets for another limit.
    private Key limitKey() {
        return switch (route) {
            case UI -> Key.MAX_BODY_UI;
            case API -> pattern.equals(TOOLS) ? Key.MAX_BODY_TOOLS : Key.MAX_BODY_API;
            case HOOKS -> Key.MAX_BODY_HOOKS;
            case STATUS, PUBLIC, OWN, CAPABILITY, STATIC, SANDBOX, PORTAL -> Key.MAX_BODY_PUBLIC;
        };
    }

    /// Whether it takes every method that requests can have.
    public boolean takesAnyMethod() {
        return methods.containsAll(Router.ANY);
    }
}

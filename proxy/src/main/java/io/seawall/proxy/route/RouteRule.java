package io.seawall.proxy.route;

import io.seawall.proxy.http.Rejection;
import java.util.Set;

/// What holds for one row of the route table.
///
/// @param pattern as people read it, `/v1/…`
/// @param bodyLimit most bytes of a request body
public record RouteRule(Route route, String pattern, Set<String> methods, boolean upgrade, long bodyLimit) {

    /// The answer to a body beyond the limit; also used when a chunked one turns out so.
    public Rejection tooLarge() {
        return Rejection.client(413, "body_too_large",
                bodyLimit == 0
                        ? "This path takes no request body."
                        : "The request body is too large. This path takes up to " + bodyLimit + " bytes.")
                .closing();
    }
}

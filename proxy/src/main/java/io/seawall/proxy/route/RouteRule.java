package io.seawall.proxy.route;

import java.util.Set;

/// What holds for one row of the route table.
///
/// @param pattern as people read it, `/v1/…`
/// @param bodyLimit most bytes of a request body
public record RouteRule(Route route, String pattern, Set<String> methods, boolean upgrade, long bodyLimit) {}

package io.seawall.proxy.route;

import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.RequestHead;

/// A request that belongs to exactly one route and keeps to its rule.
public record RoutedRequest(ClientRequest request, RouteRule rule) {

    public RequestHead head() {
        return request.head();
    }

    public Route route() {
        return rule.route();
    }
}

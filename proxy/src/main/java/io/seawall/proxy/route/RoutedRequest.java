package io.seawall.proxy.route;

import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.RequestHead;

/// A request that belongs to exactly one route and keeps to its rule.
public record RoutedRequest(ClientRequest request, RouteRule rule) {

    public RequestHead head() {
        return request.head();
    }

    /// Whether the path, however it is read, is that one or below it, and no join code's path to the gateway.
    public boolean isWithin(String folder) {
        String below = folder.endsWith("/") ? folder : folder + "/";
        String path = head().path();
        return PathReading.each(path, text -> text.equals(folder) || text.startsWith(below))
                && !(GatewayRewrite.mayJoin(path) && GatewayRewrite.joinAt(PathReading.pathname(path)) >= 0);
    }

    public Route route() {
        return rule.route();
    }
}

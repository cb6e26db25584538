package io.seawall.proxy.auth;

import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.RequestHeadParser;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RouteRule;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.server.TestConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Permits what the tests of later stages need permitted.
public final class Permits {
    private Permits() {}

    /// @param request wire text, with LF for CR LF and without the empty line
    public static PermittedRequest permit(Route route, String client, boolean secure, String request) {
        return permit(route, client, secure, head(request));
    }

    public static PermittedRequest permit(Route route, String client, boolean secure, RequestHead head) {
        return new PermittedRequest(routed(route, client, secure, head), Decision.Granted.OPEN);
    }

    static RoutedRequest routed(Route route, String client, boolean secure, RequestHead head) {
        RouteRule rule = new RouteRule(route, "", Set.of(), true, Long.MAX_VALUE);
        return new RoutedRequest(new ClientRequest(head, InetAddress.ofLiteral(client), secure), rule);
    }

    public static RequestHead head(String request) {
        try {
            return RequestHeadParser.parse((request.stripTrailing().replace("\n", "\r\n") + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1), TestConfig.HTTP.fields());
        } catch (HygieneException e) {
            throw new IllegalArgumentException(e.rule() + ": " + request, e);
        }
    }
}
